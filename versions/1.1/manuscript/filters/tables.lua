-- Generated tables, which come as raw HTML, and lists that an author wrote as a table become native ones.
--
-- A cell's <span data-qmd="..."> is read as markdown, so that citations inside cells work; cells under
-- a row or column header keep their scope in HTML. Both engines run this filter behind generated.lua:
-- Quarto would read the tables, too, but starts a program of its own for each in a PDF, and leaves a
-- space before citations.

local stringify = pandoc.utils.stringify
local NBSP = "\u{a0}"
-- Whether citations are superscript numbers, which stand close to the word before them.
local superscript = false

local function closed_up(inlines)
  for index, inline in ipairs(inlines) do
    local following = inlines[index + 1]
    if inline.t == "Str" and following and following.t == "Cite" then
      inline.text = inline.text:gsub(NBSP .. "$", "")
    end
  end
  return inlines
end

local function markdown_inlines(source)
  return pandoc.utils.blocks_to_inlines(pandoc.read(source, "markdown").blocks)
end

local read_spans = {
  Span = function(span)
    local source = span.attributes["data-qmd"] or span.attributes["qmd"]
    if source then
      return markdown_inlines(source)
    end
  end,
}

local function read_options(meta)
  superscript = meta["citation-after-punctuation"] == true
end

-- The embedded engine has some tables in the words of the format already, under the hash of their HTML.
local set_tables = os.getenv("REVIEW_SET_TABLES")

local function set_table(html)
  local file = set_tables and io.open(pandoc.path.join({ set_tables, pandoc.utils.sha1(html) }), "rb")
  if file then
    local words = file:read("a")
    file:close()
    return pandoc.RawBlock(FORMAT:match("^%a+"), words)
  end
end

local function read_table(raw)
  if raw.format == "html" and raw.text:match("^%s*<table") then
    local finished = set_table(raw.text)
    if finished then
      return finished
    end
    local blocks = pandoc.read(raw.text, "html").blocks:walk(read_spans)
    return superscript and blocks:walk({ Inlines = closed_up }) or blocks
  end
end

-- Lists as tables -----------------------------------------------------------------------------
--
-- A div of the class list-table holds a bullet list of rows, each a bullet list of cells; a paragraph
-- before it is the caption. header-rows (1), header-cols (0), widths and aligns are its attributes, as
-- in the filter list-table.lua of pandoc-ext.

local ALIGNMENTS = { l = "AlignLeft", c = "AlignCenter", r = "AlignRight", d = "AlignDefault" }

local function listed(text)
  local found = pandoc.List({})
  for part in (text or ""):gmatch("[^%s,]+") do
    found:insert(part)
  end
  return found
end

local function row_of(item)
  local list = item[1]
  if #item ~= 1 or list.t ~= "BulletList" then
    error("\nA row of a list-table must be a list of cells: " .. stringify(item):sub(1, 60) .. "\n", 0)
  end
  local cells = pandoc.List({})
  for _, blocks in ipairs(list.content) do
    local attributes = {}
    local first = blocks[1] and blocks[1].content and blocks[1].content[1]
    -- [...]{colspan=2} or an empty []{...} says how far a cell reaches.
    if first and first.t == "Span" and #first.content == 0 then
      attributes = first.attributes
      blocks[1].content:remove(1)
    end
    cells:insert(pandoc.Cell(blocks, ALIGNMENTS[attributes.align or "d"],
      tonumber(attributes.rowspan or 1), tonumber(attributes.colspan or 1)))
  end
  return pandoc.Row(cells)
end

local function read_list(div)
  if not div.classes:includes("list-table") then
    return nil
  end
  local caption = pandoc.Blocks({})
  if div.content[1] and div.content[1].t ~= "BulletList" then
    caption:insert(div.content:remove(1))
  end
  local list = div.content[1]
  if #div.content ~= 1 or list.t ~= "BulletList" then
    error("\nA list-table holds a caption and a list of rows: " .. stringify(div):sub(1, 60) .. "\n", 0)
  end
  local rows = pandoc.List(list.content):map(row_of)
  local columns = 0
  for _, cell in ipairs(rows[1].cells) do
    columns = columns + cell.col_span
  end
  local aligns, widths, total = listed(div.attributes.aligns), listed(div.attributes.widths), 0
  for _, width in ipairs(widths) do
    total = total + tonumber(width)
  end
  local specs = pandoc.List({})
  for column = 1, columns do
    local width = widths[column] and tonumber(widths[column]) / total
    specs:insert({ ALIGNMENTS[aligns[column] or "d"], width })
  end
  local header = tonumber(div.attributes["header-rows"] or 1)
  local head, body = pandoc.List({}), pandoc.List({})
  for index, row in ipairs(rows) do
    (index <= header and head or body):insert(row)
  end
  local bodies = { {
    attr = pandoc.Attr(), head = {}, body = body,
    row_head_columns = tonumber(div.attributes["header-cols"] or 0),
  } }
  local function made(words)
    return pandoc.Table(pandoc.Caption(words), specs, pandoc.TableHead(head), bodies, pandoc.TableFoot())
  end
  if div.identifier == "" then
    return made(caption)
  end
  -- With an id it is what Quarto numbers in every format: a div that ends with its caption.
  local blocks = pandoc.Blocks({ made({}) })
  blocks:extend(caption)
  return pandoc.Div(blocks, pandoc.Attr(div.identifier))
end

return { { Meta = read_options }, { RawBlock = read_table, Div = read_list } }
