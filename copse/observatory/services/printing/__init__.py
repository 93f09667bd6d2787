"""The plan, a yearly report and one sheet an action, as tagged PDF in the reader's language.

Read in this order: pieces.py (what a paper is made of), strategy.py, report.py and action.py (what
each says, from the frozen text of a release alone), typesetting.py and document.typ (how it becomes
pages). The fonts stand in fonts/ with their licence.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from copse.kit.errors import InputError
from copse.observatory.models import Release
from copse.observatory.queries import figures_of, lists
from copse.observatory.services.printing import action, pieces, report, strategy
from copse.observatory.services.printing.source import Source
from copse.observatory.services.printing.typesetting import typeset

KEPT = 256


class Kind(StrEnum):
    STRATEGY = "strategy"
    REPORT = "report"
    ACTION = "action"


class UnknownPaper(InputError):  # noqa: N818 - named for the state
    """There is no such paper: its kind, language or action is not known."""

    code = "unknown-paper"


class _Asked(NamedTuple):
    """Everything that decides the bytes of a paper."""

    kind: Kind
    language: str
    code: str
    reference: str
    sha256: str
    published_at: datetime
    body: str


WRITERS: Mapping[Kind, Callable[[Source], Iterator[pieces.Piece]]] = {
    Kind.STRATEGY: strategy.write,
    Kind.REPORT: report.write,
    Kind.ACTION: action.write,
}
TITLES: Mapping[Kind, Callable[[Source], str]] = {
    Kind.STRATEGY: strategy.title,
    Kind.REPORT: report.title,
    Kind.ACTION: action.title,
}


def document(kind: str, release: Release, language: str, code: str = "") -> bytes:
    """A paper of a release as PDF; the same release always gives the same bytes.

    Raises `UnknownPaper` for a kind, language or action that there is not.
    """
    if kind not in {*Kind} or language not in dict(settings.LANGUAGES):
        raise UnknownPaper(f"There is no paper “{kind}” in the language “{language}”.")
    if (kind == Kind.ACTION) != (code in lists.action_codes()):
        raise UnknownPaper(f"There is no action “{code}”. Take a code such as REP-1.")
    asked = _Asked(
        Kind(kind), language, code, release.reference, release.sha256, release.published_at,
        release.body,
    )  # fmt: skip
    return _document(asked)


@lru_cache(maxsize=KEPT)
def _document(asked: _Asked) -> bytes:
    figures = figures_of(asked.sha256, asked.body)
    with translation.override(asked.language):
        source = Source(figures, asked.code)
        written = [*WRITERS[asked.kind](source), *_where_from(asked)]
        author = (source.country.strategy or {}).get("authority", "")
        paper = pieces.paper(
            TITLES[asked.kind](source), author, asked.language, asked.reference, written
        )
        return typeset(paper, asked.published_at)


def _where_from(asked: _Asked) -> Iterator[pieces.Piece]:
    """The end of every paper: the release it is drawn from, so that anybody can check it."""
    facts = {
        "name": asked.reference,
        "day": date_format(timezone.localtime(asked.published_at), "j F Y"),
    }
    yield pieces.rule()
    said = _("Every word and number here is from release %(name)s, published on %(day)s.") % facts
    yield from pieces.text(
        pieces.small(said), pieces.BREAK, pieces.small(f"SHA-256 {asked.sha256}")
    )
