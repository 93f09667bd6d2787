"""The national plan on paper: goals, measures, money, who was heard, and what it lacks."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from copse.observatory.queries import lists, naming
from copse.observatory.queries.country import Country, Goal, day
from copse.observatory.services.printing import parts
from copse.observatory.services.printing.pieces import (
    Piece,
    bullets,
    heading,
    pill,
    small,
    strong,
    table,
    text,
    written,
)
from copse.observatory.services.printing.source import Source


def title(source: Source) -> str:
    plan = source.country.strategy
    return str(plan["title"]) if plan else _("The national plan")


def write(source: Source) -> Iterator[Piece]:
    country = source.country
    yield heading(1, title(source))
    if not country.strategy:
        yield from text(_("There is no national plan yet."), lead=True)
        return
    yield from _opening(country)
    yield heading(2, _("Goals"))
    for goal in country.goals:
        yield from _goal(country, goal)
    yield heading(2, _("Money"))
    yield from parts.sums(country) or text(_("The plan names no money."))
    yield from parts.money(country.measures.values())
    yield from _heard(country)
    yield from _beside(country)
    yield from text(small(parts.how()))


def _opening(country: Country) -> Iterator[Piece]:
    plan = country.strategy or {}
    found = lists.strategy(country)
    yield from text(strong(plan["authority"]))
    yield from text(found["dates"])
    if plan["signed_on"]:
        yield from text(_("Signed on %(day)s.") % {"day": day(plan["signed_on"])})
    yield from written(plan["vision"], lead=True)
    yield from parts.verdict(country)
    yield heading(2, _("What the plan lacks"))
    yield from bullets([[one] for one in found["warnings"]]) or text(
        _("The checks of the brief’s principles find nothing missing in the plan as a whole.")
    )


def _goal(country: Country, goal: Goal) -> Iterator[Piece]:
    data = goal.data
    yield heading(3, f"{data['code']}", data["title"])
    yield from text(pill(goal.tag), goal.sentence)
    if data["finding"]:
        source = [small(f"({data['finding_source']})")] if data["finding_source"] else []
        yield from text(data["finding"], *source)
    indicator = data["indicator"]
    yield from parts.facts(
        [
            parts.labelled(_("Answers for it:"), data["owner"]),
            parts.labelled(_("Due:"), day(data["due"])),
            parts.labelled(_("Read from:"), naming.title(indicator) if indicator else ""),
        ]
    )
    yield from parts.target(goal)
    yield from parts.warned(goal.warnings)
    for one in country.measures_of(data["measures"]):
        yield from parts.measure(one, 4)


def _heard(country: Country) -> Iterator[Piece]:
    yield heading(2, _("Who was heard"))
    rows = [
        [[one["title"]], [_groups(one["groups"])], [pill(tag)], [one["answer"] or "–"]]
        for one, tag in lists.strategy(country)["consultations"]
    ]
    columns = (_("About"), _("Who was asked"), _("Status"), _("Answer"))
    yield from table(columns, rows, (2, 2, 0, 3)) or text(_("Nobody was consulted yet."))


def _groups(codes: list[str]) -> str:
    return ", ".join(naming.label(code) for code in codes)


def _beside(country: Country) -> Iterator[Piece]:
    policies = country.plan.get("policies", ())
    if policies:
        yield heading(2, _("Other plans it builds on"))
        yield from table(
            (_("Plan or law"), _("What both are about")),
            [[[one["title"]], [one["overlap"] or "–"]] for one in policies],
            (1, 1),
        )
