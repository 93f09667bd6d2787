"""How staff come in, in a real browser: invitation, password, app, passkey, and asked again."""

import re
import time
from contextlib import contextmanager

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache

from copse.base import audit, database, vault
from copse.base.access import Actor
from copse.base.accounts import door, people
from copse.base.accounts.models import Membership, User
from copse.base.organisations.directory import Country
from copse.base.organisations.models import Desk
from copse.hotline.models import Look
from tests.hotline.people import Hotline
from tests.journeys.walk import WIDTHS, walk

WORDS = "a long enough password"
VIRTUAL = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


class House:
    """A hotline, an administration with Farid, and a link that waits for Neema."""

    def __init__(self, site):
        # A passkey belongs to a host name, and an address of numbers is none.
        self.site = site.replace("127.0.0.1", "localhost")
        self.hotline = Hotline()
        with database.as_room("administration"):
            self.office = Desk(
                organisation=self.hotline.desk.organisation, room="administration", name="Office"
            )
            self.office.save(force_insert=True)
            Country(code="XA", name="Arbora", emergency_number="112").save(force_insert=True)
        self.farid = people.add_person(email="farid@example.org", name="Farid", password=WORDS)
        people.join(self.farid, self.office.pk, ["administrator"])
        for name in ("amara", "ben"):
            user = User.objects.get(email=f"{name}@example.org")
            user.set_password(f"{name} password")
            user.save(update_fields=["password"])
        with database.as_desk(self.office, self.farid.pk):
            places = {self.hotline.desk: ["hotline-analyst"], self.office: ["directory-editor"]}
            self.token = people.invite_to(self.actor(), "neema@example.org", places)

    def actor(self):
        return Actor(self.farid.pk, "Farid", self.office.key, frozenset({"administrator"}))

    def at(self, place, language="en"):
        return f"{self.site}/{language}/desk/{place}"


@pytest.fixture
def house(site):
    cache.clear()
    return House(site)


def press(page, words):
    page.get_by_role("button", name=words, exact=True).click()


def log_in(page, house, email, password=WORDS, language="en"):
    page.goto(house.at("account/login/", language))
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_function("!location.pathname.endsWith('account/login/')")


