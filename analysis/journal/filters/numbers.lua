-- How a journal writes numbers: P values, decimal points, thousands, minus signs, units.
--
-- Only signs around the digits change, never a digit. Runs last, over text, captions, tables and the
-- abstract, and before the reference list is made: titles are quoted as they are printed. Reads
-- `submission: numbers:` in the metadata.

local stringify = pandoc.utils.stringify
local NBSP, NARROW, MINUS = "\u{a0}", "\u{202f}", "\u{2212}"

-- Units that must not stand at the beginning of a line, as prose writes them after a number.
local units = {}
for unit in ([[months month weeks week days day years year hours h min s mg g kg µg ml mL L dl dL mm cm
  Gy MBq %]]):gmatch("%S+") do
  units[unit] = true
end
-- Words after which a number with a point is a name: RECIST 1.1, edition 1.0.
local names = {}
for word in ("RECIST mRECIST iRECIST version Version edition Edition BY CTCAE v"):gmatch("%S+") do
  names[word] = true
end

-- Values that hold names and versions.
local named_values = { "^methods%.", "^edition%.", "^provenance%." }
-- A number behind these words belongs to a heading.
local numbered = { "^Section" .. NBSP, "^Sections" .. NBSP }

local style = {}

local function read_style(meta)
  local given = meta.submission and meta.submission.numbers or {}
  style.letter = given["p-letter"] and stringify(given["p-letter"]) or "P"
  style.italic = given["p-italic"] ~= false
  style.spaces = given["p-spaces"] ~= false
  style.zero = given["leading-zero"] == true
  style.point = given["decimal-point"] and stringify(given["decimal-point"]) or "."
  local signs = { comma = ",", space = NARROW, none = "" }
  style.thousands = signs[stringify(given.thousands or "comma")]
end

-- One word ---------------------------------------------------------------------------------------

local function is_address(text)
  return text:match("^https?:") or text:match("^10%.%d+/") or text:match("^doi:") or text:match("@")
end

local function with_zero(text)
  -- A decimal without a zero is a P value (or another that cannot exceed 1).
  return (" " .. text):gsub("([^%w%.%)])%.(%d)", "%10.%2"):sub(2)
end

local function with_minus(text)
  return (text:gsub("^(%(?)%-(%.?%d)", "%1" .. MINUS .. "%2"))
end

local function with_thousands(text)
  local before
  repeat
    before = text
    text = text:gsub("(%d),(%d%d%d)%f[^%d]", "%1\0%2")
  until text == before
  return (text:gsub("%z", style.thousands))
end

local function with_point(text)
  return (text:gsub("(%d)%.(%d)", "%1" .. style.point .. "%2"))
end

local function matches_one(text, patterns)
  for _, pattern in ipairs(patterns) do
    if text:match(pattern) then
      return true
    end
  end
  return false
end

local function styled(text, is_name)
  if is_address(text) or matches_one(text, numbered) then
    return text
  end
  text = with_minus(text)
  if style.zero then
    text = with_zero(text)
  end
  text = with_thousands(text)
  if style.point ~= "." and not is_name then
    text = with_point(text)
  end
  return text
end

-- P values -----------------------------------------------------------------------------------

local function trimmed(text)
  local before
  repeat
    before = text
    text = text:gsub("^ ", ""):gsub("^" .. NBSP, "")
  until text == before
  return text
end

-- The sign and what follows it: "= .03" gives "=" and ".03".
local function comparison(text)
  for _, sign in ipairs({ "=", "<", ">", "≤", "≥" }) do
    if text:sub(1, #sign) == sign then
      return sign, trimmed(text:sub(#sign + 1))
    end
  end
  return nil
end

-- Between 0 and 1; anything else behind a P is no P value.
local function is_probability(text)
  return text:match("^[01]?%.%d") or text:match("^[01]$") or text:match("^[01][^%d%.]")
end

local function plain(inline)
  if not inline then
    return nil
  end
  if inline.t == "Str" then
    return inline.text
  end
  return (inline.t == "Space" or inline.t == "SoftBreak") and " " or nil
end

local function is_letter(inline)
  if not inline then
    return false
  end
  local text = inline.t == "Str" and inline.text or inline.t == "Emph" and stringify(inline)
  return text == "P" or text == "p"
end

local function letter()
  local text = pandoc.Str(style.letter)
  return style.italic and pandoc.Emph({ text }) or text
end

-- The words behind the letter as one string, as far as the number reaches.
local function behind(inlines, index)
  local text, last = "", index
  while plain(inlines[last + 1]) and not text:match("[%d]") do
    last = last + 1
    text = text .. plain(inlines[last])
  end
  return text, last
end

local function p_values(inlines)
  local done, index = pandoc.Inlines({}), 1
  while index <= #inlines do
    local inline = inlines[index]
    -- "P=.03" typed as one word.
    local glued = inline.t == "Str" and inline.text:match("^%(?[Pp]([=<>].*)$")
    if glued and not inline.text:match("^%(") then
      inlines[index] = pandoc.Str("P")
      inlines:insert(index + 1, pandoc.Str(glued))
      inline = inlines[index]
    end
    if is_letter(inline) then
      local text, last = behind(inlines, index)
      local sign, rest = comparison(trimmed(text))
      local is_value = sign and is_probability(rest)
      if inline.t == "Emph" or is_value then
        done:insert(letter())
      else
        done:insert(inline)
      end
      if is_value then
        local gap = style.spaces and NBSP or ""
        if not style.zero then
          rest = rest:gsub("^0%.", ".")
        end
        done:insert(pandoc.Str(gap .. sign .. gap .. styled(rest, false)))
        index = last
      end
    else
      done:insert(inline)
    end
    index = index + 1
  end
  return done
end

-- Lines of words -----------------------------------------------------------------------------

local function units_kept(inlines)
  for index = 2, #inlines - 1 do
    local before, after = inlines[index - 1], inlines[index + 1]
    if inlines[index].t == "Space" and before.t == "Str" and after.t == "Str"
      and before.text:match("%d$") then
      local word = after.text:gsub("[%.,;:%)%]]+$", "")
      if units[word] then
        inlines[index] = pandoc.Str(NBSP)
      end
    end
  end
  return inlines
end

local function words(inlines)
  local previous = ""
  for index, inline in ipairs(inlines) do
    if inline.t == "Str" then
      local text = inline.text
      inlines[index] = pandoc.Str(styled(text, names[previous] ~= nil))
      previous = text:gsub("^%(", "")
    end
  end
  return inlines
end

local function restyle(inlines)
  return units_kept(words(p_values(inlines)))
end

local everywhere = {
  traverse = "topdown",
  Inlines = restyle,
  Span = function(span)
    local name = span.attributes["data-value"] or span.attributes.value or ""
    if style.point ~= "." and matches_one(name, named_values) then
      return span, false
    end
  end,
}

function Pandoc(doc)
  read_style(doc.meta)
  doc.blocks = doc.blocks:walk(everywhere)
  if doc.meta.abstract then
    doc.meta.abstract = pandoc.Blocks(doc.meta.abstract):walk(everywhere)
  end
  return doc
end
