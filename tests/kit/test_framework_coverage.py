"""One answer serves every framework that maps to it, and claims no more than is true."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copse.kit.framework.coverage import STRENGTH, Answer, Strength, compose, coverage
from copse.kit.framework.crosswalks import steps
from copse.kit.framework.library import read_library
from copse.kit.framework.model import (
    INVERSE,
    Crosswalk,
    Framework,
    FrameworkKind,
    Level,
    Link,
    Node,
    NodeKind,
    Relation,
    Scale,
    ScaleMap,
    Source,
)
from tests.kit.frameworks import put, put_crosswalk

SCALE = Scale("legal", (Level("no", {}), Level("yes", {})))


def framework(name, ids, scale=SCALE):
    urn = f"urn:copse:framework:{name}"
    return Framework(
        urn=urn,
        version=1,
        kind=FrameworkKind.QUESTIONS,
        title={},
        source=Source("", 1, ""),
        licence={},
        scales={scale.name: scale},
        nodes={
            id_: Node(id_, f"{urn}:{id_}", NodeKind.QUESTION, "", {}, scale=scale.name)
            for id_ in ids
        },
    )


def walk(first, second, *links, scales=()):
    made = tuple(Link(first[a].urn, second[b].urn, Relation(r)) for a, b, r in links)
    return Crosswalk(first.urn, second.urn, made, tuple(scales))


def covered(target, answers, crosswalks, *frameworks):
    by_name = {one.name: one for one in frameworks}
    return coverage(target, answers, steps(tuple(crosswalks), by_name))


A, B, C = (framework(name, ["1", "2", "3"]) for name in "abc")


def yes(node, by="Amara"):
    return Answer(node.urn, "yes", by)


def test_an_equal_node_is_answered_fully_and_says_by_whom_and_over_which_way():
    found = covered(B, [yes(A["1"])], [walk(A, B, ("1", "2", "equal"))], A, B)
    best = found.best("2")
    assert (best.value, best.strength) == ("yes", Strength.FULLY)
    assert best.origin == yes(A["1"])
    assert best.path == (A["1"].urn, B["2"].urn)
    assert found.open == ("1", "3")
    assert found.given == {}
    assert found.best("1") is None


def test_a_link_is_walked_backwards_too():
    found = covered(A, [yes(B["2"])], [walk(A, B, ("1", "2", "subset"))], A, B)
    assert found.best("1").relation is Relation.SUPERSET
    assert found.best("1").strength is Strength.PARTLY


@pytest.mark.parametrize(
    ("first", "second", "strength"),
    [
        ("equal", "equal", Strength.FULLY),
        ("equal", "subset", Strength.PARTLY),
        ("superset", "equal", Strength.PARTLY),
        ("subset", "subset", Strength.PARTLY),
        ("superset", "subset", Strength.TOUCHES),
        ("equal", "intersects", Strength.TOUCHES),
        ("intersects", "subset", Strength.TOUCHES),
        ("subset", "superset", None),  # two parts of one whole
        ("intersects", "intersects", None),
        ("subset", "intersects", None),
    ],
)
def test_a_way_is_as_strong_as_its_weakest_link(first, second, strength):
    walks = [walk(A, B, ("1", "1", first)), walk(B, C, ("1", "1", second))]
    best = covered(C, [yes(A["1"])], walks, A, B, C).best("1")
    assert (best.strength if best else None) == strength


def test_the_strongest_way_is_first_then_the_shortest():
    walks = [
        walk(A, C, ("1", "1", "intersects"), ("2", "1", "subset")),
        walk(A, B, ("1", "1", "equal")),
        walk(B, C, ("1", "1", "equal")),
    ]
    found = covered(C, [yes(A["1"]), yes(A["2"])], walks, A, B, C)
    assert [one.strength for one in found.inferred["1"]] == [Strength.FULLY, Strength.PARTLY]
    assert found.best("1").path == (A["1"].urn, B["1"].urn, C["1"].urn)


def test_nothing_inferred_stands_where_a_person_answered_or_passes_by_them():
    walks = [walk(A, B, ("1", "1", "equal")), walk(B, C, ("1", "1", "equal"))]
    no = Answer(B["1"].urn, "no", "Ben")
    assert covered(B, [yes(A["1"]), no], walks, A, B, C).given == {"1": no}
    assert covered(B, [yes(A["1"]), no], walks, A, B, C).inferred == {}
    # Ben was nearer and knew better: Amara's answer goes no further.
    assert [one.origin for one in covered(C, [yes(A["1"]), no], walks, A, B, C).inferred["1"]] == [
        no
    ]


def test_an_answer_reads_on_the_other_scale_where_the_crosswalk_says_how():
    levels = Scale("maturity", (Level("0", {}), Level("2", {})))
    other = framework("m", ["1", "2"], levels)
    there = ScaleMap(A.urn, "legal", other.urn, "maturity", {"yes": "2"})
    walks = [walk(A, other, ("1", "1", "equal"), ("2", "2", "equal"), scales=[there])]
    answers = [yes(A["1"]), Answer(A["2"].urn, "no")]
    found = covered(other, answers, walks, A, other)
    assert found.best("1").value == "2"
    assert found.best("2").value is None  # nobody said what “no” means there
    assert found.best("2").origin.value == "no"
    back = covered(A, [Answer(other["1"].urn, "2")], walks, A, other)
    assert back.best("1").value is None


def test_what_retired_and_what_has_no_scale_is_not_asked():
    nodes = {**B.nodes, "2": replace(B["2"], retired=1), "3": replace(B["3"], scale="")}
    older = replace(B, nodes=nodes)
    walks = [walk(A, older, ("1", "2", "equal"), ("1", "3", "equal"))]
    found = covered(older, [yes(A["1"])], walks, A, older)
    assert (found.open, found.inferred) == (("1",), {})


def test_links_of_files_carry_answers(tmp_path):
    put(tmp_path)
    put(tmp_path, name="other")
    put_crosswalk(tmp_path, "- {from: A-1, to: A-2, relation: equal}\n")
    library = read_library(tmp_path)
    answer = Answer("urn:copse:framework:tiny:A-1", "no", "Amara")
    found = coverage(library["other"], [answer], library.steps())
    assert found.best("A-2").value == "no"
    assert found.open == ("A-1",)


def test_maps_of_scales_in_files_go_there_and_back(tmp_path):
    put(tmp_path)
    put(tmp_path, name="other")
    put_crosswalk(
        tmp_path,
        "- {from_scale: legal, to_scale: legal, values: {no: yes}, back: {no: no}}\n"
        "- {from: A-1, to: A-1, relation: equal}\n",
    )
    library = read_library(tmp_path)
    there = coverage(
        library["other"], [Answer("urn:copse:framework:tiny:A-1", "no")], library.steps()
    )
    assert there.best("A-1").value == "yes"
    back = coverage(
        library["tiny"], [Answer("urn:copse:framework:other:A-1", "no")], library.steps()
    )
    assert back.best("A-1").value == "no"


# Every node asks for a set of things; links say what is true of these sets, or less.
things = st.frozensets(st.integers(0, 4), min_size=1)
IDS = [f"{name}{number}" for name in "abc" for number in range(3)]


def true_relations(first, second):
    if first == second:
        yield Relation.EQUAL
    if first <= second:
        yield Relation.SUBSET
    if first >= second:
        yield Relation.SUPERSET
    if first & second:
        yield Relation.INTERSECTS


@st.composite
def worlds(draw):
    """What each node asks for, three frameworks, true crosswalks between them, and answers."""
    asks = {id_: draw(things) for id_ in IDS}
    made = {name: framework(name, [i for i in IDS if i[0] == name]) for name in "abc"}
    links = []
    for first in IDS:
        for second in IDS:
            told = list(true_relations(asks[first], asks[second])) if first[0] < second[0] else []
            if told and draw(st.booleans()):
                links.append((first, second, draw(st.sampled_from(told))))
    walks = [
        walk(made[a], made[b], *[one for one in links if (one[0][0], one[1][0]) == (a, b)])
        for a, b in ("ab", "ac", "bc")
    ]
    answered = draw(st.lists(st.sampled_from(IDS), unique=True, max_size=4))
    answers = [Answer(made[id_[0]][id_].urn, "yes", id_) for id_ in answered]
    return asks, made, walks, answers


def id_of(urn):
    return urn.rpartition(":")[2]


@given(worlds())
def test_what_is_inferred_is_true_of_what_the_nodes_ask(world):
    asks, made, walks, answers = world
    for target in made.values():
        for found in covered(target, answers, walks, *made.values()).inferred.values():
            for one in found:
                origin, here = asks[id_of(one.origin.node)], asks[id_of(one.node)]
                assert one.relation in true_relations(origin, here)


@given(worlds())
def test_no_way_is_stronger_than_any_of_its_links(world):
    _, made, walks, answers = world
    known = steps(tuple(walks), made)
    for target in made.values():
        for found in coverage(target, answers, known).inferred.values():
            for one in found:
                for start, end in zip(one.path, one.path[1:], strict=False):
                    links = [step.relation for step in known[start] if step.end == end]
                    assert one.strength <= max(STRENGTH[relation] for relation in links)
                assert one.strength == STRENGTH[one.relation]
                assert len(set(one.path)) == len(one.path)


@given(worlds())
def test_a_persons_answer_stands_and_every_node_is_told_once(world):
    _, made, walks, answers = world
    persons = {id_of(answer.node) for answer in answers}
    for target in made.values():
        found = covered(target, answers, walks, *made.values())
        assert set(found.given) == persons & set(target.nodes)
        told = [*found.given, *found.inferred, *found.open]
        assert sorted(told) == sorted(target.nodes)
        for inferred in found.inferred.values():
            for one in inferred:
                assert one.origin in answers
                assert not persons & {id_of(urn) for urn in one.path[1:]}


def all_ways(known, answered, at, relation, seen):
    """Every way without a circle, the slow way: where it ends and how."""
    for step in known.get(at, ()):
        onwards = compose(relation, step.relation)
        if onwards is not None and step.end not in answered and step.end not in seen:
            yield step.end, STRENGTH[onwards]
            yield from all_ways(known, answered, step.end, onwards, {*seen, step.end})


@given(worlds())
def test_no_stronger_way_is_overlooked(world):
    _, made, walks, answers = world
    known = steps(tuple(walks), made)
    answered = {answer.node for answer in answers}
    strongest = {}
    for answer in answers:
        ways = all_ways(known, answered, answer.node, Relation.EQUAL, {answer.node})
        for end, strength in ways:
            strongest[id_of(end)] = max(strength, strongest.get(id_of(end), strength))
    found = {
        id_: target.best(id_).strength
        for name in made
        for target in [coverage(made[name], answers, known)]
        for id_ in target.inferred
    }
    assert found == strongest


@given(worlds(), st.randoms())
def test_the_order_of_answers_and_files_changes_nothing(world, random):
    _, made, walks, answers = world
    before = [covered(one, answers, walks, *made.values()) for one in made.values()]
    shuffled = [
        replace(one, links=tuple(random.sample(one.links, len(one.links)))) for one in walks
    ]
    random.shuffle(shuffled)
    again = [
        covered(one, random.sample(answers, len(answers)), shuffled, *made.values())
        for one in made.values()
    ]
    assert again == before


@given(st.sampled_from(Relation), st.sampled_from(Relation))
def test_relations_compose_backwards_as_they_do_forwards(first, second):
    there = compose(first, second)
    back = compose(INVERSE[second], INVERSE[first])
    assert back == (INVERSE[there] if there else None)


@given(things, things, things)
def test_composed_relations_hold_for_sets(first, second, third):
    for a in true_relations(first, second):
        for b in true_relations(second, third):
            told = compose(a, b)
            assert told is None or told in true_relations(first, third)
