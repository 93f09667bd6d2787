"""Children that fingerprint files, and may be killed by one without taking the scan along.

A decoder meets whatever lies in a folder. So each file is opened in a child process with limits;
a file that kills two children, or keeps one too long, is named and left, and a new child goes on.
A child ends by itself when its parent is gone: its pipe closes.
"""

import multiprocessing
import os
import signal
import stat
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Self

from copse.kit.hashing import Fingerprint, Mode, Problem, Unreadable
from copse.kit.scanning.walking import Place, why

Answer = Fingerprint | Problem
PATIENCE = 180.0  # seconds for one file, and a second more for every
SLOWEST = 1_000_000  # bytes of it: a film takes its time
AHEAD = 2  # files given to a child at once, so that it never waits for us
DEATHS = 2  # a file is tried again once: the child may have died of its neighbour

DIED = Problem("out-of-bounds", "Decoding this file killed the process that tried it, twice.")
SLOW = Problem("too-slow", "Decoding this file took longer than the limit; it was given up.")
MEMORY = Problem("out-of-memory", "Decoding this file needed more memory than the limit.")
CHANGED = Problem("changed", "The file was being written to while it was read; scan again.")
SPECIAL = Problem("special", "This is no regular file any more; it was not opened.")


@dataclass(frozen=True)
class Way:
    """How every file of a scan is hashed."""

    mode: Mode = "full"
    isolate: bool = False
    patience: float = PATIENCE


@dataclass(frozen=True)
class Outcome:
    """A file as it was when it was read, and its fingerprint, or why there is none."""

    place: Place
    answer: Answer


def look(place: Place, way: Way) -> Outcome:
    """Fingerprint one file in this process; whatever happens is an outcome, never an error."""
    try:
        before = os.stat(place.path)  # noqa: PTH116 - pathlib has no bytes
        if not stat.S_ISREG(before.st_mode):
            return Outcome(place, SPECIAL)
        answer = answer_to(os.fsdecode(place.path), way)
        after = os.stat(place.path)  # noqa: PTH116 - pathlib has no bytes
    except OSError as error:
        return Outcome(place, Problem(*why("file", error)))
    same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    found = Place(place.path, after.st_size, after.st_mtime_ns)
    return Outcome(found, answer if same else CHANGED)


def answer_to(source: str | bytes, way: Way) -> Answer:
    """The fingerprint of a path (text) or of bytes, or the problem that stood in the way."""
    from copse.kit.hashing import fingerprint  # loads the compiler, which a parent never needs

    try:
        return fingerprint(source, mode=way.mode, isolate=way.isolate)
    except Unreadable as error:
        return Problem(error.code, error.sentence)
    except MemoryError:
        return MEMORY
    except Exception as error:  # noqa: BLE001 - a decoder's fault must not end the scan
        return Problem("fault", f"Hashing failed with {type(error).__name__}; please report this.")


def _serve(pipe: Connection, way: Way) -> None:
    """A child's life: answer what comes, end when the pipe does."""
    # Ctrl-C is the parent's affair, which closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            asked = pipe.recv()
            pipe.send(look(asked, way) if isinstance(asked, Place) else answer_to(asked, way))


class Child:
    """One child process; what it is given comes back in order."""

    def __init__(self, way: Way) -> None:
        # A fresh interpreter: nothing of the parent, no thread's lock, no other child's pipe.
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, way), name="copse-look", daemon=True
        )
        self._process.start()
        theirs.close()

    @property
    def pipe(self) -> Connection:
        """What to wait for: ready when there is an answer, or the child is dead."""
        return self._pipe

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid or 0

    def give(self, asked: Place | bytes | str) -> None:
        """Hand over one more; a child that died meanwhile shows it at `take`."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self._pipe.send(asked)

    def take(self, seconds: float | None = None) -> Outcome | Answer | None:
        """The next answer; None when the child died. Raises `TimeoutError` after `seconds`."""
        try:
            if not self._pipe.poll(seconds):
                raise TimeoutError
            answer: Outcome | Answer = self._pipe.recv()
        except (EOFError, ConnectionResetError):
            return None
        return answer

    def close(self) -> None:
        """End the child, whatever it is doing."""
        self._pipe.close()
        self._process.kill()
        self._process.join()
        self._process.close()


@dataclass
class _Worker:
    child: Child
    jobs: deque[Place] = field(default_factory=deque)
    until: float = 0.0


class Pool:
    """As many children as there are processors to use."""

    def __init__(self, workers: int, way: Way) -> None:
        self._way = way
        self._workers = [_Worker(Child(way)) for _ in range(workers)]
        self._deaths: dict[bytes, int] = {}
        self._again: deque[Place] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all children."""
        for worker in self._workers:
            worker.child.close()
        self._workers = []

    def run(self, jobs: Iterable[Place]) -> Iterator[Outcome]:
        """An outcome for each file, as they come; `jobs` is read no faster than they are done."""
        waiting = iter(jobs)
        while True:
            for worker in self._workers:
                self._feed(worker, waiting)
            busy = {worker.child.pipe: worker for worker in self._workers if worker.jobs}
            if not busy:
                return
            first = min(worker.until for worker in busy.values())
            ready = wait(list(busy), max(0.0, first - time.monotonic()))
            for pipe in ready:
                yield from self._take(busy[pipe])  # type: ignore[index] # only ours are waited for
            yield from self._late(busy.values())

    def _feed(self, worker: _Worker, waiting: Iterator[Place]) -> None:
        while len(worker.jobs) < AHEAD:
            place = self._again.popleft() if self._again else next(waiting, None)
            if place is None:
                return
            worker.jobs.append(place)
            if len(worker.jobs) == 1:
                worker.until = self._until(place)
            worker.child.give(place)

    def _until(self, place: Place) -> float:
        return time.monotonic() + self._way.patience + place.size / SLOWEST

    def _take(self, worker: _Worker) -> Iterator[Outcome]:
        outcome = worker.child.take(0)
        if isinstance(outcome, Outcome):
            worker.jobs.popleft()
            if worker.jobs:
                worker.until = self._until(worker.jobs[0])
            yield outcome
            return
        place = worker.jobs.popleft()
        self._replace(worker)
        self._deaths[place.path] = self._deaths.get(place.path, 0) + 1
        if self._deaths[place.path] < DEATHS:
            self._again.append(place)
        else:
            yield Outcome(place, DIED)

    def _late(self, busy: Iterable[_Worker]) -> Iterator[Outcome]:
        now = time.monotonic()
        for worker in busy:
            if worker.jobs and worker.until < now and not worker.child.pipe.poll():
                place = worker.jobs.popleft()
                self._replace(worker)
                yield Outcome(place, SLOW)

    def _replace(self, worker: _Worker) -> None:
        """A new child; what the old one had not begun is given out again."""
        self._again.extend(worker.jobs)
        worker.jobs.clear()
        worker.child.close()
        worker.child = Child(self._way)
