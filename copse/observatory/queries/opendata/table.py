"""The one observation table of a release: every file of open data is a view of these rows.

A row has the dimensions and attributes of the field's statistics (SDMX). A withheld number keeps
its row, without a value and with a confidentiality code, so that a reader sees that it was counted.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from copse.base.organisations import directory
from copse.kit.indicators import Statistic, catalogue
from copse.observatory.models import Release
from copse.observatory.queries.opendata import lists
from copse.observatory.queries.opendata.lists import ALL, Unlisted

DIMENSIONS = (
    "INDICATOR", "REF_AREA", "SEX", "AGE", "RISK", "DISABILITY", "CHANNEL", "BREAKDOWN",
    "TIME_PERIOD",
)  # fmt: skip
VALUE = "OBS_VALUE"
ATTRIBUTES = (
    "UNIT", "BOUND", "SOURCE", "ORIGIN", "VINTAGE", "CAUTION", "OBS_STATUS", "CONF_STATUS",
)  # fmt: skip
COLUMNS = (*DIMENSIONS, VALUE, *ATTRIBUTES)
CODED = frozenset(COLUMNS) - {"REF_AREA", "TIME_PERIOD", VALUE, "VINTAGE", "CAUTION"}
FREE, NORMAL, SUPPRESSED, NOT_COLLECTED = "F", "A", "Q", "L"
PERIOD = re.compile(r"\d{4}(-(Q[1-4]|(0[1-9]|1[0-2])(-01/P\d{1,2}M)?))?", re.ASCII)
AREA = re.compile(r"[A-Z]{2}|_X")
NOWHERE = "_X"
Row = Mapping[str, str]


@dataclass(frozen=True)
class Published:
    """A release, where it is published and by whom: all that the files are made of."""

    reference: str
    published_at: datetime
    sha256: str
    vintage: int
    body: str
    area: str
    country: str
    site: str

    @classmethod
    def of(cls, release: Release, *, site: str) -> "Published":
        """A release as `site` (https://numbers.example, no slash at its end) publishes it."""
        here = directory.country()
        return cls(
            reference=release.reference, published_at=release.published_at, sha256=release.sha256,
            vintage=release.vintage, body=release.body, area=here.code or NOWHERE,
            country=here.name, site=site.rstrip("/"),
        )  # fmt: skip

    @property
    def content(self) -> Mapping[str, Any]:
        """What the release froze."""
        return _parsed(self.sha256, self.body)

    @property
    def publisher(self) -> str:
        """Who publishes, in words; a country without a name is still somebody."""
        return self.country or lists.words("country")["en"]

    @property
    def folder(self) -> str:
        """The address under which the files of the release lie."""
        return f"{self.site}/numbers/data/{self.reference}"


@lru_cache(maxsize=8)
def _parsed(_sha256: str, body: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(body)
    return found


def checked(body: str) -> str:
    """The text of a release that may be published: all its rows can be written to the files.

    Raises `Unlisted` for one that must not.
    """
    _table(Published(
        reference="", published_at=datetime.now(UTC), sha256=hashlib.sha256(body.encode()).hexdigest(),
        vintage=1, body=body, area=NOWHERE, country="", site="",
    ))  # fmt: skip
    return body


@lru_cache(maxsize=8)
def rows(published: Published) -> tuple[Row, ...]:
    """The observation table. Raises `Unlisted` for a row that must not be written."""
    return _table(published)


def _table(published: Published) -> tuple[Row, ...]:
    content = published.content
    found = [*_facts(published, content), *_indicators(published, content)]
    seen: set[tuple[str, ...]] = set()
    for row in found:
        check(row)
        key = tuple(row[name] for name in DIMENSIONS)
        if key in seen:
            sentence = _("The release says the same number twice: %(row)s.") % {
                "row": "/".join(key)
            }
            raise Unlisted(sentence, row="/".join(key))
        seen.add(key)
    return tuple(sorted(found, key=lambda row: tuple(row[name] for name in DIMENSIONS)))


def check(row: Row) -> None:
    """Refuse a row with an unknown code, no period, or a value that should be withheld."""
    for column in COLUMNS:
        if column in CODED and not lists.has(column, row[column], row["INDICATOR"]):
            raise _unlisted(
                _("“%(found)s” is not in the code list of %(column)s (%(row)s)."), row,
                found=row[column], column=column,
            )  # fmt: skip
    if not PERIOD.fullmatch(row["TIME_PERIOD"]) or not AREA.fullmatch(row["REF_AREA"]):
        raise _unlisted(_("A row of %(row)s names no period or no country."), row)
    if bool(row[VALUE]) != (row["OBS_STATUS"] == NORMAL):
        raise _unlisted(_("A row of %(row)s has a value and says that it has none."), row)
    if row["CONF_STATUS"] != FREE and row[VALUE]:
        raise _unlisted(_("A withheld row of %(row)s still has its value."), row)


def _unlisted(sentence: str, row: Row, **facts: str) -> Unlisted:
    named = {"row": row["INDICATOR"], **facts}
    return Unlisted(sentence % named, **named)


def _facts(published: Published, content: Mapping[str, Any]) -> Iterator[Row]:
    for one in content.get("observations", ()):
        if one["month"] == ALL:
            period = f"{content['months'][0]}-01/P{len(content['months'])}M"
        else:
            period = one["month"]
        code = lists.fact_code(one["fact"], one["statistic"])
        yield _row(
            published, code, period, one["value"], one["conf_status"],
            {"RISK": lists.in_column("risk_class", one["risk_class"])[1]},
            UNIT=lists.unit(one["unit"]), BOUND=one["bound"] or "exact",
            SOURCE=lists.source_of(one["fact"]), VINTAGE=str(published.vintage),
        )  # fmt: skip


def _indicators(published: Published, content: Mapping[str, Any]) -> Iterator[Row]:
    for one in content.get("indicators", ()):
        for point in _newest(_points(one)):
            dimension = point.get("dimension")
            where = dict([lists.in_column(dimension, point["key"])]) if dimension else {}
            yield _row(
                published, one["code"], point["period"], point.get("value"),
                point.get("conf_status") or FREE, where,
                UNIT=_unit_of(one), ORIGIN=one.get("origin") or "computed",
                BOUND=_bound_of(one["code"], point.get("value")), SOURCE=_source_of(one["code"]), VINTAGE=str(point.get("vintage") or 1),
            )  # fmt: skip


def _points(one: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from one.get("series", ())
    if not one.get("series") and one.get("period"):
        withheld = "C" if one.get("status") == "withheld" else FREE
        yield {**one, "conf_status": one.get("conf_status", withheld)}
    yield from one.get("breakdowns", ())


def _newest(points: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    """The last vintage of each; earlier ones stand in earlier releases."""
    found: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for point in points:
        key = (point.get("dimension"), point.get("key"), point["period"])
        if key not in found or (found[key].get("vintage") or 1) < (point.get("vintage") or 1):
            found[key] = point
    return found.values()


def _unit_of(one: Mapping[str, Any]) -> str:
    code = one["code"]
    return lists.unit(catalogue()[code].unit if code in catalogue() else one.get("unit", ""))


def _bound_of(code: str, value: Any) -> str:
    """A median of buckets is a bound. Of what lies beyond the last one, that one is told, too."""
    if code not in catalogue() or value is None:
        return "exact"
    found = catalogue()[code]
    if found.statistic != Statistic.MEDIAN or not found.facts:
        return "exact"
    return "last_bound" if lists.is_last_bound(found.facts[0], str(value)) else "at_most"


def _source_of(code: str) -> str:
    return catalogue()[code].source if code in catalogue() else ""


def _row(
    published: Published, indicator: str, period: str, value: Any, conf_status: str,
    where: Mapping[str, str], **attributes: str,
) -> Row:  # fmt: skip
    known = value is not None and value != ""
    missing = NOT_COLLECTED if conf_status == FREE else SUPPRESSED
    return {
        **dict.fromkeys(DIMENSIONS, ALL),
        **where,
        "INDICATOR": indicator, "REF_AREA": published.area, "TIME_PERIOD": period,
        VALUE: _decimal(value, indicator) if known else "",
        "BOUND": "exact", "ORIGIN": "computed",
        "CAUTION": lists.caution(indicator).get("en", ""),
        "OBS_STATUS": NORMAL if known else missing, "CONF_STATUS": conf_status,
        **attributes,
    }  # fmt: skip


def _decimal(value: Any, indicator: str) -> str:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        sentence = _("“%(value)s” (%(row)s) is no number.") % {"value": value, "row": indicator}
        raise Unlisted(sentence, row=indicator)
    return f"{found:f}"
