"""Reading the frameworks of this install, and the answers that people gave to them.

The newest loaded version of a framework counts. What is inferred is worked out at each reading and
never kept, so that it cannot stand where a person answered.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from django.http import Http404

from copse.base import access
from copse.base.access import Actor
from copse.kit.framework.crosswalks import Links, crosswalk_of
from copse.kit.framework.crosswalks import steps as in_both_directions
from copse.kit.framework.library import shipped, shipped_home
from copse.kit.framework.lines import Problem, Report
from copse.kit.framework.model import Crosswalk, Framework, Node, UnknownNode
from copse.kit.framework.reading import SUFFIX, framework_of
from copse.strategy.models import Accession, Answer
from copse.strategy.models import Crosswalk as LoadedCrosswalk
from copse.strategy.models import Framework as Loaded
from copse.strategy.queries.law import LAW, TREATIES
from copse.strategy.workflow import PlanAction

Pair = tuple[str, str]
DENOUNCED, NOT_JOINED = "denounced", "none"
ELSEWHERE = (LAW, TREATIES)
"""Frameworks whose answers are written on the pages of the law, with articles and days."""


def loaded() -> dict[str, Framework]:
    """The newest version of each framework of this install, by name."""
    rows = Loaded.objects.order_by("urn", "-version").distinct("urn")
    found = (_read(urn, sha256) for urn, sha256 in rows.values_list("urn", "sha256"))
    return {one.name: one for one in found}


def newest(urn: str) -> Framework | None:
    """The newest loaded version of one framework, or None before any was loaded."""
    rows = Loaded.objects.filter(urn=urn).order_by("-version")
    sha256 = rows.values_list("sha256", flat=True).first()
    return _read(urn, sha256) if sha256 else None


# A text is named by its SHA-256, so that what was read once stays right.
@lru_cache(maxsize=200)
def _read(urn: str, sha256: str) -> Framework:
    if sha256 in shipped_texts():
        return shipped_texts()[sha256]
    body = Loaded.objects.filter(urn=urn, sha256=sha256).values_list("body", flat=True)[0]
    return framework_of(f"{urn.rpartition(':')[2]}{SUFFIX}", body.encode())


def frameworks_for(viewer: Actor) -> dict[str, Framework]:
    """The frameworks that somebody may read, by name."""
    access.require(viewer, PlanAction.VIEW)
    return loaded()


def framework_for(viewer: Actor, name: str) -> Framework:
    """One framework. Raises `Http404`."""
    found = frameworks_for(viewer).get(name)
    if found is None:
        raise Http404
    return found


def node_for(viewer: Actor, name: str, code: str) -> tuple[Framework, Node]:
    """A node that is answered on a scale, with its framework. Raises `Http404`."""
    framework = framework_for(viewer, name)
    node = framework.nodes.get(code)
    if node is None or node.retired or not node.scale:
        raise Http404
    return framework, node


def node(urn: str) -> tuple[Framework, Node]:
    """A node of a loaded framework by its URN. Raises `UnknownNode`."""
    framework, _colon, code = urn.rpartition(":")
    found = newest(framework)
    if found is None:
        sentence = f"“{urn}” is of no framework that is loaded here. Run `copse framework load`."
        raise UnknownNode(sentence)
    return found, found[code]


def standing() -> dict[str, Answer]:
    """What stands for each node, by URN: an answer, or where the country stands with a treaty."""
    found = {one.node: one for one in Answer.objects.filter(replaced_on=None)}
    treaties = shipped()[TREATIES]
    joined = ((treaties[one.treaty], one) for one in Accession.objects.all())
    return found | {node.urn: _as_answer(node, one) for node, one in joined}


def _as_answer(node: Node, row: Accession) -> Answer:
    """An accession as an answer to its node. It is kept in the register of treaties, not here."""
    value = NOT_JOINED if row.state == DENOUNCED else row.state
    made = Answer(node=node.urn, version=shipped()[TREATIES].version, value=value)
    if row.on is not None:
        made.answered_on = row.on
    return made


def history_for(viewer: Actor, node: Node) -> list[Answer]:
    """Every answer a node was ever given, the newest first."""
    access.require(viewer, PlanAction.VIEW)
    found = Answer.objects.filter(node=node.urn)
    return sorted(found, key=lambda one: (one.replaced_on is None, one.answered_on), reverse=True)


@cache
def shipped_texts() -> Mapping[str, Framework]:
    """The frameworks that come with Copse, by the SHA-256 of their text."""
    return {
        hashlib.sha256((shipped_home() / one.place).read_bytes()).hexdigest(): one
        for one in shipped().own
    }


# Crosswalks ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Own:
    """A crosswalk of the country's own: its newest text, and the lines that fit no more.

    A line stops to fit when a newer version of a framework has lost a scale or an answer.
    """

    number: int
    sha256: str
    loaded_on: date
    crosswalk: Crosswalk
    problems: tuple[Problem, ...]


Loads = list[tuple[str, int, str, date]]


def loads() -> Loads:
    """Every text of a crosswalk that was loaded: name, number, SHA-256 and day, oldest first."""
    rows = LoadedCrosswalk.objects.order_by("name", "number")
    return list(rows.values_list("name", "number", "sha256", "loaded_on"))


def steps(day: date | None = None, known: Loads | None = None) -> Links:
    """The links of the crosswalks that come with Copse and of those loaded by a day, or by now."""
    found = loads() if known is None else known
    newest = {name: sha256 for name, _number, sha256, on in found if day is None or on <= day}
    return _steps(tuple(newest.items()), _texts() if newest else ())


def own_crosswalks() -> list[Own]:
    """The crosswalks of the country's own, by name."""
    newest = {row[0]: row for row in loads()}
    texts = _texts()
    made = ((row, _crosswalk(row[0], row[2], texts)) for row in newest.values())
    return [
        Own(number, sha256, on, found, problems)
        for (_name, number, sha256, on), (found, problems) in made
        if found is not None
    ]


def known() -> dict[str, Framework]:
    """What a crosswalk may lead to: the country's own frameworks, and those that are shipped."""
    return _known(_texts())


def _texts() -> tuple[Pair, ...]:
    rows = Loaded.objects.order_by("urn", "-version").distinct("urn")
    return tuple(rows.values_list("urn", "sha256"))


@lru_cache(maxsize=32)
def _steps(crosswalks: tuple[Pair, ...], texts: tuple[Pair, ...]) -> Links:
    own = (_crosswalk(name, sha256, texts)[0] for name, sha256 in crosswalks)
    found = (*shipped().crosswalks, *(one for one in own if one is not None))
    return Links(in_both_directions(found, _known(texts)))


@lru_cache(maxsize=200)
def _crosswalk(
    name: str, sha256: str, texts: tuple[Pair, ...]
) -> tuple[Crosswalk | None, tuple[Problem, ...]]:
    rows = LoadedCrosswalk.objects.filter(name=name, sha256=sha256)
    body = rows.values_list("body", flat=True)[0]
    report = Report()
    made = crosswalk_of(f"{name}{SUFFIX}", body.encode(), _known(texts), report)
    return made, tuple(report.problems)


def _known(texts: tuple[Pair, ...]) -> dict[str, Framework]:
    own = (_read(urn, sha256) for urn, sha256 in texts)
    return {**{one.name: one for one in own}, **shipped().frameworks}
