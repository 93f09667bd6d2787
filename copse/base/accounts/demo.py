"""One-press entry as any member of the cast: in the demonstration, on this machine, nowhere else.

Nothing here is reachable in another mode: the address is not registered, and the view looks again.
"""

from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from copse.base import access
from copse.base.access import outside_desks, see_other
from copse.base.accounts import adapter
from copse.base.accounts.models import User

PASSWORD = "Arbora is a small country"  # noqa: S105 - the demonstration's, said openly
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def switched_on() -> bool:
    """Only the demonstration, only on this machine."""
    return settings.COPSE.mode == "demo" and settings.COPSE.bind in LOOPBACK


def people() -> list[User]:
    """The cast with the titles of their roles."""
    if not switched_on():
        return []
    titles = {role.code: role.title for role in access.roles()}
    found = list(User.objects.filter(is_active=True).prefetch_related("memberships"))
    for user in found:
        codes = [code for place in user.memberships.all() for code in place.roles]
        user.titles = [titles.get(code, code) for code in codes]  # type: ignore[attr-defined]
    return sorted(found, key=lambda user: user.name)


@require_POST
@outside_desks
def enter(request: HttpRequest, user: UUID) -> HttpResponse:
    """Come in as one of the cast."""
    found = User.objects.filter(pk=user, is_active=True).first() if switched_on() else None
    if found is None or not found.check_password(PASSWORD):
        raise Http404
    login(request, found, backend="allauth.account.auth_backends.AuthenticationBackend")
    adapter.unlock(request, found, PASSWORD)
    return see_other("accounts:door")
