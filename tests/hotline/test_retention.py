"""What is past its time goes, with a proof; what is held stays, and the reporter reads so."""

import hashlib
import threading
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from copse.base import audit, database, jobs, vault
from copse.base.access import Denied
from copse.base.audit.models import Entry
from copse.base.organisations import retention
from copse.base.organisations.periods import Period, Sweep
from copse.base.vault.models import Erasure, Wrapper
from copse.hotline import facts
from copse.hotline.models import Concern, Hold, Material, Reply
from copse.hotline.services import concerns, holds
from copse.hotline.services import retention as rules
from copse.hotline.workflow import ConcernAction, HoldAction
from copse.kit import parcels
from copse.kit.errors import InputError, StepNotAllowed

LONG_AGO = timedelta(days=4000)


def aged(hotline, *rows):
    """Move the days back, as if they had passed."""
    with hotline.open():
        for row in rows:
            type(row).objects.filter(pk=row.pk).update(quiet_since=timezone.now().date() - LONG_AGO)


def closed(hotline, **more):
    concern, private = hotline.sealed_receive(journey="happened", addresses=(), **more)
    for step in (concerns.claim, concerns.close):
        with hotline.open(hotline.amara):
            step(actor=hotline.amara, concern=concern)
    aged(hotline, concern)
    return hotline.fresh(concern), private


def sweep(hotline, **more):
    return retention.sweep(hotline.system, **more)


def today_of(hotline, code):
    with hotline.open():
        return Sweep.objects.get(code=code, day=timezone.now().date())


def open_story(hotline, envelope):
    with hotline.open(hotline.amara):
        return vault.open(hotline.amara, envelope)


def test_a_story_past_its_time_is_erased_and_cannot_be_opened(hotline):
    concern, private = closed(hotline, region="coast")
    assert open_story(hotline, concern.envelope)
    assert sweep(hotline) == 1
    with pytest.raises(vault.Erased):
        open_story(hotline, concern.envelope)
    with database.as_room("portal"), pytest.raises(vault.Erased):
        vault.open_with(private, concern.receipt, concern.envelope)
    left = hotline.fresh(concern)
    assert left.erased_on == timezone.now().date()
    assert (left.envelope, left.receipt, left.receipt_key, left.region) == (None, None, "", "")


def test_the_proof_of_an_erasure_verifies(hotline):
    concern, _private = closed(hotline)
    with hotline.open():
        sealed = Wrapper.objects.filter(envelope_id=concern.envelope)
        assert sealed.count() == 1  # the desk sees its own alone; the receipt has another
    wrappers = wrappers_of(hotline, concern.envelope)
    sweep(hotline)
    expected = hashlib.sha256(b"".join(hashlib.sha256(one).digest() for one in wrappers)).digest()
    with hotline.open():
        proof = Erasure.objects.get(envelope_id=concern.envelope)
        assert (proof.wrappers, bytes(proof.digest)) == (2, expected)
        assert audit.actions_on(concern.envelope) == ["vault.envelope.erase"]
        entry = Entry.objects.get(subject=concern.pk, action=ConcernAction.ERASE)
        assert entry.member == hotline.system.user_id
        assert entry.codes["why"] == "hotline.story"
        assert entry.codes["proof"] == hashlib.sha256(expected).hexdigest()


def wrappers_of(hotline, envelope):
    found = []
    for compartment in (database.as_room("portal"), hotline.open()):
        with compartment:
            rows = Wrapper.objects.filter(envelope_id=envelope)
            found += rows.values_list("id", "sealed_key")
    return [bytes(key) for _, key in sorted(found)]


def test_a_count_stays_when_its_story_goes(hotline):
    closed(hotline)
    span = (timezone.now().date().replace(year=2026, month=1, day=1), timezone.now().date())

    def counted():
        with hotline.open():
            return list(facts.concerns(span[0], span[1] + timedelta(days=1)))

    before = counted()
    assert sum(number for _, number in before) == 1
    sweep(hotline)
    assert counted() == before


def test_a_second_sweep_finds_nothing(hotline):
    closed(hotline)
    assert [sweep(hotline), sweep(hotline)] == [1, 0]
    row = today_of(hotline, "hotline.story")
    assert (row.due, row.held, row.erased) == (0, 0, 1)


def test_what_is_worked_on_or_not_old_enough_stays(hotline):
    concern, _private = closed(hotline)
    with hotline.open():
        Concern.objects.filter(pk=concern.pk).update(quiet_since=timezone.now().date())
    waiting = hotline.concern()
    aged(hotline, waiting)
    assert sweep(hotline) == 0


def test_the_country_decides_how_long(hotline):
    concern, _private = closed(hotline)
    with hotline.open():
        day = timezone.now().date() - timedelta(days=100)
        Concern.objects.filter(pk=concern.pk).update(quiet_since=day)
    assert sweep(hotline) == 0
    with database.as_room("administration"):
        Period(code="hotline.story", days=99).save(force_insert=True)
    assert sweep(hotline) == 1


