"""Frameworks and answers as their pages print them, in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from copse.base.accounts.models import User
from copse.kit.framework.comparing import Changes
from copse.kit.framework.coverage import Inferred, Strength
from copse.kit.framework.library import shipped
from copse.kit.framework.model import Framework, Node, NodeKind, name_of, node_of, words
from copse.strategy.models import Answer
from copse.strategy.queries import answered, evidence, frameworks, maturity
from copse.strategy.queries.answered import Asked, Progress, State
from copse.strategy.queries.wording import Tag

Text = str | Promise
STATE: Mapping[str, Tag] = {
    State.GIVEN: Tag(gettext_lazy("Answered"), "green"),
    State.AGAIN: Tag(gettext_lazy("To be answered again"), "red"),
    State.FOLLOWS: Tag(gettext_lazy("Follows from another answer"), "turquoise"),
    State.PARTLY: Tag(gettext_lazy("Follows in part"), "blue"),
    State.OPEN: Tag(gettext_lazy("Unanswered"), "yellow"),
    State.LATER: Tag(gettext_lazy("Not asked"), "grey"),
}
STRENGTHS: Mapping[int, Text] = {
    Strength.FULLY: gettext_lazy("It asks the same."),
    Strength.PARTLY: gettext_lazy("One of them asks more than the other."),
    Strength.TOUCHES: gettext_lazy("They have something in common, and no more."),
}
CHANGES: Mapping[str, Text] = {
    "added": gettext_lazy("New"),
    "retired": gettext_lazy("No longer asked"),
    "relabelled": gettext_lazy("In other words"),
    "rescaled": gettext_lazy("Other answers, or asked after others"),
}
SUBJECTS: Mapping[str, Text] = {
    "due-diligence": gettext_lazy("This is asked of one service. Say in the note which one."),
    "safety-by-design": gettext_lazy("This is asked of one service. Say in the note which one."),
    "lundy": gettext_lazy("This is asked about one consultation. Say in the note which one."),
    "nine-requirements": gettext_lazy(
        "This is asked about one consultation. Say in the note which one."
    ),
}


class Row(NamedTuple):
    """One node on the page of its framework."""

    code: str
    title: str
    tag: Tag
    value: str
    asked_after: str


@dataclass(frozen=True)
class Origin:
    """An answer elsewhere, and the way from it to here."""

    code: str
    framework: str
    title: str
    value: str
    reads: str
    says_something: bool
    strength: Text
    path: list[str]
    who: str
    on: date | None


def language() -> str:
    return get_language() or "en"


def overview(rows: Iterable[Progress]) -> list[dict[str, Any]]:
    """Every framework with its counts."""
    return [
        {
            "name": one.framework.name,
            "title": words(one.framework.title, language()),
            "asked": one.asked,
            "answered": one.answered,
            "again": one.counts[State.AGAIN],
            "follows": one.counts[State.FOLLOWS],
            "partly": one.counts[State.PARTLY],
            "open": one.counts[State.OPEN],
            "later": one.counts[State.LATER],
        }
        for one in rows
    ]


def sections(framework: Framework, tier: str) -> list[tuple[str, list[Row]]]:
    """The nodes of a framework under what they belong to."""
    found: dict[str, list[Row]] = {}
    for one in answered.of(framework, frameworks.standing(), timezone.localdate(), tier):
        found.setdefault(one.node.parent, []).append(_row(framework, one))
    return [(label(framework, parent), rows) for parent, rows in found.items()]


def _row(framework: Framework, one: Asked) -> Row:
    best = one.inferred[0] if one.inferred else None
    value = one.answer.value if one.answer else best.value if best else None
    shown = state_shows_value(one)
    return Row(
        one.node.id, label(framework, one.node.id), STATE[one.state],
        level(framework, one.node, value) if shown else "",
        one.node.depends.question if one.node.depends and one.state is State.LATER else "",
    )  # fmt: skip


def state_shows_value(one: Asked) -> bool:
    """Whether a value says what the node comes to; a part of it does not."""
    return one.state in (State.GIVEN, State.AGAIN, State.FOLLOWS)


def label(framework: Framework, code: str) -> str:
    """What a node is called; nothing for no node."""
    return words(framework[code].label, language()) if code in framework else ""


def level(framework: Framework, node: Node, value: str | None) -> str:
    """What an answer is called on the node's scale; the value where the scale has lost it."""
    scale = framework.scale_of(node)
    named = {one.value: words(one.label, language()) for one in scale.levels} if scale else {}
    return named.get(value or "", value or "")


