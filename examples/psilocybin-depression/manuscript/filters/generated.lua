-- Puts the generated figures, tables and passages into the divs that the authors wrote for them.
--
-- An author writes a div with an id and a caption; analysis.build.building writes
-- manuscript/_generated/items.json, which says for each id what belongs there. Both engines run this
-- filter: Quarto at `pre-ast`, the embedded engine as the first of its filters.

local stringify = pandoc.utils.stringify

local function read(path)
  local file = io.open(path, "rb")
  if not file then
    error("\n" .. path .. " is missing. Run `review build` (or `make paper`), then render again.\n", 0)
  end
  local text = file:read("a")
  file:close()
  return text
end

local root = os.getenv("QUARTO_PROJECT_DIR") or ".."
local folder = pandoc.path.join({ root, "manuscript", "_generated" })
local items = pandoc.json.decode(read(pandoc.path.join({ folder, "items.json" })), false)

-- A journal may have an item in the other part of the paper: sfig-x is fig-x there.
local function item_of(identifier)
  local twin = identifier:match("^s(%a+%-.*)$") or "s" .. identifier
  return items[identifier] or items[twin]
end

-- The authors' own drawings, and the pixels that take their place.
local pixels = pandoc.json.decode(read(pandoc.path.join({ folder, "pixels.json" })), false)

-- Citations that nothing shows.
local unseen = pandoc.Inlines({})

-- The text with every figure and table where the protocol wants it, and nothing empty; only there
-- where that differs from what Quarto reads. The embedded engine reads no other text.
local placed = quarto and io.open(pandoc.path.join({ folder, "placed.md" }), "rb")

-- What Quarto's shortcode for a page break leaves, of which the placed text has divs.
local breaks = {
  docx = { "openxml", '<w:p><w:r><w:br w:type="page"/></w:r></w:p>' },
  typst = { "typst", "#pagebreak()" },
  html = { "html", '<div style="page-break-after: always;"></div>' },
  jats = { "jats", "<p></p>" },
}

-- Read when the first passage is met.
local passages

-- Word and JATS take pixels, the others keep the drawing as vectors.
local takes_pixels = FORMAT:match("docx") or FORMAT:match("jats")
local extension = takes_pixels and ".png" or ".svg"

