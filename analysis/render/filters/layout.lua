-- Embedded engine only: page breaks, landscape pages and callouts, in each format's own way.

local stringify = pandoc.utils.stringify

local breaks = {
  docx = pandoc.RawBlock("openxml", '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'),
  typst = pandoc.RawBlock("typst", "#pagebreak(weak: true)"),
  html = pandoc.RawBlock("html", '<div style="page-break-after: always;"></div>'),
}

-- Title and colour of each kind, as in Quarto.
local callouts = {
  note = { "Note", "#2f6fb5" },
  tip = { "Tip", "#2b7a4b" },
  important = { "Important", "#b3261e" },
  warning = { "Warning", "#9a6a00" },
  caution = { "Caution", "#b3541e" },
}
local landscapes = 0

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

local function enclosed(format, before, blocks, after)
  local all = pandoc.Blocks({ pandoc.RawBlock(format, before) })
  all:extend(blocks)
  all:insert(pandoc.RawBlock(format, after))
  return all
end

local function callout(div, kind)
  local title = take_title(div, kind)
  local blocks = pandoc.Blocks({ pandoc.Para({ pandoc.Strong(title) }) })
  blocks:extend(div.content)
  if FORMAT:match("typst") then
    return enclosed("typst", string.format('#block(width: 100%%, inset: 9pt, breakable: true, '
      .. 'stroke: (left: 3pt + rgb("%s")), fill: luma(247))[', callouts[kind][2]), blocks, "]")
  elseif FORMAT:match("html") then
    blocks[1] = pandoc.Div({ pandoc.Plain(title) }, pandoc.Attr("", { "callout-title" }))
    return pandoc.Div(blocks, pandoc.Attr(div.identifier, { "callout", "callout-" .. kind },
      { { "role", "note" }, { "aria-label", stringify(title) } }))
  elseif FORMAT:match("docx") then
    return pandoc.Div(blocks, pandoc.Attr(div.identifier, {}, { ["custom-style"] = "Notice" }))
  elseif FORMAT:match("jats") then
    local words = pandoc.write(pandoc.Pandoc({ pandoc.Plain(title) }), FORMAT)
    words = words:gsub("%s+$", ""):gsub("^<p>", ""):gsub("</p>$", "")
    return enclosed("jats", '<boxed-text content-type="' .. kind .. '"><caption><title>' .. words
      .. "</title></caption>", div.content, "</boxed-text>")
  end
  return blocks
end

-- Word's pages are turned when the file is finished; it finds them by this bookmark.
local function landscape(div)
  landscapes = landscapes + 1
  if FORMAT:match("typst") then
    return enclosed("typst", "#page(flipped: true)[", div.content, "]")
  elseif FORMAT:match("docx") then
    return pandoc.Div(div.content, pandoc.Attr("landscape-" .. landscapes))
  end
  return div.content
end

function Div(div)
  if div.classes:includes("pagebreak") then
    return breaks[FORMAT:match("^%a+")] or {}
  elseif div.classes:includes("landscape") then
    return landscape(div)
  end
  local kind = kind_of(div)
  return kind and callout(div, kind) or nil
end
