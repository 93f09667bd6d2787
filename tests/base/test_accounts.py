"""Coming in, going out, being invited, being removed."""

import re
import time
import uuid
from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.cache import cache
from django.core.signing import BadSignature
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from copse.base import audit, database, vault
from copse.base.access import Actor
from copse.base.accounts import adapter, at_rest, demo, door, people, sessions
from copse.base.accounts.models import Invitation, Membership, User
from copse.base.organisations.models import Desk, Organisation
from copse.base.vault import granting
from copse.base.vault.models import DeskKey, MemberKey, Unlocked, Wrapper
from copse.project import install, parts

pytestmark = pytest.mark.django_db
WORDS = "a long enough password"
SHARED = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def no_limits_left():
    cache.clear()


@pytest.fixture
def house(db):
    class House:
        pass

    made = House()
    with database.as_room("administration"):
        body = Organisation(name="Arbora", kind="agency")
        body.save(force_insert=True)
        for room in ("administration", "hotline"):
            desk = Desk(organisation=body, room=room, name=room.title())
            desk.save(force_insert=True)
            setattr(made, room, desk)
    made.farid = people.add_person(email="farid@example.org", name="Farid", password=WORDS)
    made.amara = people.add_person(email="amara@example.org", name="Amara", password=WORDS)
    Membership(user=made.farid, desk=made.administration, roles=["administrator"]).save(
        force_insert=True
    )
    Membership(user=made.amara, desk=made.hotline, roles=["hotline-analyst"]).save(
        force_insert=True
    )
    with database.as_room("administration"):
        made.recovery = vault.new_desk_key(made.hotline.id)
    return made


def log_in(client, email, password=WORDS):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def farid_of(house):
    return Actor(house.farid.pk, "Farid", house.administration.key, frozenset({"administrator"}))


def invite(house, email="ben@example.org"):
    with database.as_desk(house.administration, house.farid.pk):
        return people.invite(farid_of(house), email, house.hotline, ["hotline-analyst"])


def test_the_password_opens_the_door_and_the_key(house, client):
    answer = log_in(client, "amara@example.org")
    assert answer.status_code == 302
    assert answer.url == reverse("accounts:door")
    cookie = client.cookies[door.key_cookie()]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    ring = vault.session_keyring(house.amara.pk, cookie.value)
    assert ring.private()
    assert "Hotline" in client.get(reverse("accounts:door")).content.decode()


def test_a_wrong_password_opens_neither(house, client):
    answer = log_in(client, "amara@example.org", "wrong")
    assert answer.status_code == 200
    assert door.key_cookie() not in client.cookies
    assert not Unlocked.objects.exists()


def test_guessing_is_limited_and_no_address_is_kept(house, client):
    for _ in range(30):
        answer = log_in(client, "amara@example.org", "wrong")
    assert answer.status_code == 429 or b"Too many" in answer.content
    assert "127.0.0.1" not in str(cache._cache.keys())


def test_an_address_has_another_name_tomorrow(monkeypatch):
    today = adapter.todays_name("192.0.2.1")
    assert today == adapter.todays_name("192.0.2.1")
    later = timezone.now() + timezone.timedelta(days=1)
    monkeypatch.setattr(adapter.timezone, "now", lambda: later)
    assert adapter.todays_name("192.0.2.1") != today


def test_logging_out_destroys_the_opened_key(house, client):
    log_in(client, "amara@example.org")
    assert Unlocked.objects.count() == 1
    client.post(reverse("account_logout"))
    assert Unlocked.objects.count() == 0
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(("field", "ago"), [("copse_seen", 901), ("copse_since", 12 * 3600 + 1)])
def test_a_session_ends_when_idle_or_old(house, client, field, ago):
    log_in(client, "amara@example.org")
    client.get(reverse("accounts:door"))
    session = client.session
    session[field] = int(time.time()) - ago
    session.save()
    client.get(reverse("accounts:door"))
    assert "_auth_user_id" not in client.session
    assert Unlocked.objects.count() == 0


def test_the_cookies_carry_the_host_prefix_over_https(settings):
    settings.SESSION_COOKIE_SECURE = True
    assert door.key_cookie() == "__Host-copse-key"


