"""An administrator's desk by keyboard alone: the directory, and what did not work."""

import json
import uuid

import pytest
from django.core.cache import cache

from copse.base import database, handover, jobs, vault
from copse.base.accounts.models import Membership, User
from copse.base.organisations import finding
from copse.base.organisations.directory import Region
from copse.base.organisations.models import Desk, Organisation
from copse.kit.parcels import Withdrawal

KEYS = 250  # more than any page has places to stop at
SERVICE = {
    "id": str(uuid.uuid4()), "name": "Line of the coast", "status": "active",
    "organization": {"id": str(uuid.uuid4()), "name": "Coast helpers"},
    "phones": [{"id": str(uuid.uuid4()), "number": "116 111"}],
    "schedules": [{"id": str(uuid.uuid4()), "byday": "MO,TU", "opens_at": "08:00",
                   "closes_at": "20:00"}],
}  # fmt: skip


@pytest.fixture
def farid(site):
    """An administrator of an empty directory, and the address of its pages."""
    cache.clear()
    with database.as_room("administration"):
        body = Organisation(name="Arbora Child Care", kind="agency")
        body.save(force_insert=True)
        desk = Desk(organisation=body, room="administration", name="Administration")
        desk.save(force_insert=True)
        for code, name in (("coast", "Coast"), ("north", "North")):
            Region(code=code, name=name).save(force_insert=True)
    user = User(email="farid@example.org", name="Farid")
    user.set_password("farid password")
    user.save(force_insert=True)
    Membership(user=user, desk=desk, roles=["administrator"]).save(force_insert=True)
    vault.new_member_key(user.id, "farid password")
    return site


def come_in(site, browser_page, language="en", width=1280):
    page = browser_page(width, language=language)
    page.goto(f"{site}/{language}/desk/account/login/")
    page.fill("input[name=login]", "farid@example.org")
    page.fill("input[name=password]", "farid password")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.home = f"{site}/{language}/desk/administration/services/"
    page.goto(page.home)
    return page


def tab_to(page, selector):
    """Go on by Tab until the selector has the focus."""
    for _ in range(KEYS):
        page.keyboard.press("Tab")
        if page.evaluate("one => document.activeElement.matches(one)", selector):
            return
    pytest.fail(f"{selector} cannot be reached by Tab")


def typed(page, name, words):
    tab_to(page, f"[name='{name}']")
    page.keyboard.press("Control+A")
    page.keyboard.type(words)


def ticked(page, name, value):
    tab_to(page, f"[name='{name}'][value='{value}']")
    page.keyboard.press("Space")


def entered(page):
    """Press the form's own button, and wait for what comes."""
    entered_by(page, "main form button")


def entered_by(page, selector):
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def said(page):
    return page.locator(".govuk-error-summary a").all_inner_texts()


def services():
    with database.as_room("administration"):
        return list(finding.all_services())


def fill_in(page):
    tab_to(page, "[name=organisation]")
    page.keyboard.type("Arbora")
    typed(page, "name", "Child line")
    typed(page, "description", "Talks with children at any hour.")
    ticked(page, "languages", "sw")
    ticked(page, "regions", "coast")
    ticked(page, "channels", "phone")
    typed(page, "phones", "116 111")
    page.keyboard.press("Enter")
    page.keyboard.type("0800 22")
    ticked(page, "hours-0-days", "MO")
    ticked(page, "hours-0-days", "TU")
    typed(page, "hours-0-opens_at", "08:00")
    typed(page, "hours-0-closes_at", "17:30")
    typed(page, "place_name", "House")
    typed(page, "address", "1 Harbour Street")


def change(page):
    typed(page, "name", "Night line")
    typed(page, "hours-0-closes_at", "22:00")
    tab_to(page, "[name=address]")
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    tab_to(page, "[name=confidential]")
    page.keyboard.press("Space")


