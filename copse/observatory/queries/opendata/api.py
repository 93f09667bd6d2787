"""The numbers for programs: what the pages say of a release, one indicator at a time, no more."""

from functools import lru_cache
from typing import Any

from copse.observatory.queries.opendata import flat
from copse.observatory.queries.opendata.flat import as_json
from copse.observatory.queries.opendata.table import COLUMNS, VALUE, Published, rows

# Said once for the indicator, so not again in every row.
SAID_ONCE = {"INDICATOR", "CAUTION"}


@lru_cache(maxsize=8)
def listing(published: Published) -> bytes:
    """Every indicator of the release with its state and the address of its numbers."""
    found = [
        {**one, "href": _address(published, one["code"])} for one in flat.indicators(published)
    ]
    return as_json({"release": flat.head(published), "indicators": found})


@lru_cache(maxsize=256)
def one(published: Published, code: str) -> bytes | None:
    """One indicator with every row of it, withheld ones too. None when the release has none."""
    told = next((one for one in flat.indicators(published) if one["code"] == code), None)
    if told is None:
        return None
    table = [_row(row) for row in rows(published) if row["INDICATOR"] == code]
    return as_json({"release": flat.head(published), **told, "observations": table})


def _row(row: Any) -> dict[str, Any]:
    kept = [name for name in COLUMNS if name not in SAID_ONCE]
    return {name: (row[name] or None) if name == VALUE else row[name] for name in kept}


def _address(published: Published, code: str) -> str:
    return f"{published.site}/numbers/api/indicators/{code}.json"
