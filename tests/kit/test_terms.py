"""Words that should be replaced: found in every shape they take, and nowhere else."""

import csv
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as any_

from copse.kit import terms
from copse.kit.errors import InputError
from copse.kit.terms import BadText, Format, lint, lint_file
from copse.kit.terms.vocabulary import rows


def found(text, language="en", **more):
    return [one.found for one in lint(text, language, **more).flags]


@pytest.mark.parametrize(
    ("language", "text", "flagged"),
    [
        ("en", "Whoever holds child pornography.", ["child pornography"]),
        ("en", "CHILD PORNOGRAPHIC pictures", ["CHILD PORNOGRAPHIC"]),
        ("en", "a child-porn site", ["child-porn"]),
        ("en", "child\n   prostitutes and paedophiles", ["child prostitutes", "paedophiles"]),
        ("en", "sex with a minor; sex with an adult", ["sex with a minor"]),
        ("en", "a consenting child, an underage girl", ["consenting child", "underage girl"]),
        ("en", "she was sextorted", ["sextorted"]),
        ("en", "a grandchild pornographer's child. Porn is elsewhere.", []),
        ("en", "The child was protected. A minor fault. Sexual abuse of a child.", []),
        ("en", "sale of children, child prostitution and child pornography (the Protocol)", []),
        ("fr", "des images à caractère pédopornographique", ["pédopornographique"]),
        ("fr", "La pornographie enfantine et la prostitution infantile",
         ["pornographie enfantine", "prostitution infantile"]),
        ("fr", "la prostitution d’enfants", ["prostitution d’enfants"]),
        ("fr", "rapports sexuels avec un mineur consentant",
         ["rapports sexuels avec un mineur"]),
        ("fr", "Contenu d’abus sexuels sur enfants", []),
        ("ar", "من حاز موادَّ إباحيةً للأطفال", ["موادَّ إباحيةً للأطفال"]),
        ("ar", "والسياحة الجنسية", ["والسياحة الجنسية"]),
        ("ar", "استغلال الأطفال في المواد الاباحية", ["استغلال الأطفال في المواد الاباحية"]),
        ("ar", "مواد الاعتداء الجنسي على الأطفال", []),
        ("sw", "Picha za ngono za watoto ni kosa", ["Picha za ngono za watoto"]),
        ("sw", "ukahaba wa watoto", ["ukahaba wa watoto"]),
        ("sw", "nyenzo za unyanyasaji wa kingono kwa watoto", []),
    ],
)  # fmt: skip
def test_a_term_is_found_whatever_its_case_ending_or_line(language, text, flagged):
    assert found(text, language) == flagged


def test_a_flag_says_line_column_what_to_write_and_why():
    (flag,) = lint("One.\nTwo is child pornography.").flags
    assert (flag.line, flag.column) == (2, 8)
    assert flag.term.instead == "child sexual abuse material"
    assert flag.term.why.endswith(".")


def test_flags_are_counted_for_every_thousand_words():
    assert lint("child porn " + "word " * 98).per_1000 == 10
    assert lint("").per_1000 == 0


def test_of_a_markdown_file_code_and_addresses_are_not_read():
    text = (
        "Say no to child porn.\n```\nchild porn\n```\nand `child porn`, [this](https://x/child-porn)"
        "\n<!-- child porn -->\n<!-- terms: off -->\nchild porn\n<!-- terms: on -->\nchild porn"
    )
    flags = lint(text, format_=Format.MARKDOWN).flags
    assert [(one.line, one.column) for one in flags] == [(1, 11), (10, 1)]


def test_of_a_page_what_is_shown_or_spoken_is_read():
    page = (
        '<html lang="en"><style>.child-porn {}</style><script>"child porn"</script>'
        '<img alt="child porn" src="child-porn.png" class="child porn">{# child porn #}'
        '{% translate "child prostitution" %}{{ child porn }}<p>child <b>porn</b></p>'
    )
    assert found(page, format_=Format.PAGE) == ["child porn", "child prostitution", "child <b>porn"]