def test_a_stored_password_is_as_dear_as_the_key(house, settings):
    settings.COPSE_ARGON = "full"
    house.amara.set_password(WORDS)
    assert "$argon2id$v=19$m=262144,t=3" in house.amara.password
    assert len(house.amara.password) <= 128
    assert house.amara.check_password(WORDS)
    assert not house.amara.check_password("wrong")


def test_nobody_signs_up():
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


def test_an_invitation_works_once_and_waits_for_a_colleague(house, client):
    token = invite(house)
    page = reverse("accounts:accept", args=[token])
    assert client.get(page).status_code == 200
    assert client.post(page, {"name": "Ben", "password": WORDS}).status_code == 303
    assert client.post(page, {"name": "Eve", "password": WORDS}).status_code == 404
    ben = User.objects.get(email="ben@example.org")
    assert Membership.objects.get(user=ben).desk == house.hotline
    with database.as_desk(house.hotline):
        assert vault.pending_grants(house.hotline.id) == [ben.pk]


def test_a_short_password_is_refused_beside_the_field(house, client):
    page = reverse("accounts:accept", args=[invite(house)])
    answer = client.post(page, {"name": "Ben", "password": "short"})
    assert answer.status_code == 200
    assert not User.objects.filter(email="ben@example.org").exists()


def test_an_invitation_ends_after_72_hours(house, client):
    token = invite(house)
    with database.as_room("administration"):
        Invitation.objects.update(expires_at=timezone.now())
    assert client.get(reverse("accounts:accept", args=[token])).status_code == 404


def test_the_link_itself_is_stored_nowhere(house):
    token = invite(house)
    with database.as_room("administration"):
        assert token.encode() not in bytes(Invitation.objects.get().token_digest)


def test_a_reset_by_link_gives_a_password_but_no_keys(house):
    before = bytes(MemberKey.objects.get(member_id=house.amara.pk).public)
    people.accept(invite(house, "amara@example.org"), name="", password="quite another one")
    assert bytes(MemberKey.objects.get(member_id=house.amara.pk).public) != before
    with database.as_desk(house.hotline):
        assert vault.pending_grants(house.hotline.id) == [house.amara.pk]


def test_a_changed_password_keeps_the_key(house, client):
    log_in(client, "amara@example.org")
    before = bytes(MemberKey.objects.get(member_id=house.amara.pk).public)
    answer = client.post(
        reverse("account_change_password"),
        {"oldpassword": WORDS, "password1": "quite another one", "password2": "quite another one"},
    )
    assert answer.status_code == 302
    assert bytes(MemberKey.objects.get(member_id=house.amara.pk).public) == before
    assert vault.unlock(house.amara.pk, "quite another one").private()


def test_only_administrators_see_the_people(house, client):
    page = reverse("accounts:people")
    assert client.get(page).url.startswith(reverse("account_login"))
    log_in(client, "amara@example.org")
    assert client.get(page).status_code == 404
    client.logout()
    log_in(client, "farid@example.org")
    assert "Amara" in client.get(page).content.decode()


def at(desk):
    return f"desk-{desk.pk}"


def test_one_link_names_several_desks(house, client):
    log_in(client, "farid@example.org")
    answer = client.post(
        reverse("accounts:invite"),
        {
            "email": "ben@example.org",
            at(house.hotline): ["hotline-analyst", "hotline-lead"],
            at(house.administration): ["directory-editor"],
        },
    )
    assert b"/desk/invitation/" in answer.content
    with database.as_room("administration"):
        invitation = Invitation.objects.get()
    link = answer.content.decode().split("/desk/invitation/")[1].split("/")[0]
    ben = people.accept(link, name="Ben", password=WORDS)
    places = {place.desk: place.roles for place in Membership.objects.filter(user=ben)}
    assert places == {
        house.hotline: ["hotline-analyst", "hotline-lead"],
        house.administration: ["directory-editor"],
    }
    assert len(invitation.places) == 2
    with database.as_desk(house.administration):
        assert audit.actions_on(invitation) == ["administration.people.invite"]


@pytest.mark.parametrize(
    "given", [{}, {"hotline": ["administrator"]}, {"hotline": ["nobody"]}, {"email": "no address"}]
)
def test_a_link_for_no_desk_or_another_rooms_role_is_not_made(house, client, given):
    log_in(client, "farid@example.org")
    sent = {"email": given.get("email", "ben@example.org")}
    sent[at(house.hotline)] = given.get("hotline", [])
    answer = client.post(reverse("accounts:invite"), sent)
    assert answer.status_code == 200
    assert b"govuk-error-summary" in answer.content
    assert sent["email"] in answer.content.decode()
    with database.as_room("administration"):
        assert not Invitation.objects.exists()


