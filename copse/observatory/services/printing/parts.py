"""What more than one paper says: money, measures, the sentence for a missing plan."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from copse.observatory.queries import naming
from copse.observatory.queries.country import Country, Goal, Measure, amount, day
from copse.observatory.services.printing.pieces import (
    Piece,
    Run,
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

SUMS = ("planned", "funded", "spent")
INSTRUMENTS: Mapping[str, naming.Text] = {
    "law": gettext_lazy("Law"),
    "regulation": gettext_lazy("Regulation"),
    "co_regulation": gettext_lazy("Co-regulation"),
    "self_regulation": gettext_lazy("Self-regulation of industry"),
    "service": gettext_lazy("Public service"),
    "education": gettext_lazy("Education"),
    "funding": gettext_lazy("Funding"),
    "research": gettext_lazy("Research"),
}


def verdict(country: Country) -> list[Piece]:
    """Is the country on track: the word, and the sentence."""
    words = country.on_track
    return text(pill(country.verdict), words, lead=True) if country.goals else text(words)


def labelled(label: str, value: naming.Text | None) -> list[Run]:
    """A label with what stands under it; nothing where nothing does."""
    return [strong(label), run(value)] if value else []


def facts(rows: Iterable[Sequence[Run]]) -> list[Piece]:
    """Labelled facts as a list, without the empty ones."""
    return bullets([row for row in rows if row])


def money(measures: Iterable[Measure]) -> list[Piece]:
    """Planned, given and spent, by measure and year."""
    rows = [
        [[measure.data["title"]], [str(one["year"])],
         *([amount(one[name], one["currency"])] for name in SUMS)]
        for measure in measures
        for one in measure.data["money"]
    ]  # fmt: skip
    columns = (_("Measure"), _("Year"), _("Planned"), _("Given"), _("Spent"))
    return table(columns, rows, (1, 0, 0, 0, 0), numbers=(2, 3, 4))


def sums(country: Country) -> list[Piece]:
    """All the money of the plan, a row a currency, and how much of it was spent."""
    rows = [[[currency], *([one] for one in found)] for currency, found, _share in country.money]
    made = table(
        (_("Currency"), _("Planned"), _("Given"), _("Spent")), rows, (1, 0, 0, 0), (1, 2, 3)
    )
    for currency, _found, share in country.money:
        said = _("Of every 100 planned, %(share)s were spent.") % {"share": share}
        made += text(*([strong(currency)] if len(country.money) > 1 else []), said)
    return made


def measure(one: Measure, level: int) -> Iterator[Piece]:
    """A measure of the plan with everything that was promised about it."""
    data = one.data
    yield heading(level, data["title"])
    yield from text(pill(one.tag), data["brief_action"], one.action)
    yield from written(data["what"])
    yield from written(data.get("stopped_because"))
    partners = ", ".join(partner["name"] for partner in data["partners"] if partner["name"])
    yield from facts(
        [
            labelled(_("Lead:"), data["lead"]),
            labelled(_("With:"), partners),
            labelled(_("Time:"), _span(data)),
            labelled(_("Instrument:"), INSTRUMENTS.get(data["instrument"], "")),
            labelled(_("Other instruments weighed:"), data["options_rejected"]),
            labelled(_("Risks:"), _named(data["risks"])),
            labelled(_("Articles of treaties:"), ", ".join(data["articles"])),
        ]
    )
    yield from table(
        (_("Milestone"), _("Due by"), _("Reached")),
        [[[title], [due], [done or "–"]] for title, due, done in one.milestones],
        (1, 0, 0),
    )
    yield from warned(one.warnings)


def _span(data: Mapping[str, Any]) -> str:
    return " – ".join(found for found in (day(data["starts"]), day(data["due"])) if found)


def _named(codes: Iterable[str]) -> str:
    return ", ".join(naming.label(code) for code in codes)


def warned(warnings: Sequence[Any]) -> list[Piece]:
    """What the rules of the brief find missing."""
    return bullets([[small(_("Missing:")), small(one)] for one in warnings])


def target(goal: Goal) -> list[Piece]:
    """Where a goal began and where it should be when."""
    data = goal.data
    rows = [
        [[one["period"]], [one["value"] if one["value"] is not None else "–"], [_("target")]]
        for one in data["targets"]
    ]
    if data["baseline"] is not None:
        rows.insert(0, [[data["baseline_period"]], [data["baseline"]], [_("at the start")]])
    return table((_("Period"), _("Value"), _("What it is")), rows, (0, 0, 0), numbers=(1,))


def how() -> str:
    """How a status is found, in the words of the public page."""
    return _(
        "How a status is found: the path runs straight from the value at the start through the targets. A value is on track when it has covered nine tenths of the way that the path asks for by then. The forecast prolongs the median slope of the newest values."
    )
