-- The e-book: pandoc puts no abstract into one, so it becomes the first chapter, with the keywords;
-- and it finds a figure of another chapter only where a div around it has its name.

local stringify = pandoc.utils.stringify

local function named_by_div(figure)
  local name = figure.identifier
  if name == "" then
    return nil
  end
  figure.identifier = ""
  return pandoc.Div({ figure }, pandoc.Attr(name))
end

-- Only a header cell may say what it is the header of; a cell of the body is none in an e-book.
local function without_scope(tbl)
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do
      for _, cell in ipairs(row.cells) do
        cell.attributes.scope = nil
      end
    end
  end
  return tbl
end

function Pandoc(doc)
  doc.blocks = doc.blocks:walk({ Figure = named_by_div, Table = without_scope })
  if not doc.meta.abstract then
    return doc
  end
  local heading = pandoc.Header(1, "Abstract", pandoc.Attr("abstract", { "unnumbered" }))
  local blocks = pandoc.Blocks({ heading })
  blocks:extend(pandoc.Blocks(doc.meta.abstract):walk({
    Header = function(header)
      return pandoc.Para({ pandoc.Strong(header.content) })
    end,
  }))
  local words = {}
  for _, word in ipairs(doc.meta.keywords or {}) do
    table.insert(words, stringify(word))
  end
  if #words > 0 then
    local text = pandoc.Str(table.concat(words, ", "))
    blocks:insert(pandoc.Para({ pandoc.Strong("Keywords:"), pandoc.Space(), text }))
  end
  blocks:extend(doc.blocks)
  doc.blocks = blocks
  doc.meta.abstract = nil
  return doc
end
