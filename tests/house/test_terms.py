"""Our own pages, documents and catalogues use the words that we ask others to use."""

from pathlib import Path

from copse.kit import terms

ROOT = Path(__file__).parents[2]
PAPERS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("changelog.d/*.md")]
PAGES = [*ROOT.glob("copse/**/templates/**/*.html")]
CATALOGUES = [*ROOT.glob("copse/**/locale/**/*.po")]
LISTS = [*ROOT.glob("copse/taxonomies/**/*.yaml"), *ROOT.glob("copse/taxonomies/**/labels/*.csv")]
TEXTS = sorted([*PAPERS, *PAGES, *CATALOGUES])


def told(found, path):
    name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name
    return [f"{name}:{one.line}:{one.column} {one.found}" for one in found.flags]


def test_no_text_of_ours_uses_a_discouraged_term():
    # What only our pages avoid may stand in a paper for those who build: it has users, and reviews.
    houses = {path: "" if path in PAPERS else terms.HOUSE for path in TEXTS}
    found = {path: terms.lint_file(path, house=house) for path, house in houses.items()}
    assert [one for path in TEXTS for one in told(found[path], path)] == []
    assert len(found) > 150, "the texts are really looked at"
    assert sum(looked.words for looked in found.values()) > 60_000


def test_no_list_of_codes_uses_a_discouraged_term():
    """A list is in all its languages at once, so it is held against the terms of each."""
    texts = {path: path.read_text("utf-8") for path in sorted(LISTS)}
    assert len(texts) > 20
    assert [
        one
        for path, text in texts.items()
        for language in terms.LANGUAGES
        for one in told(terms.lint(text, language), path)
    ] == []


def test_the_rule_sees_what_it_forbids(tmp_path):
    page = tmp_path / "page.html"
    page.write_text('<p title="child porn">{% translate "Send your complaint" %}</p>')
    found = terms.lint_file(page, house=terms.HOUSE)
    assert told(found, page) == ["page.html:1:11 child porn", "page.html:1:47 complaint"]
