"""What holds for the whole country is changed on a page, within bounds, and written down."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from copse.base import database
from copse.base.access import Denied
from copse.base.audit.models import Entry
from copse.base.organisations import country, directory
from copse.base.organisations.country import Settings
from copse.base.organisations.directory import Country
from copse.base.organisations.models import Desk, Organisation
from copse.base.organisations.workflow import CountryAction
from copse.cli import diagnosis
from tests.hotline.test_views import Door
from tests.organisations.test_clocks import Administration

pytestmark = pytest.mark.django_db
ADDRESS = "organisations:country"


class Founded(Administration):
    """The same office, with a country and a hotline that nobody is on duty for."""

    def __init__(self):
        super().__init__()
        with database.as_room("administration"):
            Country(
                code="XA", name="Arbora", emergency_number="112", helpline_number="116 111"
            ).save(force_insert=True)
            self.hotline = Desk(organisation=Organisation.objects.get(), room="hotline", name="H")
            self.hotline.save(force_insert=True)

    def entries(self):
        with self.open():
            return list(Entry.objects.filter(action=CountryAction.CHANGE, outcome="done"))

    def now(self):
        with self.open():
            return country.current(self.farid)


@pytest.fixture
def office(monkeypatch):
    # What a process remembers outlives a test, and this country offers two languages only.
    monkeypatch.setattr(directory, "_remembered", [])
    return Founded()


def browser(office, monkeypatch, door):
    monkeypatch.setattr("copse.base.access.views._door", lambda: door)
    made = Client()
    made.force_login(office.user)
    return made


@pytest.fixture
def client(office, monkeypatch):
    return browser(office, monkeypatch, Door(office.farid))


def typed(**changes):
    return {
        "emergency_number": "112", "helpline_number": "116 111", "duty_email": "",
        "languages": ["en", "fr", "ar", "sw"], "exit_url": "https://www.wikipedia.org/",
        **changes,
    }  # fmt: skip


ALL = typed(
    emergency_number="*115#", helpline_number="+254 116", duty_email="duty@hotline.example",
    languages=["fr", "ar"], exit_url="https://weather.example/today?x=1", police_first="on",
    storage_allowed="on",
)  # fmt: skip


def test_everything_is_changed_at_once_and_the_portal_follows(office, client):
    assert client.post(reverse(ADDRESS), ALL).status_code == 303
    assert office.now() == Settings(
        "*115#", "+254 116", ("fr", "ar"), "https://weather.example/today?x=1",
        police_first=True, storage_allowed=True, duty_email="duty@hotline.example",
    )  # fmt: skip
    public = Client()
    page = public.get("/fr/help/").content.decode()
    assert "*115#" in page
    assert "https://weather.example/today?x=1" in public.get("/fr/today/").content.decode()


def test_the_entry_names_old_and_new_and_no_person(office, client):
    client.post(reverse(ADDRESS), ALL)
    (entry,) = office.entries()
    assert entry.member == office.farid.user_id
    assert entry.codes["emergency_number_old"] == "tel:112"
    assert entry.codes["emergency_number_new"] == "tel:_2A115_23"
    assert entry.codes["helpline_number_new"] == "tel:+254_20116"
    assert (entry.codes["languages_old"], entry.codes["languages_new"]) == ("en.fr.ar.sw", "fr.ar")
    assert (entry.codes["duty_email_old"], entry.codes["duty_email_new"]) == ("none", "set")
    assert (entry.codes["police_first_old"], entry.codes["police_first_new"]) == (0, 1)
    assert entry.codes["exit_url_new"].startswith("host:weather.example:")
    assert "duty@" not in str(entry.codes)


def test_what_is_as_it_was_leaves_no_entry(office, client):
    answer = client.post(reverse(ADDRESS), typed(), follow=True)
    assert "Nothing was different" in answer.content.decode()
    assert office.entries() == []
    client.post(reverse(ADDRESS), typed(emergency_number="999"))
    (entry,) = office.entries()
    assert set(entry.codes) == {"emergency_number_old", "emergency_number_new"}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("emergency_number", "ask a teacher", "digits, spaces"),
        ("emergency_number", "١١٢", "digits, spaces"),
        ("emergency_number", "<b>1</b>", "digits, spaces"),
        ("emergency_number", "1" * 100_000, "At most 20 signs"),
        ("helpline_number", "11\x006", "digits, spaces"),
        ("helpline_number", "'; --", "digits, spaces"),
        ("duty_email", "nobody", "one e-mail address"),
        ("duty_email", "a@b.example, c@d.example", "one e-mail address"),
        ("duty_email", "a\x00@b.example", "one e-mail address"),
        ("duty_email", "x" * 300 + "@b.example", "one e-mail address"),
        ("exit_url", "", "Write the address of a page"),
        ("exit_url", "javascript:alert(1)", "begins with https"),
        ("exit_url", "https://", "begins with https"),
        ("exit_url", "https://[x", "begins with https"),
        ("exit_url", "https://a.example/\x00", "begins with https"),
        ("exit_url", "https://a.example/" + "x" * 200, "begins with https"),
        ("languages", [], "at least one language"),
        ("languages", ["en", "tlh"], "from the list"),
        ("languages", ["\x00"], "from the list"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(office, client, field, value, said):
    answer = client.post(reverse(ADDRESS), typed(**{field: value}, police_first="on"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert said in page.partition(f'id="id_{field}_error"')[2][:400]
    assert not office.now().police_first, "nothing of it was kept"
    assert office.entries() == []


def test_the_password_is_asked_for_again(office, monkeypatch):
    class Stale(Door):
        def is_fresh(self, _request):
            return False

        def ask_again(self, _request):
            return HttpResponse("again", status=401)

    stale = browser(office, monkeypatch, Stale(office.farid))
    assert stale.get(reverse(ADDRESS)).status_code == 401
    assert stale.post(reverse(ADDRESS), ALL).status_code == 401
    assert office.entries() == []


def test_nobody_else_sees_or_changes_it(office, monkeypatch):
    wanted = office.now()
    for act in (
        lambda: country.current(office.dara),
        lambda: country.change(actor=office.dara, wanted=wanted),
    ):
        with pytest.raises(Denied), office.open(office.dara):
            act()
    editor = browser(office, monkeypatch, Door(office.dara))
    assert editor.get(reverse(ADDRESS)).status_code == 404
    assert reverse(ADDRESS) not in editor.get(reverse("organisations:listing")).content.decode()
    assert editor.post(reverse(ADDRESS), ALL).status_code == 404
    assert office.entries() == []


@pytest.mark.parametrize("room", ["hotline", "portal", "public", "observatory"])
def test_the_database_lets_no_other_room_change_it(office, room):
    with pytest.raises(Exception, match="permission denied"), database.as_room(room):
        Country.objects.update(emergency_number="1")


def test_this_process_shows_the_new_row_without_waiting(office, django_capture_on_commit_callbacks):
    """Outside tests a process remembers the row for half a minute; a change replaces it."""
    with office.open():
        directory.country()
        wanted = Settings("999", "116", ("en",), "https://a.example/", True, True)
        with django_capture_on_commit_callbacks(execute=True):
            assert "languages" in country.change(actor=office.farid, wanted=wanted)
    assert directory.country_last_seen().emergency_number == "999"
    assert directory.offered_languages(directory.country_last_seen()) == ["en"]


def test_the_page_is_in_the_menu_and_warns_of_a_missing_duty_address(office, client):
    page = client.get(reverse(ADDRESS)).content.decode()
    assert page.count(f'href="{reverse(ADDRESS)}"') >= 1
    assert "Nobody is told when a child is in danger" in page
    assert "within half a minute" in page
    client.post(reverse(ADDRESS), typed(duty_email="duty@hotline.example"))
    assert "Nobody is told" not in client.get(reverse(ADDRESS)).content.decode()


def test_the_doctor_says_that_nobody_hears_of_danger_until_somebody_does(office, client):
    (found,) = diagnosis._duty()
    assert found.verdict == diagnosis.Verdict.BAD
    assert "no duty address" in found.what
    assert reverse(ADDRESS).removeprefix("/en") in found.todo
    assert found in list(diagnosis._country())
    client.post(reverse(ADDRESS), typed(duty_email="duty@hotline.example"))
    (found,) = diagnosis._duty()
    assert (found.verdict, found.todo) == (diagnosis.Verdict.FINE, "")


def test_the_doctor_says_that_there_is_no_hotline(office):
    with database.as_room("administration"):
        Desk.objects.filter(room="hotline").delete()
    (found,) = diagnosis._duty()
    assert found.verdict == diagnosis.Verdict.BAD
    assert "No hotline" in found.what
