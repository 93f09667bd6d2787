"""The files of a release as a catalogue that other portals harvest: DCAT-AP 3, as JSON-LD."""

import calendar
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from copse.kit.framework.model import Text
from copse.kit.taxonomy import LANGUAGES
from copse.observatory.queries.opendata import lists
from copse.observatory.queries.opendata.flat import LICENCE, as_json, by_language
from copse.observatory.queries.opendata.table import Published

if TYPE_CHECKING:
    from copse.observatory.queries.opendata import Format

# The European authority lists that DCAT-AP names for these fields.
LISTS = "http://publications.europa.eu/resource/authority/"
FILE_TYPES = {
    "csv": "CSV", "csvw": "JSON_LD", "codes": "CSV", "json": "JSON", "sdmx-csv": "CSV",
    "sdmx-xml": "XML", "sdmx-structure": "XML", "sdmx-json": "JSON", "data-package": "JSON",
    "iati": "XML",
}  # fmt: skip
# As the list itself words them.
THEMES = {"SOCI": "Population and society", "JUST": "Justice, legal system and public safety"}
LANGUAGE_CODES = {"en": "ENG", "fr": "FRA", "ar": "ARA", "sw": "SWA"}
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/", "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#", "xsd": "http://www.w3.org/2001/XMLSchema#",
}  # fmt: skip


def catalogue(published: Published, formats: Mapping[str, "Format"]) -> bytes:
    """One catalogue with one dataset: the release, and each of its files as a distribution."""
    site = f"{published.site}/numbers/"
    made = {
        "@context": CONTEXT,
        "@graph": [
            {
                "@id": f"{site}#catalogue", "@type": "dcat:Catalog",
                "dct:title": by_language(lists.words("title")),
                "dct:description": by_language(lists.words("about")),
                "dct:publisher": {"@id": f"{site}#publisher"},
                "dct:license": {"@id": LICENCE}, "foaf:homepage": {"@id": site},
                "dct:language": _languages(), "dct:issued": _day(published.published_at.date()),
                "dcat:dataset": {"@id": f"{published.folder}/"},
                "dcat:service": {"@id": f"{site}api/indicators.json"},
            },
            {"@id": site, "@type": "foaf:Document"},
            {"@id": LICENCE, "@type": "dct:LicenseDocument"},
            {"@id": f"{site}#publisher", "@type": "foaf:Agent", "foaf:name": published.publisher},
            _dataset(published, formats),
            _service(published),
            *(_distribution(published, name, one) for name, one in formats.items()
              if name in FILE_TYPES),
        ],
    }  # fmt: skip
    return as_json(made)


def _dataset(published: Published, formats: Mapping[str, "Format"]) -> dict[str, Any]:
    site = f"{published.site}/numbers/"
    months = published.content["months"]
    year, month = map(int, months[-1].split("-"))
    last = date(year, month, calendar.monthrange(year, month)[1])
    return {
        "@id": f"{published.folder}/", "@type": "dcat:Dataset",
        "dct:title": by_language(lists.words("title")),
        "dct:description": by_language(lists.words("about")),
        "dct:identifier": published.reference, "dcat:version": str(published.vintage),
        "dct:publisher": {"@id": f"{site}#publisher"}, "dct:language": _languages(),
        "dct:issued": _day(published.published_at.date()),
        "dct:modified": _day(published.published_at.date()),
        "dcat:keyword": by_language(lists.words("keyword")),
        "dcat:theme": [_theme(code, label) for code, label in THEMES.items()],
        "dct:accrualPeriodicity": {"@id": LISTS + "frequency/MONTHLY", "@type": "dct:Frequency"},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _day(date.fromisoformat(f"{months[0]}-01")),
            "dcat:endDate": _day(last),
        },
        "dcat:distribution": [
            {"@id": f"{published.folder}/{one.file_name}"} for name, one in formats.items()
            if name in FILE_TYPES
        ],
    }  # fmt: skip


def _service(published: Published) -> dict[str, Any]:
    address = f"{published.site}/numbers/api/indicators.json"
    return {
        "@id": address, "@type": "dcat:DataService",
        "dct:title": by_language(lists.words("service")),
        "dcat:endpointURL": {"@id": address, "@type": "rdfs:Resource"},
        "dcat:servesDataset": {"@id": f"{published.folder}/"},
        "dct:license": {"@id": LICENCE},
    }  # fmt: skip


def _distribution(published: Published, name: str, one: "Format") -> dict[str, Any]:
    address = f"{published.folder}/{one.file_name}"
    media = one.media_type.partition(";")[0]
    return {
        "@id": address, "@type": "dcat:Distribution",
        "dct:title": by_language(_title(one.title)),
        "dcat:accessURL": {"@id": f"{published.site}/numbers/data/", "@type": "rdfs:Resource"},
        "dcat:downloadURL": {"@id": address, "@type": "rdfs:Resource"},
        "dct:format": {"@id": LISTS + "file-type/" + FILE_TYPES[name],
                       "@type": "dct:MediaTypeOrExtent"},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{media}",
                           "@type": "dct:MediaType"},
        "dct:license": {"@id": LICENCE},
    }  # fmt: skip


def _title(name: str) -> Text:
    """A format's name is the same in every language."""
    return dict.fromkeys(LANGUAGES, name)


def _languages() -> list[dict[str, str]]:
    return [
        {"@id": f"{LISTS}language/{LANGUAGE_CODES[one]}", "@type": "dct:LinguisticSystem"}
        for one in LANGUAGES
    ]


def _theme(code: str, label: str) -> dict[str, Any]:
    return {
        "@id": f"{LISTS}data-theme/{code}", "@type": "skos:Concept",
        "skos:prefLabel": {"@value": label, "@language": "en"},
    }  # fmt: skip


def _day(day: date) -> dict[str, str]:
    return {"@value": day.isoformat(), "@type": "xsd:date"}
