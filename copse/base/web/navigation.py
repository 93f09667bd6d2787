"""The pages a desk's menu offers: rooms add theirs, the layout shows what a member may open."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from copse.base import database
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


@dataclass(frozen=True)
class Notice:
    """Something that needs somebody, said on the first page of a room."""

    sentence: str | Promise
    link: str | Promise
    href: str


@dataclass(frozen=True)
class _Warning:
    room: str
    sentence: str | Promise
    link: str | Promise
    url: str
    count: Count


_PLACES: list[_Place] = []
_WARNINGS: list[_Warning] = []


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


def warn(
    room: str, sentence: str | Promise, link: str | Promise, url: str, *, count: Count
) -> None:
    """Say `sentence` on the first page of a room's menu while `count(actor)` is not 0."""
    warning = _Warning(room, sentence, link, url, count)
    if warning not in _WARNINGS:
        _WARNINGS.append(warning)


def notices_for(request: HttpRequest) -> tuple[Notice, ...]:
    """What the first page of a room warns of; nothing elsewhere, and nothing on an error page."""
    actor = getattr(request, "actor", None)
    first = next(iter(entries_for(request)), None)
    # An error page is made after its desk was closed, perhaps because the database failed.
    if actor is None or database.context() is None or first is None or not first.current:
        return ()
    return tuple(
        Notice(one.sentence, one.link, reverse(one.url))
        for one in _WARNINGS
        if one.room == actor.desk.room and one.count(actor)
    )
