import csv
from collections import Counter
from pathlib import Path

import pytest

import copse.taxonomies
from copse.kit import taxonomy
from copse.kit.taxonomy import NotMapped, UnknownCode, UnknownScheme

HOME = Path(copse.taxonomies.__file__).parent
SCHEMES = taxonomy.schemes()


def rows(path):
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


@pytest.mark.parametrize("name", SCHEMES)
def test_no_code_stands_twice(name):
    for version in (HOME / name).glob("*.csv"):
        counted = Counter(row["code"] for row in rows(version))
        assert max(counted.values()) == 1, version


@pytest.mark.parametrize("name", SCHEMES)
def test_every_code_has_a_label_in_every_language_and_wording(name):
    scheme = taxonomy.scheme(name)
    for key, labels in scheme.labels.items():
        assert set(labels) == set(scheme.entries), key
        assert all(label.name.strip() for label in labels.values()), key


@pytest.mark.parametrize("name", SCHEMES)
def test_a_sentence_in_one_language_is_a_sentence_in_all(name):
    scheme = taxonomy.scheme(name)
    for code in scheme.entries:
        for wording in {wording for wording, _ in scheme.labels}:
            about = {bool(scheme.about(code, lang, wording)) for lang in taxonomy.LANGUAGES}
            assert len(about) == 1, (code, wording)


@pytest.mark.parametrize("name", SCHEMES)
def test_every_map_names_every_code_even_those_without_counterpart(name):
    scheme = taxonomy.scheme(name)
    assert set(scheme.maps) == {path.stem for path in (HOME / name / "maps").glob("*.csv")}
    for other, table in scheme.maps.items():
        assert set(table) == set(scheme.entries), other
        assert all(bool(found.target) == bool(found.relation) for found in table.values())


@pytest.mark.parametrize("name", SCHEMES)
def test_codes_of_earlier_versions_stay(name):
    scheme = taxonomy.scheme(name)
    for version in (HOME / name).glob("*.csv"):
        assert {row["code"] for row in rows(version)} <= set(scheme.entries), version


@pytest.mark.parametrize("name", SCHEMES)
def test_parents_are_codes_of_the_same_scheme(name):
    scheme = taxonomy.scheme(name)
    assert {entry.parent for entry in scheme.entries.values()} <= {"", *scheme.entries}


@pytest.mark.parametrize("name", SCHEMES)
def test_a_scheme_says_whose_it_is(name):
    meta = taxonomy.scheme(name).meta
    assert {"title", "owner", "source", "licence", "valid_from"} <= set(meta)


def test_the_risks_are_those_of_the_brief():
    risk = taxonomy.scheme("risk")
    assert risk.codes(parent="") == ("content", "contact", "contract", "conduct")
    leaves = Counter(risk[code].parent for code in risk.codes() if risk[code].parent)
    assert leaves == {"content": 9, "contact": 10, "contract": 8, "conduct": 5}
    assert {risk[code]["role"] for code in risk.codes("conduct")} == {"actor"}


def test_child_wording_is_short_and_falls_back():
    risk = taxonomy.scheme("risk")
    for code in risk.codes():
        assert len(risk.label(code, "en", "child").split()) <= 12
    assert risk.label("contact_csam", "en", "child") != risk.label("contact_csam", "en")
    assert taxonomy.scheme("severity").label("level_1", "fr", "child") == "Le plus grave"
    assert risk.label("contact", "pt-br") == "Contact"


def test_material_labels_map_to_the_schemes_of_others():
    material = taxonomy.scheme("material_label")
    assert set(material.maps) == {"ucs", "interpol", "cybertipline", "xarf", "vics"}
    for code in material.codes(effect="material"):
        assert material.is_mapped(code, "ucs")
        assert material.is_mapped(code, "interpol")
    assert material.map("national_youth", "cybertipline") == "B2"
    assert material.map("baseline_act", "xarf") == "csam/baseline"


def test_what_has_no_counterpart_cannot_be_exported():
    with pytest.raises(NotMapped, match="no counterpart"):
        taxonomy.scheme("material_label").map("not_illegal", "xarf")


def test_unknown_names_are_plain_errors():
    with pytest.raises(UnknownScheme, match="risk"):
        taxonomy.scheme("nothing")
    with pytest.raises(UnknownCode, match="“x”"):
        taxonomy.scheme("risk").label("x")


def test_retired_codes_stay_readable_and_cannot_be_chosen(tmp_path):
    (tmp_path / "labels").mkdir()
    (tmp_path / "meta.toml").write_text('title = "Tree"\ncurrent = "2"\n')
    (tmp_path / "2.csv").write_text("code,parent,retired\nash,,\nelm,,2027-01-01\n")
    for lang in taxonomy.LANGUAGES:
        (tmp_path / "labels" / f"{lang}.csv").write_text("code,label,about\nash,Ash,\nelm,Elm,\n")

    trees = taxonomy.read(tmp_path, "tree")

    assert trees.codes() == ("ash",)
    assert trees.codes(retired=True) == ("ash", "elm")
    assert trees.label("elm", "sw") == "Elm"
    assert "elm" in trees
