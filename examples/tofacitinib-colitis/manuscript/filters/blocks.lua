-- Callouts, landscape pages, and what has a caption but no number: the same in both engines.
--
-- Quarto has forms of its own, and each fails somewhere: its callouts need the styles of Bootstrap on
-- the page and a package of icons in a PDF; its landscape pages of Word have another size; a picture
-- or table with a caption and no id gets a number in a PDF and nowhere else; a panel without an id
-- stops JATS, and one with an id becomes a table there. So they are settled before Quarto sees them.
-- Both engines run this filter behind tables.lua.

local stringify = pandoc.utils.stringify

-- Title and colour of each kind, as in Quarto.
local callouts = {
  note = { "Note", "#2f6fb5" },
  tip = { "Tip", "#2b7a4b" },
  important = { "Important", "#b3261e" },
  warning = { "Warning", "#9a6a00" },
  caution = { "Caution", "#b3541e" },
}
local landscapes = 0

local function is(format)
  return FORMAT:match(format) ~= nil
end

local function enclosed(format, before, blocks, after)
  local all = pandoc.Blocks({ pandoc.RawBlock(format, before) })
  all:extend(blocks)
  all:insert(pandoc.RawBlock(format, after))
  return all
end

-- Callouts --------------------------------------------------------------------------------------

local function kind_of(div)
  for _, class in ipairs(div.classes) do
    local kind = class:match("^callout%-(%a+)$")
    if kind and callouts[kind] then
      return kind
    end
  end
end

-- A title is an attribute, or a heading that the callout begins with.
local function take_title(div, kind)
  local first = div.content[1]
  if div.attributes.title then
    return pandoc.utils.blocks_to_inlines(pandoc.read(div.attributes.title, "markdown").blocks)
  elseif first and first.t == "Header" then
    div.content:remove(1)
    return first.content
  end
  return pandoc.Inlines({ pandoc.Str(callouts[kind][1]) })
end

local function callout(div, kind)
  local title = take_title(div, kind)
  if is("html") then
    -- Not the class `callout`, which Quarto would take for its own.
    div.content:insert(1, pandoc.Div({ pandoc.Plain(title) }, pandoc.Attr("", { "box-title" })))
    return pandoc.Div(div.content, pandoc.Attr(div.identifier, { "box", "box-" .. kind },
      { { "role", "note" }, { "aria-label", stringify(title) } }))
  end
  div.content:insert(1, pandoc.Para({ pandoc.Strong(title) }))
  if is("typst") then
    return enclosed("typst", string.format('#block(width: 100%%, inset: 9pt, breakable: true, '
      .. 'stroke: (left: 3pt + rgb("%s")), fill: luma(247))[', callouts[kind][2]), div.content, "]")
  elseif is("docx") then
    return pandoc.Div(div.content,
      pandoc.Attr(div.identifier, {}, { ["custom-style"] = "Notice" }))
  elseif is("jats") then
    -- Quarto unrolls divs there; finish_jats.py makes the title of the bold line.
    return enclosed("jats", '<boxed-text content-type="' .. kind .. '">', div.content, "</boxed-text>")
  end
  return div.content
end

-- Landscape pages -------------------------------------------------------------------------------

-- Word's pages are turned when the file is finished; it finds them by this bookmark.
local function landscape(div)
  landscapes = landscapes + 1
  if is("typst") then
    return enclosed("typst", "#page(flipped: true)[", div.content, "]")
  elseif is("docx") then
    return pandoc.Div(div.content, pandoc.Attr("landscape-" .. landscapes))
  end
  return div.content
end

-- Captions without a number ---------------------------------------------------------------------

local function typst_unnumbered(body, caption, position)
  local blocks = enclosed("typst", "#figure([", body, "], numbering: none, outlined: false, "
    .. 'kind: "unnumbered", supplement: none, caption: figure.caption(position: ' .. position .. ", [")
  blocks:insert(pandoc.Plain(pandoc.utils.blocks_to_inlines(caption.long)))
  blocks:insert(pandoc.RawBlock("typst", "]))"))
  return blocks
end

-- The kinds of _quarto.yml.
local function is_numbered(block)
  return block.identifier:match("^s?fig%-") or block.identifier:match("^s?tbl%-")
end

-- On the page a figure needs the style of the others, and a table a place to scroll in.
local function html_unnumbered(block)
  local words = pandoc.utils.blocks_to_inlines(block.caption.long)
  if block.t == "Table" then
    local label = #words > 0 and stringify(words) or "Table"
    return pandoc.Blocks({ pandoc.Div({ block }, pandoc.Attr("", { "scroll", "float-table" },
      { { "role", "region" }, { "tabindex", "0" }, { "aria-label", label } })) })
  end
  local named = block.identifier ~= "" and ' id="' .. block.identifier .. '"' or ""
  local blocks = enclosed("html", "<figure" .. named .. ' class="float float-figure">', block.content,
    "<figcaption>")
  blocks:insert(pandoc.Plain(words))
  blocks:insert(pandoc.RawBlock("html", "</figcaption></figure>"))
  return blocks
end

local function unnumbered(block)
  if is_numbered(block) then
    return nil
  elseif is("html") then
    return html_unnumbered(block)
  elseif not is("typst") or #block.caption.long == 0 then
    return nil
  elseif block.t == "Figure" then
    return typst_unnumbered(block.content, block.caption, "bottom")
  end
  local caption = block.caption
  block.caption = pandoc.Caption({})
  return typst_unnumbered(pandoc.Blocks({ block }), caption, "top")
end

-- Panels ----------------------------------------------------------------------------------------

local SHAPES = pandoc.List({ "layout", "layout-ncol", "layout-nrow" })

local function is_panel(div)
  return SHAPES:find_if(function(name) return div.attributes[name] ~= nil end) ~= nil
end

-- Parts without a shape are a group of figures in JATS.
local function without_shape(div)
  for _, name in ipairs(SHAPES) do
    div.attributes[name] = nil
  end
  return div
end

-- The whole ---------------------------------------------------------------------------------------

local settle, settle_inside

local function settle_div(div)
  local kind = kind_of(div)
  if kind then
    div.content = div.content:walk(settle)
    return callout(div, kind), false
  elseif div.classes:includes("landscape") then
    div.content = div.content:walk(settle)
    return landscape(div), false
  elseif is_panel(div) or is_numbered(div) then
    div.content = div.content:walk(settle_inside)
    return quarto and is("jats") and without_shape(div) or div, false
  end
end

-- Captions inside a figure, a table or a panel are those of its parts.
settle_inside = { traverse = "topdown", Div = settle_div }
settle = {
  traverse = "topdown",
  Div = settle_div,
  Figure = function(figure)
    local blocks = unnumbered(figure)
    return blocks, blocks == nil
  end,
  Table = function(tbl)
    local blocks = unnumbered(tbl)
    return blocks, blocks == nil
  end,
}

function Pandoc(doc)
  doc.blocks = doc.blocks:walk(settle)
  return doc
end
