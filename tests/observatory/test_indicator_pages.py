"""The desk's pages of indicators: read, type, check, close; in four languages."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from copse.base import access, database
from copse.base.access import Actor
from copse.base.accounts.models import Membership, User
from copse.base.organisations.models import Desk, Organisation
from copse.kit.indicators import catalogue
from copse.kit.parcels import FactSheets
from copse.observatory.models import Observation
from copse.observatory.services import indicators, receiving
from tests.observatory.counting import number, sheet, uuid4
from tests.strategy.conftest import Door

LANGUAGES = ("en", "fr", "ar", "sw")
SURVEY = "REP-AWARE"


class House:
    """The observatory's desk with Hana, who publishes, Olu, who types, and Gita, who does neither."""

    def __init__(self):
        with database.as_room("administration"):
            body = Organisation(name="Statistics", kind="ministry")
            body.save(force_insert=True)
            self.desk = Desk(organisation=body, room="observatory", name="Numbers")
            self.desk.save(force_insert=True)
        self.hana = self._person("hana", "observatory-publisher")
        self.olu = self._person("olu", "observatory-analyst")
        self.gita = self._person("gita")
        self.system = access.system(self.desk.key)

    def _person(self, name, *roles):
        user = User(email=f"{name}@example.org", name=name.title())
        user.set_unusable_password()
        user.save(force_insert=True)
        Membership(user=user, desk=self.desk, roles=list(roles)).save(force_insert=True)
        return Actor(user.id, user.name, self.desk.key, frozenset(roles))

    def open(self):
        return database.as_desk(self.desk.key)

    def come(self, *sheets):
        with self.open():
            receiving.receive_all(
                actor=self.system, parcel=FactSheets(id=uuid4(), sheets=tuple(sheets))
            )
            indicators.recompute(actor=self.system)

    def row(self, code=SURVEY):
        with self.open():
            return Observation.objects.filter(indicator=code).order_by("-vintage").first()


@pytest.fixture
def house(db):
    return House()


@pytest.fixture
def enter(house, monkeypatch):
    def come(who):
        monkeypatch.setattr("copse.base.access.views._door", lambda: Door(who))
        client = Client()
        client.force_login(User.objects.get(pk=who.user_id))
        return client

    return come


def url(name, *args):
    return reverse(f"observatory:{name}", args=args)


TYPED = {"period": "2025", "value": "41.5", "denominator": "900", "note": "Survey, May 2025."}


def post(client, where, **fields):
    return client.post(where, fields)


def test_every_indicator_stands_in_the_list_with_its_age(house, enter):
    house.come(number("portal.submitted", "2026-09", 40))
    page = enter(house.hana).get(url("indicators")).content.decode()

    for one in catalogue():
        assert url("indicator", one.code) in page
    assert "Waiting" in page
    assert "2026-09" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_indicator_says_what_it_is_made_of_in_each_language(house, enter, language):
    house.come(sheet("portal.submitted", "2026-09", [(("en",), 40)], ("month", "language")))
    with translation.override(language):
        client = enter(house.hana)
        client.cookies["language"] = language
        response = client.get(url("indicator", "REP-SENT"), headers={"accept-language": language})
    page = response.content.decode()
    one = catalogue()["REP-SENT"]
    assert one.title[language] in page
    assert one.formula[language] in page
    assert one.sentence[language].replace("{value}", "40")[:20] in page
    assert "portal.submitted" in page


def test_olu_types_and_hands_in_and_hana_approves_and_closes(house, enter):
    olu = enter(house.olu)
    answer = post(olu, url("indicator", SURVEY), **TYPED)
    assert (answer.status_code, answer["Location"]) == (303, url("indicator", SURVEY))
    row = house.row()
    assert "Hand in" in olu.get(url("indicator", SURVEY)).content.decode()
    assert post(olu, url("observation-step", row.pk, "submit")).status_code == 303
    assert "Approve" not in olu.get(url("indicator", SURVEY)).content.decode()
    assert post(olu, url("observation-step", row.pk, "approve")).status_code == 404

    hana = enter(house.hana)
    assert "To be checked" in hana.get(url("indicators")).content.decode()
    post(hana, url("observation-step", row.pk, "approve"))
    post(hana, url("lock", SURVEY), period="2025")
    assert house.row().stage == "locked"
    assert "Period closed" in hana.get(url("indicator", SURVEY)).content.decode()


def test_a_closed_period_is_not_edited_from_the_page(house, enter):
    test_olu_types_and_hands_in_and_hana_approves_and_closes(house, enter)
    olu = enter(house.olu)
    answer = post(olu, url("indicator", SURVEY), **{**TYPED, "value": "99"})
    assert answer.status_code == 200
    assert "This period is closed" in answer.content.decode()
    assert house.row().value == 41.5

    row = house.row()
    page = olu.get(url("revise", row.pk)).content.decode()
    assert "A new vintage" in page
    answer = post(olu, url("revise", row.pk), value="43", denominator="900", note="Weights.")
    assert answer.status_code == 303
    assert (house.row().vintage, house.row().stage) == (2, "draft")


def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(house, enter):
    olu = enter(house.olu)
    answer = post(olu, url("indicator", SURVEY), **{**TYPED, "period": "2025-Q3"})
    page = answer.content.decode()
    assert "write a year, such as 2025" in page
    assert "Survey, May 2025." in page
    page = post(olu, url("indicator", SURVEY), period="soon", value="x").content.decode()
    assert "govuk-error-summary" in page
    assert house.row() is None


def test_a_number_goes_back_with_a_reason(house, enter):
    olu = enter(house.olu)
    post(olu, url("indicator", SURVEY), **TYPED)
    row = house.row()
    post(olu, url("observation-step", row.pk, "submit"))
    hana = enter(house.hana)
    post(hana, url("send-back", row.pk), because="")
    assert house.row().stage == "submitted"
    post(hana, url("send-back", row.pk), because="Which <b>children</b>?")
    assert house.row().stage == "returned"
    page = enter(house.olu).get(url("indicator", SURVEY)).content.decode()
    assert "Which &lt;b&gt;children" in page


def test_nobody_types_what_a_desk_counts(house, enter):
    olu = enter(house.olu)
    assert "Type a number" not in olu.get(url("indicator", "REP-SENT")).content.decode()
    answer = post(olu, url("indicator", "REP-SENT"), period="2026-09", value="5", note="I think.")
    assert "A desk counts this indicator" in answer.content.decode()


def test_what_is_refused_and_what_is_absent_look_the_same(house, enter):
    gita = enter(house.gita)
    for where in (url("indicators"), url("indicator", SURVEY)):
        assert gita.get(where).status_code == 404
    olu = enter(house.olu)
    assert olu.get(url("indicator", "NO-SUCH")).status_code == 404
    assert post(olu, url("lock", SURVEY), period="2025").status_code == 404
    assert post(olu, url("observation-step", uuid4(), "submit")).status_code == 404
    post(olu, url("indicator", SURVEY), **TYPED)
    assert post(olu, url("observation-step", house.row().pk, "erase")).status_code == 404
    assert olu.get(url("lock", SURVEY)).status_code in (404, 405)
