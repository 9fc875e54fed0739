-- Quarto only: headings as the embedded engine sets them.
--
-- Quarto numbers the headings of a structured abstract ("0.1 Background"), because they stand before
-- the first section; and its Typst shuts every heading without a number into a block, where nothing
-- keeps it on the page of what follows, and where its id is lost. Pandoc alone does neither.

local function in_abstract(header)
  if FORMAT:match("docx") or FORMAT:match("typst") then
    return pandoc.Para({ pandoc.Strong(header.content) })
  end
  header.classes:insert("unnumbered")
  header.classes:insert("unlisted")
  return header
end

local function for_typst(header)
  if not header.classes:includes("unnumbered") then
    return nil
  end
  local inlines = pandoc.Inlines({
    pandoc.RawInline("typst", "#heading(level: " .. header.level .. ", numbering: none)["),
  })
  inlines:extend(header.content)
  local label = header.identifier:match("^%a[%w_.:-]*$")
  inlines:insert(pandoc.RawInline("typst", "]" .. (label and " <" .. label .. ">" or "")))
  return pandoc.Plain(inlines)
end

function Pandoc(doc)
  if not quarto then
    return nil
  end
  if pandoc.utils.type(doc.meta.abstract) == "Blocks" then
    local abstract = doc.meta.abstract:walk({ Header = in_abstract })
    if FORMAT:match("typst") then
      -- Quarto prints the word "Abstract" in the first line.
      abstract:insert(1, pandoc.RawBlock("typst", "#parbreak()"))
    end
    doc.meta.abstract = abstract
  end
  if FORMAT:match("typst") then
    doc.blocks = doc.blocks:walk({ Header = for_typst })
  end
  return doc
end
