"""YAML as words, lists and tables that know their line, and nothing that could surprise.

Every value stays the word that was written: `no` is “no” and not false. Anchors, tags, merge keys
and deep nesting are refused, because a small file could grow without bound by them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from copse.kit.errors import InputError

MOST_BYTES = 2 << 20
DEEPEST = 8
MOST_PROBLEMS = 200
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NOTHING = frozenset({"", "~", "null"})


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: its file and line, and what to do."""

    place: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}"


class BadFramework(InputError):  # noqa: N818 - named for the state
    """Files of frameworks that cannot be taken; `problems` holds every reason."""

    code = "bad-framework"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)), count=len(problems))
        self.problems = problems


class Report:
    """What is wrong with the files read so far; only the first of very many is kept."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def add(self, place: str, sentence: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(place, sentence))

    def end(self) -> None:
        """Raises `BadFramework` when there is a problem."""
        if self.problems:
            raise BadFramework(tuple(self.problems))


@dataclass(frozen=True)
class Word:
    """A single value, or nothing."""

    text: str | None
    line: int


@dataclass(frozen=True)
class Items:
    """A list."""

    items: tuple["Value", ...]
    line: int


@dataclass(frozen=True)
class Table:
    """Values under keys."""

    pairs: Mapping[str, "Value"]
    line: int
    lines: Mapping[str, int] = field(default_factory=dict)


Value = Word | Items | Table


class _Stop(Exception):  # noqa: N818 - ends the reading of one file
    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line, self.sentence = line, sentence


def read(path: Traversable, report: Report) -> Value | None:
    """The file's one value; None when it is no YAML of ours, which is reported."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as error:
        report.add(path.name, f"The file cannot be read: {error.strerror}.")
        return None
    return parse(path.name, raw, report)


def parse(file: str, raw: bytes, report: Report) -> Value | None:
    """The one value of a file's bytes; None when they are no YAML of ours, which is reported."""
    try:
        return _value_of(_text(raw))
    except _Stop as stop:
        report.add(f"{file}:{stop.line}", stop.sentence)
    return None


def _text(raw: bytes) -> str:
    if len(raw) > MOST_BYTES:
        raise _Stop(1, f"The file is larger than {MOST_BYTES >> 20} MB; a framework never is.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _Stop(line, "This is not UTF-8. Save the file as UTF-8.") from None


def _value_of(text: str) -> Value:
    try:
        return _Builder(yaml.parse(text, Loader=_LOADER)).document()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        said = error.problem or "it breaks off"
        raise _Stop(
            line,
            f"This is not YAML: {said}. Look at this line and the one before; "
            "put text that holds a colon between quotation marks.",
        ) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _Stop(line, "A sign that no text may hold stands here. Remove it.") from None


class _Builder:
    """Makes one value of the parser's events."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events

    def document(self) -> Value:
        made: Value | None = None
        for event in self._events:
            if isinstance(event, yaml.StreamStartEvent | yaml.StreamEndEvent):
                continue
            if isinstance(event, yaml.DocumentStartEvent):
                if made is not None:
                    raise _Stop(_line(event), "A second document starts here. Make it a file.")
                made = self._value(next(self._events), 1)
        if made is None:
            raise _Stop(1, "The file is empty.")
        return made

    def _value(self, event: Any, depth: int) -> Value:
        line = _line(event)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise _Stop(line, "Anchors and aliases are not read here. Write the value out.")
        if event.tag is not None:
            raise _Stop(line, f"The tag {event.tag} is not read here. Leave it out.")
        if isinstance(event, yaml.ScalarEvent):
            plain = not event.style or event.style == ":"
            return Word(None if plain and event.value in _NOTHING else event.value.strip(), line)
        if depth > DEEPEST:
            raise _Stop(line, f"This is nested deeper than {DEEPEST} levels.")
        if isinstance(event, yaml.SequenceStartEvent):
            return Items(tuple(self._items(depth)), line)
        return self._table(line, depth)

    def _items(self, depth: int) -> Iterator[Value]:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            yield self._value(event, depth + 1)

    def _table(self, line: int, depth: int) -> Table:
        pairs: dict[str, Value] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._value(event, depth + 1)
            if not isinstance(key, Word) or not key.text:
                raise _Stop(_line(event), "A key is a single word, such as “id”.")
            if key.text in pairs:
                before = lines[key.text]
                raise _Stop(key.line, f"“{key.text}” stood in line {before} already. Keep one.")
            lines[key.text] = key.line
            pairs[key.text] = self._value(next(self._events), depth + 1)
        return Table(pairs, line, lines)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
