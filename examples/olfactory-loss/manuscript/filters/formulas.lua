-- A formula with a number, the same in both engines.
--
-- Quarto writes the number into the formula, behind \qquad. Word keeps it there; on the page it
-- stands at the end of the line, and in JATS it is the formula's label. A PDF counts by itself.

local function written(math)
  local text = pandoc.write(pandoc.Pandoc({ pandoc.Plain({ math }) }), FORMAT)
  return (text:gsub("%s+$", ""):gsub("^<p>", ""):gsub("</p>$", ""))
end

function Span(span)
  local math = span.identifier:match("^eq%-") and #span.content == 1 and span.content[1]
  if not math or math.t ~= "Math" then
    return nil
  end
  local text, number = math.text:match("^(.-)%s*\\qquad%s*(%(%d+%))$")
  if not number or FORMAT:match("docx") then
    return nil
  end
  math = pandoc.Math(math.mathtype, text)
  if FORMAT:match("jats") then
    return pandoc.RawInline("jats", (written(math):gsub("<disp%-formula>",
      '<disp-formula id="' .. span.identifier .. '"><label>' .. number .. "</label>", 1)))
  end
  span.content = { math, pandoc.Span({ pandoc.Str(number) }, pandoc.Attr("", { "number" })) }
  span.classes = { "equation" }
  return span
end
