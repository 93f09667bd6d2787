"""The paper on the shipped frameworks: what they are, whose, how large, and how they connect."""

from collections import Counter
from collections.abc import Iterator

from copse.kit.framework.library import Library, shipped
from copse.kit.framework.model import Crosswalk, Framework, NodeKind, words

PATH = "docs/frameworks.md"
_HEAD = """\
# The frameworks

Made by `make papers` from `copse/taxonomies/frameworks`; how a file is written stands in
[its README](../copse/taxonomies/frameworks/README.md), why in [decision 90](adr/0090-frameworks-are-files.md).
Ids and citations are theirs, every sentence is ours.
"""


def paper() -> str:
    """The whole paper."""
    library = shipped()
    return "\n".join((
        _HEAD,
        "| Framework | Version | Nodes | Source |",
        "|---|---|---|---|",
        *map(_row, library.frameworks.values()),
        "",
        "## Crosswalks",
        "",
        "| From | To | Links | equal | subset | superset | intersects |",
        "|---|---|---|---|---|---|---|",
        *_crosswalks(library),
        "",
    ))  # fmt: skip


def _row(framework: Framework) -> str:
    counted = Counter(node.kind for node in framework.nodes.values())
    nodes = ", ".join(f"{count} {_many(kind, count)}" for kind, count in counted.items())
    source = f"{framework.source.name}, {framework.source.year}"
    title = f"`{framework.name}` {words(framework.title)}"
    return f"| {title} | {framework.version} | {nodes} | {source} |"


def _many(kind: NodeKind, count: int) -> str:
    name = kind.value.replace("_", " ")
    if count == 1:
        return name
    if name == "criterion":
        return "criteria"
    if name.endswith("y"):
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith("s") else f"{name}s"


def _crosswalks(library: Library) -> Iterator[str]:
    names = {framework.urn: name for name, framework in library.frameworks.items()}
    for crosswalk in library.crosswalks:
        yield _crosswalk(crosswalk, names)


def _crosswalk(crosswalk: Crosswalk, names: dict[str, str]) -> str:
    counted = Counter(link.relation.value for link in crosswalk.links)
    kinds = " | ".join(str(counted[kind]) for kind in ("equal", "subset", "superset", "intersects"))
    ends = f"{names[crosswalk.start]} | {names[crosswalk.end]}"
    return f"| {ends} | {len(crosswalk.links)} | {kinds} |"
