"""An exported log is checked without its database; every way of bending it is told plainly."""

import io
import json
import uuid
from datetime import UTC, datetime

import pytest

from copse.kit import auditlog, merkle
from copse.kit.checkpoint import Checkpoint, Signer

SIGNER = Signer("arbora.example/audit", b"s" * 32)


def entry(number):
    return {
        "id": uuid.UUID(int=number), "desk_id": uuid.UUID(int=99), "room": "hotline",
        "at": datetime(2026, 11, 24, 9, number % 60, tzinfo=UTC), "member": uuid.UUID(int=7),
        "action": "hotline.reading.confirm", "subject": uuid.UUID(int=1000 + number),
        "outcome": "done", "codes": {"label": "A1"}, "nonce": bytes([number % 256]) * 16,
    }  # fmt: skip


ENTRIES = [entry(number) for number in range(2500)]
LEAVES = [auditlog.digest(one) for one in ENTRIES]


def note_of(leaves, signer=SIGNER):
    root = merkle.Tree(leaves).root()
    return signer.sign(Checkpoint("arbora.example/audit", len(leaves), root).text())


WITNESS = note_of(LEAVES[:2000])


def written(tmp_path, leaves=LEAVES, *, notes=(WITNESS,), entries=(), signer=SIGNER):
    out = io.StringIO()
    auditlog.write_export(
        out, key=signer.verifier, size=len(leaves), checkpoints=notes, leaves=leaves,
        entries=entries,
    )  # fmt: skip
    path = tmp_path / "export.jsonl"
    path.write_text(out.getvalue())
    return path


def test_an_honest_log_passes(tmp_path):
    path = written(tmp_path, entries=ENTRIES)
    report = auditlog.verify_export(path, against=WITNESS, key=str(SIGNER.verifier))
    assert report.ok, report.problems
    assert report.size == 2500
    assert report.root == merkle.Tree(LEAVES).root()
    assert report.remarks == ["500 entries are later than any checkpoint."]


def test_the_checkpoint_may_be_a_file(tmp_path):
    kept = tmp_path / "witness.txt"
    kept.write_text(WITNESS)
    assert auditlog.verify_export(written(tmp_path), against=kept).ok


BENT = {
    "altered": [*LEAVES[:17], b"x" * 32, *LEAVES[18:]],
    "reordered": [*LEAVES[:17], LEAVES[18], LEAVES[17], *LEAVES[19:]],
    "one taken out": [*LEAVES[:17], *LEAVES[18:]],
    "one put in": [*LEAVES[:17], b"x" * 32, *LEAVES[17:]],
}


@pytest.mark.parametrize("how", BENT)
def test_a_bent_log_fails_even_when_it_is_signed_anew(tmp_path, how):
    path = written(tmp_path, BENT[how], notes=[note_of(BENT[how])])
    assert auditlog.verify_export(path).ok, "only the witness can know"
    report = auditlog.verify_export(path, against=WITNESS)
    assert "altered, moved, added or taken away" in report.problems[0]
    assert f"signed anew: a checkpoint of {len(BENT[how])} entries" in report.problems[1]


def test_a_log_that_was_set_back_and_signed_anew_fails(tmp_path):
    path = written(tmp_path, LEAVES[:1500], notes=[note_of(LEAVES[:1500])])
    report = auditlog.verify_export(path, against=WITNESS)
    assert "has 1500 entries, but 2000 were signed for" in report.problems[0]
    assert "At least 500 were cut off" in report.problems[0]


def test_a_log_set_back_and_grown_again_fails(tmp_path):
    leaves = [*LEAVES[:1500], *(bytes([n % 251]) * 31 + bytes([n // 251]) for n in range(1000))]
    report = auditlog.verify_export(written(tmp_path, leaves, notes=[]), against=WITNESS)
    assert "not those that were signed for" in report.problems[0]


def test_an_empty_log_fails_against_the_witness(tmp_path):
    assert not auditlog.verify_export(written(tmp_path, [], notes=[]), against=WITNESS).ok
    assert auditlog.verify_export(written(tmp_path, [], notes=[note_of([])])).ok


def test_a_log_signed_by_another_key_fails(tmp_path):
    impostor = Signer("arbora.example/audit", b"i" * 32)
    path = written(tmp_path, notes=[note_of(LEAVES, impostor)], signer=impostor)
    assert auditlog.verify_export(path).ok
    assert "not signed by" in auditlog.verify_export(path, against=WITNESS).problems[0]
    assert not auditlog.verify_export(path, key=str(SIGNER.verifier)).ok


def test_an_entry_that_is_there_twice_fails(tmp_path):
    path = written(tmp_path, [*LEAVES, LEAVES[0]])
    assert auditlog.verify_export(path).problems == ["Entry 2501 is there twice."]


def test_a_detail_that_was_changed_fails(tmp_path):
    lie = {**ENTRIES[3], "member": uuid.UUID(int=8)}
    report = auditlog.verify_export(written(tmp_path, entries=[*ENTRIES[:3], lie]))
    assert report.problems == [f"The detail of entry {uuid.UUID(int=3)} is not what was logged."]


def test_details_may_be_erased(tmp_path):
    assert auditlog.verify_export(written(tmp_path, entries=ENTRIES[5:10])).ok


def test_a_file_that_ends_early_fails(tmp_path):
    path = written(tmp_path, notes=[])
    lines = path.read_text().splitlines()
    path.write_text("\n".join(lines[:-1]))
    assert auditlog.verify_export(path).problems == ["The file holds 2000 of 2500 entries."]


@pytest.mark.parametrize("text", ["", "{}", "not json", "[]", '{"copse_audit_export": 1}', "\x00"])
def test_what_is_no_export_is_told(tmp_path, text):
    path = tmp_path / "export"
    path.write_text(text)
    assert not auditlog.verify_export(path).ok


def test_a_newer_export_and_a_missing_file_are_told(tmp_path):
    path = tmp_path / "export"
    path.write_text(json.dumps({"copse_audit_export": 2}))
    assert "version" in auditlog.verify_export(path).problems[0]
    assert "cannot be read" in auditlog.verify_export(tmp_path / "none").problems[0]


def test_the_digest_is_of_canonical_json():
    """Fixed here: were it to change, every old log would fail."""
    assert LEAVES[1].hex() == "adbd90118452c0568a177694815d69a7e50235199a7ed6c5445461f9f0c542d3"


def test_a_witness_may_keep_every_checkpoint_in_one_file(tmp_path):
    kept = tmp_path / "witness.txt"
    older = note_of(LEAVES[:100])
    kept.write_text(f"{older}\n{WITNESS}\n")
    assert auditlog.verify_export(written(tmp_path), against=kept).ok
    cut = auditlog.verify_export(written(tmp_path, LEAVES[:1500], notes=[older]), against=kept)
    assert cut.problems[0].startswith("The witness's checkpoint: the log has 1500 entries")
    assert len(cut.problems) == 1


def test_a_checkpoint_that_fits_is_no_sign_of_signing_anew(tmp_path):
    """The log's own, from before what was altered, are the same as the witness's."""
    bent = [*LEAVES[:1017], b"x" * 32, *LEAVES[1018:]]
    path = written(tmp_path, bent, notes=[note_of(LEAVES[:1000])])
    report = auditlog.verify_export(path, against=WITNESS)
    assert len(report.problems) == 1
