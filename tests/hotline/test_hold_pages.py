"""Hold, police and erasure as staff see them."""

import pytest
from django.test import Client
from django.urls import reverse

from copse.base import audit, database, jobs
from copse.base.access import Denied, may
from copse.base.organisations.directory import Country
from copse.hotline.models import Hold, Material, Notice
from copse.hotline.services import endings, notices, tracing
from copse.hotline.workflow import Action, HoldAction, NoticeAction
from tests.hotline.test_retention import closed, sweep
from tests.hotline.test_views import Door


@pytest.fixture
def enter(hotline, monkeypatch):
    """A browser of somebody at the desk."""

    def come(who):
        from copse.base.accounts.models import User

        monkeypatch.setattr("copse.base.access.views._door", lambda: Door(who))
        client = Client()
        client.force_login(User.objects.get(pk=who.user_id))
        return client

    return come


@pytest.mark.parametrize("kind", ["concern", "material"])
def test_a_lead_holds_and_frees_on_the_pages(hotline, enter, kind):
    subject = hotline.concern() if kind == "concern" else hotline.material()
    client, ref = enter(hotline.gita), [subject.reference]
    page, form = reverse(f"hotline:{kind}", args=ref), reverse(f"hotline:see-hold-{kind}", args=ref)
    assert form in client.get(page).content.decode()
    assert b"Hold it" in client.get(form).content
    place = reverse(f"hotline:hold-{kind}", args=ref)
    wrong = client.post(place, {"reason": "because", "note": "my words"}).content.decode()
    assert "my words" in wrong
    assert "There is something to put right" in wrong
    assert client.post(place, {"reason": "court", "note": "Order 12"}).status_code == 303
    assert client.post(place, {"reason": "court"}).status_code == 303
    assert "On hold" in client.get(page).content.decode()
    assert "Order 12" in client.get(form).content.decode()
    with hotline.open():
        assert HoldAction.VIEW in audit.actions_on(Hold.objects.get())
    assert client.post(reverse(f"hotline:lift-{kind}", args=ref)).status_code == 303
    assert "On hold" not in client.get(page).content.decode()


def test_an_analyst_sees_the_button_closed_with_the_reason(hotline, enter):
    concern = hotline.concern()
    client = enter(hotline.amara)
    page = client.get(reverse("hotline:concern", args=[concern.reference])).content.decode()
    assert "This needs another role than yours." in page
    place = reverse("hotline:hold-concern", args=[concern.reference])
    assert client.post(place, {"reason": "court"}).status_code == 404
    with hotline.open():
        assert not Hold.objects.exists()


def test_another_desk_cannot_hold_what_is_not_its_own(hotline, enter):
    concern = hotline.concern()
    place = reverse("hotline:hold-concern", args=[concern.reference])
    assert enter(hotline.stranger).post(place, {"reason": "court"}).status_code == 404


def test_an_erased_story_has_no_button_and_says_so(hotline, enter):
    concern, _private = closed(hotline)
    sweep(hotline)
    client = enter(hotline.amara)
    page = client.get(reverse("hotline:concern", args=[concern.reference])).content.decode()
    assert "What was told was erased" in page
    assert reverse("hotline:story", args=[concern.reference]) not in page
    told = client.get(reverse("hotline:story", args=[concern.reference]))
    assert told.status_code == 200


# ── the police first


@pytest.fixture
def police_first(hotline):
    with database.as_room("administration"):
        Country(code="XA", name="Arbora", police_first=True).save(force_insert=True)


def decided(hotline, **more):
    material = hotline.material(addresses=("https://pages.harbour.example/a/1",), **more)
    for who in (hotline.amara, hotline.ben):
        hotline.read_as(who, material)
    return material


def test_no_notice_leaves_before_the_police_were_told(hotline, police_first, enter):
    material = decided(hotline)
    jobs.drain()
    assert told(hotline) == 0
    with hotline.open():
        assert material.traces.count() == 1, "whom to write to is found out all the same"
        decision = may(hotline.amara, NoticeAction.OPEN, hotline.fresh(material))
        assert "police are told first" in str(decision.reason)
    client, ref = enter(hotline.amara), [material.reference]
    page = client.get(reverse("hotline:material", args=ref)).content.decode()
    assert "Here the police are told first" in page
    assert client.post(reverse("hotline:tell-police", args=ref)).status_code == 303
    jobs.drain()
    assert told(hotline) == 1
    with hotline.open():
        assert Action.TELL_POLICE in audit.actions_on(material)
        assert Material.objects.get(pk=material.pk).stage == "noticed"
    after = client.get(reverse("hotline:material", args=ref)).content.decode()
    assert "Here the police are told first" not in after


def told(hotline):
    with hotline.open():
        return Notice.objects.exclude(sent_at=None).count()


def test_the_service_refuses_it_too(hotline, police_first):
    material = decided(hotline)
    trace = tracing.trace(actor=hotline.system, material=material.pk)
    with hotline.open(), pytest.raises(Denied, match="police are told first"):
        notices.open_notice(actor=hotline.system, trace=trace, level=0)


def test_the_police_are_recorded_once(hotline, police_first):
    material = decided(hotline)
    with hotline.open(hotline.gita):
        endings.tell_police(actor=hotline.gita, material=material)
        with pytest.raises(Denied, match="recorded already"):
            endings.tell_police(actor=hotline.gita, material=material)


def test_elsewhere_nobody_waits_and_there_is_no_button(hotline, enter):
    material = decided(hotline)
    with hotline.open():
        assert may(hotline.amara, NoticeAction.OPEN, hotline.fresh(material))
    page = enter(hotline.amara).get(reverse("hotline:material", args=[material.reference]))
    assert "The police were told" not in page.content.decode()


def test_a_notice_that_waited_when_the_rule_came_leaves_afterwards(hotline):
    material = decided(hotline)
    assert tracing.trace(actor=hotline.system, material=material.pk) is not None
    with database.as_room("administration"):
        Country(code="XA", name="Arbora", police_first=True).save(force_insert=True)
    jobs.drain()
    assert told(hotline) == 0
    with hotline.open(hotline.gita):
        endings.tell_police(actor=hotline.gita, material=material)
    jobs.drain()
    assert told(hotline) == 1
