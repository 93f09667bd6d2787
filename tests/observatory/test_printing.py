"""What is printed says what the release says, and can be read aloud in its order."""

from functools import lru_cache
from itertools import pairwise

import pytest
from django.utils import translation

from copse.observatory.queries import figures_of
from copse.observatory.services import printing
from copse.observatory.services.printing import pieces, typesetting
from copse.observatory.services.printing.source import Source
from tests.observatory import printed
from tests.observatory.tagged import Tagged

LANGUAGES = ("en", "fr", "ar", "sw")
PAPERS = (("strategy", ""), ("report", ""), ("action", "REP-1"))
EACH = [(kind, code, language) for kind, code in PAPERS for language in LANGUAGES]
RELEASE = printed.release()
BLOCKS = {"/H1", "/H2", "/H3", "/H4", "/P", "/LBody", "/TH", "/TD"}


@lru_cache
def paper(kind, code, language):
    return printing.document(kind, RELEASE, language, code)


@lru_cache
def tagged(kind, code, language):
    return Tagged(paper(kind, code, language))


@lru_cache
def elements(kind, code, language):
    return list(tagged(kind, code, language).elements())


def names(found, *wanted):
    return [name for name, _element, _said in found if not wanted or name in wanted]


def plain(text):
    """Without spaces, which stand in other places where a line ends, and the marks of directions."""
    return "".join(one for one in text if one.isprintable() and not one.isspace())


def joined(runs):
    return plain("".join(run["text"] for run in runs))


def written(kind, code, language):
    """What should be read, block by block, from the pieces that the paper is made of."""
    with translation.override(language):
        source = Source(figures_of(RELEASE.sha256, RELEASE.body), code)
        for piece in printing.WRITERS[printing.Kind(kind)](source):
            if piece["kind"] in {"heading", "text", "lead"}:
                yield joined(piece["runs"])
            elif piece["kind"] == "list":
                yield from map(joined, piece["items"])
            elif piece["kind"] == "table":
                yield from map(joined, piece["columns"])
                yield from (joined(cell["runs"]) for row in piece["rows"] for cell in row)


@pytest.mark.parametrize(("kind", "code", "language"), EACH)
def test_everything_is_read_in_the_order_in_which_it_was_written(kind, code, language):
    """Along the tags, Arabic from its first word to its last, numbers and brackets in their place."""
    read = [plain(said) for name, _e, said in elements(kind, code, language) if name in BLOCKS]
    wanted = list(written(kind, code, language))
    assert read[: len(wanted)] == wanted
    assert RELEASE.sha256 in read[-1]
    assert len(read) == len(wanted) + 1


@pytest.mark.parametrize(("kind", "code", "language"), EACH)
def test_a_paper_names_its_language_its_title_and_the_standard(kind, code, language):
    found = tagged(kind, code, language)
    said = next(said for name, _element, said in elements(kind, code, language) if name == "/H1")
    assert found.root["/Lang"] == language
    assert found.root["/MarkInfo"]["/Marked"]
    assert found.root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert plain(found.reader.metadata.title) == plain(said) != ""
    assert b"<pdfuaid:part>1</pdfuaid:part>" in found.root["/Metadata"].get_data()
    way = found.root["/ViewerPreferences"].get("/Direction", "/L2R")
    assert way == ("/R2L" if language == "ar" else "/L2R")


@pytest.mark.parametrize(("kind", "code", "language"), EACH)
def test_headings_begin_at_one_and_skip_no_level(kind, code, language):
    levels = [int(one[2]) for one in names(elements(kind, code, language)) if one[1] == "H"]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize(("kind", "code", "language"), EACH)
def test_every_table_has_heads_over_each_of_its_columns(kind, code, language):
    found = tagged(kind, code, language)
    tables = [one for name, one, _said in elements(kind, code, language) if name == "/Table"]
    assert tables
    for table in tables:
        rows = [one for name, one, _said in found.elements(table) if name == "/TR"]
        heads = [one for name, one, _said in found.elements(rows[0]) if name == "/TH"]
        cells = [names(found.elements(row), "/TD") for row in rows[1:]]
        assert {head["/A"][0]["/Scope"] if isinstance(head["/A"], list) else head["/A"]["/Scope"]
                for head in heads} == {"/Column"}  # fmt: skip
        assert {len(row) for row in cells} == {len(heads)}


