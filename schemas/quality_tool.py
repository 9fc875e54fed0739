"""A tool that judges studies, as data: its items, answers, judgements and the rules between them.

The tools that come with the program are the files in schemas/quality_tools; a team's own stand in
data/quality_tools. Labels are in words of our own: each file says where the tool's text is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from schemas.entry import Entry, Text, refusal, refuse_repeats
from schemas.vocabulary import DESIGNS

if TYPE_CHECKING:
    from collections.abc import Iterable

ItemId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
ToolId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Texts = Annotated[tuple[Text, ...], Field(strict=False)]
#: What a row of quality.csv calls the judgement of the whole study.
OVERALL = "overall"


class Level(Entry):
    """One answer or judgement, and how it is shown."""

    value: Text = Field(description="What stands in the cell of quality.csv")
    sign: Annotated[str, StringConstraints(min_length=1, max_length=2)] = Field(
        description="One or two letters or signs, so that colour is not needed to tell it"
    )
    shape: Literal["disc", "diamond", "square", "triangle", "none"] = Field(
        description="Its shape in figures"
    )
    colour: Literal["blue", "sky", "yellow", "orange", "vermillion", "purple", "none"] = Field(
        description="Its colour, one of Okabe and Ito's, which colour-blind readers tell apart"
    )
    points: int | None = Field(default=None, description="What it adds to the tool's points")
    left_aside: bool = Field(
        default=False, description="Whether an item so answered is left out of points and rules"
    )
    favourable: bool = Field(
        default=False, description="Whether the forest plot counts it among the items fulfilled"
    )


class Case(Entry):
    """A condition and what follows from it; the first case that holds is used."""

    when: dict[ItemId, Texts] = Field(
        default_factory=dict,
        description="Answers by item, all of which must be given; none: in every other case",
    )
    any_of: dict[ItemId, Texts] = Field(
        default_factory=dict, description="Answers by item, of which one suffices"
    )
    then: Text = Field(description="The judgement")

    @property
    def items(self) -> frozenset[str]:
        """The items that the case looks at."""
        return frozenset({*self.when, *self.any_of})


class Item(Entry):
    """A domain, or a question that is answered."""

    id: ItemId = Field(description="Name in quality.csv")
    label: Text = Field(description="What it is about, in words of our own")
    scale: Text = Field(description="The list of answers or judgements it has")
    domain: ItemId | None = Field(
        default=None,
        description="The domain that a signalling question belongs to; it is not shown in figures",
    )
    counted: bool = Field(default=True, description="Whether it counts in the overall judgement")
    critical: bool = Field(default=False, description="Whether the tool calls it critical")
    cases: tuple[Case, ...] = Field(
        default=(), strict=False, description="How its judgement follows from its questions"
    )
    parts: tuple[Annotated[tuple[Case, ...], Field(strict=False)], ...] = Field(
        default=(), strict=False, description="Several lists of cases, of which the worst counts"
    )

    @property
    def short(self) -> str:
        """Its name as heads of columns print it."""
        return self.id.upper()


class Band(Entry):
    """A judgement and how much it takes; the first band that is reached is used."""

    level: Text = Field(description="The judgement")
    points: int | None = Field(default=None, description="At least so many points")
    critical: int | None = Field(default=None, description="At least so many critical flaws")
    others: int | None = Field(default=None, description="At least so many other flaws")


class Several(Entry):
    """When several lesser judgements may add up to a worse one, which people decide."""

    level: Text = Field(description="The lesser judgement")
    at_least: Annotated[int, Field(ge=2)] = Field(description="In so many domains")
    may_be: Text = Field(description="What the whole may then be judged")


class Overall(Entry):
    """The rule for the judgement of the whole study."""

    rule: Literal["worst", "all", "points", "flaws", "people"] = Field(
        description="worst: the worst domain; all: `level` where every domain has it, otherwise "
        "`otherwise`; points: the points, with bands if the tool has any; flaws: by the number of "
        "critical and other flaws; people: the tool has no rule"
    )
    scale: Text | None = Field(default=None, description="Its list of judgements")
    several: tuple[Several, ...] = Field(default=(), strict=False, description="Of worst")
    level: Text | None = Field(default=None, description="Of all")
    otherwise: Text | None = Field(default=None, description="Of all")
    flaw: tuple[Text, ...] = Field(
        default=(), strict=False, description="Of flaws: the answers that are one"
    )
    bands: tuple[Band, ...] = Field(
        default=(), strict=False, description="Of points and flaws, the first that is reached"
    )
    high: tuple[Text, ...] = Field(
        default=(),
        strict=False,
        description="The judgements that a sensitivity analysis without high risk leaves out",
    )


class QualityTool(Entry):
    """One tool."""

    id: ToolId = Field(description="Name in quality.csv")
    label: Text = Field(description="Name in the paper")
    concept: Text = Field(description="What it judges: risk of bias, methodological quality")
    version: Text = Field(description="Its version or date")
    source: Text = Field(description="The publication, as a DOI or a reference")
    full_text: Text = Field(description="Where its full text and guidance are")
    note: Text | None = Field(default=None, description="What is not in this file")
    designs: tuple[Text, ...] = Field(
        default=(), strict=False, description="Designs it is made for; none: any"
    )
    per_outcome: bool = Field(
        default=False, description="Whether it judges a result, so each outcome by itself"
    )
    answers: dict[Text, Annotated[tuple[Level, ...], Field(strict=False)]] = Field(
        default_factory=dict, description="Lists of answers by name"
    )
    judgements: dict[Text, Annotated[tuple[Level, ...], Field(strict=False)]] = Field(
        default_factory=dict,
        description="Lists of judgements by name, each from best to worst",
    )
    items: tuple[Item, ...] = Field(
        min_length=1, strict=False, description="Domains and questions, in their order"
    )
    overall: Overall = Field(description="The judgement of the whole study")

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_repeats([item.id for item in self.items], "item", "items", name_of="id")
        unknown = [name for name in self.designs if name not in DESIGNS]
        if unknown:
            raise refusal(
                f"There is no design {unknown[0]}.", f"Known: {', '.join(DESIGNS)}.", "designs"
            )
        for position, item in enumerate(self.items):
            self._check_item(item, position)
        self._check_overall()
        return self

    def _check_item(self, item: Item, position: int) -> None:
        place = ("items", position)
        scales = {**self.answers, **self.judgements}
        if item.id == OVERALL:
            what = "No item can be called overall: that is the judgement of the whole study."
            raise refusal(what, "Give it another id.", *place, "id")
        if item.scale not in scales:
            what = f"There is no list of answers or judgements {item.scale}."
            raise refusal(what, f"There are: {', '.join(scales)}.", *place, "scale")
        domains = {each.id for each in self.items if each.domain is None}
        if item.domain is not None and item.domain not in domains:
            what = f"There is no domain {item.domain}."
            raise refusal(what, f"There are: {', '.join(sorted(domains))}.", *place, "domain")
        questions = {each.id: each for each in self.items if each.domain == item.id}
        for case in (*item.cases, *(case for part in item.parts for case in part)):
            self._refuse_values([case.then], item.scale, *place, "cases")
            for name, values in (*case.when.items(), *case.any_of.items()):
                if name not in questions:
                    what = f"A case looks at {name}, which is no question of {item.id}."
                    raise refusal(what, "Give the question this domain.", *place, "cases")
                self._refuse_values(values, questions[name].scale, *place, "cases")

    def _check_overall(self) -> None:
        rule = self.overall
        if rule.scale is not None and rule.scale not in self.judgements:
            what = f"There is no list of judgements {rule.scale}."
            raise refusal(what, f"There are: {', '.join(self.judgements)}.", "overall", "scale")
        named = [rule.level, rule.otherwise, *rule.high, *(band.level for band in rule.bands)]
        named += [each.may_be for each in rule.several] + [each.level for each in rule.several]
        values = [name for name in named if name is not None]
        if rule.scale is None:
            if values or rule.rule not in {"points", "people"}:
                what = "The rule names judgements, but not the list they are from."
                raise refusal(what, "Add scale.", "overall")
            return
        self._refuse_values(values if rule.rule != "all" else values[1:], rule.scale, "overall")
        order = [level.value for level in self.levels(rule.scale)]
        for position, each in enumerate(rule.several):
            if order.index(each.may_be) <= order.index(each.level):
                raise refusal(
                    f"Several {each.level} would make the whole {each.may_be}, which is no worse.",
                    f"From best to worst: {', '.join(order)}.",
                    *("overall", "several", position, "may_be"),
                )

    def _refuse_values(self, values: Iterable[str], scale: str, *at: str | int) -> None:
        known = [level.value for level in self.levels(scale)]
        for value in values:
            if value not in known:
                what = f'"{value}" does not stand in the list {scale}.'
                raise refusal(what, f"It has: {', '.join(known)}.", *at)

    @property
    def shown(self) -> tuple[Item, ...]:
        """What tables and figures show: domains, and the questions of a tool without domains."""
        return tuple(item for item in self.items if item.domain is None)

    def item(self, name: str) -> Item | None:
        """Find an item by its id."""
        return next((item for item in self.items if item.id == name), None)

    def levels(self, scale: str) -> tuple[Level, ...]:
        """Give the answers or judgements of a list."""
        return self.answers.get(scale) or self.judgements[scale]

    def is_judged(self, item: Item) -> bool:
        """Say whether a row of this item fills the column judgement, not answer."""
        return item.scale in self.judgements

    def level(self, scale: str | None, value: str | None) -> Level | None:
        """Find an answer or judgement, None where there is none of this value."""
        if scale is None:
            return None
        return next((level for level in self.levels(scale) if level.value == value), None)
