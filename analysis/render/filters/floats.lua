-- Embedded engine only: whatever an author may write for a figure, table or equation becomes one form.
--
-- A div with the id, whose last paragraph is the caption, as Quarto takes it: from a picture or a
-- table with an id of its own, and from a div whose caption belongs to its only picture or its table.
-- A displayed formula behind which {#eq-...} stands becomes a span with that id.

local folder = pandoc.path.directory(PANDOC_SCRIPT_FILE)
local categories = dofile(pandoc.path.join({ folder, "categories.lua" }))
local stringify = pandoc.utils.stringify

-- Words for readers who cannot see it: what the author says, else the caption.
local function describe(image)
  local given = image.attributes["fig-alt"] or image.attributes.alt or stringify(image.caption)
  image.attributes["fig-alt"], image.attributes.alt = nil, nil
  image.caption = pandoc.Inlines({ pandoc.Str(given) })
  image.title = ""
  return image
end

local function paragraph(caption)
  return pandoc.Para(pandoc.utils.blocks_to_inlines(caption.long))
end

local function has_words(caption)
  return #caption.long > 0
end

-- Settings of the picture that are the figure's.
local function settings_of(figure)
  return pandoc.Attr(figure.identifier, figure.classes, figure.attributes)
end

local function from_figure(figure)
  if not categories.float_of(figure.identifier) then
    return nil
  end
  local blocks = pandoc.Blocks(figure.content)
  blocks:insert(paragraph(figure.caption))
  return pandoc.Div(blocks, settings_of(figure))
end

local function from_table(tbl)
  if not categories.float_of(tbl.identifier) then
    return nil
  end
  local caption, attr = paragraph(tbl.caption), settings_of(tbl)
  tbl.attr, tbl.caption = pandoc.Attr(), pandoc.Caption({})
  return pandoc.Div({ tbl, caption }, attr)
end

-- A div without a paragraph for its caption takes that of its table, or of its only picture.
local function complete(div)
  if not categories.float_of(div.identifier) then
    return nil
  end
  local tables, pictures = pandoc.List({}), pandoc.List({})
  for _, block in ipairs(div.content) do
    if block.t == "Table" and has_words(block.caption) then
      tables:insert(block)
    elseif block.t == "Figure" then
      pictures:insert(block)
    end
  end
  local last = div.content[#div.content]
  local ends_with_caption = last and last.t == "Para" and stringify(last) ~= ""
  if #tables == 1 then
    local caption = paragraph(tables[1].caption)
    tables[1].caption = pandoc.Caption({})
    div.content:insert(caption)
    return div
  elseif #div.content == 1 and #pictures == 1 then
    div.content = pandoc.Blocks(pictures[1].content)
    div.content:insert(paragraph(pictures[1].caption))
    return div
  elseif not ends_with_caption then
    error("\nThe div " .. div.identifier .. " must end with a paragraph, its caption.\n", 0)
  end
end

-- Pandoc leaves the braces behind a formula in the text.
local function name_formulas(inlines)
  for index = #inlines, 1, -1 do
    local inline = inlines[index]
    local name = inline and inline.t == "Str" and inline.text:match("^{#(eq%-[%w_:.-]*%w)}$")
    if name then
      local place = index - 1
      while place > 0 and (inlines[place].t == "Space" or inlines[place].t == "SoftBreak") do
        place = place - 1
      end
      local formula = inlines[place]
      if formula and formula.t == "Math" and formula.mathtype == "DisplayMath" then
        for _ = place, index do
          inlines:remove(place)
        end
        inlines:insert(place, pandoc.Span({ formula }, pandoc.Attr(name, { "equation" })))
      end
    end
  end
  return inlines
end

local function read_kinds(meta)
  categories.read_custom(meta)
end

return {
  { Meta = read_kinds },
  { Image = describe, Inlines = name_formulas },
  { traverse = "topdown", Div = complete },
  { Figure = from_figure, Table = from_table },
}