def test_the_picture_says_in_words_what_it_shows():
    alternatives = [one["/Alt"] for name, one, _said in elements("report", "", "en")
                    if name == "/Figure"]  # fmt: skip
    assert len(alternatives) == 1
    assert "9 Late" in alternatives[0]


def test_another_reader_finds_arabic_words_whole():
    text = tagged("report", "", "ar").reader.pages[0].extract_text()
    assert {"الأهداف", "أكتوبر", "المسار"} <= set(text.replace("؟", " ").split())


def test_how_much_of_the_law_nobody_looked_into_is_printed():
    said = plain(" ".join(said for _name, _e, said in elements("report", "", "en")))
    assert plain("Nobody has looked into 167 of 168 pairs of a harm and a power.") in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_goal_and_measure_of_the_plan_is_printed(language):
    said = plain(" ".join(said for name, _e, said in elements("strategy", "", language)
                          if name in BLOCKS))  # fmt: skip
    for one in [*printed.plan()["goals"], *printed.plan()["measures"]]:
        assert plain(one["title"]) in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_lists_all_44_actions(language):
    rows = [said for name, _e, said in elements("report", "", language) if name == "/TD"]
    codes = {one["code"] for one in printed.actions()}
    assert len({one for one in rows if one in codes}) == 44


def test_what_a_country_wrote_is_text_and_never_markup():
    titles = [said for name, _e, said in elements("strategy", "", "en") if name == "/H3"]
    assert plain(f"G-2 {printed.MARKUP}") in map(plain, titles)


def test_letters_that_turn_a_line_or_control_a_printer_are_left_out():
    assert pieces.clean("a\u202eb\x07c\u2066d\ne\u200d") == "abcd e\u200d"
    assert pieces.clean("عَامًا") == "عاما"


def test_a_text_without_letters_runs_as_the_page_does():
    found = [pieces.run(one)["dir"] for one in ("12 – 30", "2026 حماية", "(REP-1)")]
    assert found == ["", "rtl", "ltr"]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_same_release_gives_the_same_bytes(language):
    first = paper("report", "", language)
    printing._document.cache_clear()
    again = printing.document("report", RELEASE, language)
    assert first == again
    assert first != paper("report", "", "fr")


def test_a_script_that_no_font_has_is_tagged_without_the_claim():
    private = "\U0001f9ff\U00016b00"
    strategy = printed.plan()["strategy"] | {"title": f"Plan {private}"}
    release = printed.release(plan=printed.plan() | {"strategy": strategy})
    found = Tagged(printing.document("strategy", release, "en"))
    assert found.root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" not in found.root["/Metadata"].get_data()


def test_a_mistake_in_the_template_is_not_hidden(tmp_path, monkeypatch):
    (tmp_path / "wrong.typ").write_text("#nowhere")
    monkeypatch.setattr(typesetting, "TEMPLATE", tmp_path / "wrong.typ")
    monkeypatch.setattr(typesetting, "HERE", tmp_path)
    with pytest.raises(typesetting.typst.TypstError, match="unknown variable"):
        typesetting.typeset({}, RELEASE.published_at)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "There is no national plan yet."),
        ("fr", "Il n’y a pas encore de plan national."),
        ("ar", "لا توجد خطة وطنية بعد."),
        ("sw", "Bado hakuna mpango wa taifa."),
    ],
)
def test_without_a_plan_the_papers_are_made_and_say_so(language, sentence):
    release = printed.release(plan=None, goals=[], indicators=[])
    found = Tagged(printing.document("strategy", release, language))
    assert plain(sentence) in [plain(said) for _name, _e, said in found.elements()]
    for kind, code in (("report", ""), ("action", "REP-1")):
        assert printing.document(kind, release, language, code).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("kind", "language", "code"),
    [("poster", "en", ""), ("report", "xx", ""), ("action", "en", "REP-99"), ("action", "en", ""),
     ("report", "en", "REP-1")],
)  # fmt: skip
def test_a_paper_that_there_is_not_is_refused(kind, language, code):
    with pytest.raises(printing.UnknownPaper):
        printing.document(kind, RELEASE, language, code)