def test_the_service_refuses_another_rooms_role_too(house):
    with database.as_desk(house.administration, house.farid.pk):
        for roles in ([], ["administrator"]):
            with pytest.raises(people.NoSuchPlace):
                people.invite(farid_of(house), "x@example.org", house.hotline, roles)
            with pytest.raises(people.NoSuchPlace):
                people.change_roles(farid_of(house), house.amara, house.hotline, roles)


def place_of(house, user=None, desk=None):
    return reverse("accounts:place", args=[(user or house.amara).pk, (desk or house.hotline).pk])


def test_only_roles_of_the_desks_room_are_offered(house, client):
    log_in(client, "farid@example.org")
    text = client.get(place_of(house)).content.decode()
    assert 'value="hotline-lead"' in text
    assert 'value="administrator"' not in text
    answer = client.post(place_of(house), {"roles": ["administrator"]})
    assert b"govuk-error-summary" in answer.content
    assert Membership.objects.get(user=house.amara).roles == ["hotline-analyst"]


def test_roles_are_changed_and_a_desk_is_added_each_with_an_entry(house, client):
    log_in(client, "farid@example.org")
    answer = client.post(place_of(house), {"roles": ["hotline-lead"]})
    assert (answer.status_code, answer.url) == (
        303,
        reverse("accounts:person", args=[house.amara.pk]),
    )
    client.post(place_of(house, desk=house.administration), {"roles": ["directory-editor"]})
    page = client.get(answer.url).content.decode()
    assert "Administration" in page
    roles = {place.desk.room: place.roles for place in Membership.objects.filter(user=house.amara)}
    assert roles == {"hotline": ["hotline-lead"], "administration": ["directory-editor"]}
    with database.as_desk(house.administration):
        assert audit.actions_on(house.amara) == [
            "administration.people.roles",
            "administration.people.join",
        ]


def leaving(house, user=None, desk=None):
    return reverse("accounts:leave", args=[(user or house.amara).pk, (desk or house.hotline).pk])


def test_taking_a_desk_away_ends_sessions_and_makes_a_new_key(house, client):
    vault.open_session(vault.unlock(house.amara.pk, WORDS))
    token = invite(house, "amara@example.org")
    log_in(client, "farid@example.org")
    assert client.get(leaving(house)).status_code == 200
    assert Membership.objects.filter(user=house.amara).exists()
    assert client.post(leaving(house)).status_code == 303
    assert not Membership.objects.filter(user=house.amara).exists()
    assert not Unlocked.objects.filter(member_id=house.amara.pk).exists()
    assert User.objects.get(pk=house.amara.pk).is_active
    with pytest.raises(people.NoInvitation):
        people.invitation_for(token)
    with database.as_desk(house.hotline):
        assert DeskKey.objects.get(active=True, desk_id=house.hotline.id).version == 2
    with database.as_desk(house.administration):
        assert audit.actions_on(house.amara) == ["administration.people.leave"]


def test_the_last_administrator_stays_one(house, client):
    log_in(client, "farid@example.org")
    home = house.administration
    answer = client.post(place_of(house, house.farid, home), {"roles": ["directory-editor"]})
    assert b"last administrator" in answer.content
    answer = client.post(leaving(house, house.farid, home), follow=True)
    assert b"last administrator" in answer.content
    assert Membership.objects.get(user=house.farid).roles == ["administrator"]
    client.post(place_of(house, house.amara, home), {"roles": ["administrator"]})
    answer = client.post(place_of(house, house.farid, home), {"roles": ["directory-editor"]})
    assert answer.status_code == 303
    with database.as_desk(home), pytest.raises(people.LastAdministrator):
        people.remove(farid_of(house), house.amara)
    assert User.objects.get(pk=house.amara.pk).is_active


