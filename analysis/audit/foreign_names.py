"""What effect measures are called in French, Spanish, Portuguese, German and Italian."""

from __future__ import annotations

FOREIGN_RATIOS = (
    r"\b(?i:rapports? d(?:e |es |e la )(?:risques?|cotes|pr[ée]valences?|taux|hasards?)"
    r"|risques? relatifs?|r(?:iesgo|isco|ischio)s? relativos?"
    r"|raz(?:[óo]n|ones|[ãa]o|[õo]es) de (?:momios|riesgos?|probabilidades|posibilidades"
    r"|oportunidades|chances|preval[eê]ncias?|tasas|taxas)|rapporti? di rischio"
    r"|relative[ns]? risiko(?:s|en)?|(?:chancen|risiko|hazard|quoten)verh[äa]ltnis(?:se)?)\b"
)
FOREIGN_DIFFERENCES = (
    r"\b(?i:diff[ée]rences? (?:moyennes?|d(?:e|es) moyennes)|diferencias? (?:de medias|medias?)"
    r"|diferen[çc]as? (?:m[ée]dias?|de m[ée]dias|entre as m[ée]dias)|mittlere[nr]? differenz(?:en)?"
    r"|mittelwert(?:s)?differenz(?:en)?|differenza media)\b"
)
