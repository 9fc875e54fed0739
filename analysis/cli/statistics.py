"""Commands that pool without a review: meta, pool, profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from analysis.cli.printing import say_progress

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("cases")
@click.option("--out", default="-", show_default=True, help="Where the results go; - prints them.")
def meta(cases: str, out: str) -> None:
    """Run a list of analyses, CASES (.json, .json.gz or - for a pipe).

    One that is refused says why, and the others go on. How an analysis is written stands in
    tests/reference/SCHEMA.md.
    """
    from analysis.pool.case_files import run_file

    click.echo(str(run_file(cases, out, progress=say_progress)), err=True)


@click.command()
@click.argument("names", nargs=-1, metavar="[PROFILE]...")
@click.option("--differing", is_flag=True, help="Only the conventions that differ among them.")
@click.pass_obj
def profiles(root: Path, names: tuple[str, ...], *, differing: bool) -> None:
    """Show every convention of every profile side by side, or of those named.

    The same as a page: docs/profiles.md. In a pool any single one is overridden by its name:
    review pool FILE --convention NAME=VALUE. A review's own profile (data/profiles) stands beside
    those of the program.
    """
    from analysis.meta.errors import MetaInputError
    from analysis.pool.profile_page import as_text
    from analysis.synthesis.conventions import profile_of
    from schemas.protocol_file import PROTOCOL_FILE, read_protocol

    # Nothing is asked of a folder that is no review, or whose protocol is not whole yet.
    protocol, _ = read_protocol(root / PROTOCOL_FILE)
    try:
        own = profile_of(protocol) if protocol is not None and protocol.own_profile else None
        click.echo(as_text(names, differing=differing, own=own))
    except MetaInputError as error:
        raise click.UsageError(str(error)) from error


@click.command()
@click.argument("file")
@click.option("--measure", help="One that the columns give (docs/pool.md): RR, MD, PLO, HR, ZCOR …")
@click.option(
    "--method",
    help="CE DL HE HS SJ PM ML REML EB; MH, PETO; GLMM, UM.FS, UM.RS, CM.EL, CM.AL; BB; 3L.",
)
@click.option("--test", help="Interval: z, t, knha, adhoc, hybrid, iqwig or KR.")
@click.option("--by", help="Column of subgroups.")
@click.option("--cluster", help="Column that says which rows depend on each other (3L, robust).")
@click.option("--moderator", "moderators", multiple=True, help="Column for meta-regression.")
@click.option("--leave-one-out", is_flag=True, help="Pool again without each study.")
@click.option("--small-study", is_flag=True, help="Asymmetry, trim and fill, selection …")
@click.option("--verdict", is_flag=True, help="Verdicts also below ten estimates.")
@click.option(
    "--conversion",
    default="shi",
    show_default=True,
    help="Means from medians and quantiles: wan, luo, shi or mcgrath.",
)
@click.option(
    "--profile",
    default="metafor",
    show_default=True,
    help="stata14, metafor, meta, cochrane2025 or revman (review profiles compares them).",
)
@click.option(
    "--convention",
    "conventions",
    multiple=True,
    metavar="NAME=VALUE",
    help="Override one convention of the profile (see review profiles).",
)
@click.option("--level", default=95.0, show_default=True, help="Confidence level in percent.")
@click.option("--prediction", help="Definition of the prediction interval: HTS, V, Riley …")
@click.option("--zero", help="What is done about zero cells: only0, all, drop …")
@click.option("--study", help="Column of the studies' names.")
@click.option("--events", help="Column of events.")
@click.option("--n", help="Column of sample sizes.")
@click.option("--column", "named", multiple=True, metavar="ROLE=NAME", help="Any other column.")
@click.option(
    "--sequential",
    type=float,
    metavar="EFFECT",
    help="Test the rows one after another for this effect (trial sequential analysis).",
)
@click.option("--power", default=80.0, show_default=True, help="Power of --sequential in percent.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a summary.")
@click.option("--plot", help="Write the forest plot: .svg, .png, .pdf or .tiff.")
def pool(
    file: str,
    *,
    as_json: bool,
    plot: str | None,
    sequential: float | None,
    power: float,
    **asked: Any,
) -> None:
    """Pool the studies of a CSV, FILE, without a protocol.

    Columns are found by their names: events and n, means and deviations, rates of one or two arms;
    tp fp fn tn; correlations; medians; estimates with interval, standard error or P. Examples of
    every kind stand in docs/pool.md. What is not asked for follows the profile.
    """
    # What was not asked for is not loaded: most of the time of a small pool is that of imports.
    from analysis.pool.pool_csv import options_of, pool_csv

    if plot:
        from analysis.pool.pool_forest import check_plot_name

        check_plot_name(plot)
    found = pool_csv(file, options_of(file, **asked))
    looks = None
    if sequential is not None:
        from analysis.pool.pool_sequential import sequential_looks

        looks = sequential_looks(found, sequential, power / 100)
    if as_json:
        from analysis.pool.pool_report import as_json as report

        click.echo(report(found, looks))
    else:
        from analysis.pool.pool_report import summary

        click.echo(summary(found))
        if looks is not None:
            from analysis.pool.pool_sequential import looks_text

            click.echo(f"\n{looks_text(looks, found)}")
    if plot:
        from analysis.pool.pool_forest import write_forest

        write_forest(found, plot)
        click.echo(f"The forest plot is in {plot}.", err=True)
