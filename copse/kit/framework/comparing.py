"""What changed from one version of a framework to the next, and whether it may."""

from dataclasses import dataclass

from copse.kit.framework.lines import Report
from copse.kit.framework.model import Crosswalk, Framework, Link, Node, node_of


@dataclass(frozen=True)
class Changes:
    """The ids that changed, by what changed; each in the order of its file.

    Attributes:
        added: new in the new version.
        retired: retired since, and still there.
        relabelled: another label, hint, check or how, in any language.
        moved: under another parent.
        rescaled: answered on another scale, or asked after other answers; old answers must be
            looked at again.
        rekinded: of another kind.
        vanished: no longer there.
    """

    added: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    relabelled: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    rescaled: tuple[str, ...] = ()
    rekinded: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(vars(self).values())

    @property
    def breaking(self) -> tuple[str, ...]:
        """What a published framework must not do: answers and pages would lose what they name."""
        return tuple(sorted({*self.moved, *self.rekinded, *self.vanished}))


def diff(old: Framework, new: Framework) -> Changes:
    """What leads from the old version to the new one."""
    both = [(old.nodes[id_], node) for id_, node in new.nodes.items() if id_ in old]
    return Changes(
        added=tuple(id_ for id_ in new.nodes if id_ not in old),
        retired=tuple(now.id for was, now in both if now.retired and not was.retired),
        relabelled=tuple(now.id for was, now in both if _words(was) != _words(now)),
        moved=tuple(now.id for was, now in both if was.parent != now.parent),
        rescaled=tuple(now.id for was, now in both if _asked(old, was) != _asked(new, now)),
        rekinded=tuple(now.id for was, now in both if was.kind != now.kind),
        vanished=tuple(id_ for id_ in old.nodes if id_ not in new),
    )


def _words(node: Node) -> tuple[object, ...]:
    return node.label, node.hint, node.how, node.check


def _asked(framework: Framework, node: Node) -> tuple[object, ...]:
    scale = framework.scale_of(node)
    return scale.values if scale else (), node.depends


@dataclass(frozen=True)
class LinkChanges:
    """The links of a crosswalk that changed, as “A-1 → REP-1”; each in the order of its file.

    Attributes:
        added: new in the new text.
        retired: retired since, and still there.
        renoted: with another note.
        changed: with another relation, the old one not retired.
        vanished: no longer there.
        reread: whose answers read in another way, as “legal → maturity”.
    """

    added: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    renoted: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    reread: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(vars(self).values())

    @property
    def breaking(self) -> tuple[str, ...]:
        """What a loaded crosswalk must not do: nobody could tell why an answer once followed."""
        return tuple(sorted({*self.changed, *self.vanished}))


def diff_links(old: Crosswalk, new: Crosswalk) -> LinkChanges:
    """What leads from an old text of a crosswalk to the new one."""
    was, now = _by_relation(old), _by_relation(new)
    live = {key[:2] for key, link in now.items() if not link.retired}
    gone = [key for key in was if key not in now]
    return LinkChanges(
        added=tuple(_arrow(*key) for key in now if key not in was),
        retired=tuple(
            _arrow(*key) for key, one in now.items()
            if one.retired and key in was and not was[key].retired
        ),
        renoted=tuple(
            _arrow(*key) for key, one in now.items() if key in was and was[key].note != one.note
        ),
        changed=tuple(_arrow(*key) for key in gone if key[:2] in live),
        vanished=tuple(_arrow(*key) for key in gone if key[:2] not in live),
        reread=_reread(old, new),
    )  # fmt: skip


def check_links(before: Crosswalk, made: Crosswalk, report: Report) -> None:
    """Report each link that was loaded and has vanished, or changed its relation."""
    now = _by_relation(made)
    lines = {(one.start, one.end): one.line for one in made.links}
    for key, link in _by_relation(before).items():
        if key in now:
            continue
        line = lines.get(key[:2])
        became = "and has another relation now" if line else "and is gone"
        ends = f"from: {node_of(link.start)}, to: {node_of(link.end)}, relation: {link.relation}"
        report.add(
            f"{made.place}:{line}" if line else made.place,
            f"{_arrow(*key)} was loaded as {link.relation} {became}. "
            f"Write {{{ends}, retired: yes}}, and the new one beside it.",
        )


def _by_relation(crosswalk: Crosswalk) -> dict[tuple[str, str, str], Link]:
    return {(one.start, one.end, one.relation.value): one for one in crosswalk.links}


def _reread(old: Crosswalk, new: Crosswalk) -> tuple[str, ...]:
    was, now = (
        {
            f"{one.start_scale} → {one.end_scale}": (one.start, dict(one.values))
            for one in each.scales
        }
        for each in (old, new)
    )
    return tuple(sorted(name for name in {*was, *now} if was.get(name) != now.get(name)))


def _arrow(start: str, end: str, _relation: str) -> str:
    return f"{node_of(start)} → {node_of(end)}"
