-- Embedded engine only, JATS, after the citations: references in the order of the list.
--
-- Pandoc writes <element-citation> from the entries of the bibliography, in the order of that file;
-- the numbers in the text follow the list.

function Pandoc(doc)
  local places, count = {}, 0
  doc.blocks:walk({
    Div = function(div)
      local key = div.identifier:match("^ref%-(.+)$")
      if key then
        count = count + 1
        places[key] = count
      end
    end,
  })
  local references = pandoc.List({})
  for _, reference in ipairs(pandoc.utils.references(doc)) do
    if places[reference.id] then
      references:insert(reference)
    end
  end
  references:sort(function(one, other)
    return places[one.id] < places[other.id]
  end)
  doc.meta.references = references
  doc.meta.bibliography = nil
  return doc
end
