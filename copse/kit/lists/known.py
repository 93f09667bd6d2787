"""Matching against a list: exact digests first, then PDQ within a radius.

    known = KnownList.open("lists/arbora")
    found = known.match(fingerprint("photo.jpg"))
    for match in found.found:
        print(match.how, match.distance, match.labels)

A list that is pulled anew while a program runs is noticed at the next match; the matches of one
call always come from one version.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import Final, Literal, Protocol

import numpy as np

from copse.kit.lists.applying import merged
from copse.kit.lists.entry import DIGESTS, Entry, Standing
from copse.kit.lists.manifest import Manifest
from copse.kit.lists.segment import ENTRIES, Bytes, Segment
from copse.kit.lists.table import BrokenTable, Table
from copse.kit.lists.versions import CURRENT, About, NoList, Version, current

# The reference's threshold: two pictures nearer than this are taken for the same.
RADIUS = 31
MOST = 100
# Below this quality a hash says little of a picture; the reference's threshold, too.
LEAST_QUALITY = 50
Word = Literal["allow", "hold", "block"]
# What a match alone comes to; a service's own policy may hold more.
WORDS: Final[dict[Standing, Word]] = {
    Standing.POSITIVE: "block",
    Standing.DISPUTED: "hold",
    Standing.SEED: "hold",
    Standing.NEGATIVE: "allow",
}


class Framed(Protocol):
    """One frame of a film: its hash and the hash's quality."""

    @property
    def pdq(self) -> str: ...
    @property
    def quality(self) -> int: ...


class Prints(Protocol):
    """What is looked up: `copse.kit.hashing.Fingerprint`, or anything with these."""

    @property
    def pdq(self) -> str | None: ...
    @property
    def quality(self) -> int | None: ...
    @property
    def upright(self) -> str | None: ...
    @property
    def frames(self) -> Sequence[Framed]: ...
    @property
    def md5(self) -> str | None: ...
    @property
    def sha1(self) -> str | None: ...
    @property
    def sha256(self) -> str | None: ...


@dataclass(frozen=True)
class Plain:
    """Prints that came without a file: a hash and digests somebody sent. Quality is taken as full."""

    pdq: str | None = None
    md5: str | None = None
    sha1: str | None = None
    sha256: str | None = None
    quality: int | None = None
    upright: str | None = None
    frames: tuple[Framed, ...] = ()


@dataclass(frozen=True)
class Match:
    """One entry of a list that a fingerprint came near to.

    Attributes:
        list: the list's name.
        entry: the entry's id there.
        how: `md5`, `sha1` or `sha256` for the exact file, `pdq` for a like picture.
        distance: bits that differ, of 256; None for an exact file.
        labels: the entry's, as `scheme/version/code`.
        standing: what opinions on the entry come to; let a person look at a disputed one.
    """

    list: str
    entry: str
    how: str
    distance: int | None
    labels: tuple[str, ...]
    standing: Standing = Standing.POSITIVE

    @property
    def surety(self) -> tuple[bool, int]:
        """What orders matches, the surest first: exact files, then the nearest pictures."""
        return self.how == "pdq", self.distance or 0


@dataclass(frozen=True)
class Matches:
    """What was found for one fingerprint, the surest first; `more` when there was more than asked."""

    found: tuple[Match, ...]
    more: bool = False

    def __bool__(self) -> bool:
        return bool(self.found)

    def __iter__(self) -> Iterator[Match]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    @property
    def standing(self) -> Standing | None:
        """What all entries found come to; None when nothing was found.

        An entry that others deny makes a positive one disputed when it was found as surely: the
        same file, or a picture as near. One found less surely says nothing of the other.
        """
        surest: dict[Standing, tuple[bool, int]] = {}
        for one in self.found:
            surest[one.standing] = min(one.surety, surest.get(one.standing, one.surety))
        if (sure := surest.get(Standing.POSITIVE)) is not None:
            denied = (surest.get(kind) for kind in (Standing.NEGATIVE, Standing.DISPUTED))
            doubted = any(one is not None and one <= sure for one in denied)
            return Standing.DISPUTED if doubted else Standing.POSITIVE
        for kind in (Standing.DISPUTED, Standing.SEED, Standing.NEGATIVE):
            if kind in surest:
                return kind
        return None

    @property
    def verdict(self) -> Word:
        """`block` what is known, `hold` what is disputed or a lead only, `allow` everything else."""
        standing = self.standing
        return "allow" if standing is None else WORDS[standing]


