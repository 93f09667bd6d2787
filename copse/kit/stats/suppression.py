"""Decides what a release withholds, attacks the result, and goes on until the attack finds nothing.

Why a number is withheld, in this order:

- it is small, or fewer institutions than asked for stand behind it;
- it is a telling zero: of people who are victims, all in a line are in one category, so that the
  zeros beside it say something about every one of them;
- it was withheld before and is still the same: shown now, it could be taken from an old total;
- it covers another: a withheld number never stands alone in all its lines, since beside nothing
  but small ones “withheld” would be read as “few”;
- the attack found a small count narrow, and this is the cheapest number whose absence widens it.

Readers are not told which of these it was.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum, auto

from copse.kit.stats.attack import WINDOW, Attack, Attacker
from copse.kit.stats.disclosure import Minimum, reader_knows, rounded, small
from copse.kit.stats.release import NOTHING, Claim, Line, Number, Release, same
from copse.kit.stats.tables import Key, Position, Table

# Each round withholds something more; what is not mended after so many is for people to decide.
ROUNDS = 25


class Why(StrEnum):
    """Why a number is withheld."""

    SMALL = auto()
    FEW_INSTITUTIONS = auto()
    TELLING_ZERO = auto()
    NOT_PUBLISHED = auto()
    AS_BEFORE = auto()
    COVER = auto()
    ATTACKED = auto()


PRIMARY = frozenset({Why.SMALL, Why.FEW_INSTITUTIONS, Why.TELLING_ZERO})


@dataclass(frozen=True)
class Protection:
    """A release that was protected and attacked; it may go out only when it is `safe`."""

    release: Release
    why: Mapping[Key, Why]
    attack: Attack

    @property
    def safe(self) -> bool:
        return not self.attack.narrow


@dataclass
class _Draft:
    """The numbers of a release while it is decided what to withhold."""

    name: str
    true: dict[Key, int] = field(default_factory=dict)
    minimum: dict[Key, int] = field(default_factory=dict)
    protected: set[Key] = field(default_factory=set)
    why: dict[Key, Why] = field(default_factory=dict)
    public: set[Key] = field(default_factory=set)
    structural: set[Key] = field(default_factory=set)
    unpublished: set[Key] = field(default_factory=set)
    lines: list[Line] = field(default_factory=list)
    through: dict[Key, list[Line]] = field(default_factory=lambda: defaultdict(list))
    claims: list[Claim] = field(default_factory=list)

    def add(self, table: Table) -> None:
        names = {position: table.key(position) for position in table.positions}
        for position, key in names.items():
            self._number(table, position, key)
        for total, parts in table.lines():
            line = names[total], tuple(names[part] for part in parts)
            self.lines.append(line)
            for key in (line[0], *line[1]):
                self.through[key].append(line)
        if table.minimum == Minimum.VICTIMS:
            self._telling_zeros(table, names)

    def _number(self, table: Table, position: Position, key: Key) -> None:
        count = table.numbers[position]
        if self.true.setdefault(key, count) != count:
            message = f"two tables count {key} differently: {self.true[key]} and {count}"
            raise ValueError(message)
        minimum = max(self.minimum.get(key, 0), int(table.minimum))
        self.minimum[key] = minimum
        if position in table.structural:
            self.structural.add(key)
        if small(count, minimum):
            self._protect(key, Why.SMALL)
        elif count and 1 < table.institutions > table.sources.get(position, 0):
            self._protect(key, Why.FEW_INSTITUTIONS)
        if not table.shown:
            self.unpublished.add(key)
            self.why.setdefault(key, Why.NOT_PUBLISHED)

    def _protect(self, key: Key, why: Why) -> None:
        self.protected.add(key)
        self.why[key] = why

    def _telling_zeros(self, table: Table, names: Mapping[Position, Key]) -> None:
        for total, parts in table.lines():
            along = next(
                i for i, pair in enumerate(zip(total, parts[0], strict=True)) if len({*pair}) > 1
            )
            if not table.dimensions[along].telling:
                continue
            filled = [part for part in parts if table.numbers[part]]
            if len(filled) == 1 and len(parts) > 1 and table.numbers[total]:
                for part in parts:
                    if part not in table.structural and not table.numbers[part]:
                        self._protect(names[part], Why.TELLING_ZERO)

    def open(self, keys: Iterable[Key]) -> list[Key]:
        """Those that are shown and were not public before, the cheapest to withhold first.

        Zeros come last: withheld, they cost readers most and cover least.
        """
        found = {
            key
            for key in keys
            if key not in self.why and key not in self.public and key not in self.structural
        }
        return sorted(found, key=lambda key: (not self.true[key], self.true[key], key))

    def release(self) -> Release:
        return Release(
            name=self.name,
            numbers={
                key: Number(
                    true=count,
                    shown=None if key in self.why else rounded(count),
                    minimum=self.minimum[key],
                    protected=key in self.protected,
                )
                for key, count in self.true.items()
            },
            lines=tuple(self.lines),
            claims=tuple(self.claims),
        )


def protect(
    tables: Iterable[Table],
    *,
    name: str,
    claims: Iterable[Claim] = (),
    earlier: Sequence[Release] = (),
) -> Protection:
    """Withhold what must be withheld of these tables, all of which come out in one release.

    The attack goes over the release and all `earlier` ones together; its result is part of the
    answer, and a release that is not `safe` must not go out. Raises `ValueError` for tables that
    contradict each other and `AttackFailed` without an answer from the solver.
    """
    draft = _Draft(name, claims=list(claims))
    for table in tables:
        draft.add(table)
    _as_before(draft, earlier)
    _cover(draft)
    attacker = Attacker(earlier)
    for _round in range(ROUNDS):
        release = draft.release()
        # From round to round the draft tells less, as the attacker asks.
        result = attacker.attack(release)
        if not result.narrow or not _widen(draft, result):
            break
        _cover(draft)
    return Protection(release, dict(draft.why), result)


def _as_before(draft: _Draft, earlier: Sequence[Release]) -> None:
    hidden: set[Key] = set()
    made = draft.release().made_of
    for release in earlier:
        for key, one in release.numbers.items():
            others = release.made_of.get(key, NOTHING)
            if draft.true.get(key) != one.true or not same(made.get(key, NOTHING), others):
                continue
            if one.shown is None:
                hidden.add(key)
            else:
                draft.public.add(key)
    for key in hidden - draft.public:
        draft.why.setdefault(key, Why.AS_BEFORE)
    # A zero that was told while its line was empty cannot be taken back once the line has filled.
    for key in draft.public | _told_empty(earlier):
        if draft.why.get(key) == Why.TELLING_ZERO:
            draft.protected.discard(key)
            del draft.why[key]
            if key in draft.unpublished:
                draft.why[key] = Why.NOT_PUBLISHED


def _told_empty(earlier: Iterable[Release]) -> set[Key]:
    """What earlier releases showed as zero, by itself or by a total above it."""
    found: set[Key] = set()
    for release in earlier:
        empty = {key for key, one in release.numbers.items() if one.shown == 0}
        size = -1
        while size < len(empty):
            size = len(empty)
            empty.update(one for total, parts in release.lines if total in empty for one in parts)
        found |= empty
    return found


def _cover(draft: _Draft) -> None:
    """Let no protected number be the only kind of withheld number in every line it stands in."""
    for key in sorted(draft.protected):
        if draft.why[key] == Why.NOT_PUBLISHED:
            continue
        beside = [one for total, parts in draft.through[key] for one in (total, *parts)]
        if any(_covers(draft, one) for one in beside):
            continue
        for one in draft.open(beside)[:1]:
            draft.why[one] = Why.COVER


def _covers(draft: _Draft, key: Key) -> bool:
    return (
        key in draft.why
        and key not in draft.protected
        and key not in draft.public
        and draft.why[key] != Why.NOT_PUBLISHED
    )


def _widen(draft: _Draft, found: Attack) -> bool:
    """Withhold one more number for each narrow count; says whether there was any left."""
    before = len(draft.why), len(draft.claims)
    for narrow in found.narrow:
        if draft.true.get(narrow.key) == narrow.true:
            _widen_one(draft, narrow.key)
    return before != (len(draft.why), len(draft.claims)) or _give_up_most(draft, found)


def _widen_one(draft: _Draft, key: Key) -> None:
    near = {one for total, parts in draft.through[key] for one in (total, *parts)}
    for reach in ({key}, near):
        for claim in draft.claims:
            if claim.subject and any(term in reach for term, _weight in claim.terms):
                draft.claims = [one for one in draft.claims if one.subject != claim.subject]
                return
    tight = [line for line in draft.through[key] if _room(draft, line, key) <= WINDOW]
    for total, parts in tight or draft.through[key]:
        for one in draft.open((total, *parts))[:1]:
            draft.why[one] = Why.ATTACKED


def _room(draft: _Draft, line: Line, key: Key) -> float:
    """How wide one line alone leaves a number."""
    total, parts = line
    spread = {one: _known(draft, one) for one in (total, *parts) if one != key}
    if key == total:
        return sum(high - low for low, high in spread.values())
    least, most = spread.pop(total)
    rest_low = sum(low for low, _high in spread.values())
    rest_high = sum(high for _low, high in spread.values())
    return (most - rest_low) - max(0, least - rest_high)


def _known(draft: _Draft, key: Key) -> tuple[float, float]:
    shown = None if key in draft.why else rounded(draft.true[key])
    return reader_knows(shown, draft.minimum[key])


def _give_up_most(draft: _Draft, found: Attack) -> bool:
    """Withhold all that is left of the measures in which a count is still narrow."""
    measures = {narrow.key[0] for narrow in found.narrow}
    left = draft.open(key for key in draft.true if key[0] in measures)
    claims = [
        claim
        for claim in draft.claims
        if not claim.subject or not any(key[0] in measures for key, _weight in claim.terms)
    ]
    for key in left:
        draft.why[key] = Why.ATTACKED
    gone = len(claims) < len(draft.claims)
    draft.claims = claims
    return bool(left) or gone
