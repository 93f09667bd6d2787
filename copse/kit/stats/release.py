"""A release as somebody who attacks it sees it, with the truth beside it.

The truth is for us alone: it says which counts must stay hidden, and whether a count in two
releases is still the same. It is kept at the desk and never published.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from copse.kit.stats.tables import Key

Line = tuple[Key, tuple[Key, ...]]


Made = Mapping[str, tuple[int, ...]]
NOTHING: Made = {}


@dataclass(frozen=True)
class Number:
    """One count of a release; `shown` is None where it is withheld."""

    true: int
    shown: int | None
    minimum: int
    protected: bool


@dataclass(frozen=True)
class Claim:
    """Something else a release says of its numbers: this weighted sum lies between two bounds.

    Claims of one `subject` (such as a median) are published together or not at all. A claim with
    no subject is what anybody knows without us, so it cannot be withheld.
    """

    subject: str
    terms: tuple[tuple[Key, int], ...]
    low: int | None
    high: int | None


def same(one: Made, other: Made) -> bool:
    """Whether two totals that come to the same are one number, as far as both show their parts.

    A total that comes to the same although its cells were corrected is another number.
    """
    return all(one[along] == other[along] for along in one.keys() & other.keys())


@dataclass(frozen=True)
class Release:
    """What one release tells: its numbers, how they add up, and its claims."""

    name: str
    numbers: Mapping[Key, Number]
    lines: tuple[Line, ...]
    claims: tuple[Claim, ...] = ()

    @cached_property
    def made_of(self) -> Mapping[Key, Made]:
        """The parts of each total, true and in order, by the dimension along which they add up."""
        found: dict[Key, dict[str, tuple[int, ...]]] = {}
        for total, parts in self.lines:
            ((along, _category),) = {*parts[0][1]} - {*total[1]}
            true = tuple(self.numbers[part].true for part in parts)
            found.setdefault(total, {})[along] = true
        return found

    def to_json(self) -> str:
        """Everything, the truth included, as text that `from_json` reads."""
        at = {key: index for index, key in enumerate(self.numbers)}
        return json.dumps(
            {
                "name": self.name,
                "numbers": [
                    [key[0], key[1], n.true, n.shown, n.minimum, n.protected]
                    for key, n in self.numbers.items()
                ],
                "lines": [[at[total], [at[part] for part in parts]] for total, parts in self.lines],
                "claims": [
                    [c.subject, [[at[key], weight] for key, weight in c.terms], c.low, c.high]
                    for c in self.claims
                ],
            },
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str) -> "Release":
        """Read what `to_json` wrote."""
        content: dict[str, Any] = json.loads(text)
        keys: list[Key] = [
            (measure, tuple((name, category) for name, category in placed))
            for measure, placed, *_rest in content["numbers"]
        ]
        return cls(
            name=content["name"],
            numbers={
                key: Number(*row[2:]) for key, row in zip(keys, content["numbers"], strict=True)
            },
            lines=tuple((keys[t], tuple(keys[p] for p in parts)) for t, parts in content["lines"]),
            claims=tuple(
                Claim(subject, tuple((keys[k], weight) for k, weight in terms), low, high)
                for subject, terms, low, high in content["claims"]
            ),
        )
