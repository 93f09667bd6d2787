"""What a scan says: one JSON object a line, and a summary that a person can read.

Lines, in this order; every field is always there unless it says "only":

    {"kind": "match",   "path", "path_bytes" (only: hex of a path that is no UTF-8), "size",
     "fingerprint": {…}, "matches": [{"list", "entry", "how", "distance", "labels",
     "standing"}], "more", "verdict": "block", or "hold" for what is disputed or a lead only}
    {"kind": "harmless", … as a match, "verdict": "allow"}: listed, and denied by who looked at it
    {"kind": "problem", "path", "path_bytes" (only), "code", "sentence"}
    {"kind": "summary", "root", "finished", "files", "hashed", "remembered", "matched" (to block),
     "held", "harmless", "problems", "passed_over", "not_pictures", "reasons": {code: number},
     "lists": [{"name", "version"}]}

A path that is no UTF-8 shows U+FFFD where a byte could not be read, and `path_bytes` has it whole.
"""

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TextIO

from copse.kit.hashing import Fingerprint
from copse.kit.lists import Matches
from copse.kit.lists.known import Word
from copse.kit.scanning.walking import Place

NOTHING, MATCHES, PROBLEMS = 0, 1, 3
PICTURES = frozenset(
    b".jpg .jpeg .jpe .jfif .png .apng .gif .webp .bmp .tif .tiff .heic .heif .avif .svg .jxl .jp2 "
    b".ico .psd .mp4 .m4v .mov .avi .mkv .webm .mpg .mpeg .wmv .3gp .flv".split()
)


@dataclass
class Summary:
    """The counts of one run; `reasons` counts each problem's code."""

    root: str
    lists: list[dict[str, Any]]
    files: int = 0
    hashed: int = 0
    remembered: int = 0
    matched: int = 0
    held: int = 0
    harmless: int = 0
    problems: int = 0
    passed_over: int = 0
    not_pictures: int = 0
    finished: bool = False
    reasons: Counter[str] = field(default_factory=Counter)

    def count(self, verdict: Word) -> None:
        """Count one file that is listed."""
        self.matched += verdict == "block"
        self.held += verdict == "hold"
        self.harmless += verdict == "allow"

    @property
    def status(self) -> int:
        """The exit status: 1 when something matched, else 3 with problems, else 0.

        A match wins over a problem: nobody may miss one because a file could not be read. What
        is disputed is a match, too: a person has to look at it.
        """
        if self.matched or self.held:
            return MATCHES
        return PROBLEMS if self.problems else NOTHING


def path_fields(path: bytes) -> dict[str, str]:
    """`path` for reading, and `path_bytes` where text cannot hold it."""
    try:
        return {"path": path.decode("utf-8")}
    except UnicodeDecodeError:
        return {"path": path.decode("utf-8", "replace"), "path_bytes": path.hex()}


def path_of(line: dict[str, Any]) -> bytes:
    """The path of a line, as the file system has it."""
    if told := line.get("path_bytes"):
        return bytes.fromhex(told)
    return str(line["path"]).encode("utf-8", "surrogateescape")


def match_line(path: bytes, fingerprint: Fingerprint, found: Matches) -> dict[str, Any]:
    """What a match is, or what is listed as harmless, as one line has it."""
    return {
        "kind": "harmless" if found.verdict == "allow" else "match",
        **path_fields(path),
        "size": fingerprint.size,
        "fingerprint": fingerprint.as_dict(),
        "matches": [asdict(one) for one in found.found],
        "more": found.more,
        "verdict": found.verdict,
    }


def problem_line(path: bytes, code: str, sentence: str) -> dict[str, Any]:
    """What a problem is, as one line has it."""
    return {"kind": "problem", **path_fields(path), "code": code, "sentence": sentence}


def summary_line(summary: Summary) -> dict[str, Any]:
    """The last line: only a result that ends with it is whole."""
    return {"kind": "summary", **asdict(summary), "reasons": dict(summary.reasons)}


def is_problem(place: Place, fingerprint: Fingerprint) -> bool:
    """Whether a file's problem is one: a text file is no picture, and need not be.

    Its digests were looked up all the same.
    """
    if fingerprint.problem is None:
        return False
    end = os.path.splitext(place.path)[1].lower()  # noqa: PTH122 - pathlib has no bytes
    return fingerprint.problem.code != "not-a-picture" or end in PICTURES


@contextmanager
def written(target: Path | None) -> Iterator[TextIO]:
    """A text file that appears under its name when it is whole, and not at all otherwise."""
    if target is None:
        with open(os.devnull, "w", encoding="ascii") as nowhere:  # noqa: PTH123 - a device
            yield nowhere
        return
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)  # noqa: PTH105 - a name made of text
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(name)  # noqa: PTH108 - a name made of text
        raise


def put(file: TextIO, line: dict[str, Any]) -> None:
    """One line, in ASCII: whatever a name holds, the result can be read anywhere."""
    file.write(json.dumps(line, ensure_ascii=True) + "\n")
