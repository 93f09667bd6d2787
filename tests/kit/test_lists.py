"""A list from its publisher to a match: published, pulled, applied, looked up."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from copse.kit.checkpoint import Signer
from copse.kit.exchange import own
from copse.kit.lists import (
    BenignRefused,
    Entry,
    KnownList,
    Match,
    Matches,
    Opinion,
    Publication,
    import_file,
    stats,
)
from copse.kit.lists import applying, benign, verify
from copse.kit.lists.entry import Category, Standing
from copse.kit.lists.known import Plain
from copse.kit.lists.publication import BadChange
from tests.kit.listed import KEY, NOW, SIGNER, TERMS, gone, made, publish, take, turned


@pytest.fixture
def publication(tmp_path):
    made_ = Publication.create(tmp_path / "publisher", TERMS)
    yield made_
    made_.close()


@pytest.fixture
def here(tmp_path):
    return tmp_path / "here"


def test_what_is_published_is_pulled_and_matched(publication, here):
    entries = [made(n) for n in range(50)]
    publish(publication, *entries)
    pulled = take(publication, here)
    assert (pulled.name, pulled.version, pulled.added) == ("arbora", 1, 50)
    known = KnownList.open(here)
    assert (known.name, known.version, len(known), known.signed) == ("arbora", 1, 50, True)
    assert list(known.entries()) == entries
    found = known.match(Plain(pdq=turned(entries[7].pdq[0], 31), sha1=entries[9].sha1))
    assert [(m.entry, m.how, m.distance) for m in found] == [
        ("a-000009", "sha1", None),
        ("a-000007", "pdq", 31),
    ]
    assert found.found[0].labels == ("material_label/1/baseline_act",)
    assert not known.match(Plain(pdq=turned(entries[7].pdq[0], 32)))


def test_a_delta_adds_changes_and_withdraws(publication, here):
    publish(publication, *[made(n) for n in range(10)])
    take(publication, here)
    known = KnownList.open(here)
    changed = made(3, pdq=made(103).pdq)
    publish(publication, made(20), changed, gone(4))
    pulled = take(publication, here)
    assert (pulled.before, pulled.version) == (1, 2)
    assert (pulled.added, pulled.changed, pulled.withdrawn) == (1, 1, 1)
    assert known.version == 2, "a list in use notices the new version"
    assert known.match(Plain(md5=made(20).md5))
    assert not known.match(Plain(md5=made(4).md5))
    assert not known.match(Plain(pdq=made(3).pdq[0]))
    assert known.match(Plain(pdq=made(103).pdq[0])).found[0].entry == "a-000003"
    assert list(known.entries()) == list(publication.entries())


def test_many_are_matched_at_once_like_one_after_the_other(publication, here):
    publish(publication, *[made(n) for n in range(200)])
    take(publication, here)
    known = KnownList.open(here)
    asked = [Plain(pdq=turned(made(n).pdq[0], n % 40), md5=made(n + 5).md5) for n in range(60)]
    assert known.match_many(asked) == [known.match(one) for one in asked]
    assert known.match_many([]) == []


def test_deltas_one_by_one_and_a_snapshot_come_to_the_same(publication, tmp_path, monkeypatch):
    """A subscriber who pulled each version, one who skipped some, and a newcomer agree."""
    monkeypatch.setattr(applying, "FEWEST_CHANGES", 6)  # so that bases are written anew, too
    publish(publication, *[made(n) for n in range(20)])
    take(publication, tmp_path / "each")
    take(publication, tmp_path / "late")
    for step in range(1, 9):
        changed = made(step, sha1=None, updated=NOW + timedelta(days=step))
        publish(publication, made(20 + step), changed, gone(step - 1), snapshot=step == 5)
        take(publication, tmp_path / "each")
    take(publication, tmp_path / "late")
    take(publication, tmp_path / "new")
    wanted = list(publication.entries())
    for name in ("each", "late", "new"):
        known = KnownList.open(tmp_path / name)
        assert list(known.entries()) == wanted, name
        assert known.match(Plain(md5=made(27).md5)).found[0].entry == "a-000027"
        assert not known.match(Plain(md5=made(3).md5, pdq=made(3).pdq[0]))
        assert stats(known).entries == len(wanted)
        assert stats(known).kinds["sha1"] == sum(e.sha1 is not None for e in wanted)
        assert verify(tmp_path / name, now=NOW).problems == []


def test_entries_that_share_a_digest_are_all_found(publication, here):
    publish(publication, made(1), made(2, md5=made(1).md5), made(3, md5=made(1).md5))
    take(publication, here)
    found = KnownList.open(here).match(Plain(md5=made(1).md5))
    assert sorted(match.entry for match in found) == ["a-000001", "a-000002", "a-000003"]


def test_a_crowd_of_answers_is_cut_and_said(publication, here):
    value = made(0).pdq[0]
    crowd = [made(n, pdq=(turned(value, n % 20),)) for n in range(300)]
    publish(publication, *crowd)
    take(publication, here)
    known = KnownList.open(here)
    found = known.match(Plain(pdq=value), most=10)
    assert (len(found), found.more) == (10, True)
    whole = known.match(Plain(pdq=value), most=1_000)
    assert (len(whole), whole.more) == (300, False)
    assert [match.distance for match in whole] == sorted(n % 20 for n in range(300))


def test_a_flat_picture_s_hash_is_not_looked_up(publication, here):
    publish(publication, made(1))
    take(publication, here)
    known = KnownList.open(here)
    assert known.match(Plain(pdq=made(1).pdq[0], quality=50))
    assert not known.match(Plain(pdq=made(1).pdq[0], quality=49))
    assert known.match(Plain(pdq=made(1).pdq[0], quality=49), least_quality=0)


def test_a_list_in_use_by_threads_moves_on_without_a_wrong_answer(publication, here):
    """Readers match all the while; each answer is one of a version that once was whole."""
    publish(publication, *[made(n) for n in range(50)])
    take(publication, here)
    known, ended, wrong = KnownList.open(here), threading.Event(), []

    def look():
        while not ended.is_set():
            found = known.match(Plain(md5=made(7).md5))
            if [match.entry for match in found] != ["a-000007"]:
                wrong.append(found)

    readers = [threading.Thread(target=look) for _ in range(3)]
    for reader in readers:
        reader.start()
    for step in range(1, 6):
        publish(publication, made(7, updated=NOW + timedelta(days=step)), made(100 + step))
        take(publication, here)
    ended.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert known.version == 6


def test_a_renewed_version_without_changes_is_a_new_expiry(publication, here):
    publish(publication, made(1))
    take(publication, here)
    later = NOW + timedelta(days=13)
    publication.publish([], SIGNER, now=later)
    pulled = take(publication, here, now=later)
    assert (pulled.version, pulled.added, pulled.expires) == (2, 0, later + TERMS.valid)


def test_what_is_published_twice_the_same_is_no_change(publication, here):
    publish(publication, made(1), made(2))
    publish(publication, made(1), made(2), made(3))
    assert len(publication.public.joinpath("2.delta.jsonl").read_text().splitlines()) == 2


def test_an_unknown_entry_cannot_be_withdrawn_and_nothing_is_half_published(publication):
    publish(publication, made(1))
    with pytest.raises(BadChange, match="not in the list"):
        publish(publication, made(2), gone(99))
    assert (publication.version, len(list(publication.entries()))) == (1, 1)
    publish(publication, made(2))
    assert publication.version == 2


def test_another_key_does_not_publish(publication):
    publish(publication, made(1))
    with pytest.raises(BadChange, match="next_signer"):
        publication.publish([made(2)], Signer("arbora.example/list", b"x" * 32), now=NOW)


def test_a_publisher_that_dies_after_deciding_shows_the_version_later(publication, monkeypatch):
    publish(publication, made(1))
    with monkeypatch.context() as patch:
        patch.setattr(Publication, "_show", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            publish(publication, made(2))
    assert '"version":1' in (publication.public / "manifest.note").read_text()
    again = Publication.open(publication.folder)
    assert '"version":2' in (publication.public / "manifest.note").read_text()
    assert again.version == 2
    again.close()


def test_old_files_are_removed_once_nobody_needs_them(publication):
    for step in range(6):
        publish(publication, *[made(10 * step + n) for n in range(10)])
    names = {path.name for path in publication.public.glob("*.jsonl")}
    manifest = publication.manifest()
    assert {file.name for file in manifest.files} <= names
    assert len([name for name in names if "snapshot" in name]) <= 2


# Opinions


def test_a_disputed_entry_is_found_and_said(publication, here):
    no = Opinion("school.example", Category.NEGATIVE)
    yes = Opinion("host.example", Category.POSITIVE)
    publish(publication, made(1, opinions=(no, yes)), made(2, opinions=(no,)), made(3))
    take(publication, here)
    known = KnownList.open(here)
    told = [known.match(Plain(md5=made(n).md5)).found[0].standing for n in (1, 2, 3)]
    assert told == ["disputed", "negative", "positive"]
    assert stats(known).standing == {"disputed": 1, "negative": 1, "positive": 1}


EXACT, NEAR, FAR = ("md5", None), ("pdq", 4), ("pdq", 20)


@pytest.mark.parametrize(
    ("told", "standing", "verdict"),
    [
        ((), None, "allow"),
        (((EXACT, "positive"),), "positive", "block"),
        (((EXACT, "disputed"),), "disputed", "hold"),
        (((EXACT, "seed"),), "seed", "hold"),
        (((EXACT, "negative"),), "negative", "allow"),
        (((EXACT, "negative"), (NEAR, "seed")), "seed", "hold"),
        # Two entries disagree on the same file, or on a picture as near: a person looks.
        (((EXACT, "negative"), (EXACT, "positive")), "disputed", "hold"),
        (((EXACT, "negative"), (NEAR, "positive")), "disputed", "hold"),
        (((NEAR, "disputed"), (FAR, "positive")), "disputed", "hold"),
        # What was found less surely says nothing of the surer one.
        (((NEAR, "negative"), (EXACT, "positive")), "positive", "block"),
        (((FAR, "disputed"), (NEAR, "positive")), "positive", "block"),
        (((EXACT, "seed"), (FAR, "positive")), "positive", "block"),
    ],
)
def test_matches_together_come_to_one_standing_and_one_verdict(told, standing, verdict):
    found = [Match("l", "e", *how, (), Standing(held)) for how, held in told]
    for order in (found, found[::-1]):
        assert (Matches(tuple(order)).standing, Matches(tuple(order)).verdict) == (
            standing, verdict,
        )  # fmt: skip


# The benign guard

EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e"
FLAT = ("0" * 64, "f" * 64)
GRADIENT = benign._pictures()[130].tobytes().hex()


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (made(1, md5=EMPTY_MD5), "empty-file"),
        (made(1, pdq=FLAT[:1]), "flat-picture"),
        (made(1, pdq=FLAT[1:]), "flat-picture"),
        (made(1, pdq=(turned(GRADIENT, 31),)), "common-picture"),
    ],
)
def test_what_is_harmless_is_not_published(publication, entry, reason):
    with pytest.raises(BenignRefused, match=rf"a-000001 \({reason}\)"):
        publish(publication, entry, made(2))
    assert publication.version == 0


def test_a_picture_a_bit_further_away_is_published(publication):
    publish(publication, made(1, pdq=(turned(GRADIENT, 34),)))


def test_what_another_publisher_let_through_is_left_out_and_counted(publication, here, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(benign, "harmless", lambda entries: [{} for _ in entries])
        publish(publication, made(1, md5=EMPTY_MD5), made(2, pdq=(FLAT[0], made(2).pdq[0])))
        publish(publication, made(3, pdq=(GRADIENT,)))
    pulled = take(publication, here)
    assert pulled.left_out == {"empty-file": 1, "flat-picture": 1, "common-picture": 1}
    known = KnownList.open(here)
    assert known.about.left_out == pulled.left_out
    assert not known.match(Plain(md5=EMPTY_MD5))
    assert not known.match(Plain(pdq=GRADIENT))
    assert not known.match(Plain(pdq=FLAT[0]))
    assert known.match(Plain(sha1=made(1).sha1)), "what else the entry holds is kept"
    assert known.match(Plain(pdq=made(2).pdq[0]))
    assert verify(here, now=NOW).ok


def test_there_are_hundreds_of_harmless_pictures_and_the_file_is_what_we_draw():
    from importlib.resources import files

    from copse.kit.lists import harmless

    written = files("copse.kit.lists").joinpath("benign.csv").read_text()
    assert len(written.splitlines()) > 200
    assert harmless.table() == written


# Local lists


def test_a_file_becomes_a_local_list_that_says_so(tmp_path):
    path = tmp_path / "From Police.jsonl"
    with path.open("wb") as stream:
        own.write([made(1), made(2), made(1, sha1=None), gone(2), made(3, md5=EMPTY_MD5)], stream)
        stream.write(b"{}\n")
    told = import_file(path, tmp_path / "here")
    assert (told.name, told.version, told.entries) == ("from-police", 1, 2)
    assert (told.repeated, told.withdrawn, told.wrong) == (1, 1, 1)
    assert told.left_out == {"empty-file": 1}
    known = KnownList.open(tmp_path / "here")
    assert (known.signed, known.expires, known.stale()) == (False, None, False)
    assert [entry.id for entry in known.entries()] == ["a-000001", "a-000003"]
    assert verify(tmp_path / "here").remarks == [
        "A local list, imported from own: nobody signed it."
    ]
    assert import_file(path, tmp_path / "here").version == 2


def test_ids_with_any_sign_stay_in_order(publication, here):
    odd = [
        replace(made(n), id=id_) for n, id_ in enumerate(["z", "Z", "é", "漢", "🙂", "a b", "-"])
    ]
    publish(publication, *odd)
    take(publication, here)
    publish(publication, replace(made(50), id="zz"), Entry("é", updated=NOW, withdrawn=True))
    take(publication, here)
    assert list(KnownList.open(here).entries()) == list(publication.entries())


def test_the_folder_is_its_owner_s_alone(publication, here):
    publish(publication, made(1))
    take(publication, here)
    assert here.stat().st_mode & 0o077 == 0
    assert KEY in (next(here.glob("v-*")) / "list.json").read_text()
