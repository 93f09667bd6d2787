"""What we change in allauth: nobody signs up, no address is kept, and passwords open keys."""

import hashlib
import secrets
from datetime import date
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from copse.base.accounts.door import key_cookie, keyring_of

_SALT: dict[date, bytes] = {}


def todays_name(address: str) -> str:
    """A name for an address that lasts a day and lives in memory only."""
    today = timezone.now().date()
    if today not in _SALT:
        _SALT.clear()
        _SALT[today] = secrets.token_bytes(32)
    return hashlib.blake2b(address.encode(), key=_SALT[today], digest_size=16).hexdigest()


def vault(name: str) -> Any:
    """A part of the vault, which stands above accounts and so is asked for by name."""
    return import_string(f"copse.base.vault.{name}")


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return todays_name(request.META.get("REMOTE_ADDR", ""))

    def get_http_user_agent(self, request: HttpRequest) -> str:  # noqa: ARG002 - never kept
        return ""

    def get_login_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return reverse("accounts:door")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return reverse("accounts:door")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user is not None and user.is_active:
            unlock(request, user, credentials["password"])
        return user

    def reauthenticate(self, user: Any, password: str) -> bool:
        if not user.check_password(password):
            return False
        # The request that was held back goes on within this one, whose cookie is the former's.
        self.request.copse_keyring = unlock(self.request, user, password)
        return True

    def set_password(self, user: Any, password: str) -> None:
        """Keep the member's key when it is open; else a new one, to be granted again."""
        keyring = keyring_of(self.request)
        if keyring is not None and keyring.member_id == user.pk:
            vault("change_password")(keyring, password)
        else:
            vault("new_member_key")(user.pk, password)
        super().set_password(user, password)

    def logout(self, request: HttpRequest) -> None:
        vault("close_session")(request.COOKIES.get(key_cookie(), ""))
        request.copse_key_cookie = ""  # type: ignore[attr-defined]
        super().logout(request)


def unlock(request: HttpRequest, user: Any, password: str) -> Any:
    """Open the member's key with the password; the middleware sends its cookie.

    Returns the keyring, or None for a member whose key this password does not open.

    Done at the password step, since the second step comes in a request without the password. Half
    a log-in gains nothing: a key is used only for the member who is logged in.
    """
    try:
        keyring = vault("unlock")(user.pk, password)
    except (vault("WrongKey"), vault("Locked")):
        return None
    vault("close_session")(request.COOKIES.get(key_cookie(), ""))
    request.copse_key_cookie = vault("open_session")(keyring)  # type: ignore[attr-defined]
    return keyring
