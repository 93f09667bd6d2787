"""Open data: a release as files for other programs, all made from one observation table (ADR 0098).

Read in this order: table.py (the rows), lists.py with codes.yaml (which codes they may have), then
one module a family of formats: flat.py, sdmx.py, dcat.py, iati.py; api.py answers programs.

    published = Published.of(release, site="https://numbers.example")
    FORMATS["csv"].make(published)
    file_of(published, "numbers.csv")
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

from copse.observatory.queries.opendata import api, dcat, flat, sdmx
from copse.observatory.queries.opendata import iati as iati_file
from copse.observatory.queries.opendata.lists import Unlisted
from copse.observatory.queries.opendata.table import Published, checked, rows

__all__ = [
    "FORMATS",
    "Format",
    "Published",
    "Unlisted",
    "api",
    "by_file",
    "checked",
    "file_of",
    "rows",
]

JSON = "application/json"
SDMX = "application/vnd.sdmx"


@dataclass(frozen=True)
class Format:
    """One file of a release. `title` is the standard's own name, the same in every language."""

    name: str
    title: str
    media_type: str
    file_name: str
    make: Callable[[Published], bytes]


def _formats() -> Mapping[str, Format]:
    csv_type = "text/csv; charset=utf-8; header=present"
    found = (
        Format("csv", "CSV", csv_type, flat.NUMBERS, flat.numbers_csv),
        Format("csvw", "CSV on the Web", "application/csvm+json",
               f"{flat.NUMBERS}-metadata.json", flat.csvw),
        Format("codes", "CSV", csv_type, flat.CODES, flat.codes_csv),
        Format("json", "JSON", JSON, "numbers.json", flat.numbers_json),
        Format("sdmx-csv", "SDMX-CSV 2.0", f"{SDMX}.data+csv; version=2.0.0",
               "numbers.sdmx.csv", sdmx.sdmx_csv),
        Format("sdmx-xml", "SDMX-ML 3.0", f"{SDMX}.data+xml; version=3.0.0",
               "numbers.sdmx.xml", sdmx.sdmx_xml),
        Format("sdmx-structure", "SDMX-ML 3.0 structure", f"{SDMX}.structure+xml; version=3.0.0",
               "structure.xml", sdmx.structure_xml),
        Format("sdmx-json", "SDMX-JSON 2.0", f"{SDMX}.data+json; version=2.0.0",
               "numbers.sdmx.json", sdmx.sdmx_json),
        Format("data-package", "Data Package", JSON, "datapackage.json", flat.data_package),
        Format("iati", "IATI 2.03", "application/xml", "activities.iati.xml", iati_file.iati),
    )  # fmt: skip
    made = {one.name: one for one in found}
    make = partial(dcat.catalogue, formats=made)
    ours = Format("dcat", "DCAT-AP 3", "application/ld+json", "catalogue.jsonld", make)
    return {**made, ours.name: ours}


FORMATS = _formats()


def by_file(file_name: str) -> Format | None:
    """The format whose file has this name."""
    return next((one for one in FORMATS.values() if one.file_name == file_name), None)


@lru_cache(maxsize=64)
def file_of(published: Published, file_name: str) -> bytes | None:
    """A file of a release, made once in each process. None when no format has such a file.

    Raises `Unlisted` when the release says what no code list has.
    """
    found = by_file(file_name)
    return found.make(published) if found else None
