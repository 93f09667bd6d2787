"""A release is attacked in the worker; the page waits for nothing and shows only what was attacked."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import Error
from django.test import Client
from django.utils import timezone

from copse.base import access, audit, database, jobs
from copse.base.access import Denied
from copse.base.accounts.models import Membership, User
from copse.base.database import DeskKey
from copse.base.organisations.models import Desk, Organisation
from copse.kit.parcels import FactSheet
from copse.kit.stats import AttackFailed
from copse.observatory import services
from copse.observatory.models import Basis, Examination, Release
from copse.observatory.services import examining, question
from copse.observatory.workflow import Action
from tests.strategy.conftest import Door

HOME = "/en/desk/observatory/"
UNTIL = {"until": "2026-10"}
WAITING = {"en": "The next release is being checked", "fr": "La prochaine publication est en cours",
           "ar": "يجري فحص الإصدار القادم", "sw": "Toleo lijalo linakaguliwa"}  # fmt: skip


class Office:
    """The desk that publishes, Hana in her browser, and the counts that come in."""

    def __init__(self):
        with database.as_room("administration"):
            body = Organisation(name="Statistics", kind="ministry")
            body.save(force_insert=True)
            self.desk = Desk(organisation=body, room="observatory", name="Numbers")
            self.desk.save(force_insert=True)
            user = User(email="hana@example.org", name="Hana")
            user.set_unusable_password()
            user.save(force_insert=True)
            Membership(user=user, desk_id=self.desk.pk, roles=["observatory-publisher"]).save(
                force_insert=True
            )
        self.hana = access.Actor(
            user.pk, "Hana", self.desk.key, frozenset({"observatory-publisher"})
        )
        self.source = uuid4()
        self.browser = Client()
        self.browser.force_login(user)

    def open(self):
        return database.as_desk(self.desk.key, self.hana.user_id)

    def count(self, content, contact=3):
        cells = ((("2026-10", "content"), content), (("2026-10", "contact"), contact))
        sheet = FactSheet(
            id=uuid4(), desk=self.source, room="hotline", fact="hotline.concerns", cells=cells,
            dimensions=("month", "risk_class"), period="2026-10",
        )  # fmt: skip
        with self.open():
            services.receive(actor=access.system(self.desk.key), sheet=sheet)

    def post(self, what, **chosen):
        return self.browser.post(f"{HOME}{what}/", {**UNTIL, **chosen})

    def look(self, home=HOME):
        return self.browser.get(f"{home}preview/", UNTIL)

    def examinations(self):
        with self.open():
            return list(Examination.objects.order_by("asked_at"))


@pytest.fixture
def office(db, monkeypatch):
    made = Office()
    monkeypatch.setattr("copse.base.access.views._door", lambda: Door(made.hana))
    made.count(40)
    return made


def releases():
    with database.as_room("public"):
        return Release.objects.count()


def never(*_args, **_kwargs):
    raise AssertionError("a page was kept waiting for the attack")


def test_no_page_waits_for_the_attack_and_what_was_attacked_is_published(office, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(question.stats, "protect", never)
        assert office.post("examine").status_code == 303
        assert WAITING["en"] in office.look().text
        assert "Publish these numbers" not in office.look().text
    jobs.drain()
    (done,) = office.examinations()
    monkeypatch.setattr(question.stats, "protect", never)
    assert "Publish these numbers" in office.look().text
    assert office.post("publish").status_code == 303
    assert releases() == 1
    with office.open():
        assert Basis.objects.get().body == done.basis
        assert Examination.objects.count() == 0, "void, now that there is a release more"
        assert audit.actions_on(done.pk) == [Action.EXAMINE, Action.ATTACK]


def test_numbers_that_changed_since_are_checked_again_and_not_published(office):
    office.post("examine")
    jobs.drain()
    office.count(45)
    answer = office.post("publish")
    assert answer.status_code == 303
    assert releases() == 0
    assert WAITING["en"] in office.browser.get(answer["Location"]).text
    jobs.drain()
    office.post("publish")
    assert releases() == 1


def test_a_release_that_came_out_meanwhile_voids_the_answer(office):
    """An answer that knows nothing of the newest release would let the two be subtracted."""
    with office.open():
        old = services.ask(actor=office.hana, **UNTIL)
    jobs.drain()
    with office.open():
        kept = Examination.objects.get()
        services.publish(actor=office.hana, **UNTIL)
        kept.save(force_insert=True)  # as if it had not been removed
        with pytest.raises(services.NotExamined):
            services.preview(actor=office.hana, examined=True, **UNTIL)
    assert kept.pk == old.pk


def test_without_an_examination_nothing_is_shown_or_published(office):
    assert "Not checked yet" in office.look().text
    assert office.post("publish").status_code == 303
    assert releases() == 0
    assert len(office.examinations()) == 1


def test_who_asks_twice_waits_for_one_answer_and_few_wait_at_once(office):
    for _again in range(2):
        office.post("examine")
    assert len(office.examinations()) == 1
    for fact in services.COUNTS[1:]:
        office.post("examine", without=fact)
    assert len(office.examinations()) == examining.MOST
    assert "Other releases are being checked" in office.browser.get(HOME).text
    jobs.drain()
    office.post("examine")
    assert len(office.examinations()) == examining.MOST, "what was answered is not asked again"


def test_an_examination_that_nobody_works_at_any_more_does_not_stop_the_next(office):
    office.post("examine")
    with office.open():
        Examination.objects.update(asked_at=timezone.now() - examining.LOST - timedelta(minutes=1))
    office.post("examine")
    assert len(office.examinations()) == 2


def test_an_attack_that_fails_is_no_pass(office, monkeypatch):
    with monkeypatch.context() as patch:

        def fails(*_args, **_kwargs):
            raise AttackFailed("no answer")

        patch.setattr(question.stats, "protect", fails)
        office.post("examine")
        jobs.drain()
    (failed,) = office.examinations()
    assert failed.trouble == "attack-failed"
    assert "The check did not finish" in office.look().text
    office.post("publish")
    assert releases() == 0
    jobs.drain()
    office.post("publish")
    assert releases() == 1


@pytest.mark.parametrize("language", WAITING)
def test_the_waiting_page_in_every_language(office, language):
    office.post("examine")
    page = office.look(f"/{language}/desk/observatory/")
    assert WAITING[language] in page.text
    assert "no-store" in page["Cache-Control"]


def test_a_post_without_a_month_asks_for_nothing(office):
    assert office.browser.post(f"{HOME}examine/", {"until": "soon"}).status_code == 303
    assert office.examinations() == []


def test_only_a_publisher_asks_and_only_the_worker_attacks(office):
    gita = access.Actor(uuid4(), "Gita", office.desk.key, frozenset({"observatory-analyst"}))
    with office.open():
        with pytest.raises(Denied):
            services.ask(actor=gita, **UNTIL)
        with pytest.raises(Denied):
            examining.attack(actor=office.hana, examination=uuid4())


def test_another_desk_and_the_public_see_no_examination(office):
    office.post("examine")
    with database.as_desk(DeskKey(uuid4(), "observatory")):
        assert Examination.objects.count() == 0
    with (
        database.as_room("public"),
        pytest.raises(Error, match="permission denied"),
        transaction.atomic(),
    ):
        Examination.objects.count()


def test_a_job_for_an_examination_that_is_gone_does_nothing(office):
    examining.attack(actor=access.system(office.desk.key), examination=uuid4())
    assert not connection.needs_rollback
    assert office.examinations() == []
