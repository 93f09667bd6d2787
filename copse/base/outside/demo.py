"""Where the demonstration's stand-ins for the outside world live. Never used in a real install."""

from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.1"
NAMES = [".example", ".test"]
DOMAIN = "copse.example"


def provider_port(copse: Any) -> int:
    """The local provider's port, two above the demonstration's own."""
    return int(copse.port) + 2


def catcher_port(copse: Any) -> int:
    """The mail catcher's port, one above the demonstration's own."""
    return int(copse.port) + 1


def stand_in(copse: Any) -> dict[str, Any]:
    """Which names the local provider answers for."""
    return {"names": NAMES, "address": LOOPBACK, "port": provider_port(copse)}


def mail_folder(home: Path) -> Path:
    """Where the catcher keeps what was mailed."""
    return home / "mail" / "caught"


def inbox_folder(home: Path) -> Path:
    """The Maildir of mail that comes in."""
    return home / "mail" / "inbox"
