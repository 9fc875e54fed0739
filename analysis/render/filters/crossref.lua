-- Embedded engine only: numbers floats and sections, resolves references, lays the floats out.
--
-- The subset of Quarto's cross-references that the manuscript uses: divs #fig-, #tbl- and the custom
-- floats of `crossref: custom:` in _quarto.yml, headings #sec-, and references to them. Words, order
-- and numbering are Quarto's.

local stringify = pandoc.utils.stringify
local NBSP = "\u{a0}"

-- prefix as printed before the number; caption above tables, below figures
local categories = {
  fig = { prefix = "Figure" .. NBSP, kind = "figure", supplement = "Figure", numbering = "1" },
  tbl = { prefix = "Table" .. NBSP, kind = "table", supplement = "Table", numbering = "1" },
  sec = { prefix = "Section" .. NBSP, kind = "section" },
}

local counters, targets = {}, {}

local function is(format)
  return FORMAT:match(format) ~= nil
end

local function category_of(identifier)
  local key = identifier:match("^(%a+)%-")
  return key and categories[key], key
end

local function read_custom_floats(meta)
  local custom = meta.crossref and meta.crossref.custom or {}
  for _, entry in ipairs(custom) do
    local prefix = stringify(entry["reference-prefix"])
    local word, letter = prefix:match("^(%a+) (%a+)$")
    categories[stringify(entry.key)] = {
      prefix = prefix:gsub(" ", NBSP),
      kind = word == "Table" and "table" or "figure",
      supplement = word,
      numbering = letter .. "1",
    }
  end
end

-- Numbers -------------------------------------------------------------------------------------

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

local function number_floats(blocks)
  blocks:walk({
    traverse = "topdown",
    Div = function(div)
      local category, key = category_of(div.identifier)
      if category and category.kind ~= "section" then
        counters[key] = (counters[key] or 0) + 1
        targets[div.identifier] = tostring(counters[key])
      end
    end,
  })
end

-- References ----------------------------------------------------------------------------------

local function reference(citation)
  local category = category_of(citation.id)
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

-- Floats --------------------------------------------------------------------------------------

local function typst_string(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

local function typst_float(div, key, category, body, caption)
  local images = 0
  body = body:walk({
    Image = function(image)
      images = images + 1
      return pandoc.RawInline("typst", "#image(" .. typst_string("/manuscript/" .. image.src)
        .. ", width: 100%, alt: " .. typst_string(image.attributes.alt) .. ")")
    end,
  })
  local position = category.kind == "table" and "top" or "bottom"
  local blocks = pandoc.Blocks({ pandoc.RawBlock("typst", "#figure([") })
  blocks:extend(body)
  local caption_inlines = pandoc.Inlines({
    pandoc.RawInline("typst", "], caption: figure.caption(position: " .. position .. ", ["),
  })
  caption_inlines:extend(caption)
  -- One picture of the main text goes to the top or bottom of a page, so that the text before it
  -- fills its own. Several pictures run over pages, which something placed cannot do.
  local placement = key == "fig" and images == 1 and "auto" or "none"
  caption_inlines:insert(pandoc.RawInline("typst", string.format(
    ']), kind: "quarto-float-%s", supplement: %s, numbering: "%s", placement: %s) <%s>',
    key, typst_string(category.supplement), category.numbering, placement, div.identifier)))
  blocks:insert(pandoc.Plain(caption_inlines))
  return blocks
end

local function html_float(div, category, body, caption, label)
  local scroll = pandoc.Div(body, pandoc.Attr("", { "scroll" },
    { { "role", "region" }, { "tabindex", "0" }, { "aria-label", label } }))
  local figcaption = pandoc.Blocks({ pandoc.RawBlock("html", "<figcaption>") })
  figcaption:insert(pandoc.Plain(caption))
  figcaption:insert(pandoc.RawBlock("html", "</figcaption>"))
  local blocks = pandoc.Blocks({ pandoc.RawBlock("html",
    '<figure id="' .. div.identifier .. '" class="float float-' .. category.kind .. '">') })
  if category.kind == "table" then
    blocks:extend(figcaption)
    blocks:insert(scroll)
  else
    blocks:insert(scroll)
    blocks:extend(figcaption)
  end
  blocks:insert(pandoc.RawBlock("html", "</figure>"))
  return blocks
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
  if category.kind == "table" and body[1] and body[1].t == "Table" then
    body[1].identifier = div.identifier
    body[1].caption = pandoc.Caption(long)
    return body
  end
  return pandoc.Figure(body, pandoc.Caption(long), pandoc.Attr(div.identifier))
end

local function lay_out(div)
  local category, key = category_of(div.identifier)
  if not (category and targets[div.identifier]) or category.kind == "section" then
    return nil
  end
  local body = div.content
  local last = body:remove()
  if not last or (last.t ~= "Para" and last.t ~= "Plain") then
    error("\nThe div " .. div.identifier .. " must end with a paragraph, its caption.\n", 0)
  end
  local label = category.prefix .. targets[div.identifier]
  if is("typst") then
    return typst_float(div, key, category, body, last.content)
  end
  -- JATS keeps the label apart from the caption; finish_jats.py finds it by its colon.
  local head = pandoc.Str(label .. ":")
  local caption = pandoc.Inlines({ is("jats") and head or pandoc.Strong(head), pandoc.Space() })
  caption:extend(last.content)
  if is("html") then
    return html_float(div, category, body, caption, label)
  elseif is("docx") then
    return docx_float(div, category, body, caption)
  end
  return jats_float(div, category, body, caption)
end

-- The abstract: headings would enter the numbering and the outline of Word and PDF.
local function run_in_headings(blocks)
  return blocks:walk({
    Header = function(header)
      return pandoc.Para({ pandoc.Strong(header.content) })
    end,
  })
end

-- Pandoc's Word writer keeps keywords in the file's properties only; editors look on the page.
local function keywords(list)
  local words = {}
  for _, word in ipairs(list) do
    table.insert(words, stringify(word))
  end
  local text = pandoc.Str(table.concat(words, ", "))
  return pandoc.Div(pandoc.Para({ pandoc.Strong("Keywords:"), pandoc.Space(), text }),
    pandoc.Attr("", {}, { ["custom-style"] = "Abstract" }))
end

-- On the page the notice stands before the contents, which fill the first screens of a phone.
local function take_notice(doc)
  for index, block in ipairs(doc.blocks) do
    if block.t == "Div" and block.classes:includes("notice") then
      doc.meta.notice = pandoc.MetaBlocks(block.content)
      doc.blocks:remove(index)
      return
    end
  end
end

function Pandoc(doc)
  read_custom_floats(doc.meta)
  number_sections(doc.blocks)
  number_floats(doc.blocks)
  doc.blocks = doc.blocks:walk({ Cite = resolve })
  doc.blocks = doc.blocks:walk({ Div = lay_out })
  if doc.meta.abstract and (is("docx") or is("typst")) then
    doc.meta.abstract = run_in_headings(pandoc.Blocks(doc.meta.abstract))
  end
  if is("html") then
    take_notice(doc)
  end
  if doc.meta.keywords and is("docx") then
    doc.blocks:insert(1, keywords(doc.meta.keywords))
  end
  return doc
end
