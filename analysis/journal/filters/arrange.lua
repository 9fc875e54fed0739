-- A journal's manuscript: what is left out, and where tables and figures stand.
--
-- Runs before crossref.lua gives numbers. What is left out of the file is only marked here, so that
-- it still counts and a reference to it still finds its number; leave_out.lua takes it away. Reads
-- `submission:` in the metadata, which analysis/journal/rendering.py writes.

local stringify = pandoc.utils.stringify

local LEFT_OUT = "left-out"
local custom, options = {}, {}

local function read_options(meta)
  local given = meta.submission or {}
  options.part = stringify(given.part or "main")
  options.tables = stringify(given.tables or "in_place")
  options.figures = stringify(given.figures or "in_place")
  options.numbered = given.numbered == true
  options.labels = {}
  for _, entry in ipairs(given.labels or {}) do
    options.labels[stringify(entry.was)] = stringify(entry.now)
  end
  options.leave_out = {}
  for _, name in ipairs(given["leave-out"] or {}) do
    options.leave_out[stringify(name)] = true
  end
  for _, entry in ipairs(meta.crossref and meta.crossref.custom or {}) do
    custom[stringify(entry.key)] = true
  end
end

local function key_of(block)
  return block.t == "Div" and block.identifier:match("^(%a+)%-") or nil
end

local function marked(blocks)
  return pandoc.Div(blocks, pandoc.Attr("", { LEFT_OUT }))
end

-- Sections -----------------------------------------------------------------------------------