def test_a_service_is_added_by_keyboard_found_by_everybody_and_changed(
    farid, browser_page, checked
):
    page = come_in(farid, browser_page)
    checked(page, "directory-empty")
    entered_by(page, "a[href$='/services/add/']")
    checked(page, "directory-add")
    fill_in(page)
    entered(page)
    assert page.get_by_text("The service is kept.").is_visible()
    checked(page, "directory-one")
    (service,) = services()
    assert [phone.number for phone in service.phones.all()] == ["116 111", "0800 22"]
    assert [(one.byday, f"{one.opens_at:%H:%M}") for one in service.schedules.all()] == [
        ("MO,TU", "08:00")
    ]

    public = browser_page(320, script=False)
    public.goto(f"{farid}/en/help/?region=coast&language=sw&channel=phone")
    for words in ("Child line", "116 111", "0800 22", "1 Harbour Street"):
        assert public.get_by_text(words).count() == 1

    entered_by(page, "main table a")
    assert page.locator("[name=phones]").input_value() == "116 111\n0800 22"
    assert page.locator("[name='hours-0-days']:checked").count() == 2
    assert page.locator("[name='hours-0-opens_at']").input_value().startswith("08:00")
    assert page.locator("[name=address]").input_value() == "1 Harbour Street"
    change(page)
    entered(page)
    (service,) = services()
    assert service.name == "Night line"
    assert f"{service.schedules.get().closes_at:%H:%M}" == "22:00"
    (link,) = service.service_at_locations.all()
    assert (link.location.confidential, link.location.address) == (True, "")


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ar", 320)])
def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(
    farid, browser_page, checked, language, width
):
    page = come_in(farid, browser_page, language, width)
    page.goto(f"{page.home}add/")
    wrong = {
        "url": "not an address", "email": "nobody", "phones": "1" * 41,
        "hours-0-opens_at": "25:99", "place_name": "House", "address": "1 Harbour Street",
    }  # fmt: skip
    for name, words in wrong.items():
        page.fill(f"[name='{name}']", words)
    page.check("[name='hours-1-days'][value=FR]")
    page.check("[name=confidential]")
    entered(page)
    checked(page, f"directory-wrong-{language}")
    assert len(said(page)) == 8, said(page)
    for name, words in wrong.items():
        assert page.locator(f"[name='{name}']").input_value() == words
        described = page.locator(f"[name='{name}']").get_attribute("aria-describedby") or ""
        assert name == "place_name" or "_error" in described, name
    assert page.locator("[name='hours-1-days'][value=FR]").is_checked()
    assert services() == []
    # From the summary straight to the field.
    link = page.locator(".govuk-error-summary a[href='#id_phones']")
    link.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "id_phones"


def give(page, name, content):
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "application/json",
                                              "buffer": content})  # fmt: skip
    page.locator("input[type=file]").focus()
    entered(page)


def test_a_file_is_read_and_a_broken_one_changes_nothing(farid, browser_page, checked):
    page = come_in(farid, browser_page)
    give(page, "services.json", json.dumps([SERVICE]).encode())
    assert page.get_by_text("1 services were read.").is_visible()
    assert [one.name for one in services()] == ["Line of the coast"]
    other = {**SERVICE, "name": "Other", "phones": [{"id": str(uuid.uuid4())}]}
    for content, words in (
        (b"nonsense", "This is neither HSDS JSON nor a zip of HSDS tables."),
        (json.dumps([other]).encode(), "Something about “Other” is not as HSDS 3 says"),
        (json.dumps([{**SERVICE, "name": ""}]).encode(), "A service has no name"),
    ):
        give(page, "broken.json", content)
        assert page.locator(".govuk-error-message", has_text=words).is_visible()
        assert words in page.locator(".govuk-error-summary").inner_text()
        assert [one.name for one in services()] == ["Line of the coast"]
    checked(page, "directory-broken")


def test_a_broken_file_is_explained_in_the_readers_language(farid, browser_page):
    page = come_in(farid, browser_page)
    for language in ("fr", "ar", "sw"):
        page.goto(f"{farid}/{language}/desk/administration/services/")
        give(page, "broken.json", json.dumps([{**SERVICE, "status": "perhaps"}]).encode())
        words = page.locator(".govuk-error-message").inner_text()
        assert "Line of the coast" in words
        assert "has no known status" not in words


@pytest.fixture
def broken(farid):
    """A job that no room knows, given up; and a parcel that no desk takes."""
    with database.as_room("portal"):
        jobs.defer("hotline.of-another-version")
        handover.send("administration", Withdrawal(id=uuid.uuid4(), concern=uuid.uuid4()))
    with pytest.raises(jobs.running.UnknownTask):
        jobs.drain()
    jobs.drain()
    return farid


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ar", 320)])
def test_what_did_not_work_is_seen_from_the_first_page_and_tried_again(
    broken, browser_page, checked, language, width
):
    page = come_in(broken, browser_page, language, width)
    page.goto(f"{broken}/{language}/desk/administration/")
    checked(page, f"administration-{language}")
    entered_by(page, ".govuk-notification-banner a")
    checked(page, f"troubles-{language}")
    assert page.locator("main tbody tr").count() == 4, "a heading and a row in each of two tables"
    entered(page)
    assert page.locator("main tbody tr").count() == 2
    assert page.locator(".copse-flash--success").count() == 1
    assert jobs.failed() == []
