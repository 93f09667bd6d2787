"""Searching texts for terms that should be replaced."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from copse.kit.terms.masking import language_of, readable
from copse.kit.terms.model import BadText, Flag, Format
from copse.kit.terms.vocabulary import LANGUAGES, vocabulary

MOST_BYTES = 64 << 20
_WORD = re.compile(r"\w+")
_NAMED = re.compile(rf"(?:^|[._/\\-])({'|'.join(LANGUAGES)})(?=[._/\\-]|$)")
SUFFIXES = {
    ".txt": Format.TEXT, ".md": Format.MARKDOWN, ".html": Format.PAGE, ".htm": Format.PAGE,
    ".po": Format.CATALOGUE,
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """What a text was found to hold: its flags in their order, and how many words were read."""

    flags: tuple[Flag, ...]
    words: int

    @property
    def per_1000(self) -> float:
        """Flags in every 1,000 words; 0 for a text without words."""
        return 1000 * len(self.flags) / self.words if self.words else 0.0


def lint(
    text: str, language: str = "en", *, format_: Format = Format.TEXT, house: str = ""
) -> Finding:
    """The terms of a text that should be replaced. Raises `InputError` for an unknown language.

    `house` names a further list, for texts in English.
    """
    flags, words = [], 0
    for spoken, read in readable(text, format_, language):
        words += sum(1 for _ in _WORD.finditer(read))
        starts = [0, *(one.end() for one in re.finditer("\n", read))]
        lists = [vocabulary(spoken)] + ([vocabulary(house)] if house and spoken == "en" else [])
        for one in lists:
            for term, match in one.search(read):
                line = bisect_right(starts, match.start())
                column = match.start() - starts[line - 1] + 1
                found = " ".join(text[match.start() : match.end()].split())
                flags.append(Flag(term, found, line, column))
    return Finding(tuple(sorted(flags, key=lambda one: (one.line, one.column))), words)


def lint_file(path: Path, language: str = "", *, house: str = "") -> Finding:
    """A file's terms. Its language is the one given, the one it names, its name’s, or English.

    Raises `BadText` for what is no text, is too large, or has an ending that is not known.
    """
    format_ = SUFFIXES.get(path.suffix.lower())
    if format_ is None:
        known = ", ".join(SUFFIXES)
        raise BadText(f"{path}: files of these kinds are read: {known}.")
    text = _text(path)
    named = _NAMED.search(str(path.with_suffix("")))
    spoken = language or language_of(text, format_) or (named[1] if named else "en")
    return lint(text, spoken, format_=format_, house=house)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadText(
                f"{path}: it is larger than {MOST_BYTES >> 20} MB. Split it and try again."
            )
        raw = path.read_bytes()
    except OSError as error:
        raise BadText(f"{path}: it cannot be read: {error.strerror}.") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadText(f"{path}:{line}: this is not UTF-8. Save the file as UTF-8 text.") from None
