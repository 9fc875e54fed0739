-- Headings and keywords, the same in both engines.
--
-- An appendix is a heading without number, at its place: Quarto would move it to the end of the page
-- and of no other format. Word shows the keywords in the file's properties only; editors look on the
-- page. The rest is for Quarto alone: it numbers the headings of a structured abstract ("0.1 Background"), because they stand before
-- the first section; and its Typst shuts every heading without a number into a block, where nothing
-- keeps it on the page of what follows, and where its id is lost. Pandoc alone does neither.

local stringify = pandoc.utils.stringify

local function in_abstract(header)
  if FORMAT:match("docx") or FORMAT:match("typst") then
    return pandoc.Para({ pandoc.Strong(header.content) })
  end
  header.classes:insert("unnumbered")
  header.classes:insert("unlisted")
  return header
end

local function for_typst(header)
  if not header.classes:includes("unnumbered") then
    return nil
  end
  local inlines = pandoc.Inlines({
    pandoc.RawInline("typst", "#heading(level: " .. header.level .. ", numbering: none)["),
  })
  inlines:extend(header.content)
  local label = header.identifier:match("^%a[%w_.:-]*$")
  inlines:insert(pandoc.RawInline("typst", "]" .. (label and " <" .. label .. ">" or "")))
  return pandoc.Plain(inlines)
end

local function appendix(header)
  if header.classes:includes("appendix") then
    header.classes = header.classes:filter(function(class) return class ~= "appendix" end)
    header.classes:insert("unnumbered")
    return header
  end
end

local function keywords(list)
  local words = pandoc.List(list):map(stringify)
  local text = pandoc.Str(table.concat(words, ", "))
  return pandoc.Div(pandoc.Para({ pandoc.Strong("Keywords:"), pandoc.Space(), text }),
    pandoc.Attr("", {}, { ["custom-style"] = "Abstract" }))
end

-- What stands below the authors on the title page in Word, where the writer prints names alone:
-- places, whom to write to, and the version. Quarto resolves shortcodes later, so words stay inlines.
local function below_authors(meta)
  local lines, seen = pandoc.Inlines({}), {}
  local function add(...)
    local words = pandoc.Inlines({})
    for _, part in ipairs({ ... }) do
      words:extend(pandoc.Inlines(part))
    end
    if #words > 0 and not seen[stringify(words)] then
      seen[stringify(words)] = true
      lines:extend(#lines > 0 and { pandoc.LineBreak() } or {})
      lines:extend(words)
    end
  end
  local persons = pandoc.List(meta["by-author"] or meta.author or {}):filter(function(author)
    return pandoc.utils.type(author) == "table"
  end)
  for _, person in ipairs(persons) do
    for _, place in ipairs(person.affiliations or {}) do
      add(place.name or place)
    end
  end
  for _, person in ipairs(persons) do
    if person.corresponding or (person.attributes or {}).corresponding then
      add("Correspondence: ", person.name.literal or person.name, ", ", person.email)
    end
  end
  add(meta["version-line"] or {})
  return #lines > 0 and pandoc.MetaInlines(lines) or nil
end

function Pandoc(doc)
  doc.blocks = doc.blocks:walk({ Header = appendix })
  -- Word's own place below the authors.
  if FORMAT:match("docx") and not doc.meta.date and not doc.meta.submission then
    doc.meta.date = below_authors(doc.meta)
  end
  if doc.meta.keywords and FORMAT:match("docx") then
    doc.blocks:insert(1, keywords(doc.meta.keywords))
  end
  if not quarto then
    return doc
  end
  if pandoc.utils.type(doc.meta.abstract) == "Blocks" then
    local abstract = doc.meta.abstract:walk({ Header = in_abstract })
    if FORMAT:match("typst") then
      -- Quarto prints the word "Abstract" in the first line.
      abstract:insert(1, pandoc.RawBlock("typst", "#parbreak()"))
    end
    doc.meta.abstract = abstract
  end
  if FORMAT:match("typst") then
    doc.blocks = doc.blocks:walk({ Header = for_typst })
  end
  return doc
end
