"""The outcomes of the protocol: what is measured, which rows give it, and how it is compared."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import AliasChoices, Field, model_validator

from schemas.entry import Entry as _Entry
from schemas.entry import Text
from schemas.entry import refusal as _refusal
from schemas.entry import refuse_repeats as _refuse_repeats
from schemas.measures import MEASURE_FORMS, TIME_UNITS, MeasureForm
from schemas.person_time import EXAMPLES, person_time_unit
from schemas.protocol_review import Identifier
from schemas.protocol_synthesis import COMPARING, Unpooled
from schemas.vocabulary import list_hint

# A Literal cannot be computed: tests/schemas/test_two_arms.py holds it to `MEASURE_FORMS`.
MeasureName = Literal[
    "proportion",
    "median",
    "mean",
    "rate",
    "correlation",
    "sensitivity",
    "specificity",
    "RR",
    "OR",
    "RD",
    "ASD",
    "PETO",
    "MD",
    "SMD",
    "ROM",
    "IRR",
    "IRD",
    "HR",
    "MEDIAN_DIFFERENCE",
    "ratio",
    "difference",
]
TimeUnit = Literal["days", "weeks", "months", "years"]
Better = Literal["higher", "lower", "none"]

_DEFAULT_UNITS = {"percent": "percent", "time": "months"}


class Instrument(_Entry):
    """A scale or questionnaire by which an outcome is measured."""

    id: Text = Field(description="What stands in the column instrument of outcomes.csv")
    label: Text = Field(description="Name printed in tables")
    low: float | None = Field(default=None, strict=False, description="Lowest possible score")
    high: float | None = Field(default=None, strict=False, description="Highest possible score")
    higher_is: Literal["better", "worse"] | None = Field(
        default=None, description="What a high score means"
    )

    @model_validator(mode="after")
    def _check_range(self) -> Self:
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise _refusal(
                f"The lowest score ({self.low:g}) is not below the highest ({self.high:g}).",
                "Look at the description of the instrument.",
                "low",
            )
        return self


class TimeRule(_Entry):
    """Which of several time points of a study is taken."""

    rule: Literal["primary", "last", "first", "nearest"] = Field(
        description="primary (the study's own, column primary), last, first, or nearest to `at`"
    )
    at: float | None = Field(
        default=None, ge=0, strict=False, description="Time that is wanted, for nearest"
    )
    unit: TimeUnit = Field(default="weeks", description="Unit of `at`")
    before_crossover: bool = Field(
        default=True, description="Whether only the first period of a crossover trial counts"
    )

    @model_validator(mode="after")
    def _check_at(self) -> Self:
        if self.rule == "nearest" and self.at is None:
            raise _refusal("The time is missing.", "Write the wanted time, such as at: 12.", "at")
        return self


class Outcome(_Entry):
    """One outcome of the review."""

    id: Identifier = Field(description="Name in results and in the manuscript's variables")
    code: Text = Field(description="What stands in the column outcome of the tables")
    label: Text = Field(description="Name printed in tables and figures")
    measure: MeasureName = Field(
        # The word of protocols of the first edition, which knew two measures.
        validation_alias=AliasChoices("measure", "kind"),
        description="Effect measure: "
        + ", ".join(f"{form.name} ({form.words})" for form in MEASURE_FORMS.values()),
    )
    unit: Text | Literal[""] = Field(
        default="",
        description="percent for a proportion; days, weeks, months or years for a time; "
        "per 100 patient-years, for instance, for a rate: times at risk are turned into it; the "
        "instrument's points or any unit for a mean",
    )
    better: Better = Field(
        default="none", description="Which direction is good for the patients: higher or lower"
    )
    comparison: Identifier | None = Field(
        default=None, description="Id of the comparison; where there is one, that one"
    )
    criteria_preferred: tuple[Text, ...] = Field(
        default=(),
        strict=False,
        description="Criteria that may stand in the column criteria, the preferred one first; "
        "when a study reports several, the first of them is pooled",
    )
    instruments: tuple[Instrument, ...] = Field(
        default=(),
        strict=False,
        description="Instruments that may stand in the column instrument, the preferred one "
        "first; when a study reports several, the first of them is pooled",
    )
    time: TimeRule | None = Field(
        default=None, description="Which of several time points of a study is taken"
    )
    not_more_than: Identifier | None = Field(
        default=None,
        description="Id of an outcome that this one cannot exceed in the same patients",
    )
    minimal_important_difference: float | None = Field(
        default=None, gt=0, strict=False, description="Smallest difference that patients notice"
    )
    baseline_risk: tuple[float, ...] = Field(
        default=(),
        strict=False,
        description="Risks without the treatment, as fractions, for absolute effects; empty = "
        "median of the control groups",
    )
    synthesis: Unpooled | None = Field(
        default=None,
        description="What is done instead of pooling; without it the results are pooled",
    )
    model: dict[str, str | float | bool] = Field(
        default_factory=dict,
        strict=False,
        description="Conventions of this outcome that depart from the profile, by their names in "
        "`review profiles`",
    )

    @model_validator(mode="before")
    @classmethod
    def _fill_unit(cls, given: Any) -> Any:
        if not isinstance(given, dict) or "unit" in given:
            return given
        form = MEASURE_FORMS.get(str(given.get("measure", given.get("kind"))))
        return {**given, "unit": _DEFAULT_UNITS.get(form.unit, "")} if form else given

    @model_validator(mode="after")
    def _check_entry(self) -> Self:
        self._check_unit(self.form)
        self._check_synthesis()
        _refuse_repeats(self.criteria_preferred, "criterion", "criteria_preferred")
        _refuse_repeats([x.id for x in self.instruments], "instrument", "instruments", name_of="id")
        for position, risk in enumerate(self.baseline_risk):
            if not 0 < risk < 1:
                raise _refusal(
                    f"{risk:g} is not a risk.",
                    "Write a fraction between 0 and 1: 20 % is 0.20.",
                    *("baseline_risk", position),
                )
        return self

    def _check_synthesis(self) -> None:
        ways = () if self.synthesis is None else self.synthesis.by
        for position, way in enumerate(ways):
            if way in COMPARING and not self.two_groups:
                raise _refusal(
                    f"A {self.form.words} compares nothing, so it has no direction.",
                    "Write effects, or choose a measure of two groups.",
                    *("synthesis", "by", position),
                )
            if way in COMPARING and self.better == "none":
                raise _refusal(
                    "It is not said which direction is good for the patients.",
                    "Write better: higher or better: lower.",
                    "better",
                )

    def _check_unit(self, form: MeasureForm) -> None:
        allowed = {"percent": ("percent",), "time": TIME_UNITS, "none": ("",)}.get(form.unit)
        if form.unit == "person-time" and self.unit and person_time_unit(self.unit) is None:
            raise _refusal(
                f"{self.unit} is not a unit of times at risk.",
                f"Write for instance {EXAMPLES}, or delete the entry.",
                "unit",
            )
        if allowed is None or self.unit in allowed:
            return
        if allowed == ("",):
            raise _refusal(
                f"A {form.words} has no unit.", "Delete the entry unit of this outcome.", "unit"
            )
        hint = list_hint(self.unit, allowed)
        raise _refusal(
            f"A {form.words} is recorded in {' or '.join(allowed)}, not in {self.unit}.",
            f"{hint} Or correct the measure.",
            "unit",
        )

    @property
    def kind(self) -> MeasureName:
        """Its measure, by the word of the first edition."""
        return self.measure

    @property
    def form(self) -> MeasureForm:
        """What its measure asks of the tables."""
        return MEASURE_FORMS[self.measure]

    @property
    def two_groups(self) -> bool:
        """Whether it compares two groups."""
        return self.form.design == "two groups"


class Side(_Entry):
    """One side of a comparison."""

    label: Text = Field(description="Name printed in tables and figures")
    treatments: tuple[Text, ...] = Field(
        default=(),
        strict=False,
        description="What may stand in the column treatment of arms.csv; empty = every arm whose "
        "role fits",
    )


class Comparison(_Entry):
    """Which arms meet."""

    id: Identifier = Field(description="Name in contrasts.csv and under outcomes")
    label: Text = Field(description="Name printed in tables and figures")
    experimental: Side = Field(description="The arms with the treatment")
    control: Side = Field(description="The arms it is compared with")
    several: Literal["refuse", "combine", "split", "highest_dose", "lowest_dose", "first"] = Field(
        default="refuse",
        description="What is done with several arms on one side: refuse (an error names them), "
        "combine them, split the shared control between them, or take the highest dose, the "
        "lowest dose, or the first in the table",
    )
