"""What a printed paper is made of: headings, paragraphs, lists, tables, one kind of picture.

Each piece is plain data for `document.typ`, which places every word of it as text. Each run of words
keeps the direction of its own first letter, so that an English title stands right in an Arabic line.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from copse.observatory.queries.naming import Tag, Text

Run = dict[str, str]
Piece = dict[str, Any]
Words = Text | Run
VOWEL_SIGNS = {chr(code) for code in range(0x064B, 0x0653)} | {"\u0670"}
RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")


def direction(text: str, otherwise: str) -> str:
    """The direction of the first letter that has one."""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in {"R", "AL"}:
            return "rtl"
        if kind == "L":
            return "ltr"
    return otherwise


def clean(text: Text) -> str:
    """The text without what print cannot show: control letters, marks that turn directions.

    The small vowel signs of Arabic go too, as print leaves them out anyway: typst sets each as a
    part of its own, and a voice would read the word in pieces.
    """
    whole = unicodedata.normalize("NFC", str(text))
    kept = (
        " " if letter.isspace() else letter
        for letter in whole
        if letter.isspace() or not _unseen(letter)
    )
    return "".join(kept).strip()


def _unseen(letter: str) -> bool:
    if letter in VOWEL_SIGNS or unicodedata.category(letter) in {"Cc", "Cs", "Co", "Cn"}:
        return True
    return unicodedata.bidirectional(letter) in {
        "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI",
    }  # fmt: skip


def run(text: Text, kind: str = "plain", colour: str = "") -> Run:
    """Words in one line; `document.typ` knows the kinds."""
    cleaned = clean(text)
    return {"kind": kind, "text": cleaned, "dir": direction(cleaned, ""), "colour": colour}


def strong(text: Text) -> Run:
    return run(text, "strong")


def small(text: Text) -> Run:
    return run(text, "small")


def pill(tag: Tag) -> Run:
    """A status: its word on a colour, so that no colour stands alone."""
    return run(tag.title, "pill", tag.colour)


BREAK: Run = run("", "break")


def _runs(parts: Iterable[Words]) -> list[Run]:
    made = (part if isinstance(part, dict) else run(part) for part in parts)
    return [one for one in made if one["text"] or one["kind"] == "break"]


def heading(level: int, *parts: Words) -> Piece:
    return {"kind": "heading", "level": level, "runs": _runs(parts)}


def text(*parts: Words, lead: bool = False) -> list[Piece]:
    """A paragraph; none where there is nothing to say."""
    runs = _runs(parts)
    return [{"kind": "lead" if lead else "text", "runs": runs}] if runs else []


def written(words: str | None, lead: bool = False) -> list[Piece]:
    """What somebody wrote, with its own paragraphs."""
    return [piece for line in (words or "").splitlines() for piece in text(line, lead=lead)]


def bullets(items: Iterable[Sequence[Words]]) -> list[Piece]:
    made = [_runs(item) for item in items]
    return [{"kind": "list", "items": made}] if made else []


def table(
    columns: Sequence[Text],
    rows: Iterable[Sequence[Sequence[Words]]],
    widths: Sequence[int],
    numbers: Sequence[int] = (),
) -> list[Piece]:
    """Rows of cells under headed columns; a width of 0 is as wide as what it holds."""
    made = [[{"runs": _runs(cell)} for cell in row] for row in rows]
    if not made:
        return []
    heads = [_runs([column]) for column in columns]
    return [
        {"kind": "table", "columns": heads, "rows": made, "widths": list(widths),
         "numbers": list(numbers)}
    ]  # fmt: skip


def rule() -> Piece:
    """A thin line across the page."""
    return {"kind": "rule"}


def bar(parts: Iterable[tuple[Tag, int]], alternative: Text) -> list[Piece]:
    """One bar cut by numbers, with the sentence that says the same."""
    made = [{"colour": tag.colour, "number": number} for tag, number in parts if number]
    return [{"kind": "bar", "parts": made, "alt": clean(alternative)}] if made else []


def paper(
    title: Text, author: Text, language: str, release: Text, pieces: Iterable[Piece]
) -> Mapping[str, Any]:
    """Everything that `document.typ` reads."""
    return {
        "title": clean(title),
        "author": clean(author),
        "lang": language,
        "dir": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "release": run(release),
        "pieces": list(pieces),
    }