class _Opened:
    """One version with its segments, newest first, and the numbers that are hidden in each."""

    def __init__(self, version: Version, *, search: bool) -> None:
        self.version = version
        manifest = version.manifest()
        self.expires = manifest.expires if manifest else None
        self.parts: list[tuple[Segment, set[int]]] = []
        hidden: set[int] = set()
        for folder in (version.folder,) * version.about.changes + (version.base,):
            segment = Segment(folder, search=search)
            self.parts.append((segment, hidden))
            hidden = segment.table.hidden()

    def entries(self) -> Iterator[Entry]:
        folders = [segment.folder for segment, _ in self.parts]
        changes = Table.open(folders[0] / ENTRIES) if folders[1:] else None
        return merged(Table.open(folders[-1] / ENTRIES), changes)


class KnownList:
    """A list in a folder, ready to be matched against by any number of threads and processes."""

    def __init__(self, folder: Path, *, search: bool = True) -> None:
        self.folder = folder
        self._search = search
        self._lock = threading.Lock()
        self._seen = self._look()
        self._opened = self._newest()

    @classmethod
    def open(cls, folder: str | PathLike[str], *, search: bool = True) -> "KnownList":
        """Open the list in a folder that `pull` or `import_file` made.

        Args:
            folder: of the list.
            search: without, its entries can be read and counted, and nothing is ever found.

        Raises:
            NoList, BrokenTable: there is none, or it is damaged.
        """
        return cls(Path(folder), search=search)

    @property
    def about(self) -> About:
        """The facts of the version that serves."""
        return self._now().version.about

    @property
    def name(self) -> str:
        """The list's name."""
        return self.about.name

    @property
    def version(self) -> int:
        """The version that serves."""
        return self.about.version

    @property
    def signed(self) -> bool:
        """Whether a publisher signed it; a file imported here is only as good as its sender."""
        return bool(self.about.key)

    @property
    def expires(self) -> datetime | None:
        """Until when its publisher answers for this version; None for a local list."""
        return self._now().expires

    def stale(self, now: datetime | None = None) -> bool:
        """Whether this version ran out. It still serves: an old list finds more than none."""
        expires = self.expires
        return expires is not None and expires <= (now or datetime.now(UTC))

    def __len__(self) -> int:
        return self.about.live

    def entries(self) -> Iterator[Entry]:
        """Every entry, by id."""
        return self._now().entries()

    def folders(self) -> list[Path]:
        """The folders that the version which serves is read from."""
        version = self._now().version
        return list(dict.fromkeys([version.folder, version.base]))

    def tables(self) -> list[Table]:
        """The tables of the version that serves, newest first; each hides rows of the next."""
        return [segment.table for segment, _ in self._now().parts]

    def manifest(self) -> Manifest | None:
        """What the publisher signed, opened with its key once more; None for a local list."""
        return self._now().version.manifest()

    def match(
        self, prints: Prints, radius: int = RADIUS, most: int = MOST,
        *, least_quality: int = LEAST_QUALITY,
    ) -> Matches:  # fmt: skip
        """What the list knows of one fingerprint; see `match_many`."""
        return self.match_many([prints], radius, most, least_quality=least_quality)[0]

    def match_many(
        self,
        prints: Iterable[Prints],
        radius: int = RADIUS,
        most: int = MOST,
        *,
        least_quality: int = LEAST_QUALITY,
    ) -> list[Matches]:
        """What the list knows of each fingerprint, in one search, which is the fast way.

        Args:
            prints: fingerprints, of which digests, PDQ, upright PDQ and frames are looked up.
            radius: how many of 256 bits may differ, at most 31.
            most: matches for each fingerprint; `more` says when there were others.
            least_quality: PDQ hashes below this are not looked up: they would match what is flat.
        """
        asked = list(prints)
        opened = self._now()
        found = [_Answers(most) for _ in asked]
        hashes, owners = _hashes(asked, least_quality)
        for segment, hidden in opened.parts:
            for kind in DIGESTS:
                _exact(segment, hidden, kind, asked, found)
            _near(segment, hidden, (hashes, owners), radius, found)
        return [answers.matches(opened.version.about.name) for answers in found]

    def _now(self) -> _Opened:
        if self._look() != self._seen:
            with self._lock:
                seen = self._look()
                if seen != self._seen:
                    self._opened = self._newest()
                    self._seen = seen
        return self._opened

    def _look(self) -> tuple[int, int] | None:
        try:
            told = (self.folder / CURRENT).stat()
        except OSError:
            return None  # being replaced, or gone: what is open goes on serving
        return told.st_ino, told.st_mtime_ns

    def _newest(self) -> _Opened:
        for _ in range(3):
            version = current(self.folder)
            if version is None:
                break
            try:
                return _Opened(version, search=self._search)
            except FileNotFoundError:
                continue  # two pulls in a row removed what we were about to open
            except sqlite3.DatabaseError:
                raise BrokenTable(_damaged(self.folder)) from None
        raise NoList(
            f"There is no list in {self.folder}. Make one: copse list pull SOURCE --to {self.folder}"
        )