def test_a_catalogue_is_read_in_both_its_languages(tmp_path):
    path = tmp_path / "django.po"
    path.write_text(
        'msgid ""\nmsgstr ""\n"Language: fr\\n"\n\n#: child porn\nmsgid ""\n"Report child "\n'
        '"porn here"\nmsgstr ""\n"La pédopornographie"\n'
    )
    flags = lint_file(path).flags
    assert [(one.line, one.term.language) for one in flags] == [(7, "en"), (10, "fr")]


@pytest.mark.parametrize(
    ("name", "text", "given", "flagged"),
    [
        ("loi.fr.txt", "pédopornographie", "", 1),
        ("fr/loi.txt", "pédopornographie", "", 1),
        ("loi.txt", "pédopornographie", "fr", 1),
        ("loi.txt", "pédopornographie", "", 0),
        ("a.html", '<html lang="fr">pédopornographie', "", 1),
    ],
)
def test_a_file_says_its_language(tmp_path, name, text, given, flagged):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    assert len(lint_file(path, given).flags) == flagged


def test_what_is_no_text_is_refused_with_its_line(tmp_path):
    path = tmp_path / "law.txt"
    with pytest.raises(BadText, match=r"law\.txt: it cannot be read: No such file"):
        lint_file(path)
    path.write_bytes(b"one\ntwo \xff\xfe")
    with pytest.raises(BadText, match=r"law.txt:2: this is not UTF-8\. Save"):
        lint_file(path)
    with pytest.raises(BadText, match=r"of these kinds are read: \.txt, \.md"):
        lint_file(tmp_path / "law.docx")
    with pytest.raises(InputError, match="no list of terms for “de”"):
        lint("Text", "de")


def test_a_file_that_is_far_too_large_is_refused(tmp_path):
    path = tmp_path / "law.txt"
    with path.open("wb") as made:
        made.truncate((64 << 20) + 1)
    with pytest.raises(BadText, match="larger than 64 MB"):
        lint_file(path)


def test_a_whole_code_of_law_is_read_in_moments():
    text = "Whoever sells a child any liquor shall be liable to a fine. " * 16_000
    began = time.process_time()
    assert lint(text).flags == ()
    assert time.process_time() - began < 15


@pytest.mark.parametrize(("name", "least"), [("en", 25), ("fr", 15), ("ar", 15), ("sw", 15)])
def test_a_list_is_long_enough_whole_and_finds_its_own_terms(name, least):
    listed = rows(name)
    assert len({row["term"] for row in listed}) == len(listed) >= least
    for row in listed:
        assert row["instead"], row
        assert row["why"].endswith("."), row
        assert lint(row["term"], name).flags, row["term"]
        # What is recommended is never itself discouraged.
        assert lint(f"{row['instead']} {row['why']}", name).flags == () or "“" in row["why"], row


@pytest.mark.parametrize("name", [*terms.LANGUAGES, terms.HOUSE])
def test_every_row_has_five_columns(name):
    from importlib.resources import files

    text = (files("copse.taxonomies") / "terminology" / f"{name}.csv").read_text("utf-8")
    assert {len(row) for row in csv.reader(text.splitlines())} == {5}


@given(any_.text(), any_.sampled_from(terms.LANGUAGES), any_.sampled_from(Format))
def test_no_text_breaks_it_and_every_place_is_in_it(text, language, format_):
    lines = text.split("\n")
    for flag in lint(text, language, format_=format_).flags:
        assert 1 <= flag.column <= len(lines[flag.line - 1])


@given(any_.sampled_from(["en", "fr", "sw"]), any_.data())
def test_what_stands_between_two_words_does_not_matter(language, data):
    row = data.draw(any_.sampled_from(rows(language)))
    gap = data.draw(any_.sampled_from([" ", "\n", "  ", "\u00a0", "-"]))
    text = re.sub(r" ", gap, row["term"]).upper()
    assert lint(f"… {text} …", language).flags
