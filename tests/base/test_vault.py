"""The vault: who can open what, and what a thief of everything stored can open (nothing)."""

import uuid

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from copse.base import database, vault
from copse.base.access import Actor
from copse.base.accounts.models import Membership, User
from copse.base.organisations.models import Desk, Organisation
from copse.base.vault.models import Envelope, Grant, MemberKey, Unlocked, Wrapper
from copse.kit import sealing

pytestmark = pytest.mark.django_db
STORY = {"story": "CANARY he writes every night", "contact": "CANARY-0700", "file": "CANARY.jpg"}


class House:
    """A hotline with Amara and Ben, a helpline with Chidi."""

    def __init__(self):
        with database.as_room("administration"):
            body = Organisation(name="Arbora", kind="agency")
            body.save(force_insert=True)
            self.hotline = self._desk(body, "hotline")
            self.helpline = self._desk(body, "helpline")
        self.amara, self.ben = self.person("amara"), self.person("ben")
        self.chidi = self.person("chidi")
        self.rings = {}
        for who, desk in ((self.amara, self.hotline), (self.ben, self.hotline)):
            self.join(who, desk)
        self.join(self.chidi, self.helpline)
        with database.as_room("administration"):
            self.recovery = vault.new_desk_key(self.hotline.id)
            vault.new_desk_key(self.helpline.id)

    def _desk(self, body, room):
        desk = Desk(organisation=body, room=room, name=room)
        desk.save(force_insert=True)
        return desk

    def person(self, name):
        user = User(email=f"{name}@example.org", name=name.title())
        user.set_unusable_password()
        user.save(force_insert=True)
        return user

    def join(self, user, desk):
        Membership(user=user, desk=desk, roles=["x"]).save(force_insert=True)
        self.rings[user.id] = vault.new_member_key(user.id, f"{user.name} password")

    def actor(self, user, desk=None):
        desk = desk or self.hotline
        return Actor(user.id, user.name, desk.key, frozenset({"x"}), self.rings[user.id])

    def seal(self, content=STORY, **more):
        with database.as_room("portal"):
            return vault.seal(content, desks=[self.hotline.id], **more)

    def open(self, user, envelope, desk=None):
        desk = desk or self.hotline
        with database.as_desk(desk, user.id):
            return vault.open(self.actor(user, desk), envelope)


@pytest.fixture
def house(db):
    return House()


def test_both_members_open_what_the_portal_sealed(house):
    envelope = house.seal()
    assert house.open(house.amara, envelope) == STORY
    assert house.open(house.ben, envelope) == STORY


def test_another_desk_sees_no_record(house):
    envelope = house.seal()
    with pytest.raises(vault.Locked):
        house.open(house.chidi, envelope, house.helpline)
    with database.as_desk(house.helpline):
        assert Envelope.objects.count() == 0
        assert Wrapper.objects.count() == 0


