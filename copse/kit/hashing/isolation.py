"""`isolate=True`: decoding in a child process that a bomb may kill, and the next call works."""

import atexit
import json
import os
import re
import select
import signal
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copse.kit.errors import OursError
from copse.kit.hashing.child import ANSWER, FILM, LENGTHS
from copse.kit.hashing.model import Frame, Look, Mode, Problem

START_SECONDS = 120  # the first one on a machine compiles the kernels
MOST_ANSWER = 1 << 24
MOST_IDLE = 8
_PDQ = re.compile("[0-9a-f]{64}")
# A child gets nothing of our environment but where its libraries and compiled kernels are.
_PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "NUMBA_CACHE_DIR",
              "XDG_CACHE_HOME")  # fmt: skip
_ONE_THREAD = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)


@dataclass(frozen=True)
class Bounds:
    """What one decoding may cost: seconds of computing (twice that on the clock), and bytes."""

    seconds: int = 60
    memory: int = 3 << 30


PICTURE = Bounds()
FILMS = Bounds(seconds=1800)


class _Ended(Exception):  # noqa: N818 - named for the state
    """The child died, hung or answered nonsense."""


class Child:
    """One confined process and the two pipes to it."""

    def __init__(self, film: int | None = None) -> None:
        if not sys.platform.startswith("linux") or not sys.executable:
            raise OursError("isolate=True needs Linux, whose limits it stands on.")
        requests, self._requests = os.pipe()
        self._answers, answers = os.pipe()
        os.set_blocking(self._requests, False)
        os.set_blocking(self._answers, False)
        actions: list[Any] = [
            (os.POSIX_SPAWN_DUP2, requests, 0),
            (os.POSIX_SPAWN_DUP2, answers, 1),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ]
        if film is not None:
            actions.append((os.POSIX_SPAWN_DUP2, film, FILM))
        code = f"import sys; sys.path[:] = {[path or str(Path.cwd()) for path in sys.path]!r}"
        code += "; from copse.kit.hashing.child import serve; serve()"
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        self.pid = os.posix_spawn(
            sys.executable,
            [sys.executable, "-s", "-c", code],
            environment | _ONE_THREAD,
            file_actions=actions,
            setpgroup=0,
        )
        os.close(requests)
        os.close(answers)
        self._used = False

    def ask(self, request: dict[str, Any], data: bytes, seconds: float) -> dict[str, Any]:
        """Send one request and wait for its answer. Raises `_Ended`."""
        deadline = time.monotonic() + seconds + (0 if self._used else START_SECONDS)
        self._used = True
        text = json.dumps(request).encode()
        self._send(LENGTHS.pack(len(text), len(data)) + text, deadline)
        self._send(data, deadline)
        (length,) = ANSWER.unpack(self._receive(ANSWER.size, deadline))
        if length > MOST_ANSWER:
            raise _Ended
        try:
            answer = json.loads(self._receive(length, deadline))
        except ValueError:
            raise _Ended from None
        if not isinstance(answer, dict):
            raise _Ended
        return answer

    def _send(self, data: bytes, deadline: float) -> None:
        left = memoryview(data)
        while left:
            self._wait(self._requests, select.POLLOUT, deadline)
            try:
                left = left[os.write(self._requests, left) :]
            except OSError:
                raise _Ended from None

    def _receive(self, size: int, deadline: float) -> bytes:
        got = bytearray()
        while left := size - len(got):
            self._wait(self._answers, select.POLLIN, deadline)
            part = os.read(self._answers, left)
            if not part:
                raise _Ended
            got += part
        return bytes(got)

    @staticmethod
    def _wait(descriptor: int, event: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(descriptor, event)
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise _Ended

    def lives(self) -> bool:
        """Whether it has ended while it waited; that is not the fault of the next picture."""
        poll = select.poll()
        poll.register(self._answers, select.POLLIN)
        return not poll.poll(0)  # its end of the pipe closes with it

    def forget(self) -> None:
        """Close our ends; a living child then ends by itself."""
        os.close(self._requests)
        os.close(self._answers)

    def end(self) -> None:
        """Kill it and whatever it started."""
        self.forget()
        try:
            os.killpg(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass  # it is gone, and somebody else has seen to it


class _Pool:
    """The children that wait for work."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.idle: list[Child] = []

    def take(self) -> Child:
        """One that waits and lives, or a new one."""
        while True:
            with self.lock:
                child = self.idle.pop() if self.idle else None
            if child is None:
                return Child()
            if child.lives():
                return child
            child.end()

    def give_back(self, child: Child) -> None:
        with self.lock:
            if len(self.idle) < MOST_IDLE:
                self.idle.append(child)
                return
        child.end()

    def empty(self) -> list[Child]:
        with self.lock:
            children, self.idle = self.idle, []
        return children

    def forget(self) -> None:
        """A forked copy of this process must not talk into its parent's pipes."""
        for child in self.idle:
            child.forget()
        self.lock, self.idle = threading.Lock(), []  # another thread may have held the old lock


_pool = _Pool()


def look_isolated(
    data: bytes, *, mode: Mode, most_pixels: int, film: int | None = None, bounds: Bounds = PICTURE
) -> Look:
    """As `looking.look`, in a confined child; a long `film` is handed over by its descriptor."""
    request = {
        "mode": mode,
        "most_pixels": most_pixels,
        "film": film is not None,
        "seconds": bounds.seconds,
        "memory": bounds.memory,
    }
    child = Child(film) if film is not None else _pool.take()
    try:
        found = _checked(child.ask(request, data, 2 * bounds.seconds))
    except _Ended:
        child.end()
        return Look("unknown", problem=_out_of_bounds(bounds))
    except BaseException:  # an interrupted exchange leaves half an answer in the pipe
        child.end()
        raise
    if film is None:
        _pool.give_back(child)
    else:
        child.end()
    return found


def _out_of_bounds(bounds: Bounds) -> Problem:
    return Problem(
        "out-of-bounds",
        f"Decoding took more than {bounds.seconds} seconds or {bounds.memory >> 20:,} MB, or broke"
        " its process, which was ended. Such files are often built for that: look by hand.",
    )


def end_children() -> None:
    """End the idle children; the next isolated call starts a new one."""
    for child in _pool.empty():
        child.end()


atexit.register(end_children)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.forget)


def _checked(answer: dict[str, Any]) -> Look:
    """An answer, believed only where it has the shape of one. Raises `_Ended`."""
    try:
        frames = tuple(
            Frame(float(one["second"]), _hash(one["pdq"]), _whole(one["quality"], 100))
            for one in answer["frames"]
        )
        problem = answer["problem"]
        if problem is not None:
            problem = Problem(str(problem["code"])[:40], str(problem["sentence"])[:500])
        return Look(
            str(answer["kind"])[:20],
            None if answer["pdq"] is None else _hash(answer["pdq"]),
            None if answer["quality"] is None else _whole(answer["quality"], 100),
            None if answer["upright"] is None else _hash(answer["upright"]),
            frames,
            None if answer["width"] is None else _whole(answer["width"], 1 << 31),
            None if answer["height"] is None else _whole(answer["height"], 1 << 31),
            _whole(answer["factor"], 8),
            problem,
        )
    except (KeyError, TypeError, ValueError):
        raise _Ended from None


def _hash(value: Any) -> str:
    if not isinstance(value, str) or not _PDQ.fullmatch(value):
        raise ValueError
    return value


def _whole(value: Any, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError
    return value
