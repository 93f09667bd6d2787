"""The lists of the public pages, from the frozen text of a release."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from copse.kit.framework.library import shipped
from copse.kit.framework.model import NodeKind
from copse.observatory.queries import following, naming
from copse.observatory.queries.country import Country, day
from copse.observatory.queries.figures import TOTAL, Figures
from copse.observatory.queries.following import Followed
from copse.observatory.queries.page import WORDS, count_text, draw

LAW, POWERS = "law", "harms-powers"


def totals(figures: Figures) -> list[tuple[str, str]]:
    """What was reported and done in the twelve months: the name of a count, and how many."""
    return [
        (str(WORDS[fact][0]), count_text(figures.value(fact, TOTAL, TOTAL)))
        for fact in figures.counts
    ]


def nothing_more(_country: Country) -> dict[str, Any]:
    """For a page that the country itself is enough for."""
    return {}


def overview(country: Country) -> dict[str, Any]:
    """What people reported, in five numbers."""
    return {"totals": totals(country.figures) if country.figures else []}


def reports(country: Country) -> dict[str, Any]:
    """The tables and charts of reports."""
    if country.figures is None:
        return {"figures": None}
    return {"figures": draw(country.figures, get_language() or "en")}


def indicators(country: Country) -> dict[str, Any]:
    """Every indicator, by the room that counts it."""
    return {"rooms": by_room(country.content)}


def indicator(country: Country, code: str) -> dict[str, Any]:
    """One indicator, with the goals that read it."""
    found = following.followed(country.content, code)
    return {"one": found, "goals": following.goals_on(country, code)}


def strategy(country: Country) -> dict[str, Any]:
    """The whole plan: what was promised, what happened."""
    plan = country.strategy or {}
    consultations = country.plan.get("consultations", ())
    return {
        "dates": f"{day(plan.get('first_day'))} – {day(plan.get('last_day'))}",
        "warnings": [naming.WARNINGS.get(one, one) for one in plan.get("warnings", ())],
        "goals": [(goal, country.measures_of(goal.data["measures"])) for goal in country.goals],
        "consultations": [
            (one, naming.tag(naming.CONSULTATION, one["stage"])) for one in consultations
        ],
    }


def action_codes() -> set[str]:
    """The codes of the actions that have a page."""
    brief = shipped()[naming.BRIEF]
    return {one.id for one in brief.of_kind(NodeKind.ACTION, NodeKind.ADDITION)}


def action(country: Country, code: str) -> dict[str, Any]:
    """One action of the brief with its three kinds of evidence."""
    data = country.actions.get(code, {})
    operational = data.get("operational") or {"rooms": [], "working": []}
    taken = str(country.content.get("plan_taken_on", ""))
    return {
        "code": code,
        "title": naming.label(code),
        "tag": naming.tag(naming.STANDING, data.get("standing", "nothing")),
        "rooms": [
            (naming.ROOMS.get(room, room), room in operational["working"])
            for room in operational["rooms"]
        ],
        "indicators": following.of_action(country.content, code),
        "tracked": [
            (one["title"], one["url"], day(one["dated"]), one["fresh_until"] >= taken)
            for one in data.get("tracked", ())
        ],
        "measures": country.measures_of(data.get("measures", ())),
    }


def by_room(content: Mapping[str, Any]) -> list[tuple[str, list[Followed]]]:
    """Every indicator under the room or body that counts it, those with a value first."""
    rooms: dict[str, list[Followed]] = {}
    for one in following.all_followed(content):
        room = str(naming.ROOMS.get(one.indicator.source, one.indicator.source))
        rooms.setdefault(room, []).append(one)
    ordered = sorted(rooms.items(), key=lambda item: not any(one.known for one in item[1]))
    return [(room, sorted(found, key=lambda one: not one.known)) for room, found in ordered]


def law(country: Country) -> dict[str, Any]:
    """The legal questions, the gaps in powers, the treaties."""
    data = country.plan.get("law", {})
    answers = {one["node"].rpartition(":")[2]: one for one in data.get("questions", ())}
    questions = shipped()[LAW].of_kind(NodeKind.QUESTION)
    good = sum(answers.get(one.id, {}).get("state") == "in_force" for one in questions)
    facts = {"good": good, "all": len(questions)}
    sections: dict[str, list[Any]] = {}
    for node in questions:
        one = answers.get(node.id, {})
        row = (
            naming.label(node.id, LAW),
            naming.tag(naming.LAW, one.get("state", "unknown")),
            "; ".join(one.get("provisions", ())),
            bool(one.get("reopened")),
        )
        sections.setdefault(naming.label(node.parent, LAW), []).append(row)
    return {
        "sentence": _("The law in force answers %(good)s of %(all)s questions.") % facts,
        "sections": list(sections.items()),
        "gaps": [
            (naming.label(one["harm"], POWERS), naming.label(one["power"], POWERS),
             day(one["gap_since"]))
            for one in _looked_into(data) if one["state"] != "in_force"
        ],
        "unknown": _unknown(data),
        "treaties": [
            (naming.label(one["treaty"], naming.TREATIES),
             naming.bond(one["treaty"], one["state"]), day(one["on"]), one["reservations"])
            for one in data.get("treaties", ())
        ],
    }  # fmt: skip


def _looked_into(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The pairs of a harm and a power of which anything is known."""
    return [one for one in data.get("powers", ()) if one["state"] != "unknown"]


def _unknown(data: Mapping[str, Any]) -> str:
    """How many pairs nobody looked into; nothing where there is none, or no law was sent."""
    axes = Counter(
        str(node.about.get("axis")) for node in shipped()[POWERS].nodes.values() if not node.retired
    )
    every = axes["harm"] * axes["power"]
    unknown = every - len(_looked_into(data))
    if not data or unknown <= 0:
        return ""
    said = _("Nobody has looked into %(unknown)s of %(all)s pairs of a harm and a power.")
    return said % {"all": every, "unknown": unknown}


def council(country: Country) -> dict[str, Any]:
    """Decisions, seats, meetings, opinions."""
    data = country.plan.get("council", {})
    return {
        "decisions": [
            (one, naming.tag(naming.DECISION, one["stage"]), day(one["due"]))
            for one in country.decisions
        ],
        "seats": [
            (naming.label(one["group"]), one["organisation"], one["chair"])
            for one in data.get("seats", ())
        ],
        "meetings": [(one, day(one["held_on"])) for one in data.get("meetings", ())],
        "opinions": [
            (one, day(one["published_on"]), day(one["reply_due"]), day(one["replied_on"]),
             one["late"] and not one["replied_on"])
            for one in country.opinions
        ],
    }  # fmt: skip
