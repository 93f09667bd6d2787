"""Second steps and sessions at rest: encrypted under a secret that only the desks' process holds.

Whoever reads the database alone makes no codes of an authenticator app from it.
"""

import base64
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils.translation import gettext as _

from copse.kit import sealing


def encrypt(text: str) -> str:
    """Encrypt a text under this install's `second-step-key`."""
    return base64.b64encode(sealing.lock(_key(), text.encode())).decode()


def decrypt(stored: str) -> str:
    """Open what `encrypt` made. Raises `WrongKey`, for what was never encrypted too."""
    return sealing.unlock(_key(), base64.b64decode(stored)).decode()


def _key() -> bytes:
    return bytes(settings.COPSE.secret("second-step-key"))


class SecondStep(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002, ARG002
        return _("Passkey")


class SessionStore(DatabaseStore):
    """Sessions, encrypted: one holds the app's secret while it is set up, and held-back forms."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        return encrypt(super().encode(session_dict))

    def decode(self, session_data: Any) -> dict[str, Any]:
        try:
            opened = decrypt(str(session_data))
        except (sealing.WrongKey, ValueError):
            # As Django does with what it did not sign: begin anew.
            return {}
        return super().decode(opened)
