"""Reading the frameworks of this install, and the answers that people gave to them.

The newest loaded version of a framework counts. What is inferred is worked out at each reading and
never kept, so that it cannot stand where a person answered.
"""

import hashlib
from collections.abc import Mapping
from functools import cache, lru_cache

from django.http import Http404

from copse.base import access
from copse.base.access import Actor
from copse.kit.framework.crosswalks import Step
from copse.kit.framework.library import shipped, shipped_home
from copse.kit.framework.model import Framework, Node, UnknownNode
from copse.kit.framework.reading import SUFFIX, framework_of
from copse.strategy.models import Accession, Answer
from copse.strategy.models import Framework as Loaded
from copse.strategy.queries.law_counts import LAW, TREATIES
from copse.strategy.workflow import PlanAction

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


@cache
def steps() -> dict[str, tuple[Step, ...]]:
    """The links of the crosswalks that come with Copse, in both directions."""
    return shipped().steps()
