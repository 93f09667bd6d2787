"""What every page knows: its language, the same page in the others, and where the exits are."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, get_language_bidi

from copse.base.organisations import directory
from copse.base.web import navigation

# Each language in its own words: whoever needs it cannot read the others.
OWN_NAMES = {"en": "English", "fr": "Français", "ar": "العربية", "sw": "Kiswahili"}


@dataclass(frozen=True)
class Language:
    code: str
    name: str
    href: str
    current: bool

    @property
    def direction(self) -> str:
        return "rtl" if self.code == "ar" else "ltr"


@dataclass(frozen=True)
class Page:
    """What the layout needs; it asks neither session nor database, so error pages may use it."""

    language: str
    direction: str
    languages: tuple[Language, ...]
    offered: tuple[Language, ...]
    demo: bool
    home: str
    exit: str
    danger: str
    entries: tuple[navigation.Entry, ...] = ()
    notices: tuple[navigation.Notice, ...] = ()
    desk_door: str = ""

    @property
    def stylesheet(self) -> str:
        return "web/copse.rtl.css" if self.direction == "rtl" else "web/copse.css"

    @property
    def desk_stylesheet(self) -> str:
        return "web/desk.rtl.css" if self.direction == "rtl" else "web/desk.css"


def address(name: str) -> str:
    """The address of a named page, or nothing where this process does not serve it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def same_page_in(path: str, code: str) -> str:
    """The same address under another language's prefix."""
    first, _, rest = path.lstrip("/").partition("/")
    return f"/{code}/{rest}" if first in dict(settings.LANGUAGES) else f"/{code}/"


def page_for(request: HttpRequest, *, asked: bool = True) -> Page:
    """The layout's facts for a request; without `asked`, the query is not carried over."""
    current = get_language() or settings.LANGUAGE_CODE
    query = request.META.get("QUERY_STRING", "") if asked and request.method == "GET" else ""
    languages = tuple(
        Language(
            code,
            OWN_NAMES.get(code, code),
            same_page_in(request.path, code) + (f"?{query}" if query else ""),
            code == current,
        )
        for code, _ in settings.LANGUAGES
    )
    # As last read, since an error page must not ask the database.
    offered = directory.offered_languages(directory.country_last_seen())
    return Page(
        language=current,
        direction="rtl" if get_language_bidi() else "ltr",
        languages=languages,
        offered=tuple(one for one in languages if one.code in offered),
        demo=settings.COPSE.mode == "demo",
        home=address("portal:start") or f"/{current}/",
        exit=address("portal:exit"),
        danger=address("portal:danger"),
        entries=navigation.entries_for(request),
        notices=navigation.notices_for(request),
        desk_door=address("accounts:door") or f"/{current}/desk/",
    )


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    return {"page": page_for(request)}
