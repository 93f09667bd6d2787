"""How a field may be treated."""

from enum import StrEnum, auto


class Handling(StrEnum):
    """How a field may be treated; export, deletion and review read it."""

    OPEN = auto()
    """Says nothing about a person."""
    STAFF = auto()
    """About a member of staff."""
    CHILD = auto()
    """About a child, but not who it is."""
    REPORTER = auto()
    """About a reporter, but not who it is."""
    SECRET = auto()
    """Sealed, hashed or a key: useless when read without what opens it."""
