"""What a journal asks of pages, numbers and files: parts of the model of a journal's file."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from schemas.entry import Entry, Text, refusal, refuse_repeats

Resolution = Annotated[int, Field(ge=72, le=2400)]
Millimetres = Annotated[float, Field(gt=0, le=1000)]
Points = Annotated[float, Field(gt=0, le=100)]
FigureFormat = Literal["tiff", "eps", "pdf", "png", "svg", "jpeg"]
Colour = Literal["rgb", "cmyk", "any"]


class FigureResolution(Entry):
    """Least resolution in dots per inch by kind of picture; vector files have none."""

    line: Resolution = Field(default=600, description="Lines and text only")
    combination: Resolution = Field(default=600, description="Lines with shades or photographs")
    halftone: Resolution = Field(default=300, description="Photographs")


class FigureWidths(Entry):
    """Printed widths; a figure is made as wide as one of them."""

    single: Millimetres | None = Field(default=None, description="One column, in mm")
    middle: Millimetres | None = Field(default=None, description="One and a half columns, in mm")
    double: Millimetres | None = Field(default=None, description="Both columns, in mm")
    height: Millimetres | None = Field(default=None, description="Greatest height, in mm")


class FigureFiles(Entry):
    """What the files of the figures must be."""

    formats: tuple[FigureFormat, ...] = Field(
        default=("tiff", "pdf"), strict=False, description="Formats, the preferred one first"
    )
    dpi: FigureResolution = Field(
        default_factory=FigureResolution, description="Least resolution by kind of picture"
    )
    widths: FigureWidths = Field(default_factory=FigureWidths, description="Printed sizes")
    colour: Colour = Field(default="rgb", description="Colour mode")
    smallest_type_pt: Points | None = Field(default=None, description="Smallest lettering")
    largest_type_pt: Points | None = Field(default=None, description="Largest lettering")

    @model_validator(mode="after")
    def _check_formats(self) -> Self:
        if not self.formats:
            raise refusal("No format is named.", "Write at least one, such as tiff.", "formats")
        refuse_repeats(self.formats, "format", "formats")
        return self


class Layout(Entry):
    """The page of the main manuscript."""

    spacing: Literal["single", "one_and_half", "double"] = Field(
        default="double", description="Distance of the lines"
    )
    line_numbers: Literal["none", "continuous", "page"] = Field(
        default="continuous", description="Numbered through, anew on each page, or not"
    )
    page_numbers: bool = Field(default=True, description="Whether pages are numbered")
    paper: Literal["a4", "letter"] = Field(default="a4", description="Size of the paper")
    font: Text = Field(default="Times New Roman", description="Typeface of the text")
    font_pt: Points = Field(default=12.0, description="Size of the text, in points")
    margin_mm: Millimetres = Field(default=25.0, description="Margins, in mm")


class NumberStyle(Entry):
    """How numbers are written: the signs around the digits, which themselves never change."""

    p_letter: Literal["p", "P"] = Field(default="P", description="Letter of the P value")
    p_italic: bool = Field(default=True, description="Whether that letter is italic")
    p_spaces: bool = Field(default=True, description="P = .03 with spaces, otherwise P=.03")
    leading_zero: bool = Field(default=False, description="0.03, otherwise .03, for P values")
    decimal_point: Literal[".", "·", ","] = Field(default=".", description="Sign before decimals")
    thousands: Literal[",", " ", ""] = Field(
        default=",", description="Between thousands of numbers with five digits or more"
    )


class Supplement(Entry):
    """Supplementary files."""

    formats: tuple[Literal["pdf", "docx"], ...] = Field(
        default=("pdf", "docx"), strict=False, description="Formats of the one supplement"
    )


class FileNames(Entry):
    """Names of the uploaded files without their ending; ``{n}`` is the number of the item."""

    manuscript: Text = Field(default="manuscript", description="Main text")
    title_page: Text = Field(default="title-page", description="Title page")
    cover_letter: Text = Field(default="cover-letter", description="Letter to the editor")
    figure: Text = Field(default="figure-{n}", description="Each figure")
    table: Text = Field(default="table-{n}", description="Each table")
    supplement: Text = Field(default="supplement", description="Supplementary material")

    @field_validator("*")
    @classmethod
    def _check_name(cls, name: str) -> str:
        if any(sign in name for sign in '/\\:*?"<>|') or name.startswith("."):
            raise refusal(
                "This cannot be the name of a file.",
                "Use letters, digits, spaces, - and _; without the ending.",
            )
        return name

    @model_validator(mode="after")
    def _check_numbers(self) -> Self:
        for entry in ("figure", "table"):
            if "{n}" not in getattr(self, entry):
                raise refusal("The number is missing.", "Write {n} where it stands.", entry)
        return self
