"""The lists of `taxonomies/terminology`, and how a term becomes a pattern."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from copse.kit.errors import InputError
from copse.kit.terms.model import Term

LANGUAGES = ("en", "fr", "ar", "sw")
HOUSE = "house"
GAP = r"[\s\u00a0\u2010\u2011_-]+"
APOSTROPHES = "['’]"
# In Arabic: vowel signs and the stretching stroke stand anywhere, letters are written in several
# ways, and particles and the article are joined to the word.
SIGNS = "[\u064b-\u0652\u0670\u0640]*"
WAYS = {
    "ا": "[اأإآٱ]", "أ": "[اأإآٱ]", "إ": "[اأإآٱ]", "آ": "[اأإآٱ]",
    "ة": "[ةه]", "ه": "[ةه]", "ي": "[يى]", "ى": "[يى]",
}  # fmt: skip
JOINED = "(?:[وف]?(?:[بك]?ال|لل|[بلك])?|[وف])"
ENDINGS = "(?:ه|ها|هم|ات|ين|ون|ية)?"
_ARABIC = re.compile(r"[\u0600-\u06ff]")


@dataclass(frozen=True)
class Vocabulary:
    """The terms of one list, found in one pass; `excepted` covers where they are right."""

    terms: Mapping[str, Term]
    pattern: re.Pattern[str]
    excepted: re.Pattern[str] | None

    def search(self, text: str) -> Iterator[tuple[Term, re.Match[str]]]:
        """Each term in a text with its place, from the left, none within another."""
        spans = [one.span() for one in self.excepted.finditer(text)] if self.excepted else []
        for match in self.pattern.finditer(text):
            within = any(start <= match.start() and match.end() <= end for start, end in spans)
            if not within and match.lastgroup is not None:
                yield self.terms[match.lastgroup], match


@cache
def vocabulary(name: str) -> Vocabulary:
    """The list of a language, or the house's own. Raises `InputError` for a language without one."""
    if name not in (*LANGUAGES, HOUSE):
        known = ", ".join(LANGUAGES)
        raise InputError(f"There is no list of terms for “{name}”. There are: {known}.")
    language = "en" if name == HOUSE else name
    terms, patterns, excepted = {}, [], []
    for n, row in enumerate(rows(name)):
        key = f"t{n}"
        terms[key] = Term(row["term"], row["instead"], row["why"], language)
        patterns.append(f"(?P<{key}>{_any_of(row['pattern'])})")
        if row["except"]:
            excepted.append(_any_of(row["except"]))
    return Vocabulary(terms, _compiled(patterns), _compiled(excepted) if excepted else None)


def rows(name: str) -> list[dict[str, str]]:
    """A list as its file has it."""
    path = files("copse.taxonomies") / "terminology" / f"{name}.csv"
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def _compiled(patterns: list[str]) -> re.Pattern[str]:
    # The boundaries stand outside, so that a place is tried once and not once for each term.
    # So does what Arabic joins to a first word, which else would be tried with each.
    joined = JOINED if _ARABIC.search(patterns[0]) else ""
    return re.compile(rf"(?<!\w){joined}(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)


def _any_of(text: str) -> str:
    """Patterns in a row; between two words stand blanks or hyphens, wherever a line ends."""
    found = []
    for way in text.split("|"):
        first, *others = (_word(one) for one in way.split())
        joined = JOINED if _ARABIC.search(way) else ""
        found.append(GAP.join([first, *(joined + one for one in others)]))
    return "|".join(found)


def _word(text: str) -> str:
    return f"(?:{'|'.join(_letters(choice) for choice in text.split('/') if choice)})"


def _letters(choice: str) -> str:
    stem, ending = choice.rstrip("*"), r"\w*" if choice.endswith("*") else ""
    if _ARABIC.search(stem):
        body = "".join(WAYS.get(letter, re.escape(letter)) + SIGNS for letter in stem)
        return body + (ending or ENDINGS)
    return re.sub(APOSTROPHES, lambda _: APOSTROPHES, re.escape(stem)) + ending
