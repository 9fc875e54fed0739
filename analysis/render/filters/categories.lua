-- What the other filters share: the kinds of numbered things, and which elements are of them.

local stringify = pandoc.utils.stringify
local M = { NBSP = "\u{a0}" }

-- prefix as printed before the number; caption above tables, below figures
local known = {
  fig = { prefix = "Figure" .. M.NBSP, kind = "figure", supplement = "Figure", numbering = "1" },
  tbl = { prefix = "Table" .. M.NBSP, kind = "table", supplement = "Table", numbering = "1" },
  eq = { prefix = "Equation" .. M.NBSP, kind = "equation" },
  sec = { prefix = "Section" .. M.NBSP, kind = "section" },
}

-- Adds the custom floats of `crossref:` in _quarto.yml.
function M.read_custom(meta)
  local custom = meta.crossref and meta.crossref.custom or {}
  for _, entry in ipairs(custom) do
    local prefix = stringify(entry["reference-prefix"])
    local word, letter = prefix:match("^(%a+) (%a+)$")
    known[stringify(entry.key)] = {
      prefix = prefix:gsub(" ", M.NBSP),
      kind = word == "Table" and "table" or "figure",
      supplement = word,
      numbering = letter .. "1",
    }
  end
end

-- The category of an id and its key (fig, stbl ...), nil for any other id.
function M.of(identifier)
  local key = identifier:match("^(%a+)%-")
  return key and known[key], key
end

-- The same for figures and tables only.
function M.float_of(identifier)
  local category, key = M.of(identifier)
  if category and (category.kind == "figure" or category.kind == "table") then
    return category, key
  end
end

function M.is_layout(div)
  local given = div.attributes
  return given["layout-ncol"] or given["layout-nrow"] or given.layout
end

return M
