-- What Quarto's own filters do between `pre-ast` and `post-quarto`, as far as the project's files meet
-- it: values, floats, references and headings in the form of each format. Written from what the genuine
-- program was seen to write (docs/quarto.md); it is no copy of it.

local NBSP = "\u{a0}"
local stringify = pandoc.utils.stringify
local names = { fig = "Figure", tbl = "Table", sfig = "Figure S", stbl = "Table S", sec = "Section" }
local values, numbers = {}, {}

local function is(format)
  return FORMAT:match(format) ~= nil
end

local function kind_of(identifier)
  local kind = identifier:match("^(%a+)%-")
  return kind ~= "sec" and names[kind] and kind or nil
end

local function label(kind, number)
  return names[kind] .. (names[kind]:match(" S$") and "" or NBSP) .. number
end

local function value(span)
  local name = span.attributes["data-shortcode"]
  if name then
    local found = values
    for part in name:gmatch("[^.]+") do
      found = found[part]
    end
    if pandoc.utils.type(found) == "Blocks" then
      return pandoc.utils.blocks_to_inlines(found)
    end
    return found
  end
end

-- Headings: the number is text where neither writer nor template counts.
local function number_headings(blocks)
  local counts = {}
  return blocks:walk({
    Header = function(header)
      if header.classes:includes("unnumbered") then
        return nil
      end
      counts[header.level] = (counts[header.level] or 0) + 1
      for level = header.level + 1, 6 do
        counts[level] = nil
      end
      local number = table.concat(counts, ".", 1, header.level)
      numbers[header.identifier] = number
      if is("docx") or is("jats") then
        header.content:insert(1, pandoc.Space())
        header.content:insert(1, pandoc.Str(number .. (header.level == 1 and "." or "")))
      end
      return header
    end,
  })
end

local function typst_float(div, kind, caption)
  local position = kind:match("tbl") and "top" or "bottom"
  local blocks = pandoc.Blocks({ pandoc.RawBlock("typst", "#figure([") })
  blocks:extend(div.content)
  local inlines = pandoc.Inlines({
    pandoc.RawInline("typst", "], caption: figure.caption(position: " .. position .. ", [") })
  inlines:extend(caption)
  inlines:insert(pandoc.RawInline("typst", string.format(
    ']), kind: "quarto-float-%s", supplement: "%s", numbering: "1") <%s>',
    kind, names[kind], div.identifier)))
  blocks:insert(pandoc.Plain(inlines))
  return blocks
end

local function html_float(div, kind, caption)
  local name = div.identifier .. "-caption-0ceaefa1-69ba-4598-a22c-09a6ac19f8ca"
  local top = kind:match("tbl")
  local words = pandoc.Blocks({
    pandoc.RawBlock("html", string.format(
      '<figcaption id="%s" class="quarto-float-caption-%s quarto-float-caption quarto-float-%s">',
      name, top and "top" or "bottom", kind)),
    pandoc.Plain(caption), pandoc.RawBlock("html", "</figcaption>"),
  })
  local body = pandoc.Blocks({
    pandoc.Div(div.content, pandoc.Attr("", {}, { ["aria-describedby"] = name })) })
  local blocks = pandoc.Blocks({
    pandoc.RawBlock("html", '<figure class="quarto-float quarto-float-' .. kind .. '">') })
  blocks:extend(top and words or body)
  blocks:extend(top and body or words)
  blocks:insert(pandoc.RawBlock("html", "</figure>"))
  local classes = top and {} or { "quarto-figure", "quarto-figure-center" }
  return pandoc.Div(blocks, pandoc.Attr(div.identifier, classes))
end

local function docx_float(div, kind, caption)
  local words = pandoc.Div({ pandoc.Para(caption) },
    pandoc.Attr("", {}, { ["custom-style"] = "ImageCaption" }))
  div.content:insert(kind:match("tbl") and 1 or #div.content + 1, words)
  local layout = pandoc.SimpleTable({}, { "AlignCenter" }, { 1 }, {}, { { pandoc.Blocks({ div }) } })
  return pandoc.utils.from_simple_table(layout)
end

local function float(div)
  local kind = kind_of(div.identifier)
  if not kind then
    return nil
  end
  local caption = div.content:remove().content
  if is("typst") then
    return typst_float(div, kind, caption)
  end
  caption:insert(1, pandoc.Space())
  caption:insert(1, pandoc.Str(label(kind, numbers[div.identifier]) .. ":"))
  if is("html") then
    return html_float(div, kind, caption)
  elseif is("docx") then
    return docx_float(div, kind, caption)
  end
  return pandoc.Figure(div.content, { pandoc.Plain(caption) }, pandoc.Attr(div.identifier))
end

local function reference(cite)
  local inlines = pandoc.Inlines({})
  for index, citation in ipairs(cite.citations) do
    local id = citation.id
    local kind = id:match("^(%a+)%-")
    if not numbers[id] or not names[kind] then
      return nil
    end
    inlines:extend(index > 1 and { pandoc.Str(","), pandoc.Space() } or {})
    -- "-@" prints the number alone, words before it stand in for "Table".
    local bare = citation.mode == "SuppressAuthor" or #citation.prefix > 0
    inlines:extend(citation.prefix)
    inlines:extend(#citation.prefix > 0 and { pandoc.Str(NBSP) } or {})
    if is("typst") then
      inlines:insert(pandoc.RawInline("typst",
        "#ref(<" .. id .. ">, supplement: [" .. (bare and "" or names[kind]) .. "])"))
    else
      inlines:insert(pandoc.Link(bare and numbers[id] or label(kind, numbers[id]), "#" .. id, "",
        { class = "quarto-xref" }))
    end
  end
  return inlines
end

function Pandoc(doc)
  values = doc.meta["_quarto-vars"]
  doc = doc:walk({ Span = value })
  doc.blocks = number_headings(doc.blocks)
  local counts = {}
  doc.blocks:walk({ Div = function(div)
    local kind = kind_of(div.identifier)
    if kind then
      counts[kind] = (counts[kind] or 0) + 1
      numbers[div.identifier] = tostring(counts[kind])
    end
  end })
  doc = doc:walk({ Cite = reference })
  doc.blocks = doc.blocks:walk({ Div = float })
  if is("jats") then
    doc.blocks = doc.blocks:walk({ Div = function(div)
      return div.content
    end })
  end
  return doc
end
