-- Citations in the order and at the place that a style with superscript numbers wants (AMA Manual of
-- Style, 3.6).
--
-- Quarto keeps all of _variables.yml in the metadata, and citeproc counts every citation there before
-- those of the text, used or not: so the variables are taken away once they stand in the text.
--
-- Superscript numbers stand behind commas and full stops. Authors write the citation before the full
-- stop, as markdown wants it; where the style sets numbers as superscripts, this filter changes the
-- order. Cross-references (@fig-, @sec- ...) are left alone. On with
-- `citation-after-punctuation: true` in the front matter.

local crossref = { fig = true, tbl = true, sec = true, stbl = true, sfig = true }

local function is_citation(inline)
  if not inline or inline.t ~= "Cite" then
    return false
  end
  for _, citation in ipairs(inline.citations) do
    if crossref[citation.id:match("^(%a+)%-")] then
      return false
    end
  end
  return true
end

local function reorder(inlines)
  for index = #inlines, 1, -1 do
    local following = inlines[index + 1]
    if is_citation(inlines[index]) and following and following.t == "Str" then
      local mark, rest = following.text:match("^([.,])(.*)$")
      if mark then
        local cite = inlines[index]
        local before = inlines[index - 1]
        inlines[index] = pandoc.Str(mark)
        inlines[index + 1] = cite
        if rest ~= "" then
          inlines:insert(index + 2, pandoc.Str(rest))
        end
        if before and (before.t == "Space" or before.t == "SoftBreak") then
          inlines:remove(index - 1)
        end
      end
    end
  end
  return inlines
end

function Pandoc(doc)
  doc.meta["_quarto-vars"] = nil
  if doc.meta["citation-after-punctuation"] then
    return doc:walk({ Inlines = reorder })
  end
  return doc
end
