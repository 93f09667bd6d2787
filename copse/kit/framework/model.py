"""What a framework is: nodes under stable ids, in four languages, with scales to answer on.

A framework is somebody's list of what a country should do, written in our own words as one YAML
file: the policy brief, a maturity model, forty questions. Its URN and the ids of its nodes never
change, because plans, answers and published pages point at them; a node retires instead. How a file
is written stands in `copse/taxonomies/frameworks/README.md`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from copse.kit.errors import InputError
from copse.kit.taxonomy import FALLBACK

Text = Mapping[str, str]  # a language's code, and the words in that language
PREFIX = "urn:copse:framework:"


class UnknownNode(InputError):  # noqa: N818 - named for the state
    """The framework has no node of this id, in use or retired."""

    code = "unknown-node"


class NodeKind(StrEnum):
    """What a node is. A closed list: pages and counts branch on it."""

    PRINCIPLE = "principle"
    AREA = "area"
    ACTION = "action"
    ADDITION = "addition"  # an action of our own that the source does not name
    GROUP = "group"
    TRAIT = "trait"
    RISK_CLASS = "risk_class"
    RISK = "risk"
    FIGURE = "figure"
    DOMAIN = "domain"
    CAPABILITY = "capability"
    CELL = "cell"
    CRITERION = "criterion"
    PROVISION = "provision"
    SECTION = "section"
    QUESTION = "question"
    LEVEL = "level"
    ELEMENT = "element"
    REQUIREMENT = "requirement"
    HARM = "harm"
    POWER = "power"
    VERB = "verb"
    TREATY = "treaty"
    INSTRUMENT = "instrument"


class FrameworkKind(StrEnum):
    """What a framework is for."""

    PRINCIPLES_AND_ACTIONS = "principles-and-actions"
    CAPABILITIES = "capabilities"
    CRITERIA = "criteria"
    QUESTIONS = "questions"
    LEVELS = "levels"
    REQUIREMENTS = "requirements"
    REGISTER = "register"


class EvidenceKind(StrEnum):
    """What can show that an action is done."""

    OPERATIONAL = "O"  # a room of this system does it
    COMPUTED = "E"  # a number computed from use
    TRACKED = "T"  # a policy, with its document


class Relation(StrEnum):
    """How what one node asks stands to what another asks: `a subset b` means a is a part of b."""

    EQUAL = "equal"
    SUBSET = "subset"
    SUPERSET = "superset"
    INTERSECTS = "intersects"


INVERSE = {
    Relation.EQUAL: Relation.EQUAL,
    Relation.SUBSET: Relation.SUPERSET,
    Relation.SUPERSET: Relation.SUBSET,
    Relation.INTERSECTS: Relation.INTERSECTS,
}


@dataclass(frozen=True)
class Level:
    """One answer that a scale allows."""

    value: str
    label: Text


@dataclass(frozen=True)
class Scale:
    """The answers that a node can be given, from the least to the most."""

    name: str
    levels: tuple[Level, ...]

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(level.value for level in self.levels)


@dataclass(frozen=True)
class Source:
    """Where the ideas come from: a citation, never their text."""

    name: str
    year: int
    reference: str


@dataclass(frozen=True)
class Depends:
    """The node is asked only where `question` was answered with one of `answers`."""

    question: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Node:
    """One thing that a framework asks for, says or counts.

    Attributes:
        parent: the id of the node it belongs to, or "".
        scale: the name of the scale it is answered on, or "" for what is not answered.
        hint: a sentence that explains it, or nothing.
        how: what the software does about it.
        check: what the software looks at, and warns of.
        evidence: which kinds of evidence can show it.
        rooms: the rooms of this system that do it, such as "portal".
        tier: "short" for what small firms are asked, too.
        about: what only this kind has, such as a risk's `class` and `role`.
        retired: the framework's version since which nobody may answer it, or 0.
        line: where it stands in its file.
    """

    id: str
    urn: str
    kind: NodeKind
    parent: str
    label: Text
    hint: Text = field(default_factory=dict)
    how: Text = field(default_factory=dict)
    check: Text = field(default_factory=dict)
    scale: str = ""
    evidence: tuple[EvidenceKind, ...] = ()
    rooms: tuple[str, ...] = ()
    tier: str = ""
    depends: Depends | None = None
    about: Mapping[str, str] = field(default_factory=dict)
    retired: int = 0
    line: int = 0


@dataclass(frozen=True)
class Framework:
    """One framework in one version, its nodes by id in the order of its file."""

    urn: str
    version: int
    kind: FrameworkKind
    title: Text
    source: Source
    licence: Mapping[str, str]
    scales: Mapping[str, Scale]
    nodes: Mapping[str, Node]
    place: str = ""

    @property
    def name(self) -> str:
        """The last part of the URN, which is the file's name, too."""
        return self.urn.removeprefix(PREFIX)

    def __contains__(self, id_: object) -> bool:
        return id_ in self.nodes

    def __getitem__(self, id_: str) -> Node:
        """The node of an id, retired or not. Raises `UnknownNode`."""
        try:
            return self.nodes[id_]
        except KeyError:
            sentence = f"“{id_}” is no id of the framework “{self.name}”."
            raise UnknownNode(sentence, framework=self.name) from None

    def of_kind(self, *kinds: NodeKind, retired: bool = False) -> tuple[Node, ...]:
        """The nodes of these kinds, without those that retired."""
        return tuple(
            node
            for node in self.nodes.values()
            if node.kind in kinds and (retired or not node.retired)
        )

    def children(self, parent: str = "", *, retired: bool = False) -> tuple[Node, ...]:
        """The nodes right under one, or at the top."""
        return tuple(
            node
            for node in self.nodes.values()
            if node.parent == parent and (retired or not node.retired)
        )

    def scale_of(self, node: Node) -> Scale | None:
        """The scale a node is answered on, or None for what is not answered."""
        return self.scales.get(node.scale)

    def follows(self, node: Node, answers: Mapping[str, str]) -> bool:
        """Whether a question is asked, given the answers so far (values by id of this framework).

        What hangs on a question that is itself not asked is not asked either.
        """
        while not node.retired and node.depends is not None:
            asked = self[node.depends.question]
            if answers.get(asked.id) not in node.depends.answers:
                return False
            node = asked
        return not node.retired


