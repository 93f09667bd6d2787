"""The portal's own clock, and what a reporter reads of the desk's."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from copse.base import database, jobs
from copse.base.access import system
from copse.base.audit.models import Entry
from copse.base.database import DeskKey
from copse.base.database.today import this_week
from copse.base.jobs.running import NO_DESK
from copse.base.organisations import directory, retention
from copse.base.organisations.directory import Country
from copse.base.vault.models import Wrapper
from copse.portal.models import Letter, Receipt
from copse.portal.services.retention import erase_receipt
from copse.portal.workflow import Action
from tests.portal.browser import Reporter

PORTAL = system(DeskKey(NO_DESK, "portal"))


def age(days):
    with database.as_room("portal"):
        Receipt.objects.update(used_week=this_week() - timedelta(days=days))


def receipt():
    with database.as_room("portal"):
        return Receipt.objects.first()


def status(code):
    with database.as_room("portal"):
        Receipt.objects.update(status_code=code)


def test_a_receipt_nobody_uses_goes_with_its_letters_and_wrappers(reporter, country):
    reporter.report()
    with database.as_room("portal"):
        Letter(receipt=Receipt.objects.get(), number=1, envelope=uuid4()).save(force_insert=True)
    concern = receipt().concern
    age(800)
    assert retention.sweep(PORTAL) == 1
    with database.as_room("portal"):
        assert not Receipt.objects.exists()
        assert not Letter.objects.exists()
        assert not Wrapper.objects.exists()
    with database.as_desk(country.hotline):
        assert Wrapper.objects.count() == 1, "the desk's own record stays"
    # The portal writes the log and never reads it; the administration can.
    with database.as_desk(DeskKey(uuid4(), "administration")):
        entry = Entry.objects.get(action=Action.ERASE)
        assert (entry.subject, entry.codes["why"]) == (concern, "portal.receipt")
        assert len(entry.codes["proof"]) == 64


def test_coming_back_starts_the_clock_anew(reporter, no_wait):
    code = reporter.report()
    age(800)
    Reporter().come_back(code)
    assert receipt().used_week == this_week()
    assert retention.sweep(PORTAL) == 0


def test_a_receipt_says_no_more_than_its_week(reporter):
    reporter.report()
    assert receipt().used_week.weekday() == 0


def test_only_the_system_erases_a_receipt(reporter):
    from copse.base.access import Actor, Denied

    reporter.report()
    nobody = Actor(UUID(int=7), "x", PORTAL.desk, frozenset())
    with pytest.raises(Denied), database.as_room("portal"):
        erase_receipt(nobody, Receipt.objects.get())


SAID = {
    "en": ("The law does not let us erase it yet", "Nobody can read it any more"),
    "fr": ("La loi ne nous laisse pas encore", "Plus personne ne peut le lire"),
    "ar": ("القانون لا يسمح لنا بمحوه بعد", "لا يستطيع أحد قراءته"),
    "sw": ("Sheria bado haituruhusu kuifuta", "Hakuna anayeweza kukisoma"),
}


@pytest.mark.parametrize("language", SAID)
def test_who_takes_back_what_is_held_reads_that_it_is_kept(reporter, no_wait, language):
    code = reporter.report()
    reporter.post("/noted/")
    other = Reporter(language)
    other.come_back(code)
    other.post("/box/end/")
    status("kept")
    kept, erased = SAID[language]
    assert kept in other.page("/box/")
    status("erased")
    page = other.page("/box/")
    assert erased in page
    assert kept not in page


def test_under_what_is_erased_nothing_more_is_written(reporter, no_wait):
    code = reporter.report()
    other = Reporter()
    other.come_back(code)
    assert 'name="text"' in other.page("/box/")
    status("erased")
    assert 'name="text"' not in other.page("/box/")
    assert other.post("/box/write/", text="more", token="abc")["Location"] == "/en/over/"


def test_a_hold_reaches_the_reporter_through_the_parcels(reporter, no_wait, country):
    """From a report to a hold, a withdrawal, and the hold's end: each read under the code."""
    from copse.base.access import Actor
    from copse.hotline.models import Concern
    from copse.hotline.services import holds

    code = reporter.report(where="")
    jobs.drain()
    gita = Actor(uuid4(), "Gita", country.hotline.key, frozenset({"hotline-lead"}))
    with database.as_desk(gita.desk, gita.user_id):
        concern = Concern.objects.get()
        holds.place(actor=gita, subject=concern, reason="court")
    other = Reporter()
    other.come_back(code)
    other.post("/box/end/")
    assert "We erase what we may" in other.page("/box/")
    jobs.drain()
    assert "The law does not let us erase it yet" in other.page("/box/")
    with database.as_desk(gita.desk, gita.user_id):
        holds.lift(actor=gita, subject=concern)
    jobs.drain()
    assert "Nobody can read it any more" in other.page("/box/")


# ── languages of the country


@pytest.fixture
def two_languages(country):
    with database.as_room("administration"):
        Country.objects.update(languages=["fr", "en"])
    yield
    directory._remembered.clear()


def test_the_switch_offers_what_the_country_offers(two_languages):
    page = Reporter("fr").page("/")
    page = Reporter("fr").page("/")
    assert 'lang="en"' in page
    assert 'hreflang="ar"' not in page
    assert 'hreflang="sw"' not in page


def test_a_language_that_is_not_offered_leads_to_one_that_is(two_languages):
    Reporter("fr").page("/")
    answer = Reporter("sw").get("/a/1/")
    assert (answer.status_code, answer["Location"]) == (302, "/en/a/1/")


def test_a_country_that_names_none_offers_all(country):
    directory._remembered.clear()
    page = Reporter("en").page("/")
    assert all(f'hreflang="{code}"' in page for code in ("fr", "ar", "sw"))
