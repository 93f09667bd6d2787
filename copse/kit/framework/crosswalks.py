"""Crosswalks: which node of one framework says what of which node of another, and how."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from copse.kit.framework.fields import Fields
from copse.kit.framework.lines import Items, Report, Value, parse, read
from copse.kit.framework.model import (
    INVERSE,
    Crosswalk,
    Framework,
    Link,
    Relation,
    Scale,
    ScaleMap,
)

BETWEEN = "--"
_LINK = ("from", "to", "relation", "note", "retired")
_SCALES = ("from_scale", "to_scale", "values", "back")


def read_crosswalk(
    path: Traversable, frameworks: Mapping[str, Framework], report: Report
) -> Crosswalk | None:
    """The crosswalk of a file named `<a>--<b>.yaml`, or None; problems are in `report`."""
    value = read(path, report)
    return None if value is None else _read(path.name, value, frameworks, report)


def crosswalk_of(
    file: str, raw: bytes, frameworks: Mapping[str, Framework], report: Report
) -> Crosswalk | None:
    """The crosswalk that a file of this name holds, such as one kept in a database.

    Lines with problems are in `report`, and left out of what is returned.
    """
    value = parse(file, raw, report)
    return None if value is None else _read(file, value, frameworks, report)


def is_crosswalk(file: str) -> bool:
    """Whether a file of this name holds a crosswalk: no name of a framework has two dashes."""
    return BETWEEN in file


def _read(
    file: str, value: Value, frameworks: Mapping[str, Framework], report: Report
) -> Crosswalk | None:
    names = file.removesuffix(".yaml").split(BETWEEN)
    unknown = [name for name in names if name not in frameworks]
    if len(names) != 2 or unknown or names[0] == names[1]:  # noqa: PLR2004 - a pair
        report.add(
            file,
            "A crosswalk is called <a>--<b>.yaml after two frameworks. "
            f"Rename it; there are: {', '.join(sorted(frameworks))}.",
        )
        return None
    start, end = (frameworks[name] for name in names)
    return _Reader(file, start, end, report).crosswalk(value)


@dataclass(frozen=True)
class _Reader:
    file: str
    start: Framework
    end: Framework
    report: Report

    def crosswalk(self, value: Value) -> Crosswalk:
        if not isinstance(value, Items):
            self.report.add(f"{self.file}:{value.line}", "A crosswalk is a list; start with “- ”.")
            value = Items((), value.line)
        scales: list[ScaleMap] = []
        links: dict[tuple[str, ...], Link] = {}
        for entry in value.items:
            if "from_scale" in getattr(entry, "pairs", ()):
                scales += self._scales(Fields(entry, self.file, self.report, _SCALES))
            else:
                self._link(Fields(entry, self.file, self.report, _LINK), links)
        return Crosswalk(
            self.start.urn, self.end.urn, tuple(links.values()), tuple(scales), self.file
        )

    def _link(self, fields: Fields, links: dict[tuple[str, ...], Link]) -> None:
        start = self._urn(fields, "from", self.start)
        end = self._urn(fields, "to", self.end)
        relation = fields.choice("relation", Relation)
        note = fields.word("note", required=False)
        retired = bool(fields.word("retired", required=False, pattern="yes"))
        if not (start and end and relation):
            return
        # What retired stays beside what took its place, so that its relation is part of its key.
        key = (start, end, relation) if retired else (start, end)
        if key in links:
            before = links[key].line
            fields.wrong(f"Line {before} links these two already. Keep one.", "from")
            return
        links[key] = Link(start, end, relation, note, fields.line, retired)

    def _urn(self, fields: Fields, key: str, framework: Framework) -> str:
        id_ = fields.word(key)
        if id_ and id_ not in framework:
            fields.wrong(f"{id_} is no id of {framework.name}. Correct it.", key)
            return ""
        return framework[id_].urn if id_ else ""

    def _scales(self, fields: Fields) -> Iterator[ScaleMap]:
        start = self._scale(fields, "from_scale", self.start)
        end = self._scale(fields, "to_scale", self.end)
        there, back = fields.plain("values", required=True), fields.plain("back")
        if not (start and end):
            return
        whole = _known(fields, "values", there, start, end)
        if _known(fields, "back", back, end, start) and whole:
            yield ScaleMap(self.start.urn, start.name, self.end.urn, end.name, there, fields.line)
            yield ScaleMap(self.end.urn, end.name, self.start.urn, start.name, back, fields.line)

    def _scale(self, fields: Fields, key: str, framework: Framework) -> Scale | None:
        name = fields.word(key)
        if name and name not in framework.scales:
            known = ", ".join(framework.scales) or "none"
            fields.wrong(f"{framework.name} has no scale “{name}”. It has: {known}.", key)
        return framework.scales.get(name)


def _known(fields: Fields, key: str, values: Mapping[str, str], start: Scale, end: Scale) -> bool:
    wrong = [f"“{one}” of {start.name}" for one in values if one not in start.values]
    wrong += [f"“{one}” of {end.name}" for one in values.values() if one not in end.values]
    if wrong:
        fields.wrong(f"No such answer: {', '.join(wrong)}. Correct it.", key)
    return not wrong


@dataclass(frozen=True)
class Step:
    """A link as it is walked in one direction; `values` says how an answer reads at its end."""

    end: str
    relation: Relation
    values: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Links:
    """Every link in both directions, by the URN it starts from. Told apart by identity."""

    steps: Mapping[str, tuple[Step, ...]]


def steps(
    crosswalks: tuple[Crosswalk, ...], frameworks: Mapping[str, Framework]
) -> dict[str, tuple[Step, ...]]:
    """Every link in both directions, by the URN it starts from."""
    by_urn = {framework.urn: framework for framework in frameworks.values()}
    found: dict[str, list[Step]] = {}
    for crosswalk in crosswalks:
        maps = {(one.start, one.start_scale, one.end_scale): one.values for one in crosswalk.scales}
        first, second = by_urn[crosswalk.start], by_urn[crosswalk.end]
        for link in (one for one in crosswalk.links if not one.retired):
            there = _values(link.start, link.end, first, second, maps)
            found.setdefault(link.start, []).append(Step(link.end, link.relation, there))
            back = _values(link.end, link.start, second, first, maps)
            found.setdefault(link.end, []).append(Step(link.start, INVERSE[link.relation], back))
    return {urn: tuple(made) for urn, made in found.items()}


def _values(
    start: str,
    end: str,
    first: Framework,
    second: Framework,
    maps: Mapping[tuple[str, str, str], Mapping[str, str]],
) -> Mapping[str, str]:
    """How answers carry from node to node: by the crosswalk's map, or on the same scale as is."""
    here = first.scale_of(first[start.removeprefix(f"{first.urn}:")])
    there = second.scale_of(second[end.removeprefix(f"{second.urn}:")])
    if here is None or there is None:
        return {}
    told = maps.get((first.urn, here.name, there.name))
    if told is not None:
        return told
    same = (here.name, here.values) == (there.name, there.values)
    return {value: value for value in here.values} if same else {}
