"""What lies in a folder: files to look at, and what was passed over with the reason.

Paths are bytes, as the file system has them: a name that is no UTF-8 is a name like any other.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass

from copse.kit.errors import InputError

KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class NothingThere(InputError):  # noqa: N818 - named for the state
    """The folder that shall be scanned does not exist or cannot be opened."""

    code = "nothing-there"


@dataclass(frozen=True)
class Place:
    """A regular file: its path, its size in bytes, and when it last changed, in nanoseconds."""

    path: bytes
    size: int
    mtime_ns: int


@dataclass(frozen=True)
class Skipped:
    """A path that was not looked at: a stable code, and a sentence for a person.

    `fault` tells what a person should mend (a folder that may not be read) from what is passed
    over on purpose (a link, a pipe).
    """

    path: bytes
    code: str
    sentence: str
    fault: bool


def walk(root: bytes, *, follow_links: bool = False) -> Iterator[Place | Skipped]:
    """Every file below `root`, each folder's names in order; `root` may itself be a file.

    Links are passed over unless `follow_links`; then each folder is entered once, whatever leads
    to it, so that a loop ends. Pipes, sockets and devices are passed over, never opened.
    Raises `NothingThere` when `root` itself cannot be looked at.
    """
    try:
        known = os.stat(root)  # noqa: PTH116 - pathlib has no bytes
    except OSError as error:
        raise NothingThere(
            f"{os.fsdecode(root)!r} cannot be scanned: {error.strerror}. Name a folder that is there."
        ) from None
    if not stat.S_ISDIR(known.st_mode):
        yield _file_or_not(root, known)
        return
    entered = {(known.st_dev, known.st_ino)}
    waiting = [root]
    while waiting:
        folders = []
        for found in _in_folder(waiting.pop(), follow_links):
            if isinstance(found, Place | Skipped):
                yield found
            elif (mark := (found[1].st_dev, found[1].st_ino)) in entered:
                yield Skipped(found[0], "seen", "This link leads to a folder seen before.", False)
            else:
                entered.add(mark)
                folders.append(found[0])
        waiting.extend(reversed(folders))


def _in_folder(
    folder: bytes, follow_links: bool
) -> Iterator[Place | Skipped | tuple[bytes, os.stat_result]]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries)
    except OSError as error:
        yield _closed(folder, "folder", error)
        return
    for name in names:
        path = os.path.join(folder, name)  # noqa: PTH118 - pathlib has no bytes
        try:
            known = os.lstat(path)
            if stat.S_ISLNK(known.st_mode):
                if not follow_links:
                    yield Skipped(path, "link", "Links are not followed.", False)
                    continue
                known = os.stat(path)  # noqa: PTH116 - pathlib has no bytes
        except OSError as error:
            yield _closed(path, "file", error)
            continue
        yield (path, known) if stat.S_ISDIR(known.st_mode) else _file_or_not(path, known)


def _file_or_not(path: bytes, known: os.stat_result) -> Place | Skipped:
    if stat.S_ISREG(known.st_mode):
        return Place(path, known.st_size, known.st_mtime_ns)
    kind = next((words for test, words in KINDS if test(known.st_mode)), "no file")
    return Skipped(path, "special", f"This is {kind}, which is never opened.", False)


def _closed(path: bytes, what: str, error: OSError) -> Skipped:
    return Skipped(path, *why(what, error), fault=True)


def why(what: str, error: OSError) -> tuple[str, str]:
    """Code and sentence for a `what` that could not be had; the codes are those of hashing."""
    if isinstance(error, FileNotFoundError):
        return "missing", f"The {what} was gone when it was looked at."
    if isinstance(error, PermissionError):
        return "forbidden", f"The {what} may not be read by you."
    return "unreadable", f"The {what} cannot be read: {error.strerror}."
