"""How DOIs, PubMed numbers, trial registrations and record numbers look."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# The form of almost all DOIs (crossref.org/blog/dois-and-matching-regular-expressions).
DOI = re.compile(r"^10\.\d{4,9}/\S*[^\s.,;:]$")
DOI_WITHIN = re.compile(r"10\.\d{4,9}/\S+")

PMID_PATTERN = r"^[1-9]\d{0,8}$"
PMID_FORM = "the number alone, such as 12345678"

RECORD_PATTERN = r"^R\d{5,}$"
RECORD_FORM = "R and five digits, such as R00012"

SHA256_PATTERN = r"^[0-9a-f]{64}$"

# How the numbers of the registries of the WHO's ICTRP network look: pattern, and form in words.
REGISTRIES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "NCT": (r"NCT\d{8}", "NCT and 8 digits"),
        "ChiCTR": (r"ChiCTR(-[A-Z]{2,4}-|-)?\d{8,10}", "ChiCTR and 10 digits"),
        "ISRCTN": (r"ISRCTN\d{8}", "ISRCTN and 8 digits"),
        "ACTRN": (r"ACTRN\d{14}", "ACTRN and 14 digits"),
        "UMIN": (r"UMIN\d{9}", "UMIN and 9 digits"),
        "jRCT": (r"jRCTs?\d{9,10}", "jRCT and 10 digits"),
        "DRKS": (r"DRKS\d{8}", "DRKS and 8 digits"),
        "KCT": (r"KCT\d{7}", "KCT and 7 digits"),
        "PACTR": (r"PACTR\d{15,16}", "PACTR and 15 digits"),
        "TCTR": (r"TCTR\d{11}", "TCTR and 11 digits"),
        "IRCT": (r"IRCT\d{8,14}N\d{1,3}", "IRCT, digits, N and digits"),
        "CTRI": (r"CTRI/\d{4}/\d{2,3}/\d{6}", "CTRI/year/month/6 digits"),
        "CTR": (r"CTR20\d{6}", "CTR and 8 digits (China's drug trials)"),
        "EudraCT": (r"(EudraCT )?\d{4}-\d{6}-\d{2}", "year-6 digits-2 digits"),
        "EU CT": (r"(EU CT )?\d{4}-5\d{5}-\d{2}-\d{2}", "year-6 digits-2 digits-2 digits"),
        "CRD": (r"CRD4\d{10,12}", "CRD and 11 digits"),
    }
)