@pytest.mark.parametrize("page", ["person", "place", "leave", "remove"])
def test_nobody_else_changes_places(house, client, page):
    log_in(client, "amara@example.org")
    ids = [house.amara.pk, house.hotline.pk] if page in {"place", "leave"} else [house.amara.pk]
    address = reverse(f"accounts:{page}", args=ids)
    assert client.get(address).status_code == 404
    assert client.post(address, {"roles": ["hotline-lead"]}).status_code == 404
    assert Membership.objects.get(user=house.amara).roles == ["hotline-analyst"]


def test_an_unknown_person_or_desk_is_absent(house, client):
    log_in(client, "farid@example.org")
    nobody = uuid.uuid4()
    for name, ids in (
        ("person", [nobody]),
        ("place", [house.amara.pk, nobody]),
        ("place", [nobody, house.hotline.pk]),
        ("leave", [house.amara.pk, nobody]),
    ):
        assert client.get(reverse(f"accounts:{name}", args=ids)).status_code == 404


def test_somebody_removed_comes_back_by_a_new_link_only(house, client):
    old = invite(house, "amara@example.org")
    with database.as_desk(house.administration, house.farid.pk):
        people.remove(farid_of(house), house.amara)
    with pytest.raises(people.NoInvitation):
        people.invitation_for(old)
    people.accept(invite(house, "amara@example.org"), name="", password=WORDS)
    assert log_in(client, "amara@example.org").url == reverse("accounts:door")


def test_a_lost_second_step_is_set_up_anew_after_a_link(house, client):
    TOTP.activate(house.amara, SHARED)
    people.accept(invite(house, "amara@example.org"), name="", password=WORDS)
    assert log_in(client, "amara@example.org").url == reverse("accounts:door")


def test_removing_somebody_ends_places_and_makes_a_new_desk_key(house, client):
    log_in(client, "farid@example.org")
    answer = client.post(reverse("accounts:remove", args=[house.amara.pk]))
    assert answer.status_code == 303
    assert not Membership.objects.filter(user=house.amara).exists()
    client.logout()
    log_in(client, "amara@example.org")
    assert "_auth_user_id" not in client.session
    with database.as_desk(house.hotline):
        assert DeskKey.objects.get(active=True, desk_id=house.hotline.id).version == 2


def test_a_sensitive_act_asks_again_when_the_password_was_long_ago(house, client, monkeypatch):
    log_in(client, "farid@example.org")
    monkeypatch.setattr(door, "FRESH_SECONDS", -1)
    answer = client.post(reverse("accounts:remove", args=[house.amara.pk]))
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert Membership.objects.filter(user=house.amara).exists()


def test_a_colleague_grants_the_key_on_the_page(house, client):
    people.accept(invite(house), name="Ben", password=WORDS)
    ben = User.objects.get(email="ben@example.org")
    log_in(client, "amara@example.org")
    assert "Ben" in client.get(reverse("vault:keys")).content.decode()
    client.post(reverse("vault:grant", args=[house.hotline.pk, ben.pk]))
    with database.as_desk(house.hotline):
        assert vault.pending_grants(house.hotline.id) == []


def test_the_second_step_pages_hold_nothing_inline(house, client):
    log_in(client, "amara@example.org")
    for name in ("mfa_index", "mfa_activate_totp", "mfa_add_webauthn"):
        answer = client.get(reverse(name), follow=True)
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "data:" not in text
        assert "style=" not in text
        for part in text.split("<script")[1:]:
            opening = part.split(">")[0]
            assert "src=" in opening or "application/json" in opening
    assert client.get(reverse("accounts:qr"))["Content-Type"] == "image/svg+xml"


def test_a_second_step_is_asked_for_when_it_exists(house, client):
    TOTP.activate(house.amara, SHARED)
    assert log_in(client, "amara@example.org").url == reverse("mfa_authenticate")
    assert client.get(reverse("mfa_authenticate")).status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_real_install_opens_no_desk_without_a_second_step(house, settings):
    def view(request):
        return HttpResponse()

    view.copse_guard = "hotline.queue.view"
    request = RequestFactory().get("/")
    request.user = house.amara
    gate = sessions.StaffSession(lambda _: HttpResponse())
    assert gate.process_view(request, view) is None
    settings.COPSE = settings.COPSE.model_copy(update={"mode": "real"})
    assert gate.process_view(request, view).url == reverse("mfa_index")


