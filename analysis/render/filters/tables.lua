-- Embedded engine only: what Quarto does to an HTML table.
--
-- A raw HTML table becomes a native table; a cell's <span data-qmd="..."> is read as markdown, so that
-- citations inside cells work; cells under a row or column header keep their scope in HTML.

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

function RawBlock(raw)
  if raw.format == "html" and raw.text:match("^%s*<table") then
    return pandoc.read(raw.text, "html").blocks:walk(read_spans)
  end
end