def again(page, password=WORDS):
    """Give the password once more, where it is asked for."""
    if "/account/again/" in page.url:
        page.fill("input[name=password]", password)
        page.locator("main form button[type=submit]").first.click()


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def with_authenticator(page):
    """Give the browser a security key made of software, as its own test interface offers."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": VIRTUAL})
    return session


@contextmanager
def long_ago(monkeypatch):
    """Every password was given too long ago."""
    with monkeypatch.context() as patch:
        patch.setattr(door, "FRESH_SECONDS", -1)
        yield


def set_up_app(page, house, password=WORDS):
    page.goto(house.at("account/mfa/totp/on/"))
    again(page, password)
    page.wait_for_selector("input[name=code]")
    secret = page.locator("main code").inner_text().replace(" ", "")
    page.fill("input[name=code]", code_of(secret))
    press(page, "Turn on")
    page.wait_for_url("**/mfa/codes/")
    return secret


def log_out(page):
    page.get_by_role("button", name="Log out", exact=True).first.click()
    page.wait_for_function("!document.querySelector('.copse-logout')")


def test_from_the_link_to_the_second_step(house, browser_page, checked):
    page = browser_page()
    page.goto(house.at(f"invitation/{house.token}/"))
    checked(page, "staff-accept")
    page.fill("input[name=name]", "Neema")
    page.fill("input[name=password]", WORDS)
    press(page, "Join")
    page.wait_for_url("**/account/login/")
    log_in(page, house, "neema@example.org")
    checked(page, "staff-door")
    secret = set_up_app(page, house)
    assert page.locator("main code, main .copse-code").count() >= 10
    checked(page, "staff-codes")

    log_out(page)
    log_in(page, house, "neema@example.org")
    assert page.url.endswith("/mfa/authenticate/")
    checked(page, "staff-second-step")
    page.fill("input[name=code]", "000000")
    press(page, "Continue")
    page.locator(".govuk-error-summary").wait_for()
    page.fill("input[name=code]", code_of(secret))
    press(page, "Continue")
    page.wait_for_url("**/en/desk/")
    assert page.get_by_role("button", name="hotline").count() == 1
    assert page.complaints == []
    neema = User.objects.get(email="neema@example.org")
    assert Membership.objects.filter(user=neema).count() == 2


def test_a_passkey_is_added_and_then_opens_the_second_step(house, browser_page, checked):
    page = browser_page()
    with_authenticator(page)
    log_in(page, house, "amara@example.org", "amara password")
    page.goto(house.at("account/mfa/keys/add/"))
    again(page, "amara password")
    page.wait_for_selector("#mfa_webauthn_add")
    checked(page, "staff-passkey-add")
    press(page, "Add")
    page.wait_for_url("**/mfa/codes/")
    amara = User.objects.get(email="amara@example.org")
    assert Authenticator.objects.filter(user=amara, type="webauthn").count() == 1
    page.goto(house.at("account/mfa/keys/"))
    checked(page, "staff-passkeys")

    log_out(page)
    log_in(page, house, "amara@example.org", "amara password")
    assert page.url.endswith("/mfa/authenticate/")
    press(page, "Use a passkey")
    page.wait_for_url("**/en/desk/")
    assert page.get_by_role("button", name="hotline").count() == 1
    page.goto(house.at("account/mfa/keys/again/"))
    checked(page, "staff-passkey-again")
    press(page, "Use a passkey")
    page.wait_for_url("**/en/desk/")
    assert page.complaints == []


def test_a_password_given_long_ago_is_asked_for_and_the_look_goes_on(
    house, browser_page, checked, monkeypatch
):
    hotline = house.hotline
    material = hotline.claim(hotline.amara, hotline.material())
    page = browser_page()
    log_in(page, house, "amara@example.org", "amara password")
    page.goto(house.at(f"hotline/material/{material.reference}/"))
    with long_ago(monkeypatch):
        press(page, "Copy the address out")
        page.wait_for_url("**/account/again/**")
        checked(page, "staff-again")
    again(page, "amara password")
    page.wait_for_url("**/address/")
    with hotline.open():
        assert Look.objects.count() == 1
    assert page.complaints == []


def test_the_administrator_gives_and_takes_desks(house, browser_page, checked):
    page = browser_page()
    log_in(page, house, "farid@example.org")
    page.goto(house.at("administration/"))
    page.get_by_role("link", name="Ben", exact=True).click()
    page.get_by_role("link", name="Office").click()
    press(page, "Add a desk")
    page.locator(".govuk-error-summary").wait_for()
    page.check("input[value=directory-editor]")
    press(page, "Add a desk")
    page.get_by_role("link", name=re.compile("Take this desk away hotline")).click()
    checked(page, "staff-leave")
    press(page, "Take this desk away")
    page.get_by_text("Taken away.").wait_for()
    ben = User.objects.get(email="ben@example.org")
    assert [place.desk.name for place in people.places_of(ben)] == ["Office"]
    with database.as_desk(house.office):
        assert audit.actions_on(ben) == [
            "administration.people.join",
            "administration.people.leave",
        ]


def test_a_member_sees_a_new_recovery_key_once(house, browser_page, checked):
    page = browser_page(320)
    log_in(page, house, "amara@example.org", "amara password")
    page.goto(house.at("keys/"))
    page.get_by_role("link", name=re.compile("Replace the recovery key")).click()
    press(page, "Make a new recovery key")
    page.get_by_text("It is not shown again.").wait_for()
    checked(page, "staff-recovered")
    shown = "-".join(page.locator(".copse-code").all_inner_texts())
    amara = User.objects.get(email="amara@example.org")
    with database.as_desk(house.hotline.desk):
        assert vault.recover(house.hotline.desk.pk, shown, amara.pk) == 2


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_of_staff_reads_well(house, browser_page, checked, language):
    page = browser_page(language=language)

    def look(name):
        if "/account/again/" in page.url and name != "reauth":
            again(page)
            page.wait_for_load_state()
        checked(page, f"staff-{name}-{language}", widths=WIDTHS)

    page.goto(house.at("account/login/", language))
    look("login")
    page.goto(house.at(f"invitation/{house.token}/", language))
    look("welcome")
    log_in(page, house, "farid@example.org", language=language)
    people.join(house.farid, house.hotline.desk.pk, ["hotline-analyst"])
    ben = User.objects.get(email="ben@example.org")
    one = f"administration/people/{ben.pk}/"
    desk = f"{one}desks/{house.hotline.desk.pk}/"
    places = {
        "front": "", "people": "administration/", "person": one, "place": desk,
        "leave": f"{desk}leave/", "add": f"{one}desks/{house.office.pk}/",
        "remove": f"{one}remove/", "invite": "administration/invite/", "keys": "keys/",
        "mfa": "account/mfa/", "app": "account/mfa/totp/on/", "passkeys": "account/mfa/keys/",
        "passkey": "account/mfa/keys/add/", "password": "account/password/",
        "reauth": "account/again/", "country": "administration/country/",
    }  # fmt: skip
    walk(page, house.at("", language), places, look)
    page.goto(house.at("administration/invite/", language))
    page.fill("input[name=email]", "zola@example.org")
    page.check("input[value=hotline-analyst]")
    page.locator("main form button[type=submit]").click()
    page.locator(".copse-typed").wait_for()
    look("link")
    assert page.complaints == []
