"""Finding the numbered articles of a law in its pasted text."""

import re
from dataclasses import dataclass

MOST = 2_000
NUMBER = r"\d{1,4}(?:\s?(?:bis|ter|quater))?(?:[./-]\d{1,3})*[A-Za-z]?(?:\(\d{1,3}\))*"
WORD = r"(?:Article|Art\.?|Section|Sec\.?|§|المادة|مادة|Kifungu(?:\s+cha)?|Ibara(?:\s+ya)?)"
# A line that begins an article: “Article 12 – Possession”, “§ 12.”, “المادة 12:”, “12. Possession”.
BEGINS = re.compile(
    rf"^[ \t]*(?:{WORD}[ \t]*\(?(?P<named>{NUMBER})\)?|(?P<bare>\d{{1,4}})(?=\.[ \t]))"
    r"[ \t]*[.:–—-]?[ \t]*(?P<heading>.*)$",
    re.IGNORECASE | re.MULTILINE,
)
LONGEST_HEADING = 300
# A heading is short and no sentence; what is longer is the article's own text.
HEADING_WORDS, SENTENCE_WORDS = 12, 6


@dataclass(frozen=True)
class Article:
    number: str
    heading: str
    text: str


def articles(text: str) -> list[Article]:
    """The articles of a text in their order, each number once; none where it has no such lines."""
    begins = list(BEGINS.finditer(text))
    ends = [*(one.start() for one in begins), len(text)][1:]
    found: dict[str, Article] = {}
    for one, end in zip(begins, ends, strict=True):
        number = " ".join((one["named"] or one["bare"]).split())
        heading, rest = one["heading"].strip(), text[one.end() : end].strip()
        most = SENTENCE_WORDS if heading.endswith((".", ";", ",", "؛")) else HEADING_WORDS
        if len(heading.split()) > most:
            heading, rest = "", f"{heading}\n{rest}".strip()
        # A table of contents names an article before it is written out: the longer one is it.
        before = found.get(number)
        if before is None or len(before.text) < len(rest):
            found[number] = Article(number, heading[:LONGEST_HEADING], rest)
        if len(found) >= MOST:
            break
    return list(found.values())