def test_the_portal_sees_only_what_is_sealed_to_receipts(house):
    private, public = vault.new_receipt_keypair()
    receipt = uuid.uuid4()
    house.seal()
    mine = house.seal(receipt=(receipt, public))
    with database.as_room("portal"):
        assert set(Wrapper.objects.values_list("kind", flat=True)) == {"receipt"}
        assert list(Envelope.objects.values_list("id", flat=True)) == [mine]
        assert vault.open_with(private, receipt, mine) == STORY
    for table in ("vault_grant", "vault_member_secret", "vault_unlocked", "vault_membersecret"):
        with (
            pytest.raises(ProgrammingError),
            transaction.atomic(),
            database.as_room("portal"),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SELECT * FROM {table}")


def test_another_receipt_opens_nothing(house):
    _, public = vault.new_receipt_keypair()
    other, _ = vault.new_receipt_keypair()
    receipt = uuid.uuid4()
    envelope = house.seal(receipt=(receipt, public))
    with database.as_room("portal"):
        with pytest.raises(vault.WrongKey):
            vault.open_with(other, receipt, envelope)
        with pytest.raises(vault.Locked):
            vault.open_with(other, uuid.uuid4(), envelope)


def test_the_system_opens_nothing(house):
    from copse.base.access import system

    envelope = house.seal()
    with database.as_desk(house.hotline), pytest.raises(vault.Locked):
        vault.open(system(house.hotline.key), envelope)


def test_a_forgotten_password_restores_no_keys_until_a_colleague_grants(house):
    envelope = house.seal()
    house.rings[house.ben.id] = vault.new_member_key(house.ben.id, "a new one")
    with pytest.raises(vault.Locked):
        house.open(house.ben, envelope)
    with database.as_desk(house.hotline):
        assert vault.pending_grants(house.hotline.id) == [house.ben.id]
        vault.grant(house.actor(house.amara), house.ben.id)
        assert vault.pending_grants(house.hotline.id) == []
    assert house.open(house.ben, envelope) == STORY


def test_somebody_without_the_key_cannot_grant_it(house):
    house.rings[house.ben.id] = vault.new_member_key(house.ben.id, "a new one")
    with database.as_desk(house.hotline), pytest.raises(vault.Locked):
        vault.grant(house.actor(house.ben), house.ben.id)


def test_nobody_grants_to_a_stranger(house):
    with database.as_desk(house.hotline), pytest.raises(vault.Locked):
        vault.grant(house.actor(house.amara), house.chidi.id)


def test_the_printed_recovery_key_opens_the_desk_again(house):
    envelope = house.seal()
    with database.as_room("administration"):
        vault.rotate(house.hotline.id)
    later = house.seal()
    for who in (house.amara, house.ben):
        house.rings[who.id] = vault.new_member_key(who.id, "all forgot")
    with database.as_desk(house.hotline):
        with pytest.raises(vault.WrongKey):
            vault.recover(house.hotline.id, "0000-0000", house.amara.id)
        typed = house.recovery.lower().replace("-", " ")
        assert vault.recover(house.hotline.id, typed, house.amara.id) == 2
    assert house.open(house.amara, envelope) == STORY
    assert house.open(house.amara, later) == STORY


def test_a_removed_member_cannot_open_what_comes_later(house):
    before = house.seal()
    with database.as_room("administration"):
        Membership.objects.filter(user=house.ben).delete()
        vault.remove_member(house.hotline.id, house.ben.id)
    after = house.seal()
    assert house.open(house.amara, before) == STORY
    assert house.open(house.amara, after) == STORY
    for envelope in (before, after):
        with pytest.raises(vault.Locked):
            house.open(house.ben, envelope)


def test_even_a_kept_old_desk_key_does_not_open_what_comes_later(house):
    with database.as_desk(house.hotline):
        old = house.rings[house.ben.id].desk_key(
            Grant.objects.filter(member_id=house.ben.id)[0].key_id
        )
    with database.as_room("administration"):
        vault.remove_member(house.hotline.id, house.ben.id)
    house.seal()
    with database.as_desk(house.hotline):
        wrapper = Wrapper.objects.get()
    with pytest.raises(vault.WrongKey):
        sealing.open_sealed(old, bytes(wrapper.sealed_key))


def test_old_records_are_rewrapped_in_a_members_session(house):
    records = [house.seal() for _ in range(3)]
    with database.as_room("administration"):
        vault.rotate(house.hotline.id)
    with database.as_desk(house.hotline):
        actor = house.actor(house.amara)
        assert [vault.rewrap_some(actor, 2) for _ in range(3)] == [2, 1, 0]
        assert Wrapper.objects.filter(key_id__isnull=False).values("key_id").distinct().count() == 1
    assert [house.open(house.ben, one) for one in records] == [STORY] * 3


def test_a_member_without_an_old_key_leaves_its_records_to_a_colleague(house):
    house.seal()
    with database.as_room("administration"):
        vault.rotate(house.hotline.id)
        Grant.objects.filter(member_id=house.ben.id, key__active=False).delete()
    with database.as_desk(house.hotline):
        assert vault.rewrap_some(house.actor(house.ben)) == 0
        assert vault.rewrap_some(house.actor(house.amara)) == 1


def test_rotating_lets_nobody_in_whom_no_colleague_has_checked(house):
    house.join(house.chidi, house.hotline)
    with database.as_room("administration"):
        vault.remove_member(house.hotline.id, house.ben.id)
    later = house.seal()
    with pytest.raises(vault.Locked):
        house.open(house.chidi, later)
    assert house.open(house.amara, later) == STORY
    with database.as_desk(house.hotline):
        assert house.chidi.id in vault.pending_grants(house.hotline.id)


def replaced(house, who):
    with database.as_desk(house.hotline):
        return vault.replace_recovery(house.actor(who))


def test_a_new_recovery_key_opens_every_version_and_the_old_one_none(house):
    records = [house.seal()]
    with database.as_room("administration"):
        vault.rotate(house.hotline.id)
    records.append(house.seal())
    made = replaced(house, house.amara)
    with database.as_room("administration"):
        vault.rotate(house.hotline.id)
    records.append(house.seal())
    house.rings[house.ben.id] = vault.new_member_key(house.ben.id, "forgot")
    with database.as_desk(house.hotline):
        with pytest.raises(vault.WrongKey):
            vault.recover(house.hotline.id, house.recovery, house.ben.id)
        assert vault.recover(house.hotline.id, made, house.ben.id) == 3
    assert [house.open(house.ben, one) for one in records] == [STORY] * 3


def test_who_lacks_one_version_replaces_no_recovery_key(house):
    house.seal()
    with database.as_room("administration"):
        vault.rotate(house.hotline.id)
        Grant.objects.filter(member_id=house.ben.id, key__active=False).delete()
    with pytest.raises(vault.Locked):
        replaced(house, house.ben)
    with database.as_desk(house.hotline):
        assert vault.recover(house.hotline.id, house.recovery, house.ben.id) == 2


def test_an_idle_key_is_swept_away_by_the_next_log_in(house):
    vault.open_session(house.rings[house.amara.id])
    Unlocked.objects.update(seen_at=timezone.now() - timezone.timedelta(minutes=16))
    vault.open_session(house.rings[house.ben.id])
    assert set(Unlocked.objects.values_list("member_id", flat=True)) == {house.ben.id}


def test_erasing_destroys_every_wrapper_and_leaves_a_proof(house):
    private, public = vault.new_receipt_keypair()
    receipt = uuid.uuid4()
    envelope = house.seal(receipt=(receipt, public))
    with database.as_desk(house.hotline):
        proof = vault.erase(envelope)
        assert (proof.wrappers, len(bytes(proof.digest))) == (2, 32)
        assert vault.erase(envelope).id == proof.id
    with pytest.raises(vault.Erased):
        house.open(house.amara, envelope)
    with database.as_room("portal"), pytest.raises(vault.Erased):
        vault.open_with(private, receipt, envelope)


def test_a_desk_cannot_erase_what_it_does_not_hold(house):
    envelope = house.seal()
    with database.as_desk(house.helpline), pytest.raises(vault.Locked):
        vault.erase(envelope)
    assert house.open(house.amara, envelope) == STORY


def test_no_desk_deletes_wrappers_without_the_proof(house):
    house.seal()
    with (
        pytest.raises(ProgrammingError),
        transaction.atomic(),
        database.as_desk(house.hotline),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM vault_wrapper")


def test_a_password_change_keeps_every_key(house):
    envelope = house.seal()
    vault.change_password(house.rings[house.amara.id], "another")
    with pytest.raises(vault.WrongKey):
        vault.unlock(house.amara.id, "Amara password")
    house.rings[house.amara.id] = vault.unlock(house.amara.id, "another")
    assert house.open(house.amara, envelope) == STORY


def test_a_cookie_opens_the_key_until_the_session_ends(house):
    envelope = house.seal()
    cookie = vault.open_session(house.rings[house.amara.id])
    house.rings[house.amara.id] = vault.session_keyring(house.amara.id, cookie)
    assert house.open(house.amara, envelope) == STORY
    assert vault.session_keyring(house.ben.id, cookie) is None
    vault.close_session(cookie)
    assert vault.session_keyring(house.amara.id, cookie) is None


@pytest.mark.parametrize("field", ["seen_at", "expires_at"])
def test_an_idle_or_old_session_is_destroyed(house, field):
    cookie = vault.open_session(house.rings[house.amara.id])
    Unlocked.objects.update(**{field: timezone.now() - timezone.timedelta(minutes=16)})
    assert vault.session_keyring(house.amara.id, cookie) is None
    assert not Unlocked.objects.exists()


@pytest.mark.parametrize("cookie", ["", "x", "00.11", f"{uuid.UUID(int=7).hex}.zz", "é.é"])
def test_a_broken_cookie_opens_nothing(house, cookie):
    assert vault.session_keyring(house.amara.id, cookie) is None


def test_a_thief_with_the_row_and_another_cookie_key_opens_nothing(house):
    cookie = vault.open_session(house.rings[house.amara.id])
    forged = cookie.split(".")[0] + "." + "00" * 32
    ring = vault.session_keyring(house.amara.id, forged)
    with pytest.raises(vault.WrongKey):
        ring.private()


def test_a_desk_without_a_key_is_not_sealed_to(house):
    with database.as_room("portal"), pytest.raises(vault.NoDeskKey):
        vault.seal(STORY, desks=[uuid.uuid4()])


def test_bulk_sealing_needs_no_database(house):
    with database.as_room("portal"):
        from copse.base.vault.models import DeskKey

        key = DeskKey.objects.get(desk_id=house.hotline.id)
        sealed = vault.seal_offline(STORY, [(house.hotline.id, bytes(key.public))])
        Envelope(id=sealed.id, ciphertext=sealed.ciphertext).save(force_insert=True)
        for holder, wrapped in sealed.wrappers:
            Wrapper(
                envelope_id=sealed.id, holder=holder, kind="desk", key_id=key.id, sealed_key=wrapped
            ).save(force_insert=True)
    assert house.open(house.amara, sealed.id) == STORY


def test_members_keys_are_replaced_not_added(house):
    vault.new_member_key(house.amara.id, "again")
    assert MemberKey.objects.filter(member_id=house.amara.id).count() == 1


def test_erasing_by_somebody_leaves_an_audit_entry(house):
    from copse.base import audit

    envelope = house.seal()
    with database.as_desk(house.hotline, house.amara.id):
        vault.erase(envelope, house.actor(house.amara))
        assert audit.actions_on(envelope) == ["vault.envelope.erase"]
