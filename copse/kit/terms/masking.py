"""What of a file somebody reads. All else becomes blanks, so that every place stays where it is."""

import re
from collections.abc import Iterator

from copse.kit.terms.model import Format

# Between these two marks nothing is flagged: a list of words to avoid has to name them.
OFF, ON = "terms: off", "terms: on"
_OFF = re.compile(rf"{OFF}\b.*?(?:{ON}\b|\Z)", re.DOTALL)
_CODE = re.compile(r"^(```|~~~).*?(?:^\1|\Z)|`[^`\n]+`", re.DOTALL | re.MULTILINE)
_ADDRESS = re.compile(r"\b(?:https?|mailto|urn):\S+|(?<=\]\()[^)\s]+")
_HIDDEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)|\{#.*?#\}|\{\{.*?\}\}",
    re.DOTALL | re.IGNORECASE,
)
_TAG = re.compile(r"\{%.*?%\}|</?[a-z][^<>]*>", re.DOTALL | re.IGNORECASE)
_READ = re.compile(
    r"\b(?:alt|title|aria-label|placeholder|summary|content)\s*=\s*(\"[^\"]*\"|'[^']*')"
)
_SAID = re.compile(r"\{%-?\s*(?:translate|trans)\s+(\"[^\"]*\"|'[^']*')")
_LANGUAGE = re.compile(r"<html[^>]*\slang=[\"']?([a-z]{2})", re.IGNORECASE)
_PO_LANGUAGE = re.compile(r'^"Language:\s*([a-z]{2})', re.MULTILINE)
_PO_LINE = re.compile(r'^(?:(msgid|msgid_plural|msgstr)(?:\[\d+\])?\s+)?"((?:[^"\\\n]|\\.)*)"\s*$')


def readable(text: str, format_: Format, language: str) -> list[tuple[str, str]]:
    """The text with blanks for what nobody reads, once for each language in it: (language, text)."""
    text = _OFF.sub(_blank, text)
    if format_ is Format.CATALOGUE:
        return list(_catalogue(text, language))
    if format_ is Format.MARKDOWN:
        text = _HIDDEN.sub(_blank, _ADDRESS.sub(_blank, _CODE.sub(_blank, text)))
    if format_ is Format.PAGE:
        text = _TAG.sub(_attributes, _HIDDEN.sub(_blank, text))
    return [(language, text)]


def language_of(text: str, format_: Format) -> str:
    """The language that a page or a catalogue says it is in, or nothing."""
    if format_ is Format.CATALOGUE:
        found = _PO_LANGUAGE.search(text)
    else:
        found = _LANGUAGE.search(text) if format_ is Format.PAGE else None
    return found[1].lower() if found else ""


def _catalogue(text: str, language: str) -> Iterator[tuple[str, str]]:
    """The sources, which are English here, and then what they were translated to."""
    sources, translations, kind = [], [], ""
    for line in text.split("\n"):
        found = _PO_LINE.match(line)
        kind = (found[1] or kind) if found else ""
        said = line
        if found:
            start, end = found.span(2)
            said = " " * start + re.sub(r"\\[ntr]", "  ", line[start:end]) + " " * len(line[end:])
        blank = " " * len(line)
        sources.append(said if kind in ("msgid", "msgid_plural") else blank)
        translations.append(said if kind == "msgstr" else blank)
    if language != "en":
        yield "en", "\n".join(sources)
    yield language, "\n".join(translations)


def _blank(found: re.Match[str]) -> str:
    return "".join("\n" if letter == "\n" else " " for letter in found[0])


def _attributes(found: re.Match[str]) -> str:
    """A tag with nothing left but the words that it shows or speaks."""
    kept = [one.span(1) for pattern in (_READ, _SAID) for one in pattern.finditer(found[0])]
    blanks = list(_blank(found))
    for start, end in kept:
        blanks[start + 1 : end - 1] = found[0][start + 1 : end - 1]
    return "".join(blanks)
