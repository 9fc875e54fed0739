-- Embedded engine only: abstract, keywords and notice, where each format wants them.

local stringify = pandoc.utils.stringify

-- The abstract: headings would enter the numbering and the outline of Word and PDF.
local function run_in_headings(blocks)
  return blocks:walk({
    Header = function(header)
      return pandoc.Para({ pandoc.Strong(header.content) })
    end,
  })
end

-- On the page the notice stands before the contents, which fill the first screens of a phone.
local function take_notice(doc)
  for index, block in ipairs(doc.blocks) do
    if block.t == "Div" and block.classes:includes("notice") then
      doc.meta.notice = pandoc.MetaBlocks(block.content)
      doc.blocks:remove(index)
      return
    end
  end
end

function Pandoc(doc)
  if doc.meta.abstract and (FORMAT:match("docx") or FORMAT:match("typst")) then
    doc.meta.abstract = run_in_headings(pandoc.Blocks(doc.meta.abstract))
  end
  if FORMAT:match("html") then
    take_notice(doc)
  end
  return doc
end
