"""Every look of the children's rights institution is written down, whatever page it was.

It may open everything under the plan. What it looked at, and when, is in the audit log: so that it
can show that it looked, and the office can show that nothing was kept from it.
"""

from collections.abc import Iterable
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern

from copse.base import audit
from copse.base.access import Actor, StaffRequest
from copse.base.access.views import View
from copse.base.database import as_desk
from copse.strategy.policies import rights_body
from copse.strategy.workflow import OpinionAction


def inspected(patterns: Iterable[URLPattern]) -> list[URLPattern]:
    """The same pages; a look of the institution at one of them leaves an entry."""
    return [_inspected(one) for one in patterns]


def _inspected(pattern: URLPattern) -> URLPattern:
    return URLPattern(
        pattern.pattern, _noting(pattern.callback, pattern.name or ""), pattern.default_args,
        pattern.name,
    )  # fmt: skip


def _noting(view: View, name: str) -> View:
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        actor = getattr(cast(StaffRequest, request), "actor", None)
        if request.method in {"GET", "HEAD"} and response.status_code == HTTPStatus.OK and actor:
            # Before the page is sent: a look that could not be written down is not given.
            _note(actor, name, kwargs)
        return response

    return wrapper


def _note(actor: Actor, name: str, kwargs: dict[str, Any]) -> None:
    if not rights_body.decide(actor, None):
        return
    with as_desk(actor.desk, actor.user_id):
        audit.record(actor, OpinionAction.INSPECT, None, page=name, **_codes(kwargs))


def _codes(kwargs: dict[str, Any]) -> dict[str, str]:
    # What a page is about, as its address names it: a reference, a code of the brief.
    return {key: str(value) for key, value in kwargs.items()}