def levels(framework: Framework, node: Node) -> list[tuple[str, str, str]]:
    """The answers that a node can be given: value, name, and what it means here."""
    scale = framework.scale_of(node)
    about = _meanings(framework, node)
    return [
        (one.value, words(one.label, language()), about.get(one.value, ""))
        for one in (scale.levels if scale else ())
    ]


def _meanings(framework: Framework, node: Node) -> dict[str, str]:
    if node.scale == maturity.SCALE:
        found = frameworks.loaded().get(maturity.LEVELS)
        rows = found.of_kind(NodeKind.LEVEL) if found else ()
        return {one.about["value"]: words(one.hint, language()) for one in rows}
    cells = [one for one in framework.children(node.id) if one.kind is NodeKind.CELL]
    return {one.id.removeprefix(f"{node.id}."): words(one.label, language()) for one in cells}


def node(framework: Framework, one: Asked, history: Iterable[Answer]) -> dict[str, Any]:
    """One node with what was answered, and what follows from elsewhere."""
    rows = list(history)
    names = who({row.answered_by for row in rows})
    found = origins(framework, one)
    return {
        "code": one.node.id,
        "title": label(framework, one.node.id),
        "hint": words(one.node.hint, language()),
        "check": words(one.node.check, language()),
        "tag": STATE[one.state],
        "answer": one.answer,
        "value": level(framework, one.node, one.answer.value) if one.answer else "",
        "aged": one.aged,
        "asked_after": _asked_after(framework, one.node),
        "later": one.state is State.LATER,
        "origins": [row for row in found if row.says_something],
        "touching": [row for row in found if not row.says_something],
        "shows": _shows(framework, one.node),
        "history": [
            (level(framework, one.node, row.value), row, names.get(row.answered_by, ""))
            for row in rows
        ],
    }


def _asked_after(framework: Framework, node: Node) -> tuple[str, str, str] | None:
    if node.depends is None:
        return None
    asked = framework[node.depends.question]
    wanted = ", ".join(level(framework, asked, one) for one in node.depends.answers)
    return asked.id, label(framework, asked.id), wanted


def _shows(framework: Framework, node: Node) -> list[tuple[str, str, bool]]:
    """The indicators of an action: code, title, and whether a fresh number of it is here."""
    if framework.name != evidence.BRIEF or node.scale != maturity.SCALE:
        return []
    fresh = {one.code for one in maturity.shown(node, timezone.localdate())}
    return [
        (one.code, words(one.title, language()), one.code in fresh)
        for one in maturity.indicators_of(node)
    ]


def origins(framework: Framework, one: Asked) -> list[Origin]:
    """The answers elsewhere that say something of a node, the strongest first."""
    standing = frameworks.standing() if one.inferred else {}
    answers = [standing[found.origin.node] for found in one.inferred]
    names = who({row.answered_by for row in answers})
    # An answer to the law may be older than the frameworks of this install.
    known = {**shipped().frameworks, **frameworks.loaded()}
    return [
        _origin(framework, one.node, found, row, names, known)
        for found, row in zip(one.inferred, answers, strict=True)
    ]


def _origin(
    framework: Framework, node: Node, found: Inferred, row: Answer, names: Mapping[UUID, str],
    known: Mapping[str, Framework],
) -> Origin:  # fmt: skip
    there, code = known[name_of(found.origin.node)], node_of(found.origin.node)
    return Origin(
        code=code, framework=there.name, title=label(there, code),
        value=level(there, there[code], found.origin.value),
        reads=level(framework, node, found.value),
        says_something=found.strength > Strength.TOUCHES,
        strength=STRENGTHS[found.strength],
        path=[node_of(one) for one in found.path],
        who=names.get(row.answered_by, ""), on=row.answered_on,
    )  # fmt: skip


def who(people: Iterable[UUID]) -> dict[UUID, str]:
    """The names of members of staff."""
    return dict(User.objects.filter(pk__in=list(people)).values_list("pk", "name"))


def changes(found: Changes, made: Framework) -> list[tuple[Text, list[str]]]:
    """What a new version changes, by kind of change."""
    return [
        (title, [f"{id_} · {label(made, id_)}" for id_ in getattr(found, what)])
        for what, title in CHANGES.items()
        if getattr(found, what)
    ]


def summary(found: Changes) -> str:
    """What a new version changed, in a sentence."""
    facts = {
        "added": len(found.added),
        "retired": len(found.retired),
        "changed": len({*found.relabelled, *found.rescaled}),
    }
    return _("New: %(added)s. No longer asked: %(retired)s. Changed: %(changed)s.") % facts
