"""Pooling a CSV of studies without a protocol: the file, a profile, and what the user overrides."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from analysis.pool.csv_choices import default_measure, effect_words, form_of
from analysis.pool.csv_results import CsvPool, Fit, PoolOptions, Section
from schemas.problems import DataProblems, Problem, count_text
from schemas.vocabulary import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analysis.pool.csv_model import Model

__all__ = ["options_of", "pool_csv"]


def options_of(
    path: str,
    *,
    named: Sequence[str] = (),
    conventions: Sequence[str] = (),
    level: float = 95.0,
    profile: str,
    moderators: Sequence[str] = (),
    **asked: Any,
) -> PoolOptions:
    """Turn what was typed into options.

    Parameters
    ----------
    path
        The file, for messages.
    named
        Texts such as ``ai=deaths_treated``: a role of `analysis.pool.csv_columns.ROLES` and a
        column.
    conventions
        Texts such as ``tau2_method=PM``: a convention of the profile and another value.
    level
        Confidence level in percent, or a fraction.
    profile
        Name of a profile.
    moderators
        Columns for meta-regression.
    **asked
        Fields of `PoolOptions`, and ``study``, ``events``, ``n``, ``by`` and ``cluster`` for
        columns.

    Raises
    ------
    DataProblems
        If a role is unknown or the level impossible.
    """
    from analysis.pool.csv_columns import MODERATOR, ROLES

    roles = ("study", "events", "n", "by", "cluster")
    columns = {role: column for role in roles if (column := asked.pop(role, None))}
    for text in named:
        role, separator, column = (part.strip() for part in text.partition("="))
        if not separator or not column or role not in ROLES:
            what = f"--column {text}: this names no role and column."
            hint = f"Write --column ROLE=NAME. {did_you_mean(role, list(ROLES))}"
            hint += f"Roles: {', '.join(ROLES)}."
            raise DataProblems([Problem(path, None, None, None, what, hint, "error", "pool-role")])
        columns[role] = column
    columns |= {f"{MODERATOR}{place}": name for place, name in enumerate(moderators, start=1)}
    fraction = level / 100 if level > 1 else level
    if not 0 < fraction < 1:
        what, hint = f"A confidence level of {level:g} does not exist.", "Write --level 95."
        raise DataProblems([Problem(path, None, None, None, what, hint, "error", "pool-level")])
    return PoolOptions(
        profile=profile,
        level=fraction,
        columns=columns,
        conventions=tuple(conventions),
        **asked,
    )


def pool_csv(path: str, options: PoolOptions) -> CsvPool:
    """Pool the studies of a CSV file.

    Parameters
    ----------
    path
        A table with a line of column names and one row for each study.
    options
        Profile and what overrides it.

    Raises
    ------
    DataProblems
        If the file or an option cannot be used; the messages say where and what to do.
    """
    from analysis.meta.errors import MetaInputError

    try:
        return _pool_csv(path, options)
    except MetaInputError as error:
        what = str(error)
        hint = "review pool --help lists the options."
        raise DataProblems(
            [Problem(path, None, None, None, what, hint, "error", "pool-refused")]
        ) from error


def _pool_csv(path: str, options: PoolOptions) -> CsvPool:
    from analysis.meta.checks import choice
    from analysis.meta.profiles import profile
    from analysis.pool.csv_layouts import ACCURACY, LAYOUTS, measures
    from analysis.pool.csv_model import Model
    from analysis.pool.csv_studies import read_studies

    conventions = profile(options.profile)
    if options.conventions:
        from analysis.meta.conventions import overridden

        typed = (text.partition("=") for text in options.conventions)
        changes = {name.strip(): value.strip() for name, _, value in typed}
        conventions = overridden(conventions, changes)
    asked = options.measure and _measure(options.measure)
    known = asked in measures()
    table = read_studies(path, options.columns, asked if known else None)
    derive = LAYOUTS[table.layout].derive
    if derive is not None:
        derive(table, options.conversion)
    if asked:
        # Also of a name that does not exist: what is suggested fits the columns.
        choice("measure", asked, LAYOUTS[table.layout].measures)
    measure = asked or default_measure(table, conventions, path, options.method)
    if measure == ACCURACY:
        from analysis.pool.pool_accuracy import accuracy_pool

        return accuracy_pool(path, table, conventions, options)
    model = Model(table, measure, conventions, options)
    return _pooled(path, model)


def _measure(name: str) -> str:
    """Return a measure by the engine's name for one of its other names."""
    from analysis.meta.effect_measures import MEASURES

    others = {other.upper(): entry.name for entry in MEASURES.values() for other in entry.names}
    return others.get(name.upper(), name.upper())


def _pooled(path: str, model: Model) -> CsvPool:
    from analysis.pool.csv_methods import METHODS
    from analysis.pool.csv_shared import counted_twice

    table, sizes, options = model.table, model.sizes, model.options
    named = [table.groups[int(i)] for i in sizes.index]
    by = table.columns.get("by")
    levels = sorted({name for name in named if name})
    groups = tuple(
        model.fit([i for i, group in enumerate(named) if group == name], name) for name in levels
    )
    q, df, p = _between(groups)
    method = METHODS[model.method]
    # Mantel-Haenszel and Peto pool the tables themselves and say what they corrected; a mixed model
    # takes the counts as they are.
    only = " (in the study's own row)" if method.pools_counts and method.common else ""
    corrected = sizes.corrected if method.common or not method.pools_counts else ()
    notes = [*sizes.warnings, *counted_twice(table)]
    if by is not None:
        lost = sorted({group for group in table.groups if group} - set(levels))
        notes += [f"{by} = {name}: no study is left." for name in lost]
        notes += _about_groups(by, named, levels)
    kind = form_of(model.measure)
    return CsvPool(
        file=path,
        profile=model.profile.name,
        program=model.profile.program,
        measure=model.measure,
        kind=kind,
        effect=effect_words(model.measure),
        level=options.level,
        overall=model.fit(range(sizes.k), ""),
        groups=groups,
        by=by,
        q_between=q,
        q_between_df=df,
        q_between_p=p,
        left_out=(*table.left_out, *(f"{table.named(i)}: {why}." for i, why in sizes.dropped)),
        corrected=tuple(f"{table.named(i)}: {how}{only}." for i, how in corrected),
        warnings=(*table.warnings, *notes),
        columns=table.columns,
        layout=table.layout,
        sections=_sections(model, kind),
    )


def _sections(model: Model, kind: str) -> tuple[Section, ...]:
    if not (model.options.small_study or model.options.leave_one_out or model.table.texts):
        return ()
    from analysis.pool.pool_sections import sections_of

    return sections_of(model, kind)


def _between(groups: Sequence[Fit]) -> tuple[float, int, float]:
    if len(groups) < 2:
        return math.nan, 0, math.nan
    from analysis.meta.subgroups import between_levels

    return between_levels([g.model_estimate for g in groups], [g.se for g in groups])


def _about_groups(by: str, named: Sequence[str], levels: Sequence[str]) -> Iterable[str]:
    without = named.count("")
    if without:
        yield f"{count_text(without, 'row')} without {by}: in the overall result only."
    if len(levels) < 2:
        yield f"{by} has fewer than two levels: there is nothing to compare."
