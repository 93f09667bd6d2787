"""Sealed records: what one desk may read, and the reporter, and nobody else.

A portal can seal and never open. A desk's key opens only with a member's own password.
Read in this order: models.py (what is stored), keys.py (members' and desks' keys), records.py
(seal, open, erase); the cryptography itself is `copse.kit.sealing`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from copse.kit.sealing import WrongKey, seal_offline
from copse.kit.sealing import new_keypair as new_receipt_keypair

if TYPE_CHECKING:
    from copse.base.vault.errors import Erased, Locked
    from copse.base.vault.keys import (
        Keyring,
        change_password,
        close_session,
        close_sessions_of,
        grant,
        new_desk_key,
        new_member_key,
        open_session,
        pending_grants,
        recover,
        remove_member,
        replace_recovery,
        rotate,
        session_keyring,
        unlock,
    )
    from copse.base.vault.models import Erasure
    from copse.base.vault.records import (
        NoDeskKey,
        erase,
        open,  # noqa: A004 - called as vault.open
        open_with,
        rewrap_some,
        seal,
    )

_WHERE = {
    "errors": ("Erased", "Locked"),
    "keys": (
        "Keyring", "change_password", "close_session", "close_sessions_of", "grant",
        "new_desk_key", "new_member_key", "open_session", "pending_grants", "recover",
        "remove_member", "replace_recovery", "rotate", "session_keyring", "unlock",
    ),
    "models": ("Erasure",),
    "records": ("NoDeskKey", "erase", "open", "open_with", "rewrap_some", "seal"),
}  # fmt: skip
_HOME = {name: module for module, names in _WHERE.items() for name in names}

__all__ = [
    "Erased",
    "Erasure",
    "Keyring",
    "Locked",
    "NoDeskKey",
    "WrongKey",
    "change_password",
    "close_session",
    "close_sessions_of",
    "erase",
    "grant",
    "new_desk_key",
    "new_member_key",
    "new_receipt_keypair",
    "open",
    "open_session",
    "open_with",
    "pending_grants",
    "recover",
    "remove_member",
    "replace_recovery",
    "rewrap_some",
    "rotate",
    "seal",
    "seal_offline",
    "session_keyring",
    "unlock",
]


def __getattr__(name: str) -> Any:
    # Models load only once Django has its list of apps, and this package is on that list.
    if name in _HOME:
        return getattr(import_module(f"copse.base.vault.{_HOME[name]}"), name)
    message = f"{__name__} has no {name}"
    raise AttributeError(message)