@pytest.mark.parametrize("mode", ["real", "test"])
def test_one_press_entry_exists_in_the_demonstration_only(house, settings, mode):
    settings.COPSE = settings.COPSE.model_copy(update={"mode": mode})
    assert not demo.switched_on()
    assert demo.people() == []
    with pytest.raises(NoReverseMatch):
        reverse("accounts:demo", args=[house.amara.pk])


def test_one_press_entry_is_refused_beyond_this_machine(settings):
    settings.COPSE = settings.COPSE.model_copy(update={"mode": "demo", "bind": "0.0.0.0"})
    assert not demo.switched_on()


def test_the_address_of_one_press_entry_is_a_404(house, client):
    assert client.post(f"/en/desk/demo/{house.amara.pk}/").status_code == 404


def test_choosing_a_desk_goes_to_its_room_and_no_other_desk_can_be_chosen(house, client):
    log_in(client, "amara@example.org")
    answer = client.post(reverse("accounts:choose", args=[house.hotline.pk]))
    assert answer.url == "/en/desk/hotline/"
    strange = reverse("accounts:choose", args=[house.administration.pk])
    assert client.post(strange).status_code == 404


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_what_an_app_shares_is_encrypted_and_still_logs_in(house, client):
    TOTP.activate(house.amara, SHARED)
    RecoveryCodes.activate(house.amara)
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()
    stored = " ".join(str(row.data) for row in Authenticator.objects.all())
    assert SHARED not in stored
    assert at_rest.decrypt(Authenticator.objects.get(type="totp").data["secret"]) == SHARED
    for code in (code_of(SHARED), codes[0]):
        log_in(client, "amara@example.org")
        assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
        assert "_auth_user_id" in client.session
        client.post(reverse("account_logout"))


def test_another_installs_key_opens_no_second_step(house, settings):
    stored = at_rest.encrypt(SHARED)
    assert at_rest.encrypt(SHARED) != stored
    settings.COPSE = settings.COPSE.model_copy()
    settings.COPSE.__dict__["secret"] = lambda _name: bytes(32)
    with pytest.raises(vault.WrongKey):
        at_rest.decrypt(stored)


def test_a_session_is_unreadable_in_the_database(house, client):
    log_in(client, "amara@example.org")
    client.post(reverse("account_reauthenticate"), {"password": WORDS})
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    stored = Session.objects.get(pk=client.session.session_key).session_data
    assert secret not in stored
    with pytest.raises(BadSignature):
        signing.loads(stored, salt="django.contrib.sessions.SessionStore")
    Session.objects.update(session_data="broken")
    assert client.get(reverse("vault:keys")).url == reverse("account_login")


def test_what_was_stored_openly_is_encrypted_by_the_migration(house):
    change = import_module("copse.base.accounts.migrations.0002_encrypt_second_steps")
    Authenticator(user=house.amara, type="totp", data={"secret": SHARED}).save()
    seed = {"seed": "ab" * 40, "used_mask": 5}
    Authenticator(user=house.farid, type="recovery_codes", data=seed).save()
    change.encrypt(apps, None)
    rows = {row.type: row.data for row in Authenticator.objects.all()}
    assert at_rest.decrypt(rows["totp"]["secret"]) == SHARED
    assert at_rest.decrypt(rows["recovery_codes"]["seed"]) == "ab" * 40
    assert rows["recovery_codes"]["used_mask"] == 5
    change.decrypt(apps, None)
    assert Authenticator.objects.get(type="totp").data["secret"] == SHARED


def later(client, seconds=61):
    session = client.session
    session["copse_seen"] = int(time.time()) - seconds
    session.save()


def test_old_records_are_rewrapped_while_a_member_works(house, client):
    with database.as_room("portal"):
        for _ in range(3):
            vault.seal({"story": "x"}, desks=[house.hotline.id])
    with database.as_room("administration"):
        vault.rotate(house.hotline.id)
    log_in(client, "amara@example.org")
    client.get("/en/desk/hotline/looks/")
    with database.as_desk(house.hotline):
        former = DeskKey.objects.get(active=False).id
        assert Wrapper.objects.filter(key_id=former).count() == 3
    later(client)
    assert client.get("/en/desk/hotline/looks/").status_code == 200
    with database.as_desk(house.hotline):
        assert Wrapper.objects.filter(key_id=former).count() == 0


