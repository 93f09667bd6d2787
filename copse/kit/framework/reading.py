"""One framework of one file. What is wrong is reported with its line, and the reading goes on."""

from collections.abc import Callable, Iterator, Mapping
from importlib.resources.abc import Traversable

from copse.kit.errors import OursError
from copse.kit.framework.fields import Fields
from copse.kit.framework.lines import Report, Value, parse, read
from copse.kit.framework.model import (
    PREFIX,
    Depends,
    EvidenceKind,
    Framework,
    FrameworkKind,
    Level,
    Node,
    NodeKind,
    Scale,
    Source,
)

SUFFIX = ".yaml"
_TOP = ("urn", "version", "kind", "title", "source", "licence", "scales", "nodes")
_NODE = (
    *("id", "kind", "parent", "label", "hint", "how", "check", "scale", "kinds_of_evidence"),
    *("rooms", "tier", "depends", "retired", "about"),
)
_ID = r"[A-Za-z0-9]+([.-][A-Za-z0-9]+)*"
_NAME = r"[a-z0-9]+(-[a-z0-9]+)*"


def read_framework(path: Traversable, report: Report) -> Framework | None:
    """The framework of a file, or None when even its head cannot be read.

    Whether anything was wrong is in `report`; a framework with problems must not be used.
    """
    value = read(path, report)
    return None if value is None else _Reader(path.name, report).framework(value)


def framework_of(file: str, raw: bytes) -> Framework:
    """The framework that a file of this name holds, such as one kept in a database.

    Raises `BadFramework` with every problem.
    """
    report = Report()
    value = parse(file, raw, report)
    made = None if value is None else _Reader(file, report).framework(value)
    report.end()
    if made is None:
        raise OursError(f"{file} holds no framework, and nobody said why.")
    return made


class _Reader:
    def __init__(self, file: str, report: Report) -> None:
        self._file = file
        self._report = report

    def framework(self, value: Value) -> Framework | None:
        top = Fields(value, self._file, self._report, _TOP)
        urn = top.word("urn", pattern=PREFIX + _NAME)
        kind = top.choice("kind", FrameworkKind)
        source = top.table("source", ("name", "year", "url_or_reference"))
        made = Framework(
            urn=urn,
            version=top.number("version"),
            kind=kind or FrameworkKind.REQUIREMENTS,
            title=top.text("title", required=True),
            source=Source(
                source.word("name"), source.number("year"), source.word("url_or_reference")
            ),
            licence=self._licence(top),
            scales=self._scales(top),
            nodes=self._nodes(top, urn),
            place=self._file,
        )
        if urn and made.name != self._file.removesuffix(SUFFIX):
            top.wrong(f"The file of this URN is called {made.name}{SUFFIX}. Rename one.", "urn")
        self._check(made)
        return made if urn and kind and made.nodes else None

    def _licence(self, top: Fields) -> Mapping[str, str]:
        found = top.plain("licence", required=True)
        if found and "note" not in found:
            top.wrong("“licence” has no “note” that says what may be done. Add it.", "licence")
        return found

    def _scales(self, top: Fields) -> dict[str, Scale]:
        inner = top.table("scales", required=False)
        return {
            name: Scale(name, tuple(self._levels(inner, name)))
            for name in inner.keys()  # noqa: SIM118 - no mapping
        }

    def _levels(self, scales: Fields, name: str) -> Iterator[Level]:
        seen: set[str] = set()
        for entry in scales.items(name):
            level = Fields(entry, self._file, self._report, ("value", "label"))
            value = level.word("value")
            if value in seen:
                level.wrong(f"The scale “{name}” has “{value}” twice. Keep one.", "value")
            seen.add(value)
            yield Level(value, level.text("label", required=True))

    def _nodes(self, top: Fields, urn: str) -> dict[str, Node]:
        made: dict[str, Node] = {}
        for entry in top.items("nodes"):
            fields = Fields(entry, self._file, self._report, _NODE)
            node = self._node(fields, urn)
            if node is None:
                continue
            if node.id in made:
                before = made[node.id].line
                fields.wrong(f"The id {node.id} stood in line {before} already. Change one.", "id")
                continue
            made[node.id] = node
        return made

    def _node(self, fields: Fields, urn: str) -> Node | None:
        id_ = fields.word("id", pattern=_ID)
        kind = fields.choice("kind", NodeKind)
        label = fields.text("label", required=True)
        tier = fields.word("tier", required=False, pattern="short")
        made = Node(
            id=id_,
            urn=f"{urn}:{id_}",
            kind=kind or NodeKind.ELEMENT,
            parent=fields.word("parent", required=False, pattern=_ID),
            label=label,
            hint=fields.text("hint"),
            how=fields.text("how"),
            check=fields.text("check"),
            scale=fields.word("scale", required=False),
            evidence=fields.choices("kinds_of_evidence", EvidenceKind),
            rooms=fields.list("rooms"),
            tier=tier,
            depends=self._depends(fields),
            about=fields.plain("about"),
            retired=fields.number("retired", required=False),
            line=fields.line,
        )
        return made if id_ and kind else None

    def _depends(self, fields: Fields) -> Depends | None:
        if "depends" not in fields:
            return None
        inner = fields.table("depends", ("question", "answers"))
        question, answers = inner.word("question", pattern=_ID), inner.list("answers")
        if question and not answers:
            inner.wrong("“answers” is missing: after which answers is this asked?", "question")
        return Depends(question, answers) if question else None

    def _check(self, made: Framework) -> None:
        """What holds between nodes."""
        for node in made.nodes.values():
            for sentence in _wrong_with(node, made):
                self._report.add(f"{self._file}:{node.line}", f"{node.id}: {sentence}")
        self._cycles(made, "parent", lambda node: node.parent)
        self._cycles(
            made,
            "question it depends on",
            lambda node: node.depends.question if node.depends else "",
        )

    def _cycles(self, made: Framework, what: str, above: Callable[[Node], str]) -> None:
        """Report every circle once, at its first node."""
        done: set[str] = set()
        for node in made.nodes.values():
            way: dict[str, None] = {}
            at = node.id
            while at and at in made.nodes and at not in done and at not in way:
                way[at] = None
                at = above(made.nodes[at])
            if at in way:
                names = list(way)
                circle = " → ".join([*names[names.index(at) :], at])
                sentence = f"{at} is its own {what}: {circle}. Break the circle."
                self._report.add(f"{self._file}:{made.nodes[at].line}", sentence)
            done.update(way)


def _wrong_with(node: Node, made: Framework) -> Iterator[str]:
    if node.parent and node.parent not in made:
        yield f"The parent {node.parent} is no id of this file. Correct it, or add the node."
    if node.scale and node.scale not in made.scales:
        known = ", ".join(made.scales) or "none"
        yield f"The scale “{node.scale}” is not among “scales”. There are: {known}."
    if node.retired > made.version:
        yield f"It retires with version {node.retired}, and the file is version {made.version}."
    if node.depends:
        yield from _wrong_question(node.depends, made)


def _wrong_question(depends: Depends, made: Framework) -> Iterator[str]:
    if depends.question not in made:
        yield f"It depends on {depends.question}, which is no id of this file. Correct it."
        return
    scale = made.scale_of(made[depends.question])
    unknown = [one for one in depends.answers if scale is None or one not in scale.values]
    if unknown:
        known = ", ".join(scale.values) if scale else "none, for it has no scale"
        yield (
            f"{depends.question} has no answer “{unknown[0]}”. Its answers: {known}. Correct it."
        )
