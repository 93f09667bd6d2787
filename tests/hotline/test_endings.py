"""What follows a decision: reopened, closed, traced again, reported again; and the database's no."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from copse.base import jobs
from copse.base.access import Denied
from copse.base.outside import Look
from copse.hotline.models import Material, Notice, Trace
from copse.hotline.services import checks, concerns, endings, notices, phrases, tracing
from copse.kit.errors import StepNotAllowed

ADDRESS = "https://pages.harbour.example/a/1"


@pytest.fixture
def noticed(hotline):
    concern, _ = hotline.sealed_receive(addresses=(ADDRESS,))
    with hotline.open():
        material = Material.objects.get(sightings__concern=concern)
    hotline.read_as(hotline.amara, material)
    hotline.read_as(hotline.ben, material)
    hotline.first = concern
    jobs.drain()
    return hotline.fresh(material)


def look(hotline, monkeypatch, material, outcome, hours=0):
    class Scripted:
        def look(self, _url):
            at = timezone.now() + dt.timedelta(hours=hours)
            return Look(outcome, None, "pages.harbour.example", "pages.harbour.example", at)

    monkeypatch.setattr(checks, "fetcher", Scripted)
    checks.look(actor=hotline.system, material=material.pk)
    return hotline.fresh(material)


def gone(hotline, monkeypatch, material):
    look(hotline, monkeypatch, material, "gone_404")
    return look(hotline, monkeypatch, material, "gone_404", 7)


def again(hotline):
    concern, _ = hotline.sealed_receive(addresses=(ADDRESS,))
    return concern


def test_a_sent_notice_tells_the_reporter_that_we_acted(hotline, noticed):
    assert hotline.fresh(hotline.first).status_code == "acted"


def test_who_reports_it_again_reads_at_once_where_it_stands(hotline, noticed):
    assert hotline.fresh(again(hotline)).status_code == "acted"


def test_reported_again_and_really_gone(hotline, noticed, monkeypatch):
    gone(hotline, monkeypatch, noticed)
    concern = again(hotline)
    assert hotline.fresh(concern).status_code == "with_analyst"
    assert look(hotline, monkeypatch, noticed, "gone_404", 8).stage == "gone"
    assert hotline.fresh(concern).status_code == "removed"


def test_reported_again_and_back(hotline, noticed, monkeypatch):
    gone(hotline, monkeypatch, noticed)
    again(hotline)
    assert look(hotline, monkeypatch, noticed, "there", 8).stage == "to_notice"
    jobs.drain()
    assert hotline.fresh(noticed).stage == "noticed"


def test_a_failed_look_leaves_the_reporter_waiting(hotline, noticed, monkeypatch):
    gone(hotline, monkeypatch, noticed)
    concern = again(hotline)
    assert look(hotline, monkeypatch, noticed, "error", 8).stage == "gone"
    assert hotline.fresh(concern).status_code == "with_analyst"


def test_nobody_reads_gone_while_another_of_their_pages_is_there(hotline, noticed, monkeypatch):
    both, _ = hotline.sealed_receive(addresses=(ADDRESS, "https://pages.harbour.example/b"))
    assert hotline.fresh(both).status_code == "received"
    gone(hotline, monkeypatch, noticed)
    assert hotline.fresh(both).status_code == "received"
    assert hotline.fresh(hotline.first).status_code == "removed"


def test_closing_ends_notices_and_tells(hotline, noticed):
    with hotline.open(hotline.amara):
        endings.close(actor=hotline.amara, material=noticed)
        assert {n.stage for n in Notice.objects.all()} == {"closed"}
    assert hotline.fresh(hotline.first).status_code == "closed"
    with hotline.open(hotline.amara), pytest.raises(StepNotAllowed):
        endings.close(actor=hotline.amara, material=noticed)


def test_tracing_again_writes_to_nobody_twice(hotline, noticed):
    for _ in range(2):
        tracing.trace(actor=hotline.system, material=noticed.pk)
    with hotline.open():
        assert Trace.objects.count() == 3
        assert Notice.objects.count() == 1


def test_tracing_again_passes_over_who_was_not_reached(hotline, noticed):
    with hotline.open(hotline.amara):
        notices.pass_up(actor=hotline.amara, notice=Notice.objects.get())
    tracing.trace(actor=hotline.system, material=noticed.pk)
    with hotline.open():
        assert Notice.objects.count() == 2


def test_a_stranger_reopens_nothing(hotline, noticed):
    with (
        hotline.open(hotline.stranger),
        pytest.raises((Denied, Material.DoesNotExist)),
    ):
        endings.reopen(actor=hotline.stranger, material=noticed)


@pytest.mark.parametrize("readers", [0, 1])
def test_the_database_refuses_a_decision_without_two_readings(hotline, readers):
    material = hotline.material()
    for who in [hotline.amara, hotline.ben][:readers]:
        hotline.read_as(who, material)
    with hotline.open(), pytest.raises(IntegrityError, match="two readings"), transaction.atomic():
        Material.objects.filter(pk=material.pk).update(
            stage="to_notice", label="national_child", decided_at=timezone.now()
        )


def test_the_database_takes_a_leads_decision(hotline):
    material = hotline.material()
    labels = ("national_child", "national_youth", "not_illegal")
    for who, label in zip((hotline.amara, hotline.ben, hotline.esi), labels, strict=True):
        hotline.read_as(who, material, label)
    hotline.read(hotline.gita, material, "not_illegal")
    assert hotline.fresh(material).stage == "dismissed"


def test_closing_a_concern_says_so(hotline):
    concern, _ = hotline.sealed_receive(journey="happened", addresses=())
    with hotline.open(hotline.amara):
        held = concerns.claim(actor=hotline.amara, concern=concern)
    with hotline.open(hotline.ben), pytest.raises(Denied):
        concerns.close(actor=hotline.ben, concern=held)
    with hotline.open(hotline.amara):
        concerns.close(actor=hotline.amara, concern=held)
    closed = hotline.fresh(concern)
    assert (closed.stage, closed.status_code, closed.holder_id) == ("closed", "closed", None)


def test_a_ready_sentence_is_in_the_reporters_language():
    said = {phrases.said("thanks", language) for language in ("en", "fr", "ar", "sw")}
    assert len(said) == 4
    assert phrases.said("no such code", "fr") == ""


def test_the_queue_is_read_in_order_from_its_index(hotline, monkeypatch):
    """Under the desk's own role and policy: no sort, whatever waits."""
    from copse.hotline.queries import material as queries

    hotline.material()
    plans = []

    def explain(rows, _after=""):
        plans.append(rows.order_by("priority", "received_hour", "id")[:26].explain(costs=False))
        return rows

    monkeypatch.setattr(queries, "page", explain)
    with hotline.open(hotline.amara):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == ("copse_hotline",)
            # Few rows are sorted gladly; what matters is that the index can answer in order.
            cursor.execute("SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off")
        queries.queue_for(hotline.amara)
    assert "hotline_material_queue" in plans[0]
    assert "Sort" not in plans[0]
