"""Reports on their way: one file each, written before every call and after every answer.

A report's number here is made of what it is about, so that the same match is never taken in
twice, whoever asks and however often. A finished report keeps its receipt and loses its content.
"""

import fcntl
import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from enum import StrEnum, auto
from hashlib import sha256
from pathlib import Path
from typing import Any

from copse.kit.errors import InputError, LaterError

NUMBER = re.compile(r"[0-9a-f]{32}")


class State(StrEnum):
    """How far a report is."""

    WAITING = auto()  # nothing is known to have reached the gateway
    SUBMITTED = auto()  # it has a report number there
    UPLOADED = auto()  # and the file
    DESCRIBED = auto()  # and what is known of the file; only the last word is missing
    FINISHED = auto()
    RETRACTED = auto()
    REFUSED = auto()  # the gateway will not take it as it is; a person must look


ENDED = frozenset({State.FINISHED, State.RETRACTED, State.REFUSED})


class InHand(LaterError):  # noqa: N818 - named for the state
    """Another process is sending this report."""

    code = "in-hand"


class NotInSpool(InputError):  # noqa: N818 - named for the state
    """There is no such report."""

    code = "not-in-spool"


@dataclass(frozen=True)
class Filing:
    """One report and what has become of it so far."""

    number: str
    gateway: str
    state: State
    made: str  # ISO 8601, with zone
    sha256: str
    about: dict[str, Any] | None = None
    line: dict[str, Any] | None = None
    attach: str | None = None  # path of the file that goes along, as hex of its bytes
    attempt: int = 1
    report_id: int | None = None
    file_id: str | None = None
    files: tuple[str, ...] = ()
    said: str = ""

    def request_id(self, call: str) -> str:
        """The same for every retry of a call, so that a gateway can tell a retry."""
        return f"{self.number}-{self.attempt}-{call}"

    def ended(self, state: State, **more: Any) -> "Filing":
        """Without its content, which is no longer needed and is about people."""
        kept = {} if state == State.REFUSED else {"about": None, "line": None, "attach": None}
        return replace(self, state=state, **{**kept, **more})


def number_of(gateway: str, path: bytes, digest: str) -> str:
    """The number of the report on this file at this path to this gateway."""
    told = b"\0".join((gateway.encode(), digest.encode(), path))
    return sha256(told).hexdigest()[:32]


class Spool:
    """The folder of reports; only its owner may read it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder

    def take_in(self, filing: Filing) -> bool:
        """Keep a new report; False when it is there already, however far it is."""
        with self.held(filing.number):
            if self._path(filing.number).exists():
                return False
            self.keep(filing)
            return True

    def keep(self, filing: Filing) -> None:
        """Write a report down: whole and on the disk, or not at all."""
        handle, name = tempfile.mkstemp(prefix=".", dir=self.folder)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(asdict(filing), file, ensure_ascii=True)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self._path(filing.number))  # noqa: PTH105 - a name made of text
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(name)  # noqa: PTH108 - a name made of text
            raise
        self._sync()

    def _sync(self) -> None:
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def get(self, number: str) -> Filing:
        """A report by its number. Raises `NotInSpool`."""
        try:
            told = json.loads(self._path(number).read_text("utf-8"))
        except FileNotFoundError:
            raise NotInSpool(f"There is no report {number} in {self.folder}.") from None
        files = tuple(told["files"])
        return Filing(**{**told, "state": State(told["state"]), "files": files})

    def __iter__(self) -> Iterator[Filing]:
        """Every report, oldest first."""
        found = [self.get(path.stem) for path in self.folder.glob("*.json")]
        yield from sorted(found, key=lambda one: (one.made, one.number))

    @contextmanager
    def held(self, number: str) -> Iterator[None]:
        """Nobody else sends this report meanwhile. Raises `InHand`; a kill lets go."""
        lock = os.open(self._path(number).with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise InHand(f"Report {number} is being sent by another process.") from None
        try:
            yield
        finally:
            os.close(lock)

    def _path(self, number: str) -> Path:
        if not NUMBER.fullmatch(number):
            raise NotInSpool("A report's number is 32 hexadecimal digits; see `copse report`.")
        return self.folder / f"{number}.json"
