"""Sentences ready to be sent to a reporter, in their language; the analyst changes them freely."""

from django.utils.translation import gettext, gettext_noop, override

# Code → the status it goes with, and the words.
PHRASES = {
    "thanks": ("with_analyst", gettext_noop("Thank you for telling us. You did the right thing.")),
    "not_your_fault": (
        "with_analyst",
        gettext_noop("What happened is not your fault. You are not in trouble with us."),
    ),
    "more": (
        "need_more",
        gettext_noop("We cannot find the page. Can you tell us its address or its name?"),
    ),
    "acted": ("acted", gettext_noop("We asked those who run the page to take it down.")),
    "removed": ("removed", gettext_noop("The page is gone. Thank you for your help.")),
    "talk": (
        "passed_on",
        gettext_noop("A helpline can talk with you about this. You find it under “Get help”."),
    ),
    "lawful": (
        "closed",
        gettext_noop("We looked. The law does not let us take this down. You may report again."),
    ),
}


def said(code: str, language: str) -> str:
    """A sentence in a language; nothing for a code that is none."""
    with override(language):
        return gettext(PHRASES[code][1]) if code in PHRASES else ""


def offered(language: str) -> list[tuple[str, str]]:
    """Every code and its sentence in a language."""
    return [(code, said(code, language)) for code in PHRASES]


def status_of(code: str) -> str:
    return PHRASES[code][0] if code in PHRASES else ""
