"""What changed from one version of a framework to the next, and whether it may."""

from dataclasses import dataclass

from copse.kit.framework.model import Framework, Node


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
