"""Finding numbered articles in pasted law."""

import pytest
from hypothesis import given
from hypothesis import strategies as any_

from copse.strategy.queries.articles import articles


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Article 1 – Definitions\nA child is under 18.\nArticle 2. Possession\nWhoever …",
         [("1", "Definitions", "A child is under 18."), ("2", "Possession", "Whoever …")]),
        ("§ 184b\nWer …\n§ 184c\nWer …", [("184b", "", "Wer …"), ("184c", "", "Wer …")]),
        ("Section 12(3): Making available\nText", [("12(3)", "Making available", "Text")]),
        ("Art. 227-23\nLe fait …", [("227-23", "", "Le fait …")]),
        ("المادة 12: الحيازة\nنص", [("12", "الحيازة", "نص")]),
        ("Kifungu cha 9 Umiliki\nMaandishi", [("9", "Umiliki", "Maandishi")]),
        ("1. Title\nThis Act …\n2. Meaning\nIn this Act …",
         [("1", "Title", "This Act …"), ("2", "Meaning", "In this Act …")]),
        ("No articles here, and the year 2019 is none.", []),
        ("", []),
    ],
)  # fmt: skip
def test_articles_begin_where_a_line_says_so(text, found):
    assert [(one.number, one.heading, one.text) for one in articles(text)] == found


def test_a_table_of_contents_does_not_hide_the_article():
    text = "Article 1 Scope\nArticle 2 Terms\n\nArticle 1 Scope\nIt applies here.\nArticle 2 Terms\nA child …"
    assert [one.text for one in articles(text)] == ["It applies here.", "A child …"]


def test_a_long_first_sentence_is_text_and_no_heading():
    text = "Article 5. Whoever knowingly holds such material for whatever purpose commits an offence here."
    (one,) = articles(text)
    assert one.heading == ""
    assert one.text.startswith("Whoever knowingly")


@given(any_.text(max_size=400))
def test_no_text_breaks_it(text):
    assert all(one.number for one in articles(text))
