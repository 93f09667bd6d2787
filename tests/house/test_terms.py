"""Our own pages, documents and catalogues use the words that we ask others to use."""

from pathlib import Path

import pytest

from copse.kit import terms

ROOT = Path(__file__).parents[2]
PAPERS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("changelog.d/*.md")]
PAGES = [*ROOT.glob("copse/**/templates/**/*.html")]
CATALOGUES = [*ROOT.glob("copse/**/locale/**/*.po")]
LISTS = [*ROOT.glob("copse/taxonomies/**/*.yaml"), *ROOT.glob("copse/taxonomies/**/labels/*.csv")]
TEXTS = sorted([*PAPERS, *PAGES, *CATALOGUES])


def told(found, path):
    return [f"{path.name}:{one.line}:{one.column} {one.found}" for one in found.flags]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_of_ours_uses_a_discouraged_term(path):
    # What only our pages avoid may stand in a paper for those who build: it has users, and reviews.
    house = "" if path in PAPERS else terms.HOUSE
    assert told(terms.lint_file(path, house=house), path) == []


@pytest.mark.parametrize("path", sorted(LISTS), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_list_of_codes_uses_a_discouraged_term(path):
    """A list is in all its languages at once, so it is held against the terms of each."""
    text = path.read_text("utf-8")
    assert [told(terms.lint(text, one), path) for one in terms.LANGUAGES] == [[]] * 4


def test_the_rule_sees_what_it_forbids(tmp_path):
    page = tmp_path / "page.html"
    page.write_text('<p title="child porn">{% translate "Send your complaint" %}</p>')
    found = terms.lint_file(page, house=terms.HOUSE)
    assert told(found, page) == ["page.html:1:11 child porn", "page.html:1:47 complaint"]


def test_the_texts_are_really_looked_at():
    assert len(TEXTS) > 150
    assert sum(terms.lint_file(path).words for path in TEXTS) > 60_000
