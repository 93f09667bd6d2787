"""The pages a desk's menu offers: rooms add theirs, the layout shows what a member may open."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from copse.base.access import may

Count = Callable[[Any], int]


@dataclass(frozen=True)
class Entry:
    title: str | Promise
    href: str
    current: bool


@dataclass(frozen=True)
class _Place:
    room: str
    title: str | Promise
    url: str
    action: StrEnum


_PLACES: list[_Place] = []


def add(room: str, title: str | Promise, url: str, action: StrEnum) -> None:
    """Offer the page named `url` in the menu of a room's desks, to those who may do `action`."""
    place = _Place(room, title, url, action)
    if place not in _PLACES:
        _PLACES.append(place)


def entries_for(request: HttpRequest) -> tuple[Entry, ...]:
    """The menu of whoever is asking; empty before a desk is entered."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return ()
    found = []
    for place in _PLACES:
        if place.room != actor.desk.room or not may(actor, place.action):
            continue
        try:
            href = reverse(place.url)
        except NoReverseMatch:
            continue
        found.append(Entry(place.title, href, request.path == href))
    return tuple(found)
