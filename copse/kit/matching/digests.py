"""Exact digests (MD5, SHA-1, SHA-256), looked up by the million: about 17 bytes for each MD5."""

import os
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from copse.kit.errors import InputError
from copse.kit.matching import writing
from copse.kit.matching.building import Ids
from copse.kit.matching.digestfile import WIDTHS, DigestFile, in_order, merged, replace_file
from copse.kit.matching.layout import Bytes
from copse.kit.matching.view import LOOK_EVERY
from copse.kit.matching.writing import as_ids

ROWS = 2
MOST_ID = 1 << 63


class Digests:
    """A set of digests in a file that all processes share; a look-up is exact.

    What another process adds or withdraws is seen by the next look-up.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = DigestFile(path)
        self._looked = time.monotonic()

    @classmethod
    def build(
        cls,
        path: str | os.PathLike[str],
        digests: Bytes,
        ids: NDArray[np.int64] | None = None,
    ) -> "Digests":
        """Write a file of digests and open it; one of that name is replaced at once.

        Args:
            path: The file to write; `<path>.lock` beside it keeps writers apart.
            digests: (N, 16), (N, 20) or (N, 32) uint8; of equal ones the first is kept.
            ids: (N,) whole numbers from 0 to 2^63 - 1 that `lookup` hands back; eight more bytes
                an entry. Left out, it hands back the row's number in the file.

        Raises:
            InputError: The arrays do not fit together.
        """
        place = Path(path)
        rows = _as_rows(digests, WIDTHS, "Digests come as")
        numbers = None if ids is None else _as_numbers(ids, len(rows))
        with writing.locked(place):
            replace_file(place, *in_order(rows, numbers))
        return cls.open(place)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> "Digests":
        """Map a file that `build` wrote.

        Raises:
            BadIndex: It is no such file, or was cut or damaged.
            InputError: There is no such file, or it may not be read.
        """
        place = Path(path)
        try:
            return cls(place)
        except OSError as problem:
            sentence = (
                f"{place.name} cannot be opened ({problem.strerror}). Name a file you may read."
            )
            raise InputError(sentence, code="no-index") from None

    @property
    def width(self) -> int:
        """Bytes of a digest: 16, 20 or 32."""
        return self._file.width

    def lookup(self, queries: Bytes) -> NDArray[np.int64]:
        """The id (or row) of each digest, -1 where it is not in the set.

        Args:
            queries: (Q, width) uint8.

        Raises:
            InputError: They are of another width.
        """
        rows = _as_rows(queries, (self.width,), "These digests are looked up as")
        return self._current().lookup(rows)

    def find(self, digest: bytes) -> int:
        """The id (or row) of one digest given as its bytes, -1 when it is not in the set."""
        return int(self.lookup(np.frombuffer(digest, np.uint8)[None])[0])

    def __len__(self) -> int:
        file = self._current()
        return file.count - file.withdrawn()

    def add(self, digests: Bytes, ids: NDArray[np.int64] | None = None) -> None:
        """Merge digests into the set, which is written anew and put in place at once.

        Args:
            digests: (N, width) uint8; one that is there already keeps its id.
            ids: (N,) whole numbers when the set has ids, else nothing.

        Raises:
            InputError: The arrays do not fit together, or one has ids and the other has not.
        """
        rows = _as_rows(digests, (self.width,), "These digests are added as")
        numbers = None if ids is None else _as_numbers(ids, len(rows))
        with writing.locked(self.path):
            old_rows, old_numbers = DigestFile(self.path).entries()
            if (old_numbers is None) != (numbers is None):
                raise InputError("Give ids to all digests of a set, or to none.", code="shape")
            replace_file(self.path, *merged(old_rows, old_numbers, *in_order(rows, numbers)))

    def withdraw(self, digests: Bytes) -> int:
        """Take digests out of the set, in sight of every process at once; how many there were."""
        rows = _as_rows(digests, (self.width,), "These digests are withdrawn as")
        with writing.locked(self.path):
            return DigestFile(self.path).withdraw(self.path, rows)

    def verify(self) -> None:
        """Read the whole file against its checksum. Raises `BadIndex`."""
        self._current().verify()

    def _current(self) -> DigestFile:
        """The newest file. One that cannot be read is passed over, and the last one served."""
        file, now = self._file, time.monotonic()
        if not file.superseded and now - self._looked < LOOK_EVERY:
            return file
        self._looked = now
        with suppress(OSError, InputError):
            if file.superseded or not file.is_in_place(self.path):
                newer = DigestFile(self.path)
                # Another kind of digest is another set; whoever opened this one asks for its own.
                self._file = newer if newer.width == file.width else file
        return self._file


def _as_numbers(ids: object, count: int) -> Ids:
    numbers = as_ids(ids, count)
    if len(numbers) and int(numbers.max()) >= MOST_ID:
        raise InputError("An id of a digest is below 2^63.", code="shape")
    return numbers


def _as_rows(digests: object, widths: tuple[int, ...], lead: str) -> Bytes:
    array = np.asarray(digests)
    if array.dtype != np.uint8 or array.ndim != ROWS or array.shape[1] not in widths:
        known = " or ".join(f"(N, {width})" for width in widths)
        sentence = f"{lead} {known} of uint8, not {array.shape} of {array.dtype}."
        raise InputError(sentence, code="shape")
    return np.ascontiguousarray(array)
