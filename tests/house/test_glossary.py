"""One word per thing: the names of a room's tables stand in the glossary."""

import re
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).parent.parent.parent
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
WORDS = {row.split("|")[1].strip() for row in GLOSSARY.splitlines() if row.startswith("| ")}
ROOMS = ("portal", "hotline", "observatory", "strategy")


def words_of(name):
    """`RiskClass` as the glossary writes it: risk class."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def test_every_table_of_a_room_is_a_word_of_the_glossary():
    models = [m for m in apps.get_models() if m._meta.app_label in ROOMS]
    missing = sorted({words_of(m.__name__) for m in models} - WORDS)
    assert missing == []


def test_the_glossary_is_in_order_and_says_each_word_once():
    terms = GLOSSARY.partition("## Do not write")[0]
    words = [row.split("|")[1].strip() for row in terms.splitlines() if row.startswith("| ")][1:]
    assert words == sorted(set(words))


def test_names_are_split_into_words():
    assert words_of("RiskClass") == "risk class"
