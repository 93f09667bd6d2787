"""A discouraged term, and one place where it was found."""

from dataclasses import dataclass
from enum import StrEnum

from copse.kit.errors import InputError


class BadText(InputError):  # noqa: N818 - named for the state
    """A file that cannot be read as text."""

    code = "bad-text"


class Format(StrEnum):
    """How a file is written, and so what of it somebody reads."""

    TEXT = "txt"
    MARKDOWN = "md"
    PAGE = "html"
    CATALOGUE = "po"


@dataclass(frozen=True)
class Term:
    """A word that should not be used, what to write instead, and why."""

    term: str
    instead: str
    why: str
    language: str


@dataclass(frozen=True)
class Flag:
    """A term as it stands in a text; lines and columns count from 1."""

    term: Term
    found: str
    line: int
    column: int
