"""Coming in, going out, being invited, being removed."""

import time

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from copse.base import database, vault
from copse.base.access import Actor
from copse.base.accounts import adapter, demo, door, people, sessions
from copse.base.accounts.models import Invitation, Membership, User
from copse.base.organisations.models import Desk, Organisation
from copse.base.vault.models import MemberKey, Unlocked

pytestmark = pytest.mark.django_db
WORDS = "a long enough password"


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
        vault.new_desk_key(made.hotline.id)
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
    assert client.post(page, {"name": "Ben", "password": WORDS}).status_code == 302
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


def test_the_administrator_makes_a_link(house, client):
    log_in(client, "farid@example.org")
    answer = client.post(
        reverse("accounts:invite"),
        {"email": "x@example.org", "desk": str(house.hotline.pk), "roles": ["administrator"]},
    )
    assert b"/desk/invitation/" in answer.content


def test_removing_somebody_ends_places_and_makes_a_new_desk_key(house, client):
    log_in(client, "farid@example.org")
    answer = client.post(reverse("accounts:remove", args=[house.amara.pk]))
    assert answer.status_code == 302
    assert not Membership.objects.filter(user=house.amara).exists()
    client.logout()
    log_in(client, "amara@example.org")
    assert "_auth_user_id" not in client.session
    with database.as_desk(house.hotline):
        from copse.base.vault.models import DeskKey

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
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(house.amara, "JBSWY3DPEHPK3PXP")
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
