"""The scan: walk, hash what is not known yet, match everything, write the result.

Hashing and matching are handed to a crew (this machine's processors, or a cluster), so that the
scan is the same on both. The ledger stands between the two: a run that is killed goes on where
it was, and a new version of a list is matched without reading a single file again.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, TextIO, TypeVar

from copse.kit.hashing import HASHER, Fingerprint
from copse.kit.lists import KnownList, Matches
from copse.kit.scanning import findings
from copse.kit.scanning.findings import Summary
from copse.kit.scanning.ledger import Ledger
from copse.kit.scanning.pool import Outcome, Pool, Way
from copse.kit.scanning.walking import Place, walk

BATCH = 1000
Thing = TypeVar("Thing")


class Crew(Protocol):
    """Whoever does a scan's work: hashes files, and looks fingerprints up."""

    lists: list[dict[str, Any]]  # name and version of each list that is looked up
    way: Way  # how files are hashed

    def hash(self, jobs: Iterable[Place]) -> Iterator[Outcome]:
        """An outcome for every file, in any order, each once."""

    def match(self, batches: Iterable[Sequence[Fingerprint]]) -> Iterator[Sequence[Matches]]:
        """What is known of each fingerprint, batch by batch in the order given."""

    def close(self) -> None:
        """Let go of what it holds."""


@dataclass(frozen=True)
class Progress:
    """How far a scan is: `stage` is "walking", "hashing" or "matching"; `total` None: unknown."""

    stage: str
    done: int
    total: int | None


Tell = Callable[[Progress], None]


class LocalCrew:
    """This machine: child processes hash, this process matches."""

    def __init__(
        self, lists: Sequence[KnownList], *, workers: int, way: Way, radius: int = 31
    ) -> None:
        self._known = lists
        self._workers = workers
        self._radius = radius
        self.way = way
        self.lists = [{"name": one.name, "version": one.version} for one in lists]

    def hash(self, jobs: Iterable[Place]) -> Iterator[Outcome]:
        """Hash in children; none is started when nothing is left to do."""
        waiting = iter(jobs)
        first = next(waiting, None)
        if first is None:
            return
        with Pool(self._workers, self.way) as pool:
            yield from pool.run(_after(first, waiting))

    def match(self, batches: Iterable[Sequence[Fingerprint]]) -> Iterator[Sequence[Matches]]:
        """Look every batch up in every list."""
        for batch in batches:
            yield match_in(self._known, batch, self._radius)

    def close(self) -> None:
        """Nothing is held between calls."""


def match_in(
    lists: Sequence[KnownList], fingerprints: Sequence[Fingerprint], radius: int
) -> list[Matches]:
    """What all lists together say of each fingerprint; exact digests come before distances."""
    answers = [one.match_many(fingerprints, radius=radius) for one in lists]
    return [joined(told) for told in zip(*answers, strict=True)] if answers else []


def joined(told: Sequence[Matches]) -> Matches:
    """Several lists' answers about one fingerprint as one, nearest first."""
    found = sorted(
        (match for one in told for match in one.found),
        key=lambda match: match.surety,
    )
    return Matches(tuple(found), any(one.more for one in told))


def scan(
    root: bytes,
    *,
    ledger: Ledger,
    crew: Crew,
    result: Path | None = None,
    follow_links: bool = False,
    tell: Tell = lambda _: None,
    found: Callable[[dict[str, Any]], None] = lambda _: None,
) -> Summary:
    """Scan `root` and say what was found; `found` gets each line of the result as it is written.

    Raises `NothingThere` when the folder cannot be opened. Everything else that goes wrong with
    a file is counted and named in the result.
    """
    ledger.begin(root)
    _walk(root, ledger, crew.way, tell, follow_links=follow_links)
    summary = Summary(root=findings.path_fields(root)["path"], lists=crew.lists)
    summary.files, summary.remembered = ledger.counts()
    _hash(ledger, crew, summary, tell)
    with findings.written(result) as file:
        _match(ledger, crew, summary, _both(file, found), tell)
        _tell_troubles(ledger, summary, _both(file, found))
        summary.finished = True
        findings.put(file, findings.summary_line(summary))
    return summary


def _walk(root: bytes, ledger: Ledger, way: Way, tell: Tell, *, follow_links: bool) -> None:
    seen = 0
    tell(Progress("walking", 0, None))
    for batch in batches_of(walk(root, follow_links=follow_links), BATCH):
        places = [one for one in batch if isinstance(one, Place)]
        ledger.see(places, way_of(way))
        for one in batch:
            if not isinstance(one, Place):
                ledger.trouble(one.path, one.code, one.sentence, fault=one.fault)
        seen += len(places)
        tell(Progress("walking", seen, None))


def way_of(way: Way) -> str:
    """What a kept fingerprint must have been made with to be used again."""
    return f"{HASHER} {way.mode}"


def _hash(ledger: Ledger, crew: Crew, summary: Summary, tell: Tell) -> None:
    total = summary.files - summary.remembered
    if not total:
        return
    tell(Progress("hashing", 0, total))
    for done, outcome in enumerate(crew.hash(ledger.to_do()), start=1):
        if isinstance(outcome.answer, Fingerprint):
            ledger.record(outcome.place, outcome.answer)
            summary.hashed += 1
        else:
            told = outcome.answer
            ledger.trouble(outcome.place.path, told.code, told.sentence, fault=True)
        tell(Progress("hashing", done, total))


def _match(
    ledger: Ledger,
    crew: Crew,
    summary: Summary,
    put: Callable[[dict[str, Any]], None],
    tell: Tell,
) -> None:
    total, done = summary.remembered + summary.hashed, 0
    waiting: list[list[tuple[Place, Fingerprint]]] = []

    def batches() -> Iterator[list[Fingerprint]]:
        for batch in batches_of(ledger.fingerprints(), BATCH):
            waiting.append(batch)
            yield [fingerprint for _, fingerprint in batch]

    tell(Progress("matching", 0, total))
    for answers in crew.match(batches()):
        batch = waiting.pop(0)
        for (place, fingerprint), matches in zip(batch, answers, strict=True):
            _tell_file(place, fingerprint, matches, summary, put)
        done += len(batch)
        tell(Progress("matching", done, total))


def _tell_file(
    place: Place,
    fingerprint: Fingerprint,
    matches: Matches,
    summary: Summary,
    put: Callable[[dict[str, Any]], None],
) -> None:
    if matches.found:
        summary.count(matches.verdict)
        put(findings.match_line(place.path, fingerprint, matches))
    problem = fingerprint.problem
    if problem is None:
        return
    if findings.is_problem(place, fingerprint):
        summary.problems += 1
        summary.reasons[problem.code] += 1
        put(findings.problem_line(place.path, problem.code, problem.sentence))
    else:
        summary.not_pictures += 1


def _tell_troubles(ledger: Ledger, summary: Summary, put: Callable[[dict[str, Any]], None]) -> None:
    for path, code, sentence, fault in ledger.troubles():
        summary.reasons[code] += 1
        if fault:
            summary.problems += 1
        else:
            summary.passed_over += 1
        put(findings.problem_line(path, code, sentence))


def _both(
    file: TextIO, found: Callable[[dict[str, Any]], None]
) -> Callable[[dict[str, Any]], None]:
    def put(line: dict[str, Any]) -> None:
        findings.put(file, line)
        found(line)

    return put


def batches_of(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    """The same things, so many at a time."""
    waiting = iter(things)
    while batch := list(islice(waiting, size)):
        yield batch


def _after(first: Thing, rest: Iterator[Thing]) -> Iterator[Thing]:
    yield first
    yield from rest


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))
