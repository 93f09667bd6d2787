"""Crosswalks as their pages print them: from, to, relation, and where the line comes from."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from copse.base import access
from copse.base.access import Actor
from copse.kit.framework.comparing import LinkChanges, diff_links
from copse.kit.framework.library import shipped
from copse.kit.framework.model import Crosswalk, Framework, Link, Relation, node_of, words
from copse.strategy.queries import frameworks
from copse.strategy.queries.frameworks import Own
from copse.strategy.queries.shown_frameworks import label, language
from copse.strategy.workflow import PlanAction

RELATIONS: Mapping[Relation, str | Promise] = {
    Relation.EQUAL: gettext_lazy("asks the same"),
    Relation.SUBSET: gettext_lazy("is a part of it"),
    Relation.SUPERSET: gettext_lazy("holds all of it"),
    Relation.INTERSECTS: gettext_lazy("has something in common with it"),
}
CHANGES: Mapping[str, str | Promise] = {
    "added": gettext_lazy("New"),
    "retired": gettext_lazy("Leads nowhere any more"),
    "renoted": gettext_lazy("With another note"),
    "reread": gettext_lazy("Answers read in another way"),
}


class Row(NamedTuple):
    """One crosswalk on the page of a framework."""

    name: str
    title: str
    links: int
    source: str


class Line(NamedTuple):
    """One link: from, to, and how the first stands to the second."""

    start: str
    start_title: str
    end: str
    end_title: str
    relation: str | Promise
    note: str
    retired: bool


def of(framework: Framework) -> list[Row]:
    """The crosswalks that start or end at a framework."""
    known = _by_urn()
    return [
        Row(
            one.name, f"{_title(known[one.start])} – {_title(known[one.end])}",
            len([link for link in one.links if not link.retired]), source,
        )
        for one, source, _own in _all()
        if framework.urn in one.ends
    ]  # fmt: skip


def one_for(viewer: Actor, name: str) -> dict[str, Any]:
    """One crosswalk with all its links. Raises `Http404`."""
    access.require(viewer, PlanAction.VIEW)
    for one, source, own in _all():
        if one.name == name:
            known = _by_urn()
            start, end = known[one.start], known[one.end]
            return {
                "name": name,
                "ends": [(found.name, _title(found)) for found in (start, end)],
                "source": source,
                "rows": [_line(link, start, end) for link in one.links],
                "problems": own.problems if own else (),
            }
    raise Http404


def _all() -> Iterator[tuple[Crosswalk, str, Own | None]]:
    for one in shipped().crosswalks:
        yield one, _("It comes with Copse."), None
    for own in frameworks.own_crosswalks():
        facts = {"number": own.number, "sha256": own.sha256[:12], "day": own.loaded_on.isoformat()}
        said = _("Our own: text %(number)s, loaded on %(day)s, SHA-256 %(sha256)s…")
        yield own.crosswalk, said % facts, own


def _by_urn() -> dict[str, Framework]:
    return {one.urn: one for one in frameworks.known().values()}


def _title(framework: Framework) -> str:
    return words(framework.title, language())


def _line(link: Link, start: Framework, end: Framework) -> Line:
    first, second = node_of(link.start), node_of(link.end)
    return Line(
        first, label(start, first), second, label(end, second), RELATIONS[link.relation],
        link.note, link.retired,
    )  # fmt: skip


def changes(before: Crosswalk | None, made: Crosswalk) -> list[tuple[str | Promise, list[str]]]:
    """What a text of a crosswalk would change, by kind of change."""
    found = diff_links(before or _nothing(made), made)
    return [
        (title, list(_ids(found, what))) for what, title in CHANGES.items() if _ids(found, what)
    ]


def _ids(found: LinkChanges, what: str) -> tuple[str, ...]:
    ids: tuple[str, ...] = getattr(found, what)
    return ids


def _nothing(made: Crosswalk) -> Crosswalk:
    return Crosswalk(made.start, made.end, (), (), made.place)
