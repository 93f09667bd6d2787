"""The two kinds of view: `guarded` for staff, `public` for everybody. There is no third."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, Protocol, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.module_loading import import_string

from copse.base.access.actors import Actor
from copse.base.access.rules import Denied, may_enter
from copse.base.database import as_desk, as_link, as_room
from copse.kit.errors import RefusedError

View = Callable[..., HttpResponseBase]
PUBLIC_ROOMS = frozenset({"portal", "public"})


class StaffRequest(HttpRequest):
    """A request of somebody at a desk; `guarded` sets the actor."""

    actor: Actor


class Door(Protocol):
    """What accounts provides: who is asking, at which desk, and how to ask again."""

    def actor_for(self, request: HttpRequest, room: str) -> Actor | None: ...
    def is_fresh(self, request: HttpRequest) -> bool: ...
    def ask_to_log_in(self, request: HttpRequest) -> HttpResponseBase: ...
    def ask_again(self, request: HttpRequest) -> HttpResponseBase: ...


def _door() -> Door:
    # Named, not imported: accounts stands above access.
    return cast(Door, import_string("copse.base.accounts.door"))


def guarded(action: StrEnum, *, fresh: bool = False) -> Callable[[View], View]:
    """A view for those who may do `action`, run inside their desk's compartment.

    Not logged in: the log-in page. Refused or not a member: the same 404 as an absent record,
    and the refusal is written down. `fresh` asks for the password again when it was long ago.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            door = _door()
            if not request.user.is_authenticated:
                return door.ask_to_log_in(request)
            actor = door.actor_for(request, str(action).partition(".")[0])
            if actor is None:
                raise Http404
            if fresh and not door.is_fresh(request):
                return door.ask_again(request)
            cast(StaffRequest, request).actor = actor
            return _inside(actor, action, view, request, args, kwargs)

        wrapper.copse_guard = action  # type: ignore[attr-defined]
        return wrapper

    return decorate


def _inside(
    actor: Actor, action: StrEnum, view: View, request: HttpRequest, args: Any, kwargs: Any,
    *, link: UUID | None = None,
) -> HttpResponseBase:  # fmt: skip
    key, who = actor.desk, actor.user_id
    try:
        with as_link(key, link, who) if link else as_desk(key, who):
            try:
                _require_entry(actor, action)
                return _finished(view(request, *args, **kwargs))
            except Denied as denied:
                _note_refusal(actor, str(denied.facts.get("action", action)))
                raise
    except Denied as denied:
        # Refused and absent look the same; the refusal itself is in the audit log.
        raise Http404 from denied
    except RefusedError as refused:
        # A closed key, an erased record, a step somebody else took: nothing was done, and why.
        answer: HttpResponseBase = import_string("copse.base.web.views.refused")(request, refused)
        return answer


def _require_entry(actor: Actor, action: StrEnum) -> None:
    decision = may_enter(actor, action)
    if not decision:
        raise Denied(str(decision.reason), action=str(action))


def _finished(response: HttpResponseBase) -> HttpResponseBase:
    """Render lazily built pages while the compartment is still open."""
    render = getattr(response, "render", None)
    if render is not None and not getattr(response, "is_rendered", True):
        return cast(HttpResponseBase, render())
    return response


def _note_refusal(actor: Actor, action: str) -> None:
    refused = import_string("copse.base.audit.refused")
    refused(actor, action, None)


def public(room: str) -> Callable[[View], View]:
    """A view for everybody, run inside the public compartment `room`."""
    if room not in PUBLIC_ROOMS:
        message = f"{room} has no public side"
        raise ValueError(message)

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            with as_room(room):
                return _finished(view(request, *args, **kwargs))

        wrapper.copse_guard = room  # type: ignore[attr-defined]
        return wrapper

    return decorate


def tokened(
    action: StrEnum, reader: Callable[[str], tuple[Actor, UUID] | None]
) -> Callable[[View], View]:
    """A view for whoever holds a signed token, such as the link in a notice; no account.

    `reader` turns the token into an actor of one desk and the key of what the link names, or
    None. The token is the view's first argument after the request, and the page runs inside that
    desk's compartment, where only those rows are seen.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponseBase:
            read = reader(token)
            if read is None:
                raise Http404
            actor, link = read
            cast(StaffRequest, request).actor = actor
            return _inside(actor, action, view, request, (token,), kwargs, link=link)

        wrapper.copse_guard = action  # type: ignore[attr-defined]
        return wrapper

    return decorate


def outside_desks(view: View) -> View:
    """A staff-side view before any desk: log-in, invitation, the list of one's rooms.

    It runs as the login role alone, which may read the door's tables and nothing else.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    wrapper.copse_guard = "door"  # type: ignore[attr-defined]
    return wrapper


__all__ = ["StaffRequest", "guarded", "outside_desks", "public", "tokened"]
