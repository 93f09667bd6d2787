"""A file of a framework is taken whole, or refused with every line that is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copse.kit.framework.comparing import diff
from copse.kit.framework.library import (
    REGISTER,
    UnknownFramework,
    publish,
    read_library,
    read_one,
)
from copse.kit.framework.lines import MOST_PROBLEMS, BadFramework
from copse.kit.framework.model import NodeKind, UnknownNode, words
from copse.kit.framework.reading import framework_of
from tests.kit.frameworks import FIRST, HEAD, SECOND, SECTION, TEXT, TINY, put, put_crosswalk


def problems_of(folder):
    with pytest.raises(BadFramework) as refused:
        read_library(folder)
    return [str(problem) for problem in refused.value.problems]


def test_a_framework_is_read_with_its_nodes_in_order(tmp_path):
    put(tmp_path)
    tiny = read_library(tmp_path)["tiny"]
    assert (tiny.name, tiny.version, list(tiny.nodes)) == ("tiny", 2, ["A", "A-1", "A-2"])
    assert tiny["A-2"].urn == "urn:copse:framework:tiny:A-2"
    assert tiny.scale_of(tiny["A-1"]).values == ("no", "yes")
    assert tiny.scale_of(tiny["A"]) is None
    assert [node.id for node in tiny.children("A")] == ["A-1", "A-2"]
    assert [node.id for node in tiny.of_kind(NodeKind.SECTION)] == ["A"]
    assert words(tiny["A"].label, "sw-KE") == "d"
    assert words(tiny["A"].label, "pt") == "a"
    assert words({}, "en") == ""


def test_bytes_kept_elsewhere_make_the_same_framework(tmp_path):
    put(tmp_path)
    assert framework_of("tiny.yaml", TINY.encode()) == read_library(tmp_path)["tiny"]
    with pytest.raises(BadFramework, match=r"tiny\.yaml:1: The file is empty"):
        framework_of("tiny.yaml", b"")


def test_answers_choose_which_questions_follow(tmp_path):
    third = f"  - {{id: A-3, kind: question, label: {TEXT}, depends: {{question: A-2, answers: [no]}}}}\n"
    put(tmp_path, TINY + third)
    tiny = read_library(tmp_path)["tiny"]
    assert tiny.follows(tiny["A-1"], {})
    assert not tiny.follows(tiny["A-2"], {"A-1": "no"})
    assert tiny.follows(tiny["A-3"], {"A-1": "yes", "A-2": "no"})
    # What hangs on a question that is not asked is not asked, whatever was answered before.
    assert not tiny.follows(tiny["A-3"], {"A-1": "no", "A-2": "no"})


def test_words_stay_as_they_are_written(tmp_path):
    put(tmp_path, TINY + f"  - {{id: B, kind: figure, label: {TEXT}, about: {{a: no, b: 010}}}}\n")
    assert read_library(tmp_path)["tiny"]["B"].about == {"a": "no", "b": "010"}


WRONG = {
    "a missing id": (FIRST.replace("id: A-1, ", ""), "13: “id” is missing. Add it."),
    "an id in another form": (FIRST.replace("A-1", '"A 1"'), "13: “id” must have the form"),
    "an unknown kind": (FIRST.replace("question", "riddle"), "13: “riddle” is no kind known here"),
    "an unknown key": (FIRST.replace("scale", "scail"), "13: “scail” is no key here"),
    "an unknown scale": (FIRST.replace("legal", "moral"), "13: A-1: The scale “moral” is not"),
    "an unknown parent": (FIRST.replace("parent: A", "parent: Z"), "13: A-1: The parent Z is no"),
    "a missing language": (FIRST.replace(", sw: d", ""), "13: “label” has no words in: sw. Add"),
    "an empty text": (FIRST.replace("sw: d", "sw: ''"), "13: “sw” is one word or sentence"),
    "a language that is none": (
        FIRST.replace("sw: d", "sw: d, Swahili: d"),
        "“Swahili” is no lang",
    ),
    "a label without languages": (FIRST.replace(TEXT, "Hello"), "13: Keys and values belong here"),
    "a label that is missing": (FIRST.replace(f"label: {TEXT}, ", ""), "“label” is missing. Add"),
    "a list for a word": (FIRST.replace("legal", "[a]"), "13: “scale” is one word or sentence"),
    "a tier unknown": (FIRST.replace("scale", "tier: tall, scale"), "“tier” must have the form"),
    "evidence unknown": (
        FIRST.replace("scale", "kinds_of_evidence: [Q], scale"),
        "13: “Q” is no kinds_of_evidence known here. Use one of: O, E, T.",
    ),
    "a list that is none": (FIRST.replace("scale", "rooms: portal, scale"), "“rooms” is a list of"),
    "retired in the future": (
        FIRST.replace("scale", "retired: 3, scale"),
        "retires with version 3",
    ),
    "retired by a word": (FIRST.replace("scale", "retired: soon, scale"), "whole number from 1"),
    "a text of a book": (FIRST.replace("sw: d", f"sw: {'d' * 3000}"), "longer than 2000 letters"),
    "the same key twice": (
        FIRST.replace("scale", "id: A-9, scale"),
        "13: “id” stood in line 13 already. Keep one.",
    ),
    "an anchor": (FIRST.replace("legal", "&l legal"), "13: Anchors and aliases are not read"),
    "an alias": (FIRST.replace("legal", "*l"), "13: Anchors and aliases are not read"),
    "a tag": (FIRST.replace("legal", "!!str legal"), "13: The tag tag:yaml.org,2002:str is not"),
    "a key that is a list": (FIRST.replace("scale", "[a]"), "13: A key is a single word"),
    "deep nesting": (FIRST.replace("legal", "[" * 9 + "]" * 9), "13: This is nested deeper than 8"),
    "a bracket left open": (FIRST.replace("}\n", "\n"), "This is not YAML: did not find expected"),
    "a second document": (FIRST + "---\nmore\n", "14: A second document starts here"),
    "a control character": (FIRST.replace("en: a", "en: \x07"), "13: A sign that no text may hold"),
    "a question unknown": (
        FIRST.replace("scale", "depends: {question: Z, answers: [no]}, scale"),
        "13: A-1: It depends on Z, which is no id of this file",
    ),
    "a question without answers": (
        FIRST.replace("scale", "depends: {question: A-2}, scale"),
        "13: “answers” is missing",
    ),
    "an answer nobody can give": (
        FIRST + SECOND.replace("[yes]", "[perhaps]"),
        "14: A-2: A-1 has no answer “perhaps”. Its answers: no, yes. Correct it.",
    ),
    "an answer where nothing is asked": (
        FIRST + SECOND.replace("question: A-1", "question: A"),
        "14: A-2: A has no answer “yes”. Its answers: none, for it has no scale.",
    ),
    "an id twice": (FIRST + FIRST, "14: The id A-1 stood in line 13 already. Change one."),
}


@pytest.mark.parametrize(("nodes", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named_with_its_line(tmp_path, nodes, said):
    put(tmp_path, HEAD + SECTION + nodes)
    found = problems_of(tmp_path)
    assert any(said in problem for problem in found), found
    assert all(problem.startswith("tiny.yaml:") for problem in found)


HEADS = {
    "an unknown kind": ("kind: questions", "kind: riddles", "3: “riddles” is no kind known here"),
    "a strange urn": ("urn:copse:framework:tiny", "tiny", "1: “urn” must have the form"),
    "no version": ("version: 2\n", "", "1: “version” is missing. Add it."),
    "version nought": ("version: 2", "version: 0", "2: “version” is a whole number from 1"),
    "no licence note": ("note: own", "name: own", "6: “licence” has no “note”"),
    "no source": ("name: Nobody, ", "", "5: “name” is missing"),
    "a value twice": ("value: yes", "value: no", "10: The scale “legal” has “no” twice"),
    "no nodes": ("nodes:\n", "nodes: {}\nx:\n", "“nodes” is missing or no list"),
    "a file in another name": (":tiny", ":huge", "1: The file of this URN is called huge.yaml"),
}


@pytest.mark.parametrize(("old", "new", "said"), HEADS.values(), ids=HEADS)
def test_what_is_wrong_with_the_head_is_named_with_its_line(tmp_path, old, new, said):
    assert old in TINY
    (tmp_path / "tiny.yaml").write_text(TINY.replace(old, new, 1))
    found = problems_of(tmp_path)
    assert any(f"tiny.yaml:{said}" in problem or said in problem for problem in found), found


FILES = {
    "nothing": (b"", "tiny.yaml:1: The file is empty."),
    "a list": (b"- a\n", "tiny.yaml:1: Keys and values belong here: urn, version"),
    "another encoding": (b"urn: x\ntitle: \xe9\n", "tiny.yaml:2: This is not UTF-8."),
    "a program": (b"\x7fELF\x00\x00", "tiny.yaml:1: A sign that no text may hold"),
    "ten megabytes": (b"a: b\n" * 2_000_000, "tiny.yaml:1: The file is larger than 2 MB"),
    "a nest": (b"[" * 50 + b"]" * 50, "tiny.yaml:1: This is nested deeper than 8 levels."),
    "a bomb": (b"[" * 100_000, "tiny.yaml:1: This is not YAML: "),
}


@pytest.mark.parametrize(("raw", "said"), FILES.values(), ids=FILES)
def test_what_is_no_framework_at_all_is_one_sentence(tmp_path, raw, said):
    (tmp_path / "tiny.yaml").write_bytes(raw)
    found = problems_of(tmp_path)
    assert len(found) == 1
    assert found[0].startswith(said)


def test_a_circle_is_named_once_with_its_way(tmp_path):
    put(
        tmp_path,
        HEAD + SECTION.replace("label", "parent: A-1, label")
        + FIRST.replace("scale: legal", "scale: legal, depends: {question: A-2, answers: [no]}")
        + SECOND,
    )  # fmt: skip
    assert problems_of(tmp_path) == [
        "tiny.yaml:12: A is its own parent: A → A-1 → A. Break the circle.",
        "tiny.yaml:13: A-1 is its own question it depends on: A-1 → A-2 → A-1. Break the circle.",
    ]


def test_every_problem_is_told_at_once_but_not_without_end(tmp_path):
    put(tmp_path, HEAD + SECTION.replace("sw: d", "") + FIRST.replace("legal", "x"))
    assert len(problems_of(tmp_path)) == 2
    put(tmp_path, HEAD + SECTION.replace("kind", "kin") * 3000)
    assert len(problems_of(tmp_path)) == MOST_PROBLEMS


def test_a_folder_that_is_none_is_said(tmp_path):
    assert problems_of(tmp_path / "nowhere")[0].startswith("nowhere: There is no such folder")
    (tmp_path / "tiny.yaml").mkdir()
    assert problems_of(tmp_path) == ["tiny.yaml: The file cannot be read: Is a directory."]


def test_unknown_names_are_plain_errors(tmp_path):
    put(tmp_path)
    library = read_library(tmp_path)
    with pytest.raises(UnknownFramework, match=r"no framework called “huge”\. There are: tiny"):
        library["huge"]
    with pytest.raises(UnknownNode, match="“Z” is no id of the framework “tiny”"):
        library["tiny"]["Z"]
    assert library.node("urn:copse:framework:tiny:A-1").id == "A-1"


CROSSWALKS = {
    "an unknown node": ("{from: Z, to: A-1, relation: equal}", "1: Z is no id of tiny. Correct"),
    "an unknown end": ("{from: A-1, to: Z, relation: equal}", "1: Z is no id of other. Correct"),
    "an unknown relation": (
        "{from: A-1, to: A-1, relation: same}",
        "1: “same” is no relation known here. Use one of: equal, subset, superset, intersects.",
    ),
    "a relation left out": ("{from: A-1, to: A-1}", "1: “relation” is missing. Add it."),
    "a link twice": (
        "{from: A-1, to: A-1, relation: equal}\n- {from: A-1, to: A-1, relation: subset}",
        "2: Line 1 links these two already. Keep one.",
    ),
    "an unknown scale": (
        "{from_scale: moral, to_scale: legal, values: {no: no}}",
        "1: tiny has no scale “moral”. It has: legal.",
    ),
    "an unknown answer": (
        "{from_scale: legal, to_scale: legal, values: {no: never}}",
        "1: No such answer: “never” of legal. Correct it.",
    ),
}


@pytest.mark.parametrize(("entry", "said"), CROSSWALKS.values(), ids=CROSSWALKS)
def test_a_wrong_line_of_a_crosswalk_is_named(tmp_path, entry, said):
    put(tmp_path)
    put(tmp_path, name="other")
    put_crosswalk(tmp_path, f"- {entry}\n")
    (found,) = problems_of(tmp_path)
    assert found.startswith(f"tiny--other.yaml:{said}")


def test_a_crosswalk_is_named_after_two_frameworks_and_is_a_list(tmp_path):
    put(tmp_path)
    for pair in ("tiny", "tiny--tiny", "tiny--nothing"):
        path = put_crosswalk(tmp_path, "- {}\n", pair)
        assert problems_of(tmp_path)[0].startswith(f"{pair}.yaml: A crosswalk is called <a>--<b>")
        path.unlink()
    put(tmp_path, name="other")
    put_crosswalk(tmp_path, "from: A-1\n")
    assert problems_of(tmp_path) == ["tiny--other.yaml:1: A crosswalk is a list; start with “- ”."]


def test_a_countrys_crosswalk_may_lead_to_a_framework_that_is_shipped(tmp_path):
    put(tmp_path / "shipped", name="other")
    put(tmp_path / "own")
    put_crosswalk(tmp_path / "own", "- {from: A-1, to: A-2, relation: equal}\n")
    beyond = read_library(tmp_path / "shipped")
    assert len(read_library(tmp_path / "own", beyond=beyond).crosswalks[0].links) == 1


def test_published_ids_never_vanish_and_never_change(tmp_path):
    put(tmp_path)
    assert publish(read_library(tmp_path), tmp_path) == 3
    assert publish(read_library(tmp_path), tmp_path) == 0
    register = (tmp_path / REGISTER).read_text()
    assert register.splitlines()[:2] == [
        "urn,since,kind,parent",
        "urn:copse:framework:tiny:A,2,section,",
    ]

    put(tmp_path, HEAD + SECTION + FIRST.replace("kind: question", "kind: element"))
    assert problems_of(tmp_path) == [
        (
            "tiny.yaml:13: A-1 was published with the kind “question” and now has “element”. "
            "Change it back, or retire it and give the new one a new id."
        ),
        (
            "tiny.yaml: A-2 was published with version 2 and is gone. "
            "Put it back, and add “retired” if nobody is to answer it any more."
        ),
    ]
    put(tmp_path, TINY.replace("id: A-2, kind: question, parent: A,", "id: A-2, kind: question,"))
    assert "with the parent “A” and now has “”" in problems_of(tmp_path)[0]
    (tmp_path / "tiny.yaml").unlink()
    assert problems_of(tmp_path) == [
        "published.csv: tiny was published, and tiny.yaml is gone. Put it back."
    ]


def test_what_retires_stays_in_the_file_and_is_not_asked(tmp_path):
    put(tmp_path)
    publish(read_library(tmp_path), tmp_path)
    put(tmp_path, TINY.replace("id: A-2,", "id: A-2, retired: 2,"))
    tiny = read_library(tmp_path)["tiny"]
    assert [node.id for node in tiny.children("A")] == ["A-1"]
    assert [node.id for node in tiny.children("A", retired=True)] == ["A-1", "A-2"]
    assert not tiny.follows(tiny["A-2"], {"A-1": "yes"})


def test_the_register_grows_at_its_end_only(tmp_path):
    put(tmp_path)
    publish(read_library(tmp_path), tmp_path)
    before = (tmp_path / REGISTER).read_text()
    put(
        tmp_path,
        TINY.replace("nodes:\n", f"nodes:\n  - {{id: AA, kind: section, label: {TEXT}}}\n"),
    )
    assert publish(read_library(tmp_path), tmp_path) == 1
    assert (tmp_path / REGISTER).read_text() == before + "urn:copse:framework:tiny:AA,2,section,\n"


@pytest.mark.parametrize("row", ["a,b", "urn:x,1,question,A", "urn:copse:framework:t:A,one,x,"])
def test_a_damaged_register_is_named_with_its_line(tmp_path, row):
    put(tmp_path)
    (tmp_path / REGISTER).write_text(f"urn,since,kind,parent\n{row}\n")
    assert problems_of(tmp_path)[0].startswith("published.csv:2: The columns are urn, since, kind")


def test_one_file_is_compared_with_what_was_published(tmp_path):
    put(tmp_path)
    publish(read_library(tmp_path), tmp_path)
    published = read_library(tmp_path).published
    beside = put(tmp_path / "next", HEAD + SECTION + FIRST)
    with pytest.raises(BadFramework, match="A-2 was published"):
        read_one(beside, published=published)
    assert list(read_one(beside).nodes) == ["A", "A-1"]


def test_two_versions_are_compared_id_by_id(tmp_path):
    old = read_one(put(tmp_path / "old"))
    new = read_one(
        put(
            tmp_path / "new",
            HEAD.replace("value: yes", "value: surely")
            + SECTION.replace("en: a", "en: another")
            + FIRST.replace("id: A-1,", "id: A-1, retired: 2,").replace("parent: A, ", "")
            + FIRST.replace("A-1", "A-3"),
        )
    )
    changes = diff(old, new)
    assert changes.added == ("A-3",)
    assert changes.retired == ("A-1",)
    assert changes.relabelled == ("A",)
    assert changes.moved == ("A-1",)
    assert changes.rescaled == ("A-1",)
    assert changes.vanished == ("A-2",)
    assert changes.breaking == ("A-1", "A-2")
    assert not diff(old, old)
    assert not diff(new, new).breaking


@given(st.binary(max_size=300))
def test_no_bytes_at_all_make_more_than_a_sentence(raw):
    with pytest.raises(BadFramework):
        framework_of("tiny.yaml", raw)


@given(st.data())
def test_a_damaged_file_is_taken_or_refused_and_never_breaks(data):
    """Any stretch of a good file is replaced by any other stretch of it, or by odd signs."""
    start = data.draw(st.integers(0, len(TINY)))
    end = data.draw(st.integers(start, min(len(TINY), start + 60)))
    other = data.draw(st.sampled_from([*"{}[]:,&*!|>-#?%@`'\"\n\t\x85\u2028é", "<<", "---", TINY]))
    damaged = (TINY[:start] + other + TINY[end:]).encode()
    try:
        made = framework_of("tiny.yaml", damaged)
    except BadFramework as refused:
        assert all(problem.place.startswith("tiny.yaml") for problem in refused.problems)  # noqa: PT017
    else:
        assert all(node.urn == f"{made.urn}:{id_}" for id_, node in made.nodes.items())