-- Lists of blocks, each beginning with a heading of the first level but perhaps the first.
local function sections_of(blocks)
  local sections = { pandoc.Blocks({}) }
  for _, block in ipairs(blocks) do
    if block.t == "Header" and block.level == 1 then
      table.insert(sections, pandoc.Blocks({}))
    end
    sections[#sections]:insert(block)
  end
  return sections
end

local function is_supplementary(section)
  for _, block in ipairs(section) do
    if custom[key_of(block) or ""] then
      return true
    end
  end
  return false
end

local function joined(sections, first, last)
  local blocks = pandoc.Blocks({})
  for index = first, last do
    blocks:extend(sections[index])
  end
  return blocks
end

local function is_page_break(block)
  return block and (block.t == "Div" and block.classes:includes("pagebreak")
    or block.t == "RawBlock" and (block.text:match("w:br") or block.text:match("pagebreak")))
end

-- A section that stands on the title page is left out. Its tables and figures stand in the text by
-- now: analysis/journal/float_places.py has put them there.
local function without_left_out(section)
  local head = section[1]
  if not (head and head.t == "Header" and options.leave_out[head.identifier]) then
    return section
  end
  return pandoc.Blocks({ marked(section) })
end

-- Tables and figures -------------------------------------------------------------------------

local function page_break()
  if FORMAT:match("docx") then
    return pandoc.RawBlock("openxml", '<w:p><w:pPr><w:suppressLineNumbers/></w:pPr>'
      .. '<w:r><w:br w:type="page"/></w:r></w:p>')
  elseif FORMAT:match("typst") then
    return pandoc.RawBlock("typst", "#pagebreak(weak: true)")
  end
  return pandoc.Div({}, pandoc.Attr("", { "pagebreak" }))
end

local function unnumbered(title)
  return pandoc.Header(1, title, pandoc.Attr("", { "unnumbered" }))
end

local function legend_only(div)
  return div:walk({ Image = function() return {} end })
end

local function placed(blocks)
  local tables, figures, text = pandoc.Blocks({}), pandoc.Blocks({}), pandoc.Blocks({})
  for _, block in ipairs(blocks) do
    local key = key_of(block)
    if key == "tbl" and options.tables ~= "in_place" then
      tables:insert(block)
    elseif key == "fig" and options.figures == "legends_in_place" then
      text:insert(legend_only(block))
    elseif key == "fig" and options.figures ~= "in_place" then
      figures:insert(options.figures == "legends" and legend_only(block) or block)
    else
      text:insert(block)
    end
  end
  if #tables > 0 and options.tables == "separate" then
    text:insert(marked(tables))
  elseif #tables > 0 then
    for index, block in ipairs(tables) do
      text:insert(page_break())
      if index == 1 then
        text:insert(unnumbered("Tables"))
      end
      text:insert(block)
    end
  end
  if #figures > 0 and options.figures == "legends" then
    text:insert(page_break())
    text:insert(unnumbered("Figure legends"))
    text:extend(figures)
  elseif #figures > 0 then
    for index, block in ipairs(figures) do
      text:insert(page_break())
      if index == 1 then
        text:insert(unnumbered("Figures"))
      end
      text:insert(block)
    end
  end
  return text
end

-- References to sections ---------------------------------------------------------------------

-- Where headings carry no numbers, a section is referred to by its title.
local function by_title(blocks)
  local titles = {}
  blocks:walk({
    Header = function(header)
      titles[header.identifier] = header.content
    end,
  })
  return blocks:walk({
    Cite = function(cite)
      local citation = #cite.citations == 1 and cite.citations[1]
      local title = citation and citation.id:match("^sec%-") and titles[citation.id]
      if not title then
        return nil
      end
      local text = pandoc.Inlines({ pandoc.Str("section"), pandoc.Space() })
      text:insert(pandoc.Quoted("DoubleQuote", title))
      return pandoc.Link(text, "#" .. citation.id, "", { class = "crossref" })
    end,
  })
end

-- Cells of generated tables name sections, tables and figures, one on a line, as the paper calls
-- them; a journal may have another order or other titles.
local function relabelled(blocks)
  local function relabel(inlines)
    local done, line = pandoc.Inlines({}), pandoc.Inlines({})
    local function finish()
      local label = options.labels[stringify(line)]
      -- As single words, which is how what comes from a table is written.
      done:extend(label and pandoc.Inlines(label) or line)
      line = pandoc.Inlines({})
    end
    for _, inline in ipairs(inlines) do
      if inline.t == "LineBreak" then
        finish()
        done:insert(inline)
      else
        line:insert(inline)
      end
    end
    finish()
    return done
  end
  return blocks:walk({
    Table = function(tbl)
      return tbl:walk({ Inlines = relabel })
    end,
  })
end

-- Cells of generated tables name sections with their numbers: those go where headings have none.
local function without_numbers(blocks)
  local titles = {}
  blocks:walk({
    Header = function(header)
      titles[stringify(header.content)] = true
    end,
  })
  local function is_title(inlines, index)
    local text = ""
    while inlines[index] and inlines[index].t ~= "LineBreak" do
      text = text .. stringify(inlines[index])
      index = index + 1
    end
    return titles[text]
  end
  local function strip(inlines)
    for index = #inlines - 2, 1, -1 do
      local number, before = inlines[index], inlines[index - 1]
      if number.t == "Str" and number.text:match("^%d[%d%.]*$") and inlines[index + 1].t == "Space"
        and (not before or before.t == "LineBreak") and is_title(inlines, index + 2) then
        inlines:remove(index + 1)
        inlines:remove(index)
      end
    end
    return inlines
  end
  return blocks:walk({
    Table = function(tbl)
      return tbl:walk({ Inlines = strip })
    end,
  })
end

local function cites(blocks)
  local found = false
  blocks:walk({
    Cite = function(cite)
      for _, citation in ipairs(cite.citations) do
        local key = citation.id:match("^(%a+)%-")
        found = found or not (key == "fig" or key == "tbl" or key == "sec" or custom[key or ""])
      end
    end,
  })
  return found
end

function Pandoc(doc)
  read_options(doc.meta)
  doc.blocks = relabelled(doc.blocks)
  if not options.numbered then
    doc.blocks = without_numbers(by_title(doc.blocks))
  end
  local sections = sections_of(doc.blocks)
  local first = #sections + 1
  for index = #sections, 1, -1 do
    if is_supplementary(sections[index]) then
      first = index
    end
  end
  for index = 1, first - 1 do
    sections[index] = without_left_out(sections[index])
  end
  local main, supplement = joined(sections, 1, first - 1), joined(sections, first, #sections)
  if is_page_break(main[#main]) then
    main:remove()
  end
  main = placed(main)
  if options.part == "main" then
    main:insert(marked(supplement))
    doc.blocks = main
    return doc
  end
  local has_references = cites(supplement)
  local blocks = pandoc.Blocks({ marked(main) })
  blocks:extend(supplement)
  if has_references then
    blocks:insert(unnumbered("References"))
    blocks:insert(pandoc.Div({}, pandoc.Attr("refs")))
  end
  doc.blocks = blocks
  return doc
end
