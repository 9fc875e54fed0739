-- Pictures of PDF, Word and JATS, the same in both engines: with their size and their description.
--
-- Pandoc (3.9) leaves the description out of a PDF; in Word and JATS it takes it from the caption of
-- the picture, which Quarto takes away.

local stringify = pandoc.utils.stringify
-- Quarto lays the source of the PDF beside the text, the embedded engine elsewhere in the project.
local folder = quarto and "" or "/manuscript/"

local function description(image)
  return image.attributes["fig-alt"] or image.attributes.alt or stringify(image.caption)
end

local function typst_string(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

-- A CSS length as Typst writes it; nil where the picture keeps its own size.
local function typst_length(given)
  local pixels = given and (given:match("^(%d+%.?%d*)px$") or given:match("^(%d+%.?%d*)$"))
  return pixels and (0.75 * tonumber(pixels)) .. "pt" or given
end

local function typst_picture(image)
  local arguments = { typst_string(folder .. image.src) }
  for _, name in ipairs({ "width", "height" }) do
    local length = typst_length(image.attributes[name])
    if length then
      table.insert(arguments, name .. ": " .. length)
    end
  end
  table.insert(arguments, "alt: " .. typst_string(description(image)))
  return "image(" .. table.concat(arguments, ", ") .. ")"
end

-- Alone on a line one is a block, else a sign.
local function block(paragraph)
  local image = paragraph.content[1]
  if #paragraph.content == 1 and image.t == "Image" then
    return pandoc.RawBlock("typst", "#" .. typst_picture(image))
  end
end

local function sign(image)
  return pandoc.RawInline("typst", "#box(" .. typst_picture(image) .. ")")
end

local function described(image)
  local words = description(image)
  image.attributes["fig-alt"], image.attributes.alt = nil, words
  if FORMAT:match("jats") then
    -- Pandoc writes it as it is.
    words = words:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub(">", "&gt;")
  end
  image.caption = pandoc.Inlines({ pandoc.Str(words) })
  return image
end

function Pandoc(doc)
  if FORMAT:match("typst") then
    doc.blocks = doc.blocks:walk({ Para = block, Plain = block }):walk({ Image = sign })
  elseif quarto and (FORMAT:match("docx") or FORMAT:match("jats")) then
    doc.blocks = doc.blocks:walk({ Image = described })
  end
  return doc
end