@dataclass(frozen=True)
class Link:
    """One line of a crosswalk, from node to node, by URN. A retired one leads nowhere any more."""

    start: str
    end: str
    relation: Relation
    note: str = ""
    line: int = 0
    retired: bool = False


@dataclass(frozen=True)
class ScaleMap:
    """How an answer on one framework's scale reads on another's; values left out do not carry."""

    start: str
    start_scale: str
    end: str
    end_scale: str
    values: Mapping[str, str]
    line: int = 0


@dataclass(frozen=True)
class Crosswalk:
    """What two frameworks have to do with each other; `start` and `end` are their URNs."""

    start: str
    end: str
    links: tuple[Link, ...]
    scales: tuple[ScaleMap, ...] = ()
    place: str = ""

    @property
    def name(self) -> str:
        """The file's name without its ending: arbora--itu-brief."""
        return self.place.rpartition(".")[0]

    @property
    def ends(self) -> frozenset[str]:
        """The URNs of both frameworks."""
        return frozenset((self.start, self.end))


def node_of(urn: str) -> str:
    """The id of the node that a URN names: REP-1 of urn:copse:framework:itu-brief:REP-1."""
    return urn.rpartition(":")[2]


def name_of(urn: str) -> str:
    """The name of the framework that a URN names, or names a node of."""
    return urn.split(":")[3]


def words(text: Text, lang: str = FALLBACK) -> str:
    """A text in a language, else in English; nothing where there is no text."""
    return text.get(lang.partition("-")[0]) or text.get(FALLBACK, "")
