"""Two analysts take one item from the queue to the reporter's answer, in real browsers."""

import datetime as dt
from functools import partial

import pytest
from django.core.cache import cache
from django.utils import timezone

from copse.base import database, jobs
from copse.base.accounts.models import User
from copse.base.outbox.models import Message
from copse.base.outside import Look
from copse.hotline.models import Concern, Material, Notice
from copse.hotline.services import checks, letters
from tests.hotline.people import Hotline
from tests.journeys.walk import WIDTHS, walk

ADDRESS = "https://pages.harbour.example/a/1"
PLACES = ("", "people/", "done/", "looks/", "outbox/")


@pytest.fixture
def desk(site):
    """A hotline whose analysts have passwords, with one report and one person waiting."""
    cache.clear()
    made = Hotline()
    for name in ("amara", "ben", "gita"):
        user = User.objects.get(email=f"{name}@example.org")
        user.set_password(f"{name} password")
        user.save(update_fields=["password"])
    made.site = site
    made.concern, _ = made.sealed_receive(addresses=(ADDRESS,))
    made.person, _ = made.sealed_receive(
        journey="happened", addresses=(), risk_class="contact", risk_code="contact_grooming",
        language="ar", danger_now=True,
    )  # fmt: skip
    made.receive(addresses=("https://other.example/b",), age_band="16-17")
    return made


def come_in(desk, browser_page, name, language="en", width=1280):
    page = browser_page(width, language=language)
    page.goto(f"{desk.site}/{language}/desk/account/login/")
    page.fill("input[name=login]", f"{name}@example.org")
    page.fill("input[name=password]", f"{name} password")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/desk/**")
    page.home = f"{desk.site}/{language}/desk/hotline/"
    page.goto(page.home)
    return page


def press(page, words):
    page.get_by_role("button", name=words, exact=True).click()


def reads(page, label="national_child"):
    page.get_by_role("link", name="Write my reading").click()
    page.check(f"input[name=label][value={label}]")
    page.select_option("select[name=age_band]", "9-12")
    page.select_option("select[name=severity]", "level_1")
    page.fill("textarea[name=note]", "Two pictures, the same room.")
    press(page, "Keep my reading")
    page.get_by_text("Your reading is kept.").wait_for()


def seen(monkeypatch, outcome, hours):
    class Scripted:
        def look(self, _url):
            at = timezone.now() + dt.timedelta(hours=hours)
            return Look(outcome, 410, "pages.harbour.example", "pages.harbour.example", at)

    monkeypatch.setattr(checks, "fetcher", Scripted)


def link_of(desk):
    with desk.open():
        notice = Notice.objects.get(stage="sent")
        assert Message.objects.filter(kind="hotline.notice").count() == 1
    return f"{desk.site}/en/notice/{letters.token_for(notice.batch, desk.desk.pk)}/"


def test_from_the_queue_to_the_answer(desk, browser_page, checked, monkeypatch):
    with desk.open():
        ref = Material.objects.get(sightings__concern=desk.concern).reference
    amara = come_in(desk, browser_page, "amara")
    checked(amara, "desk-queue")
    press(amara, "Take the next one")
    checked(amara, "desk-claimed")
    amara.get_by_role("link", name="Write my reading").click()
    checked(amara, "desk-reading")
    amara.go_back()
    reads(amara)
    assert amara.locator(f"a:text-is('{ref}')").count() == 0

    ben = come_in(desk, browser_page, "ben")
    ben.goto(f"{ben.home}material/{ref}/")
    assert ben.get_by_role("heading", name="Readings").count() == 0
    press(ben, "Claim")
    reads(ben)
    jobs.drain()
    ben.goto(f"{ben.home}material/{ref}/")
    assert ben.get_by_text("Provider told").count() >= 1
    checked(ben, "desk-noticed")

    provider = browser_page(1280, script=False)
    provider.goto(link_of(desk))
    checked(provider, "desk-provider", script=False)
    provider.check("input[value=removed]")
    press(provider, "Send the answer")
    provider.get_by_text("Thank you. We have noted your answer").wait_for()

    seen(monkeypatch, "gone_410", 0)
    jobs.drain()
    seen(monkeypatch, "gone_410", 7)
    jobs.drain(ahead=dt.timedelta(hours=8))
    ben.reload()
    checked(ben, "desk-gone")
    assert ben.locator(".govuk-tag", has_text="Gone").count() >= 1
    with desk.open():
        assert Concern.objects.get(pk=desk.concern.pk).status_code == "removed"


def test_a_person_is_answered_in_their_language(desk, browser_page, checked):
    page = come_in(desk, browser_page, "amara")
    page.goto(f"{page.home}concerns/{desk.person.reference}/")
    press(page, "Claim")
    page.get_by_role("link", name="Open the story").click()
    page.get_by_text("Sentences ready").click()
    page.locator("a[href^='?say=not_your_fault']").click()
    assert "ذنبك" in page.locator("textarea[name=text]").input_value()
    checked(page, "desk-concern")
    press(page, "Send")
    page.get_by_text("Your answer is on its way.").wait_for()
    checked(page, "desk-answered")


def test_every_page_reads_well(desk, browser_page, checked):
    material = desk.material(addresses=("https://third.example/c",))
    desk.read_as(desk.ben, material)
    with desk.open():
        desk_ref = Material.objects.get(sightings__concern=desk.concern).reference
    for who in (desk.ben, desk.esi):
        with desk.open():
            one = Material.objects.get(reference=desk_ref)
        desk.read_as(who, one, note="Two pictures, the same room.")
    jobs.drain()
    desk.claim(desk.amara, material)
    places = {place.strip("/") or "queue": place for place in PLACES}
    places["material"] = f"material/{desk_ref}/"
    places["notes"] = f"material/{desk_ref}/notes/"
    places["mine"] = f"material/{material.reference}/"
    places["read"] = f"material/{material.reference}/read/"
    places["concern"] = f"concerns/{desk.person.reference}/"
    page = come_in(desk, browser_page, "amara")
    for language in ("en", "ar"):
        home = f"{desk.site}/{language}/desk/hotline/"
        walk(page, home, places, partial(looked_at, checked, page, language))
    assert page.complaints == []


def looked_at(checked, page, language, name):
    checked(page, f"desk-{name}-{language}", widths=WIDTHS)


def test_nothing_of_another_desk_opens(desk, browser_page):
    user = User.objects.get(email="stranger@example.org")
    user.set_password("stranger password")
    user.save(update_fields=["password"])
    page = come_in(desk, browser_page, "stranger")
    page.goto(f"{page.home}concerns/{desk.person.reference}/")
    assert page.get_by_role("heading", level=1).inner_text() != desk.person.reference
    assert database.context() is None
