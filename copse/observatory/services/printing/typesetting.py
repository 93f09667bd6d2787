"""From a paper's pieces to the bytes of a tagged PDF."""

import json
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from copse.observatory.services.printing.order import in_reading_order

HERE = Path(__file__).parent
TEMPLATE = HERE / "document.typ"
# How typst begins when the standard forbids what would be printed, such as a letter without a font.
FORBIDDEN = "PDF/UA-1 error"


def typeset(paper: Mapping[str, Any], made_at: datetime) -> bytes:
    """Set a paper as PDF/UA-1. The same paper and time give the same bytes.

    Where a country writes in a script that our font lacks, the machine's own fonts are asked, and
    the paper differs with them. Where they lack it too, the paper is tagged all the same but does
    not claim the standard, which forbids letters that cannot be shown.
    """
    data = json.dumps(paper, ensure_ascii=False)
    made = _compile(data, made_at)
    return in_reading_order(made) if _runs_left(data) else made


def _runs_left(text: str) -> bool:
    return any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in text)


def _compile(data: str, made_at: datetime) -> bytes:
    for only_ours, accessible in ((True, True), (False, True)):
        try:
            return _attempt(data, made_at, only_ours=only_ours, accessible=accessible)
        except typst.TypstError as error:
            if not str(error).startswith(FORBIDDEN):
                raise
    return _attempt(data, made_at, only_ours=False, accessible=False)


def _attempt(data: str, made_at: datetime, *, only_ours: bool, accessible: bool) -> bytes:
    compiler = typst.Compiler(str(TEMPLATE), root=str(HERE), font_paths=_fonts(only_ours))
    made = compiler.compile(
        format="pdf",
        sys_inputs={"data": data},
        pdf_standards=["ua-1"] if accessible else [],
        timestamp=made_at.replace(microsecond=0),  # PDF counts whole seconds
    )
    if not isinstance(made, bytes):
        raise TypeError("typst made no single document")
    return made


@lru_cache(maxsize=2)
def _fonts(only_ours: bool) -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=not only_ours,
        include_embedded_fonts=False,
        font_paths=[str(HERE / "fonts")],
    )
