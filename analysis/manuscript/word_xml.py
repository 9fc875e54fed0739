"""Small pieces of WordprocessingML: names, runs, fields, and the order the schema asks for."""

from __future__ import annotations

from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

# CT_PPr of ECMA-376 part 1, 17.3.1.26. Word refuses a file with another order.
_ORDER = (
    "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr "
    "shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE "
    "autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents "
    "suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr "
    "sectPr pPrChange"
)
_PARAGRAPH_PROPERTIES = tuple(_ORDER.split())


def element(name: str, /, **attributes: str) -> Any:
    """Make an element of the word-processing namespace; attributes are of the same namespace."""
    from lxml import etree

    made = etree.Element(f"{W}{name}")
    for key, value in attributes.items():
        made.set(f"{W}{key}", value)
    return made


def paragraph(style: str, *content: Any) -> Any:
    """Make a paragraph of a style, named by its id, which is its name without spaces."""
    made = element("p")
    set_property(made, element("pStyle", val=style.replace(" ", "")))
    made.extend(content)
    return made


def properties_of(block: Any) -> Any:
    """Give a paragraph's properties, as one element at its head.

    Quarto writes a second ``pPr`` behind pandoc's own, with its children in any order; what stands
    later wins.
    """
    first, *others = block.findall(f"{W}pPr") or [element("pPr")]
    for other in others:
        for child in list(other):
            _replace(first, child)
        block.remove(other)
    block.insert(0, first)
    first[:] = sorted(first, key=_rank)
    return first


def set_property(block: Any, wanted: Any) -> None:
    """Set one property of a paragraph where the schema wants it."""
    properties = properties_of(block)
    _replace(properties, wanted)
    properties[:] = sorted(properties, key=_rank)


def is_one_cell(row: Any, table: Any) -> bool:
    """Tell whether a row of a table is a single cell over several columns."""
    columns = len(table.findall(f"{W}tblGrid/{W}gridCol"))
    cells = row.findall(f"{W}tc")
    span = cells[0].find(f"{W}tcPr/{W}gridSpan") if len(cells) == 1 else None
    return span is not None and int(span.get(f"{W}val", "1")) == columns > 1


def style_of(block: Any) -> str:
    """Give the id of a paragraph's style, empty if it names none."""
    found = block.find(f"{W}pPr/{W}pStyle")
    return "" if found is None else found.get(f"{W}val", "")


def text_of(block: Any) -> str:
    """Give the text that a reader sees; no-break spaces become spaces, as long as the original."""
    return "".join(_characters(node) for node in block.iter(f"{W}t", f"{W}tab", f"{W}br"))


def run(text: str, like: Any = None) -> Any:
    """Make a run of text, with the character properties of another run."""
    made = _run_like(like)
    made.append(_text(text))
    return made


def embolden(made: Any) -> None:
    """Set a run in bold."""
    properties = made.find(f"{W}rPr")
    if properties is None:
        properties = element("rPr")
        made.insert(0, properties)
    if properties.find(f"{W}b") is None:
        # The schema wants style and fonts before it, everything else behind.
        place = sum(properties.find(f"{W}{name}") is not None for name in ("rStyle", "rFonts"))
        properties[place:place] = [element("b"), element("bCs")]


def field(instruction: str, shown: str, like: Any = None) -> list[Any]:
    """Make a field with the result it shows until somebody updates it.

    Returns
    -------
    list
        Five runs: begin, instruction, separator, result, end.
    """
    runs = field_start(instruction, like)
    return [*runs, run(shown, like), field_end(like)]


def field_start(instruction: str, like: Any = None) -> list[Any]:
    """Make the three runs that stand before a field's result."""
    begin, code, separate = (_run_like(like) for _ in range(3))
    begin.append(element("fldChar", fldCharType="begin"))
    words = element("instrText")
    words.text = f" {instruction} "
    words.set(_SPACE, "preserve")
    code.append(words)
    separate.append(element("fldChar", fldCharType="separate"))
    return [begin, code, separate]


def field_end(like: Any = None) -> Any:
    """Make the run that ends a field."""
    made = _run_like(like)
    made.append(element("fldChar", fldCharType="end"))
    return made


def split_at(block: Any, position: int) -> int | None:
    """Cut a paragraph's runs at a character, so that a new element can stand there.

    Parameters
    ----------
    block
        A paragraph.
    position
        Counted in the characters of `text_of`.

    Returns
    -------
    int or None
        Index among the paragraph's children; None where the position lies inside a link or field.
    """
    before = 0
    for index, child in enumerate(block):
        length = len(text_of(child))
        if child.tag == f"{W}pPr" or before + length <= position - 1:
            before += length
            continue
        if before >= position:
            return index
        if before + length == position:
            return index + 1
        pieces = [node for node in child if node.tag != f"{W}rPr"]
        if child.tag != f"{W}r" or len(pieces) != 1 or pieces[0].tag != f"{W}t":
            return None
        words = pieces[0].text or ""
        rest = run(words[position - before :], child)
        child.replace(pieces[0], _text(words[: position - before]))
        child.addnext(rest)
        return index + 1
    return len(block) if before == position else None


def highest_bookmark(tree: Any) -> int:
    """Give the highest number of a bookmark, to go on from."""
    return max((int(mark.get(f"{W}id", "0")) for mark in tree.iter(f"{W}bookmarkStart")), default=0)


def _text(words: str) -> Any:
    made = element("t")
    made.text = words
    made.set(_SPACE, "preserve")
    return made


def _run_like(like: Any) -> Any:
    from copy import deepcopy

    made = element("r")
    properties = None if like is None else like.find(f"{W}rPr")
    if properties is not None:
        made.append(deepcopy(properties))
    return made


def _characters(node: Any) -> str:
    return (node.text or "").replace("\u00a0", " ") if node.tag == f"{W}t" else " "


def _replace(properties: Any, wanted: Any) -> None:
    old = properties.find(wanted.tag)
    if old is not None:
        properties.remove(old)
    properties.append(wanted)


def _rank(child: Any) -> int:
    name = child.tag.removeprefix(W)
    return _PARAGRAPH_PROPERTIES.index(name) if name in _PARAGRAPH_PROPERTIES else -1
