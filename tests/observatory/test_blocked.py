"""What the publisher sees when a release is stopped, and the way on from there."""

from uuid import uuid4

import pytest
from django.test import Client

from copse.base import access, database, jobs
from copse.base.accounts.models import Membership, User
from copse.base.audit.models import Entry
from copse.base.organisations.models import Desk, Organisation
from copse.kit.parcels import FactSheet
from copse.kit.stats import Minimum
from copse.observatory import services
from copse.observatory.models import Release
from copse.observatory.services import figures, indicators
from copse.observatory.workflow import Action
from tests.observatory.counting import sheet
from tests.strategy.conftest import Door

STOPPED = {"en": "This release is stopped", "fr": "Cette publication est arrêtée",
           "ar": "أُوقف هذا الإصدار", "sw": "Toleo hili limesimamishwa"}  # fmt: skip


@pytest.fixture
def desk(db):
    """The desk that publishes."""
    with database.as_room("administration"):
        body = Organisation(name="Statistics", kind="ministry")
        body.save(force_insert=True)
        made = Desk(organisation=body, room="observatory", name="Numbers")
        made.save(force_insert=True)
    return made


@pytest.fixture
def hana(desk, monkeypatch):
    """Hana in her browser; seven decided materials were told as 5 before the rule was tightened."""
    with database.as_room("administration"):
        user = User(email="hana@example.org", name="Hana")
        user.set_unusable_password()
        user.save(force_insert=True)
        Membership(user=user, desk_id=desk.pk, roles=["observatory-publisher"]).save(
            force_insert=True
        )
    actor = access.Actor(user.pk, "Hana", desk.key, frozenset({"observatory-publisher"}))
    cells = tuple(
        (("2026-10", name), count) for name, count in (("content", 40), ("contact", 7), ("", 20))
    )
    with database.as_desk(desk.key, user.pk):
        sheet = FactSheet(
            id=uuid4(), desk=uuid4(), room="hotline", fact="hotline.decided", cells=cells,
            dimensions=("month", "risk_class"), period="2026-10",
        )  # fmt: skip
        services.receive(actor=access.system(desk.key), sheet=sheet)
        services.publish(actor=actor, until="2026-10")
    stricter = (figures.Figure("hotline.decided", Minimum.VICTIMS),)
    monkeypatch.setattr(figures, "COUNTED", stricter)
    monkeypatch.setattr("copse.base.access.views._door", lambda: Door(actor))
    client = Client()
    client.force_login(user)
    return client


def check(hana, home, **chosen):
    """She has a release checked, the worker does it, and she looks again."""
    sent = hana.post(f"{home}examine/", {"until": "2026-10", **chosen})
    assert sent.status_code == 303
    jobs.drain()
    return hana.get(sent["Location"])


@pytest.mark.parametrize("language", STOPPED)
def test_the_publisher_reads_which_counts_and_what_to_do(hana, language):
    home = f"/{language}/desk/observatory/"
    answer = check(hana, home)
    assert answer.status_code == 409
    assert STOPPED[language] in answer.text
    assert 'name="without" value="hotline.decided"' in answer.text
    assert "no-store" in answer["Cache-Control"]


def test_publishing_is_stopped_too_and_goes_on_without_the_number(hana):
    home = "/en/desk/observatory/"
    check(hana, home)
    stopped = hana.post(f"{home}publish/", {"until": "2026-10"})
    assert stopped.status_code == 409
    assert "5 to 7" in stopped.text
    with database.as_room("public"):
        assert Release.objects.count() == 1

    seen = check(hana, home, **WITHOUT)
    assert seen.status_code == 200
    assert 'name="without" value="hotline.decided"' in seen.text
    sent = hana.post(f"{home}publish/", {"until": "2026-10", **WITHOUT})
    assert sent.status_code == 303


WITHOUT = {"without": "hotline.decided"}
UNLISTED = {"en": "“harm@HARM-99” is not in the code list of BREAKDOWN (LEGIS-GAP)",
            "sw": "“harm@HARM-99” haimo katika orodha ya misimbo ya BREAKDOWN"}  # fmt: skip


@pytest.mark.parametrize("language", UNLISTED)
def test_a_code_that_no_list_has_stops_the_release_and_is_named(hana, desk, language):
    """Found when it is published, and not by the first reader who asks for a file."""
    gap, system = (("HARM-99", "POWER-1"), 3), access.system(desk.key)
    found = sheet("strategy.power_gaps_open", "2026-10", [gap], ("month", "harm", "power"))
    with database.as_desk(desk.key):
        services.receive(actor=system, sheet=found)
        indicators.recompute(actor=system)
    home = f"/{language}/desk/observatory/"

    assert check(hana, home, **WITHOUT).status_code == 303
    assert UNLISTED[language] in hana.get(home).text
    stopped = hana.post(f"{home}publish/", {"until": "2026-10", **WITHOUT})
    assert stopped.status_code == 303
    assert UNLISTED[language] in hana.get(home).text

    with database.as_desk(desk.key):
        assert Release.objects.count() == 1
        (entry,) = Entry.objects.filter(action=Action.PUBLISH, outcome="refused")
        assert entry.codes == {"reason": "unlisted"}
