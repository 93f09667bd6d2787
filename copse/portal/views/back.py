"""Coming back with a code."""

import secrets

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from copse.kit import taxonomy
from copse.portal import services
from copse.portal.forms import CodeForm, MessageForm
from copse.portal.services import Code, Held
from copse.portal.services.mailbox import Busy
from copse.portal.services.tickets import client_of, issue_ticket, seconds_left, spend_ticket
from copse.portal.views.page import cookie_of, forgotten, page, see_other, seen, shown


def _address(request: HttpRequest) -> str:
    # Told to nobody, kept nowhere: it is hashed in memory to share out the waits.
    told = request.headers.get("X-Forwarded-For", "")
    return client_of(str(request.META.get("REMOTE_ADDR", "")), told)


@page
@require_http_methods(["GET", "HEAD", "POST"])
def back(request: HttpRequest) -> HttpResponse:
    held = services.resume(cookie_of(request), lock=request.method == "POST")
    if held is not None and "receipt" in held.content:
        return see_other("box")
    if request.method == "POST":
        return _try_code(request, held)
    tried = held.content.get("tried_code") if held else None
    form = CodeForm({"code": tried} if tried is not None else None)
    wrong = bool(held and held.content.get("wrong"))
    ticket = issue_ticket(_address(request))
    return shown(request, "back", form=form, ticket=ticket, wrong=wrong)


def _try_code(request: HttpRequest, held: Held | None) -> HttpResponse:
    form = CodeForm(request.POST)
    if not form.is_valid():
        typed = request.POST.get("code", "")[:200_000]
        return _held_back("back", held, {"tried_code": typed})
    digits, ticket = form.cleaned_data["code"], request.POST.get("ticket", "")
    return _spend(held, digits, ticket, request.POST.get("work", ""), _address(request))


def _spend(held: Held | None, digits: str, ticket: str, work: str, address: str) -> HttpResponse:
    try:
        # A savepoint: when both slots stay taken, the ticket is as good as before.
        with transaction.atomic():
            outcome = spend_ticket(ticket, work)
            if outcome == "spent":
                return _check(held, Code(digits))
    except Busy:
        outcome = "early"
    if outcome == "refused":
        ticket = issue_ticket(address).text
    return _held_back("wait", held, {"typed": digits, "ticket": ticket})


def _check(held: Held | None, code: Code) -> HttpResponse:
    mailbox = services.open_mailbox(code)
    if mailbox is None:
        return _held_back("back", held, {"tried_code": " ".join(code.groups), "wrong": True})
    if held is not None:
        services.destroy(held.cookie)
    return seen(see_other("box"), mailbox)


def _held_back(name: str, held: Held | None, content: dict[str, object]) -> HttpResponse:
    """Go to a page with what was typed kept in the browser's own row, beside a draft if any."""
    if held is None:
        held = services.hold(content)
    else:
        for stale in ("tried_code", "wrong", "typed", "ticket"):
            held.content.pop(stale, None)
        held.content.update(content)
        services.keep(held)
    return seen(see_other(name), held)


@page
@require_http_methods(["GET", "HEAD", "POST"])
def wait(request: HttpRequest) -> HttpResponse:
    held = services.resume(cookie_of(request), lock=request.method == "POST")
    if held is None or "typed" not in held.content:
        return see_other("back")
    digits, ticket = str(held.content["typed"]), str(held.content["ticket"])
    if request.method == "POST":
        return _spend(held, digits, ticket, request.POST.get("work", ""), _address(request))
    return shown(request, "wait", seconds=seconds_left(ticket), ticket=ticket)


@page
@require_safe
def box(request: HttpRequest) -> HttpResponse:
    held = services.resume(cookie_of(request))
    found = services.letters(held) if held else None
    if held is None or found is None:
        return see_other("over")
    status = taxonomy.scheme("concern_status").describe(found.status_code, get_language() or "en")
    tried = held.content.get("tried_text")
    token = held.content.get("token") or secrets.token_urlsafe(12)
    fresh = {"token": secrets.token_urlsafe(12)}
    form = (
        MessageForm({"text": tried, "token": token})
        if tried is not None
        else MessageForm(initial=fresh)
    )
    sent = bool(held.content.get("sent"))
    return shown(request, "box", letters=found, status=status, form=form, sent=sent)


@page
@require_POST
def write(request: HttpRequest) -> HttpResponse:
    held = services.resume(cookie_of(request), lock=True)
    if held is None:
        return see_other("over")
    form = MessageForm(request.POST)
    if not form.is_valid():
        held.content["tried_text"] = request.POST.get("text", "")[:200_000]
    else:
        held.content.pop("tried_text", None)
        if not services.send_message(held, form.cleaned_data["text"], form.cleaned_data["token"]):
            return see_other("over")
    services.keep(held)
    return seen(see_other("box"), held)


@page
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest) -> HttpResponse:
    held = services.resume(cookie_of(request), lock=request.method == "POST")
    if held is None or "receipt" not in held.content:
        return see_other("over")
    if request.method == "POST":
        services.withdraw(held)
        return see_other("box")
    return shown(request, "withdraw")


@page
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    services.destroy(cookie_of(request))
    return forgotten(see_other("start"))
