"""The table as CSV with its description (CSVW), its code lists, one JSON, and a Data Package."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from copse.kit.framework.model import Text
from copse.kit.taxonomy import LANGUAGES
from copse.observatory.queries.opendata import lists
from copse.observatory.queries.opendata.table import (
    CODED,
    COLUMNS,
    DIMENSIONS,
    VALUE,
    Published,
    rows,
)

NUMBERS, CODES = "numbers.csv", "codes.csv"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
CODE_COLUMNS = ("LIST", "CODE", *LANGUAGES, *(f"{kind}_{language}" for kind in ("about", "caution")
                                              for language in LANGUAGES))  # fmt: skip
EMPTY: Text = {}


@lru_cache(maxsize=8)
def used(published: Published) -> Mapping[str, Sequence[str]]:
    """Each code list with its codes; of the open ones and of INDICATOR only what the table uses."""
    table = rows(published)
    found: dict[str, Sequence[str]] = {}
    for column in COLUMNS:
        if column in CODED:
            in_use = sorted({row[column] for row in table})
            open_ended = column in {"INDICATOR", "BREAKDOWN"}
            found[column] = in_use if open_ended else tuple(lists.closed()[column])
    return found


@lru_cache(maxsize=8)
def numbers_csv(published: Published) -> bytes:
    """Every number as a row, withheld ones too."""
    return _csv(COLUMNS, ([row[name] for name in COLUMNS] for row in rows(published)))


@lru_cache(maxsize=8)
def codes_csv(published: Published) -> bytes:
    """Every code with its name, its formula and its caution in four languages."""
    return _csv(CODE_COLUMNS, _codes(published))


def _codes(published: Published) -> Iterable[list[str]]:
    for column, codes in used(published).items():
        for code in codes:
            told = column == "INDICATOR"
            texts = (
                lists.label(column, code),
                lists.about(code) if told else EMPTY,
                lists.caution(code) if told else EMPTY,
            )
            yield [column, code, *(text.get(lang, "") for text in texts for lang in LANGUAGES)]


def _csv(head: Sequence[str], lines: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(lines)
    return out.getvalue().encode()


def as_json(made: Any) -> bytes:
    """An object as the files have it: readable, and always the same bytes."""
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()


def csvw(published: Published) -> bytes:
    """What the columns of the two CSV files hold, after CSV on the Web."""
    made = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": by_language(lists.words("title")),
        "dc:description": by_language(lists.words("about")),
        "dc:license": {"@id": LICENCE},
        "dc:publisher": published.publisher,
        "dc:issued": published.published_at.date().isoformat(),
        "tables": [
            {
                "url": NUMBERS,
                "tableSchema": {
                    "columns": [_csvw_column(published, name) for name in COLUMNS],
                    "primaryKey": list(DIMENSIONS),
                },
            },
            {
                "url": CODES,
                "tableSchema": {
                    "columns": [
                        {"name": name, "titles": name, "datatype": "string",
                         "required": name in {"LIST", "CODE"}}
                        for name in CODE_COLUMNS
                    ],
                    "primaryKey": ["LIST", "CODE"],
                },
            },
        ],
    }  # fmt: skip
    return as_json(made)


def by_language(text: Text) -> list[dict[str, str]]:
    """A text as JSON-LD writes it."""
    return [{"@value": text[language], "@language": language} for language in LANGUAGES]


def _csvw_column(published: Published, name: str) -> dict[str, Any]:
    datatype: Any = "string"
    if name in CODED:
        datatype = {"base": "string", "format": _one_of(used(published)[name])}
    elif name == VALUE:
        datatype = "decimal"
    elif name == "VINTAGE":
        datatype = {"base": "integer", "minimum": 1}
    # The heading of the file is the column's id, so that is the title without a language.
    return {
        "name": name, "titles": {"und": name}, "datatype": datatype, "required": name != VALUE,
        "dc:description": by_language(lists.columns()[name]),
    }  # fmt: skip


def _one_of(codes: Sequence[str]) -> str:
    # Ids have no sign that means something in an expression but “$”.
    return "|".join(code.replace("$", r"\$") for code in codes)


def data_package(published: Published) -> bytes:
    """The two CSV files with their fields, sizes and hashes, after Data Package."""
    made = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"numbers-{published.reference.lower()}",
        "id": published.folder + "/",
        "title": lists.words("title")["en"],
        "description": lists.words("about")["en"],
        "version": f"{published.vintage}.0.0",
        "created": published.published_at.isoformat(timespec="seconds"),
        "licenses": [{"name": "CC-BY-4.0", "path": LICENCE}],
        "contributors": [{"title": published.publisher, "roles": ["publisher"]}],
        "resources": [
            _resource(NUMBERS, numbers_csv(published), {
                "fields": [_field(published, name) for name in COLUMNS],
                "primaryKey": list(DIMENSIONS), "missingValues": [""],
            }),
            _resource(CODES, codes_csv(published), {
                "fields": [
                    {"name": name, "type": "string",
                     "constraints": {"required": name in {"LIST", "CODE"}}}
                    for name in CODE_COLUMNS
                ],
                "primaryKey": ["LIST", "CODE"], "missingValues": [""],
            }),
        ],
    }  # fmt: skip
    return as_json(made)


def _resource(path: str, content: bytes, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": path.removesuffix(".csv"), "type": "table", "path": path, "format": "csv",
        "mediatype": "text/csv", "encoding": "utf-8", "bytes": len(content),
        "hash": "sha256:" + hashlib.sha256(content).hexdigest(), "schema": schema,
    }  # fmt: skip


def _field(published: Published, name: str) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": name != VALUE}
    kind = {VALUE: "number", "VINTAGE": "integer"}.get(name, "string")
    if name in CODED:
        constraints["enum"] = list(used(published)[name])
    title = lists.columns()[name]["en"]
    return {"name": name, "type": kind, "title": title, "constraints": constraints}


def numbers_json(published: Published) -> bytes:
    """Everything in one: the rows, the names of all codes, and what is not known yet."""
    made = {
        "release": head(published),
        "columns": {name: lists.columns()[name] for name in COLUMNS},
        "codes": {
            column: {code: lists.label(column, code) for code in codes}
            for column, codes in used(published).items()
        },
        "indicators": list(indicators(published)),
        "goals": list(published.content.get("goals", ())),
        "observations": [_typed(row) for row in rows(published)],
    }
    return as_json(made)


def head(published: Published) -> dict[str, Any]:
    """Which release it is."""
    return {
        "reference": published.reference, "vintage": published.vintage,
        "published_at": published.published_at.isoformat(timespec="seconds"),
        "sha256": published.sha256, "publisher": published.publisher, "licence": LICENCE,
        "caution": lists.words("caution"),
    }  # fmt: skip


def indicators(published: Published) -> Iterable[dict[str, Any]]:
    """What the release says of each indicator, without its numbers."""
    for one in published.content.get("indicators", ()):
        code = one["code"]
        yield {
            "code": code, "status": one["status"], "waiting_for": one.get("waiting_for"),
            "title": lists.label("INDICATOR", code), "formula": lists.about(code),
            "caution": lists.caution(code), "facts": list(one.get("facts", ())),
            "taken_on": one.get("taken_on"),
        }  # fmt: skip


def _typed(row: Mapping[str, str]) -> dict[str, Any]:
    # A decimal stays the text that it is: a float would round it once more.
    return {name: (row[name] or None) if name == VALUE else row[name] for name in COLUMNS}