def test_a_concern_follows_its_addresses_to_the_end(hotline):
    concern, _private = hotline.sealed_receive()
    with hotline.open():
        material = Material.objects.get()
    aged(hotline, concern, material)
    assert sweep(hotline) == 0, "its address is not read yet"
    for who in (hotline.amara, hotline.ben):
        hotline.read_as(who, material, "not_illegal", note="seen")
    aged(hotline, concern)
    assert sweep(hotline) == 0, "its address was settled only today"
    aged(hotline, concern, material)
    assert sweep(hotline) == 2
    assert hotline.fresh(concern).erased_on


def test_dismissed_material_loses_notes_and_address_and_is_known_again(hotline):
    material = hotline.material()
    for who in (hotline.amara, hotline.ben):
        hotline.read_as(who, material, "not_illegal", note="a garden")
    aged(hotline, material)
    with hotline.open():
        notes = list(material.readings.values_list("note", flat=True))
    sweep(hotline)
    left = hotline.fresh(material)
    assert (left.address, left.host, left.defanged, left.stage) == ("", "", "–", "dismissed")
    for note in notes:
        with pytest.raises(vault.Erased):
            open_story(hotline, note)
    hotline.receive()
    with hotline.open():
        assert Material.objects.get().pk == material.pk


def test_illegal_material_keeps_its_address(hotline):
    material = hotline.material()
    for who in (hotline.amara, hotline.ben):
        hotline.read_as(who, material, note="what was seen")
    with hotline.open():
        Material.objects.filter(pk=material.pk).update(stage="gone", gone_at=timezone.now())
    aged(hotline, material)
    assert sweep(hotline) == 1
    left = hotline.fresh(material)
    assert left.address
    assert left.erased_on
    assert today_of(hotline, "hotline.evidence").erased == 1


def test_a_reply_goes_unless_its_material_is_held(hotline):
    reply, material = a_reply(hotline)
    with hotline.open(hotline.gita):
        holds.place(actor=hotline.gita, subject=material, reason="court")
    assert sweep(hotline) == 0
    assert today_of(hotline, "hotline.reply").held == 1
    with hotline.open(hotline.gita):
        holds.lift(actor=hotline.gita, subject=material)
    assert sweep(hotline) == 1
    with pytest.raises(vault.Erased):
        open_story(hotline, reply.envelope)


def a_reply(hotline):
    from copse.hotline.services import notices
    from copse.hotline.services.tracing import Trace

    material = hotline.material()
    for who in (hotline.amara, hotline.ben):
        hotline.read_as(who, material)
    with hotline.open():
        contact = {"kind": "abuse", "email": "abuse@host.example", "organisation": "Host"}
        trace = Trace(material=material, host="bad.example", contacts=[contact], at=timezone.now())
        trace.save(force_insert=True)
        notices.open_notice(actor=hotline.system, trace=trace, level=0)
        batch = notices.send_waiting(actor=hotline.system, email="abuse@host.example")
        envelope = vault.seal({"text": "done"}, desks=[hotline.desk.id])
        reply = Reply(batch=batch, envelope=envelope, at=timezone.now() - LONG_AGO)
        reply.save(force_insert=True)
    return reply, material


# ── legal hold


def held(hotline, **more):
    concern, private = closed(hotline, **more)
    with hotline.open(hotline.gita):
        holds.place(actor=hotline.gita, subject=concern, reason="court", note="Order 12")
    return hotline.fresh(concern), private


def test_the_clock_erases_nothing_that_is_held(hotline):
    concern, _private = held(hotline)
    assert sweep(hotline) == 0
    row = today_of(hotline, "hotline.story")
    assert (row.due, row.held) == (0, 1)
    assert open_story(hotline, concern.envelope)
    with hotline.open(hotline.gita):
        holds.lift(actor=hotline.gita, subject=concern)
    assert sweep(hotline) == 1


def test_taking_back_under_a_hold_closes_and_keeps_until_it_is_lifted(hotline):
    concern, _private = held(hotline)
    withdraw(hotline, concern)
    after = hotline.fresh(concern)
    assert (after.stage, after.status_code, after.envelope) == (
        "withdrawn", "kept", concern.envelope,
    )  # fmt: skip
    assert open_story(hotline, concern.envelope)
    assert sweep(hotline) == 0
    with hotline.open(hotline.gita):
        holds.lift(actor=hotline.gita, subject=after)
    with pytest.raises(vault.Erased):
        open_story(hotline, concern.envelope)
    assert hotline.fresh(concern).status_code == "erased"
    with hotline.open():
        entry = Entry.objects.get(subject=concern.pk, action=ConcernAction.ERASE)
        assert entry.codes["why"] == "withdrawn"


def withdraw(hotline, concern):
    parcel = parcels.Withdrawal(id=uuid.uuid4(), concern=concern.pk)
    with hotline.open():
        concerns.withdraw(actor=hotline.system, parcel=parcel)


def test_taking_back_without_a_hold_erases_at_once_and_says_so(hotline):
    concern, _private = closed(hotline)
    withdraw(hotline, concern)
    with pytest.raises(vault.Erased):
        open_story(hotline, concern.envelope)
    assert hotline.fresh(concern).status_code == "erased"


