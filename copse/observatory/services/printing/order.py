"""Puts the words of a right-to-left line into the order in which they are read.

Typst cuts such a line after each word and writes the words from left to right, which the eye cannot
see: each has its own place on the page. A voice that reads what was written would say the sentence
from its end. Each word keeps its place here, and only the order of writing is turned.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf

Step = Any  # an instruction of a page: its operands, its operator
STARTS = {"BMC", "BDC", "Tr"}


def in_reading_order(made: bytes) -> bytes:
    """The same pages, each right-to-left line written from its first word to its last."""
    with pikepdf.open(BytesIO(made)) as pdf:
        for page in pdf.pages:
            steps = list(_turned(pikepdf.parse_content_stream(page)))
            page.Contents.write(pikepdf.unparse_content_stream(steps))
        out = BytesIO()
        generate = pikepdf.ObjectStreamMode.generate
        pdf.save(out, object_stream_mode=generate, deterministic_id=True)
        return out.getvalue()


def _turned(steps: list[Step]) -> Iterator[Step]:
    inside: list[Step] | None = None
    for step in steps:
        operator = str(step.operator)
        if operator == "BT":
            inside = []
            yield step
        elif operator == "ET" and inside is not None:
            for word in _words(inside):
                yield from word
            inside = None
            yield step
        elif inside is not None:
            inside.append(step)
        else:
            yield step


def _words(steps: list[Step]) -> list[list[Step]]:
    """What is written between BT and ET, cut where a word begins; turned where it runs left."""
    words: list[list[Step]] = []
    depth = 0
    for step in steps:
        operator = str(step.operator)
        if not words or (depth == 0 and operator in STARTS):
            words.append([])
        depth += (operator in {"BMC", "BDC"}) - (operator == "EMC")
        words[-1].append(step)
    return words[::-1] if any(_runs_left(word[0]) for word in words) else words


def _runs_left(step: Step) -> bool:
    return str(step.operator) == "BMC" and str(step.operands[0]) == "/ReversedChars"
