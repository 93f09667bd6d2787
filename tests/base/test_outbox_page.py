"""The page of undelivered messages, as a room includes it."""

import uuid
from enum import StrEnum

import pytest
from django.http import Http404
from django.test import RequestFactory
from django.utils import translation

from copse.base import access, database, outbox
from copse.base.access import Actor, views
from copse.base.database import DeskKey
from copse.base.outbox import carriers, sending
from copse.base.outbox import views as pages
from copse.base.outbox.models import Message

pytestmark = pytest.mark.django_db
HELPLINE = DeskKey(uuid.UUID(int=21), "helpline")
AMARA = Actor(uuid.uuid4(), "Amara", HELPLINE, frozenset({"outbox-test"}))


class Action(StrEnum):
    """What a room would declare."""

    VIEW = "helpline.outbox.view"
    RETRY = "helpline.outbox.retry"


@pytest.fixture
def room(monkeypatch, settings):
    """A room that includes the page, and its addresses."""
    role = access.Role("outbox-test", room="helpline", title="", about="")
    monkeypatch.setattr(access.rules, "_DECLARED", {Action.VIEW: role, Action.RETRY: role})
    found = {p.name: p.callback for p in pages.pages(view=Action.VIEW, retry=Action.RETRY)}
    assert {view.copse_guard for view in found.values()} == set(Action)
    return found


@pytest.fixture
def enter(monkeypatch):
    """Come to a page as somebody, past the door that accounts keeps."""

    def ask(view, actor=AMARA, method="get", **arguments):
        class Door:
            def actor_for(self, _request, room):
                return actor if actor.desk.room == room else None

        class Known:
            is_authenticated = True

        monkeypatch.setattr(views, "_door", Door)
        request = getattr(RequestFactory(), method)("/en/desk/helpline/outbox/")
        request.user = Known()
        return view(request, **arguments)

    return ask


@pytest.fixture
def failed(monkeypatch):
    """A message that its receiver does not want."""

    def refuse(letter):
        raise outbox.NotTaken("smtp-550", final=True)

    monkeypatch.setitem(carriers._carriers, "mail", refuse)
    with database.as_desk(HELPLINE):
        key = outbox.mail(to="a@b.example", subject="<b>N-1</b>", text="x", kind="helpline.x")
    sending.send(access.system(HELPLINE), key)
    return key


@pytest.mark.parametrize("language", ["en", "fr", "ar", "sw"])
def test_the_page_lists_it_with_the_reason(room, enter, failed, monkeypatch, language):
    shown = {}

    def render(request, template, context):
        shown.update(context)
        return pages.HttpResponse()

    monkeypatch.setattr(pages, "render", render)
    with translation.override(language):
        enter(room["outbox"])
        (line,) = shown["messages_out"]
        assert (line.key, line.failed, line.recipient) == (failed, True, "a@b.example")
        english = "The receiving server does not know this address. Check the address."
        assert (str(line.why) == english) == (language == "en")
    assert shown["may_retry"]


@pytest.mark.parametrize(("name", "stage"), [("retry", "waiting"), ("dismiss", "dismissed")])
def test_its_buttons_work(room, enter, failed, monkeypatch, name, stage):
    monkeypatch.setattr(pages, "see_other", pages.HttpResponse)
    answer = enter(room[f"outbox-{name}"], method="post", key=failed)
    assert answer.content == b"helpline:outbox"
    with database.as_desk(HELPLINE):
        assert Message.objects.get(pk=failed).stage == stage


def test_another_desk_of_the_room_finds_nothing(room, enter, failed, monkeypatch):
    monkeypatch.setattr(pages, "render", lambda *_: pages.HttpResponse())
    other = Actor(uuid.uuid4(), "Ben", DeskKey(uuid.UUID(int=22), "helpline"), AMARA.roles)
    with pytest.raises(Http404):
        enter(room["outbox-retry"], actor=other, method="post", key=failed)


def test_without_the_role_there_is_no_page(room, enter, failed):
    nobody = Actor(uuid.uuid4(), "Hana", HELPLINE, frozenset())
    with pytest.raises(Http404):
        enter(room["outbox"], actor=nobody)


def test_a_get_presses_no_button(room, enter, failed):
    assert enter(room["outbox-retry"], key=failed).status_code == 405


def test_a_bad_place_is_no_page(room, enter):
    request = RequestFactory().get("/", {"when": "never", "key": "x"})
    with pytest.raises(Http404):
        pages._after(request)