def test_a_hold_is_a_leads_and_written_down(hotline):
    concern = hotline.concern()
    for who in (hotline.amara, hotline.system):
        with pytest.raises(Denied), hotline.open(who):
            holds.place(actor=who, subject=concern, reason="court")
    with hotline.open(hotline.gita):
        hold = holds.place(actor=hotline.gita, subject=concern, reason="police", note="Ref 7")
        assert vault.open(hotline.gita, hold.note) == {"note": "Ref 7"}
    with pytest.raises(Denied), hotline.open(hotline.amara):
        holds.lift(actor=hotline.amara, subject=concern)
    with hotline.open(hotline.gita):
        holds.lift(actor=hotline.gita, subject=concern)
        done = [one for one in audit.actions_on(concern) if "hold" in one]
        assert done == [HoldAction.PLACE, HoldAction.LIFT]
        lifted = Hold.objects.get()
        assert (lifted.placed_by, lifted.lifted_by) == (hotline.gita.user_id,) * 2


def test_a_record_is_held_once(hotline):
    concern = hotline.concern()
    with hotline.open(hotline.gita):
        holds.place(actor=hotline.gita, subject=concern, reason="court")
        with pytest.raises(StepNotAllowed):
            holds.place(actor=hotline.gita, subject=concern, reason="court")


@pytest.mark.parametrize("reason", ["", "because", "\0", "court' --"])
def test_a_hold_asks_for_a_reason_of_the_list(hotline, reason):
    concern = hotline.concern()
    with pytest.raises(InputError), hotline.open(hotline.gita):
        holds.place(actor=hotline.gita, subject=concern, reason=reason)


def test_what_is_erased_cannot_be_held(hotline):
    concern, _private = closed(hotline)
    sweep(hotline)
    with pytest.raises(Denied, match="nothing left to hold"), hotline.open(hotline.gita):
        holds.place(actor=hotline.gita, subject=concern, reason="court")


def test_the_note_of_a_lifted_hold_has_a_clock_of_its_own(hotline):
    concern, _private = held(hotline)
    with hotline.open(hotline.gita):
        holds.lift(actor=hotline.gita, subject=concern)
        Hold.objects.update(lifted_at=timezone.now() - LONG_AGO)
    sweep(hotline)
    with hotline.open():
        hold = Hold.objects.get()
        assert (hold.note, hold.reason) == (None, "court")


def test_nobody_but_the_system_erases(hotline):
    concern, _private = closed(hotline)
    with pytest.raises(Denied), hotline.open(hotline.gita):
        rules.erase_story(hotline.gita, concern)


# ── the sweep


def test_another_desks_sweep_erases_nothing_here(hotline):
    concern, _private = closed(hotline)
    assert retention.sweep(hotline.stranger) == 0
    assert open_story(hotline, concern.envelope)
    with database.as_desk(hotline.other_desk):
        assert not Sweep.objects.filter(erased__gt=0).exists()


def test_a_crash_between_batches_loses_nothing(committed_hotline, monkeypatch):
    hotline, done, real = committed_hotline, [], rules.erase_story
    for _ in range(5):
        closed(hotline)

    def breaks(actor, concern):
        if len(done) == 3:
            raise RuntimeError("the power went")
        done.append(concern.pk)
        real(actor, concern)

    kept = retention.class_of("hotline.story")
    monkeypatch.setitem(retention._CLASSES, kept.code, replace(kept, erase=breaks))
    with pytest.raises(RuntimeError):
        sweep(hotline, batch=2)
    assert erasures(hotline) == (2, 2, 2), "the first batch stands, of the second nothing"
    monkeypatch.setitem(retention._CLASSES, kept.code, kept)
    assert sweep(hotline, batch=2) == 3
    assert erasures(hotline) == (5, 5, 5)


def erasures(hotline):
    """How many stories are gone, counted and written down: always the same number."""
    with hotline.open():
        return (
            Concern.objects.exclude(erased_on=None).count(),
            Sweep.objects.get(code="hotline.story").erased,
            Entry.objects.filter(action=ConcernAction.ERASE).count(),
        )


def test_two_sweeps_at_once_erase_each_story_once(committed_hotline):
    hotline = committed_hotline
    for _ in range(6):
        closed(hotline)
    totals = []

    def work():
        try:
            totals.append(sweep(hotline, batch=1))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sweep(hotline)
    assert len(totals) == 3
    assert erasures(hotline) == (6, 6, 6)


def test_the_nightly_job_sweeps_each_desk(hotline):
    concern, _private = closed(hotline)
    with hotline.open():
        jobs.defer("retention.sweep", room="hotline", desk=hotline.desk.id)
    jobs.drain()
    assert hotline.fresh(concern).erased_on


def test_due_rows_are_found_through_an_index(hotline):
    before = timezone.now().date()
    for code in ("hotline.story", "hotline.dismissed", "hotline.evidence", "hotline.reply"):
        rows = retention.class_of(code).due(before)
        with hotline.open(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            plan = rows[:100].explain()
        assert "_quiet" in plan, (code, plan)
