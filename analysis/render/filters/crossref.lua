-- Embedded engine only: numbers floats, formulas and sections, and resolves references to them.
--
-- Words, order and numbering are Quarto's. A float keeps its number as an attribute; shapes.lua lays
-- it out.

local folder = pandoc.path.directory(PANDOC_SCRIPT_FILE)
local categories = dofile(pandoc.path.join({ folder, "categories.lua" }))
local NBSP = categories.NBSP

local targets = {}

local function number_sections(blocks)
  local numbers = {}
  blocks:walk({
    Header = function(header)
      if header.classes:includes("unnumbered") then
        return nil
      end
      for level = 1, header.level do
        numbers[level] = numbers[level] or 0
      end
      numbers[header.level] = numbers[header.level] + 1
      for level = header.level + 1, #numbers do
        numbers[level] = nil
      end
      if header.identifier:match("^sec%-") then
        targets[header.identifier] = table.concat(numbers, ".", 1, header.level)
      end
    end,
  })
end

-- A float inside another one is a part of it: (a), (b) ...
local function letter_parts(blocks, number)
  local count = 0
  return blocks:walk({
    Div = function(div)
      if categories.float_of(div.identifier) then
        count = count + 1
        local letter = "(" .. string.char(96 + count) .. ")"
        targets[div.identifier] = number .. NBSP .. letter
        div.attributes.number = letter
        return div
      end
    end,
  })
end

local function number_floats(blocks)
  local counters = {}
  return blocks:walk({
    traverse = "topdown",
    Div = function(div)
      local category, key = categories.float_of(div.identifier)
      if category then
        counters[key] = (counters[key] or 0) + 1
        local number = tostring(counters[key])
        targets[div.identifier] = number
        div.attributes.number = number
        div.content = letter_parts(div.content, number)
        return div, false
      end
    end,
  })
end

local function number_formulas(blocks)
  local count = 0
  return blocks:walk({
    Span = function(span)
      if span.classes:includes("equation") then
        count = count + 1
        targets[span.identifier] = tostring(count)
        span.attributes.number = tostring(count)
        return span
      end
    end,
  })
end

local function reference(citation)
  local category = categories.of(citation.id)
  local number = category and targets[citation.id]
  if not number then
    return nil
  end
  local text = pandoc.Inlines({})
  if #citation.prefix > 0 then
    text:extend(citation.prefix)
    text:insert(pandoc.Str(NBSP .. number))
  elseif citation.mode == "SuppressAuthor" then
    text:insert(pandoc.Str(number))
  else
    text:insert(pandoc.Str(category.prefix .. number))
  end
  return pandoc.Link(text, "#" .. citation.id, "", { class = "crossref" })
end

local function resolve(cite)
  local inlines = pandoc.Inlines({})
  for index, citation in ipairs(cite.citations) do
    local link = reference(citation)
    if not link then
      return nil
    end
    if index > 1 then
      inlines:extend({ pandoc.Str(","), pandoc.Space() })
    end
    inlines:insert(link)
  end
  return inlines
end

function Pandoc(doc)
  categories.read_custom(doc.meta)
  number_sections(doc.blocks)
  doc.blocks = number_formulas(number_floats(doc.blocks))
  doc.blocks = doc.blocks:walk({ Cite = resolve })
  return doc
end