def test_a_page_rewraps_no_more_than_its_share(house, client, monkeypatch):
    monkeypatch.setattr(granting, "IN_PASSING", 2)
    with database.as_room("portal"):
        for _ in range(3):
            vault.seal({"story": "x"}, desks=[house.hotline.id])
    with database.as_room("administration"):
        vault.rotate(house.hotline.id)
    log_in(client, "amara@example.org")
    client.get("/en/desk/hotline/looks/")
    # The second look comes within the same minute, so it does nothing.
    for wait, left in ((61, 1), (0, 1), (61, 0)):
        later(client, wait)
        client.get("/en/desk/hotline/looks/")
        with database.as_desk(house.hotline):
            former = DeskKey.objects.get(active=False).id
            assert Wrapper.objects.filter(key_id=former).count() == left


def recovery_of(house):
    return reverse("vault:recovery", args=[house.hotline.pk])


def test_a_member_replaces_the_recovery_key_and_sees_it_once(house, client):
    log_in(client, "amara@example.org")
    assert recovery_of(house) in client.get(reverse("vault:keys")).content.decode()
    assert client.get(recovery_of(house)).status_code == 200
    answer = client.post(recovery_of(house))
    assert answer["Cache-Control"] == "no-store"
    made = "-".join(re.findall(r'copse-code" dir="ltr">([0-9A-F-]+)<', answer.content.decode()))
    assert len(made) == 79
    with database.as_desk(house.hotline):
        assert audit.actions_on(house.hotline) == ["hotline.key.recovery"]
        with pytest.raises(vault.WrongKey):
            vault.recover(house.hotline.id, house.recovery, house.amara.pk)
        assert vault.recover(house.hotline.id, made, house.amara.pk) == 2


def test_replacing_the_recovery_key_asks_for_the_password_and_goes_on(house, client, monkeypatch):
    log_in(client, "amara@example.org")
    monkeypatch.setattr(door, "FRESH_SECONDS", -1)
    asked = client.post(recovery_of(house))
    assert asked.url.startswith(reverse("account_reauthenticate"))
    monkeypatch.undo()
    answer = client.post(asked.url, {"password": WORDS})
    # Held back, the request went on with the key that the password opened just now.
    assert b"copse-code" in answer.content


def test_who_waits_for_the_key_replaces_no_recovery_key(house, client):
    people.accept(invite(house), name="Ben", password=WORDS)
    log_in(client, "ben@example.org")
    assert recovery_of(house) not in client.get(reverse("vault:keys")).content.decode()
    answer = client.post(recovery_of(house), follow=True)
    assert b"Ask a colleague to grant it" in answer.content
    with database.as_desk(house.hotline):
        assert vault.recover(house.hotline.id, house.recovery, house.amara.pk) == 1


def test_another_desks_recovery_key_is_absent(house, client):
    log_in(client, "farid@example.org")
    assert client.post(recovery_of(house)).status_code == 404
    client.logout()
    assert client.post(recovery_of(house)).status_code == 404


def test_an_idle_key_opens_nothing_although_the_session_goes_on(house, client):
    log_in(client, "amara@example.org")
    Unlocked.objects.update(seen_at=timezone.now() - timezone.timedelta(minutes=16))
    client.get("/en/desk/hotline/looks/")
    assert "_auth_user_id" in client.session
    assert not Unlocked.objects.exists()


@pytest.mark.parametrize(("field", "ago"), [("copse_seen", 840), ("copse_since", 11 * 3600)])
def test_a_session_in_use_goes_on(house, client, field, ago):
    log_in(client, "amara@example.org")
    client.get(reverse("accounts:door"))
    session = client.session
    session[field] = int(time.time()) - ago
    session.save()
    client.get(reverse("accounts:door"))
    assert "_auth_user_id" in client.session


def test_an_older_install_gets_the_new_secret_and_no_lost_one_is_made_anew(tmp_path):
    (tmp_path / "secrets").mkdir()
    install.make_later_secrets(tmp_path)
    made = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert "second-step-key" in made
    assert not {"receipt-pepper", "audit-signing-key", "django-key"} & set(made)
    install.make_later_secrets(tmp_path)
    assert (tmp_path / "secrets/second-step-key").read_text() == made["second-step-key"]


def test_the_portal_is_handed_no_key_of_second_steps():
    assert "second-step-key" in parts.needed("desks")
    for process in ("portal", "gateway", "worker"):
        assert "second-step-key" not in parts.needed(process)
