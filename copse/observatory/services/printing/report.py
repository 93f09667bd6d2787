"""The yearly report: is the country on track, and everything that says so."""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from copse.kit.framework.model import NodeKind
from copse.observatory.queries import following, lists, naming
from copse.observatory.queries.country import Country, day
from copse.observatory.queries.following import Followed
from copse.observatory.queries.page import month_name
from copse.observatory.services.printing import parts
from copse.observatory.services.printing.pieces import (
    BREAK,
    Piece,
    Words,
    bar,
    bullets,
    heading,
    pill,
    run,
    small,
    strong,
    table,
    text,
    written,
)
from copse.observatory.services.printing.source import Source


def title(source: Source) -> str:
    months = source.figures.months
    facts = {"first": month_name(months[0]), "last": month_name(months[-1])}
    return _("Yearly report: %(first)s to %(last)s") % facts


def write(source: Source) -> Iterator[Piece]:
    country = source.country
    yield heading(1, title(source))
    yield heading(2, _("Is the country on track?"))
    yield from parts.verdict(country)
    yield from _goals(country)
    yield from _actions(country)
    yield from _indicators(country)
    if country.money:
        yield heading(2, _("Money"))
        yield from parts.sums(country)
    yield from _overdue(country)
    yield from _opinions(country)
    yield from _law(country)
    yield from _reported(source)


def _goals(country: Country) -> Iterator[Piece]:
    if not country.goals:
        return
    yield heading(2, _("Goals"))
    rows = [
        [[goal.data["code"]], [goal.data["title"]], [pill(goal.tag)], [goal.sentence or "–"]]
        for goal in country.goals
    ]
    columns = (_("Code"), _("Goal"), _("Status"), _("Where it stands"))
    yield from table(columns, rows, (0, 3, 0, 4))
    yield from text(small(parts.how()))


def _actions(country: Country) -> Iterator[Piece]:
    yield heading(2, _("The 44 actions of the brief"))
    said = ", ".join(f"{number} {tag.title}" for tag, number in country.standings)
    yield from bar(country.standings, said)
    yield from bullets([[strong(str(number)), pill(tag)] for tag, number in country.standings])
    columns = (_("Code"), _("Action"), _("Standing"))
    for area, found in country.areas:
        rows: list[list[list[Words]]] = [
            [[one.node.id], [one.title], [pill(one.tag)]]
            for one in found
            if one.node.kind == NodeKind.ACTION
        ]
        if rows:
            yield heading(3, area)
            yield from table(columns, rows, (2, 9, 5))


def _indicators(country: Country) -> Iterator[Piece]:
    found = following.all_followed(country.content)
    known = [one for one in found if one.known]
    yield heading(2, _("Indicators"))
    yield from table(
        (_("Indicator"), _("Value"), _("Period")),
        [[_described(one), [one.value], [one.data["period"]]] for one in known],
        (1, 0, 0),
        numbers=(1,),
    ) or text(_("No indicator has a value yet."))
    yield from _silent(found)


def _silent(found: list[Followed]) -> Iterator[Piece]:
    """The indicators without a value, under the reason why."""
    reasons: dict[str, list[str]] = {}
    for one in found:
        if not one.known:
            reasons.setdefault(one.value, []).append(one.title)
    if reasons:
        yield heading(3, _("Indicators without a value"))
        rows = [[[why], ["; ".join(titles)]] for why, titles in reasons.items()]
        yield from table((_("Why"), _("Indicators")), rows, (1, 3))


def _described(one: Followed) -> list[str | dict[str, str]]:
    """Its name, what its value says, and what not to conclude from it."""
    caution = [BREAK, small(one.caution)] if one.caution else []
    return [strong(one.title), BREAK, run(one.sentence), *caution]


def _overdue(country: Country) -> Iterator[Piece]:
    yield heading(2, _("Overdue decisions of the council"))
    rows = [
        [[one["reference"]], [one["text"]], [one["owner"] or "–"], [day(one["due"])]]
        for one in country.overdue
    ]
    columns = (_("Decision"), _("What was decided"), _("Who does it"), _("Due by"))
    yield from table(columns, rows, (0, 2, 1, 0)) or text(_("No decision is overdue."))


def _opinions(country: Country) -> Iterator[Piece]:
    yield heading(2, _("Opinions of the children’s rights institution"))
    if not country.opinions:
        yield from text(_("None yet."))
    for one in country.opinions:
        yield heading(3, one["title"])
        yield from text(small(day(one["published_on"])))
        yield from written(one["body"])
        if one["reply"]:
            replied = _("Reply of %(replied)s") % {"replied": day(one["replied_on"])}
            yield from text(strong(replied))
            yield from written(one["reply"])
        elif one in country.unanswered:
            late = naming.Tag(_("Reply overdue"), "red")
            yield from text(pill(late), _("Due %(day)s.") % {"day": day(one["reply_due"])})
        else:
            yield from text(_("A reply is due on %(day)s.") % {"day": day(one["reply_due"])})


def _law(country: Country) -> Iterator[Piece]:
    found = lists.law(country)
    yield heading(2, _("The law"))
    yield from text(found["sentence"])
    rows = []
    for section, questions in found["sections"]:
        counted = Counter(str(tag.title) for _title, tag, _provisions, _reopened in questions)
        rows.append([[section], [", ".join(f"{name} ({n})" for name, n in counted.items())]])
    yield from table((_("Part of the law"), _("Questions by answer")), rows, (1, 2))
    if found["gaps"]:
        yield heading(3, _("Harms that nobody has a power against"))
        yield from bullets([[harm, "–", power] for harm, power, _since in found["gaps"]])
    if found["unknown"]:
        yield from text(found["unknown"])
    if found["treaties"]:
        yield heading(3, _("Treaties"))
        rows = [
            [[name], [state], [on or "–"], [note or "–"]]
            for name, state, on, note in found["treaties"]
        ]
        columns = (_("Treaty"), _("Status"), _("Date"), _("Reservations"))
        yield from table(columns, rows, (3, 0, 0, 2))


def _reported(source: Source) -> Iterator[Piece]:
    yield heading(2, _("What people reported"))
    rows = [[[name], [number]] for name, number in lists.totals(source.figures)]
    yield from table((_("What was counted"), _("Twelve months")), rows, (1, 0), numbers=(1,))
    yield from text(
        _(
            "Reports are not all that happens. They count what people told us. A higher number can mean that more people know where to report."
        )
    )
