"""A sheet about one action of the brief: who does it, what shows it, what is planned."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from copse.observatory.queries import lists, naming
from copse.observatory.queries.following import Followed
from copse.observatory.services.printing import parts
from copse.observatory.services.printing.pieces import (
    BREAK,
    Piece,
    Words,
    bullets,
    heading,
    pill,
    small,
    strong,
    table,
    text,
)
from copse.observatory.services.printing.source import Source


def title(source: Source) -> str:
    return f"{source.code} {naming.label(source.code)}"


def write(source: Source) -> Iterator[Piece]:
    found = lists.action(source.country, source.code)
    yield heading(1, found["code"], found["title"])
    yield from text(pill(found["tag"]), lead=True)
    yield heading(2, _("Who does it"))
    yield from bullets([[strong(room), _works(works)] for room, works in found["rooms"]]) or text(
        _("It is a policy; no desk does it.")
    )
    yield heading(2, _("What the numbers say"))
    yield from _numbers(found["indicators"])
    yield heading(2, _("Documents"))
    yield from bullets([_document(*one) for one in found["tracked"]]) or text(_("None yet."))
    yield heading(2, _("What the plan does about it"))
    if not found["measures"]:
        yield from text(_("Nothing is planned."))
    for one in found["measures"]:
        yield from parts.measure(one, 3)
    yield from parts.money(found["measures"])


def _works(works: bool) -> str:
    return _("works") if works else _("does not work here yet")


def _numbers(indicators: list[Followed]) -> list[Piece]:
    rows: list[list[list[Words]]] = []
    for one in indicators:
        words: list[Words] = [strong(one.title)]
        words += [BREAK, one.sentence] if one.sentence else []
        words += [BREAK, small(one.caution)] if one.known and one.caution else []
        rows.append([words, [one.value], [one.data.get("period") or "–"]])
    columns = (_("Indicator"), _("Value"), _("Period"))
    return table(columns, rows, (1, 0, 0)) or text(_("No indicator is about it."))


def _document(name: str, url: str, dated: str, fresh: bool) -> list[Words]:
    old = [] if fresh else [pill(naming.Tag(_("Old"), "yellow"))]
    return [name, small(dated), *old, *([small(url)] if url else [])]
