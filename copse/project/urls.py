"""Every address of this process: what the portal, the desks and the gateway each answer."""

from importlib import import_module

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from copse.project.health import healthz

handler400 = "copse.base.web.views.bad_request"
handler403 = "copse.base.web.views.not_found"
handler404 = "copse.base.web.views.not_found"
handler500 = "copse.base.web.views.server_error"

# Module, and the address its pages stand under: for everybody, and for staff.
PLACES = (
    ("copse.base.accounts.urls", None, "desk/"),
    ("copse.base.vault.urls", None, "desk/keys/"),
    ("copse.base.web.urls", "", "desk/"),
    ("copse.base.organisations.urls", "", "desk/administration/"),
    ("copse.base.outbox.urls", None, "desk/administration/"),
    ("copse.base.outside.urls", None, "demo/"),
    ("copse.observatory.urls", "numbers/", "desk/observatory/"),
    ("copse.strategy.urls", None, "desk/strategy/"),
    ("copse.hotline.urls", "", "desk/hotline/"),
    ("copse.portal.urls", "", None),
)
# A page behind a token is for those who act outside; they come to the gateway and not to a desk.
BY_TOKEN = {"copse.hotline.urls"}
# `all` serves every page; the others serve none, and write links to them into letters.
WRITERS = {"all", "worker", "owner"}


def _included() -> list[URLPattern | URLResolver]:
    process = settings.COPSE.process
    found: list[URLPattern | URLResolver] = []
    for name, public, staff in PLACES:
        module = import_module(name)
        patterns: list[URLPattern | URLResolver] = []
        if staff is not None and process in {"desks", *WRITERS}:
            patterns += [path(staff, include(list(getattr(module, "desk_urlpatterns", []))))]
        server = "gateway" if name in BY_TOKEN else "portal"
        if public is not None and process in {server, *WRITERS}:
            patterns += [path(public, include(list(getattr(module, "urlpatterns", []))))]
        # One namespace a module, so that a room's addresses are named `hotline:queue`.
        found.append(path("", include((patterns, module.app_name))))
    return found


urlpatterns: list[URLPattern | URLResolver] = [path("healthz", healthz, name="healthz")]
if settings.COPSE.process in {"desks", *WRITERS}:
    # allauth names its addresses without a namespace, so they stand apart from the rooms.
    urlpatterns += i18n_patterns(
        path("desk/account/", include("copse.base.accounts.allauth_urls")),
        prefix_default_language=True,
    )
if settings.COPSE.process in {"portal", *WRITERS}:
    # What programs fetch is the same in every language, so its address names none; a paper's
    # address names the paper's language and not the reader's.
    for name in ("opendata", "printing"):
        urlpatterns.append(path("numbers/", include(f"copse.observatory.views.{name}")))
urlpatterns += i18n_patterns(*_included(), prefix_default_language=True)