local function figure_blocks(item)
  local blocks = pandoc.Blocks({})
  for _, image in ipairs(item.images) do
    -- A list, because the order of a table's keys changes from run to run.
    local attributes = pandoc.Attr("", {},
      { { "fig-alt", image.alt }, { "alt", image.alt }, { "width", "100%" } })
    blocks:insert(pandoc.Para({
      pandoc.Image({}, "_generated/figures/" .. image.name .. extension, "", attributes),
    }))
  end
  -- Pictures that run over pages: the caption below the last one stays on its page.
  if FORMAT:match("typst") and #blocks > 1 then
    blocks:insert(#blocks, pandoc.RawBlock("typst", "#block(sticky: true)["))
    blocks:insert(pandoc.RawBlock("typst", "]"))
  end
  return blocks
end

-- Quarto reads the HTML table into a native one in every format. It must be one raw HTML block.
local function table_blocks(item)
  local html = read(pandoc.path.join({ folder, "tables", item.table .. ".html" }))
  return pandoc.Blocks({ pandoc.RawBlock("html", html) })
end

-- Typst: a line that leads to a list stays with it. (`sticky` holds a block to the one after it.)
local function lead_to_lists(blocks)
  for index = #blocks - 1, 1, -1 do
    local lead, list = blocks[index], blocks[index + 1]
    if lead.t == "Para" and list.t == "BulletList" and stringify(lead):match(":$") then
      blocks:insert(index + 1, pandoc.RawBlock("typst", "]"))
      blocks:insert(index, pandoc.RawBlock("typst", "#block(sticky: true)["))
    end
  end
  return blocks
end

-- The first-page notice stands out in every format; Word takes the style from the reference document.
local function notice(div)
  if FORMAT:match("typst") then
    div.content:insert(1, pandoc.RawBlock("typst",
      '#block(width: 100%, breakable: false, inset: 9pt, stroke: (left: 3pt + rgb("#b3541e")), fill: rgb("#fdf4ec"))['))
    div.content:insert(pandoc.RawBlock("typst", "]"))
  elseif quarto and FORMAT:match("jats") then
    -- Quarto unrolls divs there; pandoc alone makes the same box of one.
    div.content:insert(1, pandoc.RawBlock("jats", "<boxed-text>"))
    div.content:insert(pandoc.RawBlock("jats", "</boxed-text>"))
  else
    div.attributes["custom-style"] = FORMAT:match("docx") and "Notice" or nil
  end
  return div
end

-- A passage: what the author wrote, or else what the build wrote, without the div around it.
local function passage(div, name)
  if #div.content > 0 then
    return div.content
  end
  passages = passages
    or pandoc.json.decode(read(pandoc.path.join({ folder, "passages.json" })), false)
  local found = passages[name]
  if not found then
    error("\nThere is no passage called " .. name .. " (the div passage-" .. name .. ").\n", 0)
  end
  -- Figures and tables within it are filled like all others.
  return pandoc.read(found.markdown, "markdown").blocks:walk({ Div = Div })
end

-- Quarto's formats take the description of a picture from one attribute or the other, and none takes
-- it from the caption. The embedded engine describes pictures by itself.
local function describe(block, item)
  local count = 0
  return block:walk({
    Image = function(image)
      count = count + 1
      local known = item.images and item.images[count]
      if known then
        image.attributes["fig-alt"], image.attributes.alt = known.alt, known.alt
        return image
      end
    end,
  })
end

function Figure(figure)
  local item = item_of(figure.identifier)
  return quarto and item and item.own and describe(figure, item) or nil
end

function Div(div)
  if div.classes:includes("notice") then
    return notice(div)
  end
  if quarto and div.classes:includes("pagebreak") then
    local written = breaks[FORMAT:match("^%a+")]
    return written and pandoc.RawBlock(table.unpack(written)) or {}
  end
  local name = div.identifier:match("^passage%-(.+)$")
  if name then
    return passage(div, name)
  end
  local item = item_of(div.identifier)
  if not item or item.own then
    return quarto and item and describe(div, item) or nil
  end
  if #div.content ~= 1 then
    error("\nThe div " .. div.identifier .. " must hold one paragraph, its caption; it begins: "
      .. stringify(div):sub(1, 60) .. "\n", 0)
  end
  -- What rows cite that stand in a file only belongs into the list of references all the same.
  for _, key in ipairs(item.whole and item.whole.cited or {}) do
    unseen:insert(pandoc.Cite({ pandoc.Str("@" .. key) }, { pandoc.Citation(key, "AuthorInText") }))
  end
  local blocks = item.kind == "figure" and figure_blocks(item) or table_blocks(item)
  blocks:extend(div.content)
  div.content = blocks
  return div
end

function Image(image)
  if takes_pixels and pixels[image.src] then
    image.src = pixels[image.src]
    return image
  end
end

-- Typst: a wide table gets landscape pages of its own, with the headings directly above it. Tables
-- that follow each other share them. Only at the top of the document: Typst turns no page inside
-- something else. Word's pages are turned when the file is finished.
local landscape_begin, landscape_end = "#page(flipped: true)[", "]"

local TABLES = '#counter(figure.where(kind: "quarto-float-tbl"))'

local function goes_along(block)
  return block.t == "Header" or block.t == "RawBlock" and block.text:sub(1, #TABLES + 7) == TABLES .. ".update"
end

local function is_raw(block, text)
  return block and block.t == "RawBlock" and block.text == text
end

local function is_wide(block)
  local item = block.t == "Div" and item_of(block.identifier)
  return item and item.landscape
end

local function turn(blocks)
  local turned = pandoc.Blocks({})
  for _, block in ipairs(blocks) do
    if is_wide(block) then
      local headings = pandoc.Blocks({})
      while #turned > 0 and goes_along(turned[#turned]) do
        headings:insert(1, turned:remove())
      end
      if is_raw(turned[#turned], landscape_end) then
        turned:remove()
      else
        turned:insert(pandoc.RawBlock("typst", landscape_begin))
      end
      turned:extend(headings)
      turned:insert(block)
      turned:insert(pandoc.RawBlock("typst", landscape_end))
    else
      turned:insert(block)
    end
  end
  return turned
end

-- A landscape page amid the text leaves the page before it short. So wide tables of the main text stand
-- at its end, behind the references, with the numbers that their places give them.
local function is_main_table(block)
  return block.identifier ~= nil and block.identifier:match("^tbl%-") ~= nil
end

local function count_tables(block)
  local count = 0
  local function step(part)
    if is_main_table(part) then
      count = count + 1
      return part, false
    end
  end
  pandoc.Blocks({ block }):walk({ traverse = "topdown", Div = step, Table = step })
  return count
end

-- Where the supplement's first heading stands, or behind everything.
local function end_of_text(blocks)
  local heading
  for index, block in ipairs(blocks) do
    if block.t == "Header" and block.level == 1 then
      heading = index
    elseif block.t == "Div" and block.identifier:match("^s%a+%-") and item_of(block.identifier) then
      return heading or index
    end
  end
  return #blocks + 1
end

local function move_wide(blocks)
  local place, number = end_of_text(blocks), 0
  local kept, moved = pandoc.Blocks({}), pandoc.Blocks({})
  for index, block in ipairs(blocks) do
    number = number + count_tables(block)
    if index == place then
      kept:extend(moved)
    end
    -- A heading above would be left without its table.
    if index < place and is_main_table(block) and is_wide(block) and blocks[index - 1].t ~= "Header" then
      kept:insert(pandoc.RawBlock("typst", TABLES .. ".step()"))
      moved:extend({ pandoc.RawBlock("typst", TABLES .. ".update(" .. number - 1 .. ")"), block })
    else
      kept:insert(block)
    end
  end
  if place > #blocks then
    kept:extend(moved)
  end
  return kept
end

-- Quarto's Typst: one picture of the main text goes to the top or bottom of a page, so that the text
-- before it fills its own. Several run over pages, which something placed cannot do. The embedded
-- engine says so itself.
local function floats(block)
  if (block.t ~= "Div" and block.t ~= "Figure") or not block.identifier:match("^fig%-") then
    return false
  end
  local pictures = 0
  block:walk({ Image = function() pictures = pictures + 1 end })
  return pictures == 1
end

local function float_figures(blocks)
  for index = #blocks, 1, -1 do
    if floats(blocks[index]) then
      blocks:insert(index + 1, pandoc.RawBlock("typst", "]"))
      blocks:insert(index, pandoc.RawBlock("typst", "#[\n#set figure(placement: auto)"))
    end
  end
  return blocks
end

-- The list of tables and figures: behind the notice, before the text, those of the supplement apart.
-- Typst knows the numbers and the pages. A review without a supplement has its items at hand.
local GROUPS = {
  { "tbl", "Tables" }, { "fig", "Figures" },
  { "stbl", "Supplementary tables" }, { "sfig", "Supplementary figures" },
}

-- The first sentence of a caption, without its citations: they are numbered where the text cites them.
local function title_of(caption)
  local title = pandoc.Inlines({})
  for index, inline in ipairs(caption) do
    if inline.t ~= "Cite" and inline.t ~= "Note" then
      title:insert(inline)
    elseif #title > 0 and title[#title].t == "Space" then
      title:remove()
    end
    local after = caption[index + 1]
    if inline.t == "Str" and inline.text:match("%w%w[%)%]]?%.$") and after and after.t ~= "Str" then
      break
    end
  end
  return title
end

local function list_of_items(blocks)
  local found, supplement = {}, false
  blocks:walk({
    traverse = "topdown",
    Div = function(div)
      local key = div.identifier:match("^(s?%a+)%-")
      local caption = div.content[#div.content]
      if not (key and item_of(div.identifier) and caption and caption.t == "Para") then
        return nil
      end
      supplement = supplement or key:match("^s") ~= nil
      found[key] = found[key] or pandoc.Blocks({})
      local entry = pandoc.Inlines({ pandoc.RawInline("typst", "#listed(<" .. div.identifier .. ">)[") })
      entry:extend(title_of(caption.content))
      entry:insert(pandoc.RawInline("typst", "]"))
      found[key]:insert(pandoc.Plain(entry))
      return div, false
    end,
  })
  local list = pandoc.Blocks({})
  for _, group in ipairs(supplement and GROUPS or {}) do
    if found[group[1]] then
      list:insert(pandoc.RawBlock("typst", "#list-title[" .. group[2] .. "]"))
      list:extend(found[group[1]])
    end
  end
  return list
end

local function with_list(blocks)
  local place = 1
  for index, block in ipairs(blocks) do
    if block.t == "Div" and block.classes:includes("notice") then
      place = index + 1
    end
  end
  for offset, block in ipairs(list_of_items(blocks)) do
    blocks:insert(place + offset - 1, block)
  end
  return blocks
end

function Pandoc(doc)
  if #unseen > 0 then
    local told = pandoc.Inlines(doc.meta.nocite or {})
    told:extend(unseen)
    doc.meta.nocite = pandoc.MetaInlines(told)
  end
  if FORMAT:match("typst") then
    if not doc.meta.submission then
      doc.blocks = move_wide(with_list(doc.blocks))
    end
    if quarto then
      doc.blocks = float_figures(doc.blocks)
    end
    doc.blocks = turn(lead_to_lists(doc.blocks))
  end
  return doc
end

local function place_items(doc)
  if placed then
    doc.blocks = pandoc.read(placed:read("a"), "markdown").blocks
    placed:close()
    return doc
  end
end

return {
  { Pandoc = place_items },
  { Figure = Figure, Div = Div, Image = Image, Pandoc = Pandoc },
}
