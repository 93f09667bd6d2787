"""Signed checkpoints as witnesses' tools read them."""

import pytest

from copse.kit.checkpoint import BadCheckpoint, Checkpoint, Signer, Verifier, open_note
from copse.kit.checkpoint import read_checkpoint as read

# The published example of a signed note and its key.
KNOWN_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
KNOWN_NOTE = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ON"
    "ncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
SIGNER = Signer("arbora.example/audit", b"s" * 32)
WITNESS = Signer("ombud.example/witness", b"w" * 32)
POINT = Checkpoint("arbora.example/audit", 12, b"r" * 32)


def test_the_published_example_verifies():
    verifier = Verifier.parse(KNOWN_KEY)
    assert str(verifier) == KNOWN_KEY
    assert open_note(KNOWN_NOTE, verifier) == "This is an example message.\n"
    with pytest.raises(BadCheckpoint, match="signature of this checkpoint is false"):
        open_note(KNOWN_NOTE.replace("example message", "exemple message"), verifier)


def test_a_checkpoint_comes_back_as_it_was_signed():
    assert read(SIGNER.sign(POINT.text()), SIGNER.verifier) == POINT


def test_a_witness_may_add_a_line():
    cosigned = SIGNER.sign(POINT.text()) + WITNESS.sign(POINT.text()).rpartition("\n\n")[2]
    assert read(cosigned, SIGNER.verifier) == POINT
    assert read(cosigned, WITNESS.verifier) == POINT


def test_another_key_of_the_same_name_is_not_trusted():
    impostor = Signer("arbora.example/audit", b"i" * 32)
    with pytest.raises(BadCheckpoint, match="not signed by"):
        read(impostor.sign(POINT.text()), SIGNER.verifier)


@pytest.mark.parametrize(
    "text",
    [
        "o\n012\ncg==\n",
        "o\n-1\ncg==\n",
        "o\n1\nnot base64!\n",
        "o\n1\ncg==\n",
        "\n1\ncg==\n",
        "o\n",
    ],
)
def test_a_signed_text_that_is_no_checkpoint_is_refused(text):
    with pytest.raises(BadCheckpoint, match="no checkpoint"):
        read(SIGNER.sign(text), SIGNER.verifier)


@pytest.mark.parametrize("note", ["", "text", "text\n\n", "a\n\n- x y\n", "a\n\n— x !!\n"])
def test_what_is_no_note_is_refused(note):
    with pytest.raises(BadCheckpoint):
        read(note, SIGNER.verifier)


@pytest.mark.parametrize("key", ["", "a+b", "a b+00000000+AQ==", KNOWN_KEY.replace("530", "531")])
def test_what_is_no_key_is_refused(key):
    with pytest.raises(BadCheckpoint):
        Verifier.parse(key)


def test_control_signs_are_not_signed():
    with pytest.raises(BadCheckpoint, match="control"):
        SIGNER.sign("a\tb\n")
