-- Embedded engine only: the abstract as each format wants it.

-- The abstract: headings would enter the numbering and the outline of Word and PDF.
local function run_in_headings(blocks)
  return blocks:walk({
    Header = function(header)
      return pandoc.Para({ pandoc.Strong(header.content) })
    end,
  })
end

function Pandoc(doc)
  if doc.meta.abstract and (FORMAT:match("docx") or FORMAT:match("typst")) then
    doc.meta.abstract = run_in_headings(pandoc.Blocks(doc.meta.abstract))
  end
  return doc
end
