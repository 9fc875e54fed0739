-- What Quarto's own filters do between `pre-ast` and `post-quarto`, as far as the project's files meet
-- it: values, floats, references and headings in the form of each format. Written from what the genuine
-- program was seen to write (docs/quarto.md); it is no copy of it.

local NBSP = "\u{a0}"
local stringify = pandoc.utils.stringify
local names = { fig = "Figure", tbl = "Table", sfig = "Figure S", stbl = "Table S", sec = "Section", eq = "Equation" }
-- Numbers of everything that has one; letters of parts; how many formulas there were.
local values, numbers, order, formulas = {}, {}, {}, 0

local function is(format)
  return FORMAT:match(format) ~= nil
end

local function kind_of(identifier)
  local kind = identifier:match("^(%a+)%-")
  return kind ~= "sec" and kind ~= "eq" and names[kind] and kind or nil
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

-- Floats ------------------------------------------------------------------------------------------

local function is_picture(block)
  return (block.t == "Para" or block.t == "Plain") and #block.content == 1
    and block.content[1].t == "Image"
end

-- Whatever an author may write for a float as id, content, caption and attributes.
local function read_float(block)
  if block.t ~= "Div" and block.t ~= "Figure" and block.t ~= "Table"
    or not kind_of(block.identifier) then
    return nil
  end
  local found = { id = block.identifier, kind = kind_of(block.identifier), attributes = {} }
  if block.t == "Table" then
    found.caption = pandoc.utils.blocks_to_inlines(block.caption.long)
    block.caption, block.attr = pandoc.Caption({}), pandoc.Attr()
    found.content = pandoc.Blocks({ block })
    return found
  elseif block.t == "Figure" then
    found.caption = pandoc.utils.blocks_to_inlines(block.caption.long)
    found.content = block.content:walk({ Image = function(image)
      image.caption = pandoc.Inlines({})
      return image
    end })
    return found
  end
  found.attributes = block.attributes
  found.content = pandoc.Blocks(block.content)
  local last = found.content[#found.content]
  if last.t == "Para" and not is_picture(last) then
    found.caption = found.content:remove().content
  else
    found.content = found.content:walk({ Table = function(tbl)
      found.caption = pandoc.utils.blocks_to_inlines(tbl.caption.long)
      tbl.caption = pandoc.Caption({})
      return tbl
    end })
  end
  return found
end

-- What Quarto hands on knows the numbers of all floats, parts of others included.
local function number_floats(blocks)
  local counts = {}
  local function walk(inner, parent)
    local parts = 0
    inner:walk({ traverse = "topdown", Block = function(block)
      local float = read_float(block:clone())
      if not float then
        return nil
      end
      local number
      if parent then
        parts = parts + 1
        order[float.id] = "(" .. string.char(96 + parts) .. ")"
        number = parent .. " " .. order[float.id]
      else
        counts[float.kind] = (counts[float.kind] or 0) + 1
        number = tostring(counts[float.kind])
      end
      numbers[float.id] = number
      walk(float.content, number)
      return block, false
    end })
  end
  walk(blocks, nil)
end

local function prefixed(float)
  local words = order[float.id] or label(float.kind, numbers[float.id]) .. ":"
  float.caption:insert(1, pandoc.Space())
  float.caption:insert(1, pandoc.Str(words))
  return float
end

local function is_top(kind)
  return kind:match("tbl") ~= nil
end

-- Panels: rows of cells, each a list of blocks.
local function rows_of(blocks, attributes)
  local columns = tonumber(attributes["layout-ncol"])
  if not columns and not attributes["layout-nrow"] then
    return nil
  end
  columns = columns or math.ceil(#blocks / tonumber(attributes["layout-nrow"]))
  local rows = {}
  for index, block in ipairs(blocks) do
    if (index - 1) % columns == 0 then
      table.insert(rows, {})
    end
    table.insert(rows[#rows], pandoc.Blocks({ block }))
  end
  return rows, columns
end

local function html_panel(rows, columns)
  local found = pandoc.Blocks({})
  for _, row in ipairs(rows) do
    local cells = pandoc.Blocks({})
    for _, cell in ipairs(row) do
      cells:insert(pandoc.Div(cell, pandoc.Attr("", { "quarto-layout-cell" },
        { style = string.format("flex-basis: %.1f%%;justify-content: flex-start;", 100 / columns) })))
    end
    found:insert(pandoc.Div(cells, pandoc.Attr("", { "quarto-layout-row" })))
  end
  return found
end

local function word_panel(rows, columns)
  local found = pandoc.Blocks({})
  for _, row in ipairs(rows) do
    local aligns, widths = {}, {}
    for _ = 1, #row do
      table.insert(aligns, "AlignCenter")
      table.insert(widths, 1 / columns)
    end
    found:insert(pandoc.utils.from_simple_table(pandoc.SimpleTable({}, aligns, widths, {}, { row })))
  end
  return found
end

local function typst_panel(rows, columns)
  local found = pandoc.Blocks({ pandoc.RawBlock("typst", "#grid(columns: " .. columns .. ", gutter: 2em,") })
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row) do
      found:insert(pandoc.RawBlock("typst", "["))
      found:extend(cell)
      found:insert(pandoc.RawBlock("typst", "],"))
    end
  end
  found:insert(pandoc.RawBlock("typst", ")"))
  return found
end

local render

local function panel(blocks, attributes)
  local rows, columns = rows_of(blocks, attributes)
  if not rows then
    return render(blocks)
  end
  for _, row in ipairs(rows) do
    for place, cell in ipairs(row) do
      row[place] = render(cell)
    end
  end
  if is("jats") then
    error("don't know how to render a layout without a float\n", 0) -- Quarto's own words
  end
  return (is("html") and html_panel or is("docx") and word_panel or typst_panel)(rows, columns)
end

local function typst_float(float, body)
  local position = is_top(float.kind) and "top" or "bottom"
  local super = #body > 1 and body[1].t == "RawBlock" and body[1].text:match("^#grid")
    and pandoc.utils.stringify(pandoc.Div(float.content)) ~= ""
  local kind, numbering = "quarto-float-" .. float.kind, 'numbering: "1"'
  if order[float.id] then
    kind, numbering = "quarto-subfloat-" .. float.kind, ""
  end
  local blocks = pandoc.Blocks({ pandoc.RawBlock("typst", super and "#quarto_super([" or "#figure([") })
  blocks:extend(body)
  local inlines = pandoc.Inlines({ pandoc.RawInline("typst", "], caption: "
    .. (super and "[" or "figure.caption(position: " .. position .. ", [")) })
  inlines:extend(float.caption)
  inlines:insert(pandoc.RawInline("typst", string.format(
    super and '], kind: "%s", supplement: "%s", label: <%s>)'
      or ']), kind: "%s", supplement: "%s", ' .. numbering .. ") <%s>",
    kind, names[float.kind], float.id)))
  blocks:insert(pandoc.Plain(inlines))
  return blocks
end

local function html_float(float, body)
  local name = float.id .. "-caption-0ceaefa1-69ba-4598-a22c-09a6ac19f8ca"
  local top, sub = is_top(float.kind), order[float.id] and "sub" or ""
  local words = pandoc.Blocks({
    pandoc.RawBlock("html", string.format(
      '<figcaption id="%s" class="quarto-float-caption-%s quarto-%sfloat-caption quarto-%sfloat-%s">',
      name, top and "top" or "bottom", sub, sub, float.kind)),
    pandoc.Plain(float.caption), pandoc.RawBlock("html", "</figcaption>"),
  })
  local inner = pandoc.Blocks({ pandoc.Div(body, pandoc.Attr("", {}, { ["aria-describedby"] = name })) })
  local blocks = pandoc.Blocks({ pandoc.RawBlock("html",
    '<figure class="quarto-float quarto-' .. sub .. "float-" .. float.kind .. '">') })
  blocks:extend(top and words or inner)
  blocks:extend(top and inner or words)
  blocks:insert(pandoc.RawBlock("html", "</figure>"))
  local classes = top and {} or { "quarto-figure", "quarto-figure-center" }
  return pandoc.Div(blocks, pandoc.Attr(float.id, classes))
end

-- A caption of Word has properties in no order; a float is a table of one cell, a panel is none.
local PROPERTIES = '<w:pPr>\n<w:jc w:val="let"/>\n<w:spacing w:before="200" />\n'
  .. '<w:pStyle w:val="ImageCaption" />\n</w:pPr>\n'

local function docx_float(float, body)
  local caption = pandoc.Para({ pandoc.RawInline("openxml", PROPERTIES) })
  caption.content:extend(float.caption)
  body:insert(is_top(float.kind) and 1 or #body + 1, caption)
  local div = pandoc.Div(body, pandoc.Attr(float.id))
  if float.is_panel then
    return div
  end
  local layout = pandoc.SimpleTable({}, { "AlignCenter" }, { 1 }, {}, { { pandoc.Blocks({ div }) } })
  return pandoc.utils.from_simple_table(layout)
end

local function render_float(float)
  float.is_panel = float.attributes["layout-ncol"] or float.attributes["layout-nrow"]
  local body = panel(float.content, float.attributes)
  if is("typst") then
    return typst_float(float, body)
  end
  prefixed(float)
  if is("html") then
    return html_float(float, body)
  elseif is("docx") then
    return docx_float(float, body)
  end
  return pandoc.Figure(body, { pandoc.Plain(float.caption) }, pandoc.Attr(float.id))
end

-- A figure without id: Typst counts it with those that have one.
local function plain_figure(figure)
  if is("html") then
    local blocks = pandoc.Blocks({ pandoc.RawBlock("html", "<figure>") })
    blocks:extend(figure.content)
    blocks:extend({ pandoc.RawBlock("html", "<figcaption>"),
      pandoc.Plain(pandoc.utils.blocks_to_inlines(figure.caption.long)),
      pandoc.RawBlock("html", "</figcaption></figure>") })
    return pandoc.Div(blocks, pandoc.Attr("", { "quarto-figure", "quarto-figure-center" }))
  elseif is("typst") then
    return typst_float({ id = "fig-none", kind = "fig", content = figure.content,
      caption = pandoc.utils.blocks_to_inlines(figure.caption.long) }, figure.content)
  end
end

render = function(blocks)
  return blocks:walk({
    traverse = "topdown",
    Block = function(block)
      local float = read_float(block)
      if float then
        return render_float(float), false
      elseif block.t == "Figure" then
        return plain_figure(block)
      elseif block.t == "Div" then
        for _, class in ipairs(block.classes) do
          if class:match("^callout") or class == "landscape" then
            error("Quarto would make " .. class .. " its own way\n", 0)
          end
        end
        if rows_of(block.content, block.attributes) then
          local found = panel(block.content, block.attributes)
          return is("html") and pandoc.Div(found, pandoc.Attr("", { "quarto-layout-panel" })) or found,
            false
        end
      end
    end,
  })
end

-- Formulas ----------------------------------------------------------------------------------------

local function equations(block)
  local found, name = pandoc.Inlines({}), nil
  for _, inline in ipairs(block.content) do
    local before = found[#found]
    name = inline.t == "Str" and inline.text:match("^{#(eq%-[^ }]+)}$")
    if name and before and before.t == "Space" then
      found:remove()
      before = found[#found]
    end
    if name and before and before.t == "Math" then
      found:remove()
      formulas = formulas + 1
      numbers[name] = tostring(formulas)
      if is("typst") then
        found:extend({ pandoc.RawInline("typst",
          "#math.equation(block: true, numbering: equation-numbering, [ "), before,
          pandoc.RawInline("typst", " ])<" .. name .. ">") })
      else
        before.text = before.text .. " \\qquad(" .. formulas .. ")"
        found:insert(pandoc.Span({ before }, pandoc.Attr(name)))
      end
    else
      found:insert(inline)
    end
  end
  block.content = found
  return block
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
  number_floats(doc.blocks)
  doc.blocks = doc.blocks:walk({ Para = equations, Plain = equations })
  doc = doc:walk({ Cite = reference })
  doc.blocks = render(doc.blocks)
  if is("jats") then
    doc.blocks = doc.blocks:walk({ Div = function(div)
      return div.content
    end })
  end
  return doc
end
