-- Embedded engine only: page breaks, in each format's own way. (Quarto has a shortcode for them.)

local breaks = {
  docx = pandoc.RawBlock("openxml", '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'),
  typst = pandoc.RawBlock("typst", "#pagebreak(weak: true)"),
  html = pandoc.RawBlock("html", '<div style="page-break-after: always;"></div>'),
}

function Div(div)
  if div.classes:includes("pagebreak") then
    return breaks[FORMAT:match("^%a+")] or {}
  end
end
