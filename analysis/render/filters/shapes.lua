-- Embedded engine only: figures, tables, panels and formulas in the shape of each format.

local folder = pandoc.path.directory(PANDOC_SCRIPT_FILE)
local categories = dofile(pandoc.path.join({ folder, "categories.lua" }))

local stringify = pandoc.utils.stringify

local function is(format)
  return FORMAT:match(format) ~= nil
end

local function raw(text)
  return pandoc.RawBlock(FORMAT:match("^%a+"), text)
end

local function typst_string(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

-- Pictures ------------------------------------------------------------------------------------

local function is_picture(block)
  return (block.t == "Para" or block.t == "Plain") and #block.content == 1
    and block.content[1].t == "Image"
end

local function count_pictures(blocks)
  local count = 0
  blocks:walk({ Image = function() count = count + 1 end })
  return count
end

-- JATS and e-books take the description from an attribute where the picture stands in a figure.
local function described(blocks)
  return blocks:walk({
    Image = function(image)
      image.attributes.alt = stringify(image.caption)
      return image
    end,
  })
end

-- A picture that nobody describes has at least the figure's caption.
local function described_by(blocks, words)
  return blocks:walk({
    Image = function(image)
      if stringify(image.caption) == "" then
        image.caption = pandoc.Inlines({ pandoc.Str(words) })
        return image
      end
    end,
  })
end

-- Pandoc writes the description into JATS as it is (3.9).
local function escape_description(image)
  local text = stringify(image.caption)
  image.caption = pandoc.Inlines({
    pandoc.Str((text:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub(">", "&gt;"))),
  })
  return image
end

-- Panels --------------------------------------------------------------------------------------

-- The rows of a panel, each a list of cells with a share of the width; what carries no picture, no
-- table and no text is no cell.
local function panel_rows(div, cells)
  local given = div.attributes
  local rows = {}
  if given.layout then
    local shape = pandoc.json.decode(given.layout, false)
    if type(shape[1]) ~= "table" then
      shape = { shape }
    end
    local place = 1
    for _, widths in ipairs(shape) do
      local total = 0
      for _, width in ipairs(widths) do
        total = total + math.abs(width)
      end
      local row = {}
      for _, width in ipairs(widths) do
        -- A negative width is an empty place.
        local cell = width > 0 and cells[place] or pandoc.Blocks({})
        place = place + (width > 0 and 1 or 0)
        table.insert(row, { blocks = cell, share = math.abs(width) / total })
      end
      table.insert(rows, row)
    end
    return rows
  end
  local columns = tonumber(given["layout-ncol"])
    or math.ceil(#cells / tonumber(given["layout-nrow"]))
  for index, cell in ipairs(cells) do
    if (index - 1) % columns == 0 then
      table.insert(rows, {})
    end
    table.insert(rows[#rows], { blocks = cell, share = 1 / columns })
  end
  local last = rows[#rows]
  while last and #last < columns do
    table.insert(last, { blocks = pandoc.Blocks({}), share = 1 / columns })
  end
  return rows
end

-- Pictures in one paragraph are cells of their own.
local function cells_of(blocks)
  local cells = pandoc.List({})
  for _, block in ipairs(blocks) do
    local images = pandoc.List({})
    if block.t == "Para" or block.t == "Plain" then
      for _, inline in ipairs(block.content) do
        if inline.t == "Image" then
          images:insert(inline)
        elseif inline.t ~= "SoftBreak" and inline.t ~= "Space" and inline.t ~= "LineBreak" then
          images = pandoc.List({})
          break
        end
      end
    end
    if #images > 0 then
      for _, image in ipairs(images) do
        cells:insert(pandoc.Blocks({ pandoc.Plain({ image }) }))
      end
    else
      cells:insert(pandoc.Blocks({ block }))
    end
  end
  return cells
end

local function columns_of(row)
  local shares = {}
  for _, cell in ipairs(row) do
    table.insert(shares, string.format("%.4ffr", cell.share))
  end
  return table.concat(shares, is("typst") and ", " or " ")
end

-- A percentage is one of the text's width, in a panel one of the cell's; pandoc's Word takes it for
-- one of the picture's own size. A cell keeps a margin.
local TEXT_WIDTH = 16.4 -- centimetres; analysis/manuscript/reference_docx.py
local function in_centimetres(blocks, share, default)
  return blocks:walk({
    Image = function(image)
      local own = tonumber((image.attributes.width or default):match("^(%d+%.?%d*)%%$"))
      if own then
        image.attributes.width = string.format("%.2fcm", own / 100 * share * TEXT_WIDTH)
      end
      return image
    end,
  })
end

local function filled(blocks)
  return blocks:walk({
    Image = function(image)
      image.attributes.width = image.attributes.width or "100%"
      return image
    end,
  })
end

local function word_panel(rows)
  local blocks = pandoc.Blocks({})
  for _, row in ipairs(rows) do
    local cells, shares, aligns = {}, {}, {}
    for _, cell in ipairs(row) do
      table.insert(cells, in_centimetres(cell.blocks, 0.96 * cell.share, "100%"))
      table.insert(shares, cell.share)
      table.insert(aligns, "AlignDefault")
    end
    local tbl = pandoc.utils.from_simple_table(
      pandoc.SimpleTable(pandoc.Inlines({}), aligns, shares, {}, { cells }))
    tbl.attr = pandoc.Attr("", {}, { ["custom-style"] = "Panel" })
    blocks:insert(tbl)
  end
  return blocks
end

local function panel(rows)
  if is("docx") then
    return word_panel(rows)
  end
  local blocks = pandoc.Blocks({})
  for _, row in ipairs(rows) do
    if is("typst") then
      blocks:insert(raw("#grid(columns: (" .. columns_of(row) .. "), column-gutter: 1em,"))
      for _, cell in ipairs(row) do
        blocks:insert(raw("["))
        blocks:extend(filled(cell.blocks))
        blocks:insert(raw("],"))
      end
      blocks:insert(raw(")"))
    elseif is("html") then
      local cells = pandoc.Blocks({})
      for _, cell in ipairs(row) do
        cells:insert(pandoc.Div(cell.blocks, pandoc.Attr("", { "cell" })))
      end
      blocks:insert(pandoc.Div(cells, pandoc.Attr("", { "panel" },
        { style = "grid-template-columns: " .. columns_of(row) })))
    else
      for _, cell in ipairs(row) do
        blocks:extend(cell.blocks)
      end
    end
  end
  return blocks
end

-- Floats --------------------------------------------------------------------------------------

local function typst_float(div, key, category, body, caption, pictures)
  local position = category.kind == "table" and "top" or "bottom"
  local blocks = pandoc.Blocks({ raw("#figure([") })
  blocks:extend(body)
  local words = pandoc.Inlines({
    pandoc.RawInline("typst", "], caption: figure.caption(position: " .. position .. ", ["),
  })
  words:extend(caption)
  -- One picture of the main text goes to the top or bottom of a page, so that the text before it
  -- fills its own. Several pictures run over pages, which something placed cannot do.
  local placement = key == "fig" and pictures == 1 and not div.attributes.fixed and "auto" or "none"
  words:insert(pandoc.RawInline("typst", string.format(
    ']), kind: "quarto-float-%s", supplement: %s, numbering: "%s", placement: %s) <%s>',
    key, typst_string(category.supplement), category.numbering, placement, div.identifier)))
  blocks:insert(pandoc.Plain(words))
  return blocks
end

local function html_figure(identifier, class, body, caption, first)
  local named = identifier ~= "" and ' id="' .. identifier .. '"' or ""
  local words = pandoc.Blocks({ raw("<figcaption>"), pandoc.Plain(caption), raw("</figcaption>") })
  local blocks = pandoc.Blocks({ raw("<figure" .. named .. ' class="' .. class .. '">') })
  blocks:extend(first and words or body)
  blocks:extend(first and body or words)
  blocks:insert(raw("</figure>"))
  return blocks
end

local function html_float(div, category, body, caption, label)
  local scroll = pandoc.Div(body, pandoc.Attr("", { "scroll" },
    { { "role", "region" }, { "tabindex", "0" }, { "aria-label", label } }))
  return html_figure(div.identifier, "float float-" .. category.kind, pandoc.Blocks({ scroll }),
    caption, category.kind == "table")
end

local function docx_float(div, category, body, caption)
  local style = category.kind == "table" and "Table Caption" or "Image Caption"
  local caption_block = pandoc.Div(pandoc.Para(caption),
    pandoc.Attr(div.identifier, {}, { ["custom-style"] = style }))
  if category.kind == "table" then
    body:insert(1, caption_block)
    return body
  end
  return pandoc.Blocks({
    pandoc.Div(body, pandoc.Attr("", {}, { ["custom-style"] = "Captioned Figure" })),
    caption_block,
  })
end

local function jats_float(div, category, body, caption)
  local long = pandoc.Blocks({ pandoc.Plain(caption) })
  if category.kind == "table" and body[1] and body[1].t == "Table" and #body == 1 then
    body[1].identifier = div.identifier
    body[1].caption = pandoc.Caption(long)
    return body
  end
  return pandoc.Figure(described(body), pandoc.Caption(long), pandoc.Attr(div.identifier))
end

-- A part of a figure: (a), (b) ... with or without words.
local function part(div, caption)
  local words = pandoc.Inlines({})
  if div.attributes.number then
    words:insert(pandoc.Str(div.attributes.number))
    words:insert(pandoc.Space())
  end
  words:extend(caption)
  if is("typst") then
    local blocks = pandoc.Blocks({ raw("#block[") })
    blocks:extend(filled(div.content))
    local line = pandoc.Inlines({ pandoc.RawInline("typst", "#text(size: 9pt)[") })
    line:extend(words)
    line:insert(pandoc.RawInline("typst", "]"))
    blocks:insert(pandoc.Para(line))
    blocks:insert(raw("]" .. (div.identifier ~= "" and " <" .. div.identifier .. ">" or "")))
    return blocks
  elseif is("html") then
    return html_figure(div.identifier, "part", div.content, words)
  elseif is("docx") then
    local blocks = pandoc.Blocks(div.content)
    blocks:insert(pandoc.Div(pandoc.Para(words),
      pandoc.Attr(div.identifier, {}, { ["custom-style"] = "Image Caption" })))
    return blocks
  end
  return pandoc.Blocks({ pandoc.Figure(described(div.content),
    pandoc.Caption(pandoc.Blocks({ pandoc.Plain(words) })), pandoc.Attr(div.identifier)) })
end

local lay_out

-- The content of a figure: its parts in their shape, in a panel where the author wants one.
local function body_of(div, parts)
  local function shaped(block)
    if block.t == "Figure" then
      return part(pandoc.Div(block.content), pandoc.utils.blocks_to_inlines(block.caption.long))
    elseif block.t == "Div" and categories.float_of(block.identifier) and parts then
      local caption = block.content:remove()
      return part(block, caption.content)
    elseif block.t == "Div" then
      return lay_out(block) or pandoc.Blocks({ block })
    end
    return pandoc.Blocks({ block })
  end
  if not categories.is_layout(div) then
    local blocks = pandoc.Blocks({})
    for _, block in ipairs(div.content) do
      blocks:extend(shaped(block))
    end
    return blocks
  end
  local cells = pandoc.List({})
  for _, cell in ipairs(cells_of(div.content)) do
    if cell[1].t == "Div" then
      cell[1].attributes.fixed = "true"
    end
    cells:insert(#cell == 1 and pandoc.Blocks(shaped(cell[1])) or cell)
  end
  return panel(panel_rows(div, cells))
end

lay_out = function(div)
  local category, key = categories.float_of(div.identifier)
  if not category then
    return categories.is_layout(div) and body_of(div, false) or nil
  end
  local label = category.prefix .. div.attributes.number
  local last = div.content:remove()
  div.content = described_by(div.content, stringify(last.content))
  local pictures = count_pictures(div.content)
  local body = body_of(div, true)
  if is("typst") then
    return typst_float(div, key, category, body, last.content, pictures)
  end
  -- JATS keeps the label apart from the caption; finish_jats.py finds it by its colon.
  local head = pandoc.Str(label .. ":")
  local plain = not (is("html") or is("docx"))
  local caption = pandoc.Inlines({ plain and head or pandoc.Strong(head), pandoc.Space() })
  caption:extend(last.content)
  if is("html") then
    return html_float(div, category, body, caption, label)
  elseif is("docx") then
    return docx_float(div, category, body, caption)
  end
  return pandoc.Blocks(jats_float(div, category, body, caption))
end

-- What has no number --------------------------------------------------------------------------

local function unnumbered_figure(figure)
  if is("jats") or is("epub") then
    figure.content = described(figure.content)
    return figure
  end
end

-- Formulas ------------------------------------------------------------------------------------

local function written(inlines, format)
  local text = pandoc.write(pandoc.Pandoc({ pandoc.Plain(inlines) }), format)
  return (text:gsub("%s+$", ""):gsub("^<p>", ""):gsub("</p>$", ""))
end

-- In Typst whole, elsewhere as Quarto does: formulas.lua takes the number from there.
local function formula(span)
  if not span.classes:includes("equation") then
    return nil
  end
  local number = "(" .. span.attributes.number .. ")"
  if is("typst") then
    return pandoc.RawInline("typst", string.format('#math.equation(block: true, numbering: _ => [%s],'
      .. ' alt: none, %s) <%s>', number, written(span.content, "typst"), span.identifier))
  end
  span.content[1].text = span.content[1].text .. " \\qquad " .. number
  return pandoc.Span(span.content, pandoc.Attr(span.identifier))
end

function Pandoc(doc)
  categories.read_custom(doc.meta)
  if is("jats") then
    doc.blocks = doc.blocks:walk({ Image = escape_description })
  end
  doc.blocks = doc.blocks:walk({ Span = formula })
  doc.blocks = doc.blocks:walk({
    traverse = "topdown",
    Div = function(div)
      local blocks = lay_out(div)
      if blocks then
        return blocks, false
      end
    end,
    Figure = unnumbered_figure,
  })
  if is("docx") then
    doc.blocks = in_centimetres(doc.blocks, 1, "")
  end
  return doc
end