def _damaged(folder: Path) -> str:
    return f"The list in {folder} is damaged. Pull it anew into another folder."


class _Answers:
    """The best answer for each entry and way, for one fingerprint."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.more = False
        self.best: dict[tuple[int, int, str], tuple[int, Segment]] = {}

    def add(self, segment: Segment, number: int, how: str, distance: int) -> None:
        key = (id(segment), number, how)
        if key not in self.best or distance < self.best[key][0]:
            self.best[key] = (distance, segment)

    def matches(self, name: str) -> Matches:
        ways = [*DIGESTS, "pdq"]
        order = sorted(
            self.best.items(), key=lambda item: (item[0][2] == "pdq", item[1][0], item[0][1])
        )
        made = []
        for (_, number, how), (distance, segment) in order[: self.most]:
            entry = segment.entry(number)
            away = distance if how == ways[-1] else None
            made.append(Match(name, entry.id, how, away, entry.labels, entry.standing))
        return Matches(tuple(made), self.more or len(order) > self.most)


def _hashes(asked: list[Prints], least: int) -> tuple[Bytes, list[int]]:
    """Each PDQ to look up, (Q, 32) uint8, and whose it is."""
    values: list[str] = []
    owners: list[int] = []
    for owner, prints in enumerate(asked):
        good = prints.quality is None or prints.quality >= least
        own = [value for value in (prints.pdq, prints.upright) if value] if good else []
        frames = [frame.pdq for frame in prints.frames if frame.quality >= least]
        different = list(dict.fromkeys([*own, *frames]))
        values += different
        owners += [owner] * len(different)
    return np.frombuffer(bytes.fromhex("".join(values)), np.uint8).reshape(-1, 32), owners


def _exact(
    segment: Segment, hidden: set[int], kind: str, asked: list[Prints], found: list[_Answers]
) -> None:
    owners = [owner for owner, prints in enumerate(asked) if getattr(prints, kind)]
    raw = bytes.fromhex("".join(getattr(asked[owner], kind) for owner in owners))
    digests = np.frombuffer(raw, np.uint8).reshape(-1, DIGESTS[kind] // 2)
    for query, number in segment.exact(kind, digests):
        if number not in hidden:
            found[owners[query]].add(segment, number, kind, 0)


def _near(
    segment: Segment,
    hidden: set[int],
    looked_up: tuple[Bytes, list[int]],
    radius: int,
    found: list[_Answers],
) -> None:
    hashes, owners = looked_up
    most = max((answers.most for answers in found), default=0)
    if not most:
        return
    # One more than asked, so that a bound met exactly is told from one that cut; and as many
    # again as are hidden, or replaced entries could push live ones out of sight.
    near = segment.near(hashes, radius, most + 1 + min(len(hidden), MOST))
    answers = zip(near.query.tolist(), near.number.tolist(), near.distance.tolist(), strict=True)
    for query, number, distance in answers:
        if number not in hidden:
            found[owners[query]].add(segment, number, "pdq", distance)
    for query in np.flatnonzero(near.more).tolist():
        found[owners[query]].more = True
