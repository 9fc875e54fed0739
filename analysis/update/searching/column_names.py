"""Names of the columns in tables of records, as databases, programs and people write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# The better source first; the last lines are those of French, German, Spanish, Portuguese and
# Italian tables.
COLUMN_NAMES: Mapping[str, tuple[str, ...]] = {
    "title": (
        *("title", "article title", "document title", "primary title", "item title"),
        *("display name", "study title", "public title", "scientific title", "ti"),
        *("paper title", "title of article", "title of paper", "publication", "citation title"),
        *("titre", "titel", "título", "titulo", "titolo", "título del artículo"),
    ),
    "authors": (
        *("author full names", "authors", "author names", "author", "creator", "author list"),
        *("authorships author display name", "authorships raw author name", "af", "au"),
        *("sponsor", "sponsor/collaborators", "primary sponsor", "lead sponsor", "first author"),
        *("auteur", "autor", "autoren", "autores", "autore", "autori", "verfasser"),
    ),
    "year": (
        *("publication year", "published year", "pubyear", "year", "py", "yr"),
        *("year of publication", "year published", "pub year", "publish year", "pubdate"),
        *("date of publication", "publication date", "date published", "date", "cover date"),
        *("early access date", "date registration", "study first posted", "first posted"),
        *("année", "annee", "année de publication", "jahr", "erscheinungsjahr", "año", "ano"),
        *("año de publicación", "ano de publicação", "anno", "fecha", "datum"),
    ),
    "source_title": (
        *("source title", "journal/book", "journal", "journal title", "publication title"),
        *("publication name", "primary location source display name", "pubtitle"),
        *("journal name", "name of journal", "host venue display name", "venue", "source", "so"),
        *("revue", "titre de la revue", "zeitschrift", "revista", "rivista", "periódico"),
    ),
    "volume": ("volume", "journal volume", "biblio volume", "vl", "vol", "band", "volumen"),
    "issue": (
        *("issue", "issue number", "journal issue", "biblio issue", "number", "is", "no"),
        *("numéro", "heft", "número", "numero", "fascículo", "fascicolo"),
    ),
    "pages": (
        *("pages", "page range", "pagination", "page", "page numbers"),
        *("seiten", "páginas", "paginas", "pagine"),
    ),
    "first_page": (
        *("page start", "first page", "start page", "beginning page", "biblio first page", "bp"),
    ),
    "last_page": ("page end", "last page", "end page", "ending page", "biblio last page", "ep"),
    "article": ("art. no.", "article number", "ar", "article id"),
    "doi": (
        *("doi", "item doi", "ids doi", "di", "digital object identifier"),
        *("doi link", "doi url", "link doi", "doi/url", "doi address"),
    ),
    "pmid": ("pmid", "pubmed id", "medline pmid", "ids pmid", "pm", "pubmed"),
    "abstract": (
        *("abstract", "abstract note", "brief summary", "ab", "summary"),
        *("résumé", "zusammenfassung", "resumen", "resumo", "riassunto"),
    ),
    "language": (
        *("language of original document", "article language", "language of article"),
        *("language", "la", "langue", "sprache", "idioma", "lingua"),
    ),
    "report_type": (
        *("document type", "publication type", "doctype", "item type", "study type"),
        *("content type", "dt", "report type", "article type", "type"),
        *("type de document", "dokumenttyp", "tipo de documento", "tipo di documento"),
    ),
}
_SHORTEST_PLURAL = 4


def plain_name(name: str) -> str:
    """Write a name of a column so that different hands write it the same way."""
    letters = "".join(c for c in name.casefold() if c.isalnum())
    return letters.removesuffix("s") if len(letters) > _SHORTEST_PLURAL else letters
