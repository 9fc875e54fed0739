-- Embedded engine only: what Quarto does to an HTML table.
--
-- A raw HTML table becomes a native table; a cell's <span data-qmd="..."> is read as markdown, so that
-- citations inside cells work; cells under a row or column header keep their scope in HTML.

local NBSP = "\u{a0}"
-- Whether citations are superscript numbers, which stand close to the word before them.
local superscript = false

local function closed_up(inlines)
  for index, inline in ipairs(inlines) do
    local following = inlines[index + 1]
    if inline.t == "Str" and following and following.t == "Cite" then
      inline.text = inline.text:gsub(NBSP .. "$", "")
    end
  end
  return inlines
end

local function markdown_inlines(source)
  return pandoc.utils.blocks_to_inlines(pandoc.read(source, "markdown").blocks)
end

local read_spans = {
  Span = function(span)
    local source = span.attributes["data-qmd"] or span.attributes["qmd"]
    if source then
      return markdown_inlines(source)
    end
  end,
}

local function read_options(meta)
  superscript = meta["citation-after-punctuation"] == true
end

local function read_table(raw)
  if raw.format == "html" and raw.text:match("^%s*<table") then
    local blocks = pandoc.read(raw.text, "html").blocks:walk(read_spans)
    return superscript and blocks:walk({ Inlines = closed_up }) or blocks
  end
end

return { { Meta = read_options }, { RawBlock = read_table } }
