-- Takes away what arrange.lua marked, and the links that pointed there.

local LEFT_OUT = "left-out"

local function targets_of(doc)
  local found = {}
  local function remember(element)
    found[element.identifier] = true
  end
  -- Typst's floats are raw; their label stands at the end.
  local function remember_label(raw)
    local label = raw.text:match("<([%w-]+)>%s*$")
    if label then
      found[label] = true
    end
  end
  doc.blocks:walk({
    Header = remember, Div = remember, Span = remember, Figure = remember, Table = remember,
    RawBlock = remember_label, RawInline = remember_label,
  })
  return found
end

function Pandoc(doc)
  doc.blocks = doc.blocks:walk({
    Div = function(div)
      if div.classes:includes(LEFT_OUT) then
        return {}
      end
    end,
  })
  local targets = targets_of(doc)
  doc.blocks = doc.blocks:walk({
    Link = function(link)
      local name = link.target:match("^#(.+)$")
      if name and link.classes:includes("crossref") and not targets[name] then
        return link.content
      end
    end,
  })
  return doc
end
