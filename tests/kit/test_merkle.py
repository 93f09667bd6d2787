"""The tree against an independent implementation, and its proofs against every lie we thought of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from copse.kit import merkle

ENTRIES = [f"entry {number}".encode() for number in range(130)]


@pytest.fixture(scope="module")
def ours():
    return merkle.Tree(ENTRIES)


@pytest.fixture(scope="module")
def oracle():
    tree = InmemoryTree(algorithm="sha256")
    for entry in ENTRIES:
        tree.append_entry(entry)
    return tree


def test_the_root_is_the_oracles_at_every_size(ours, oracle):
    for size in range(1, len(ENTRIES) + 1):
        assert ours.root(size) == oracle.get_root(size)


def test_inclusion_proofs_are_the_oracles(ours, oracle):
    for size in (1, 2, 3, 7, 64, 65, 130):
        for index in range(size):
            proof = ours.inclusion(index, size)
            path = oracle.prove_inclusion(index + 1, size).path
            leaf = merkle.leaf_hash(ENTRIES[index])
            assert sorted([leaf, *proof]) == sorted(path)
            assert merkle.verify_inclusion(leaf, index, size, proof, oracle.get_root(size))


def test_consistency_proofs_hold_against_the_oracles_roots(ours, oracle):
    for new in range(1, len(ENTRIES) + 1, 3):
        for old in range(1, new + 1):
            proof = ours.consistency(old, new)
            roots = oracle.get_root(old), oracle.get_root(new)
            assert merkle.verify_consistency(old, new, proof, *roots)


def test_the_known_answers_of_rfc_6962():
    """The vectors that implementations of the first certificate logs share."""
    entries = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    entries.append("606162636465666768696a6b6c6d6e6f")
    tree = merkle.Tree(bytes.fromhex(entry) for entry in entries)
    root = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    assert tree.root().hex() == root
    assert merkle.Tree().root() == merkle.EMPTY


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=70), st.data())
def test_any_true_proof_verifies_and_no_bent_one_does(entries, data):
    tree = merkle.Tree(entries)
    size = data.draw(st.integers(1, len(entries)))
    index = data.draw(st.integers(0, size - 1))
    proof, root = tree.inclusion(index, size), tree.root(size)
    leaf = merkle.leaf_hash(entries[index])

    assert merkle.verify_inclusion(leaf, index, size, proof, root)
    assert not merkle.verify_inclusion(merkle.leaf_hash(b"other thing"), index, size, proof, root)
    assert not merkle.verify_inclusion(leaf, index, size, [*proof, root], root)
    assert not merkle.verify_inclusion(leaf, size, size, proof, root)
    if proof:
        assert not merkle.verify_inclusion(leaf, index, size, proof[1:], root)


@given(st.lists(st.binary(max_size=8), min_size=2, max_size=70), st.data())
def test_growth_is_proved_and_a_rewritten_past_is_not(entries, data):
    new = data.draw(st.integers(1, len(entries)))
    old = data.draw(st.integers(1, new))
    tree = merkle.Tree(entries)
    proof, before, after = tree.consistency(old, new), tree.root(old), tree.root(new)
    rewritten = merkle.Tree([b"rewritten past", *entries[1:]])

    assert merkle.verify_consistency(old, new, proof, before, after)
    assert not merkle.verify_consistency(old, new, proof, rewritten.root(old), after)
    assert not merkle.verify_consistency(
        old, new, rewritten.consistency(old, new), before, rewritten.root(new)
    )
    assert not merkle.verify_consistency(new + 1, new, proof, before, after)


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_streaming_gives_the_same_root(entries):
    roots = merkle.Roots()
    for entry in entries:
        roots.append(entry)
    assert roots.root() == merkle.Tree(entries).root()


def test_impossible_proofs_are_refused(ours):
    with pytest.raises(ValueError, match="not among"):
        ours.inclusion(5, 5)
    with pytest.raises(ValueError, match="no proof leads"):
        ours.consistency(6, 5)
    with pytest.raises(ValueError, match="no proof leads"):
        ours.consistency(0, 5)
    assert not merkle.verify_consistency(2, 5, [], b"", b"")
    assert merkle.verify_consistency(0, 5, [], merkle.EMPTY, ours.root(5))
    assert merkle.verify_consistency(5, 5, [], ours.root(5), ours.root(5))
