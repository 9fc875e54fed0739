-- On the page the notice stands before the contents, which fill the first screens of a phone. The
-- template prints it there; its values and references are resolved by now.

function Pandoc(doc)
  if not FORMAT:match("html") then
    return nil
  end
  for index, block in ipairs(doc.blocks) do
    if block.t == "Div" and block.classes:includes("notice") then
      doc.meta.notice = pandoc.MetaBlocks(block.content)
      doc.blocks:remove(index)
      return doc
    end
  end
end
