"""The people of the hotline's tests, and what they read."""

import uuid

from copse.base import database, jobs, vault
from copse.base.access import Actor, system
from copse.base.accounts.models import Membership, User
from copse.base.organisations.models import Desk, Organisation
from copse.hotline.models import Concern, Material
from copse.hotline.services import concerns, materials, readings
from copse.kit import parcels

HOUR = "2026-11-24T09:00:00+00:00"


class Hotline:
    """Amara, Ben and Esi are analysts, Gita leads them; a second desk belongs to another body."""

    def __init__(self):
        with database.as_room("administration"):
            body = Organisation(name="Arbora", kind="agency")
            body.save(force_insert=True)
            self.desk = self._desk(body, "hotline")
            self.other_desk = self._desk(body, "hotline", is_default=False)
            self.portal = self._desk(body, "portal")
        names = ("amara", "ben", "esi")
        people = {name: self._person(name, "hotline-analyst", self.desk) for name in names}
        gita = self._person("gita", "hotline-lead", self.desk)
        stranger = self._person("stranger", "hotline-analyst", self.other_desk)
        with database.as_room("administration"):
            for desk in (self.desk, self.other_desk):
                vault.new_desk_key(desk.id)
        self.amara, self.ben, self.esi = (self._actor(*people[name]) for name in names)
        self.gita, self.stranger = self._actor(*gita), self._actor(*stranger)
        self.system = system(self.desk.key)

    def _desk(self, body, room, *, is_default=True):
        desk = Desk(organisation=body, room=room, name=room, is_default=is_default,
                    duty_email="duty@example.org")  # fmt: skip
        desk.save(force_insert=True)
        return desk

    def _person(self, name, role, desk):
        user = User(email=f"{name}@example.org", name=name.title())
        user.set_unusable_password()
        user.save(force_insert=True)
        Membership(user=user, desk=desk, roles=[role]).save(force_insert=True)
        return user, role, desk, vault.new_member_key(user.id, f"{name} password")

    def _actor(self, user, role, desk, ring):
        return Actor(user.id, user.name, desk.key, frozenset({role}), ring)

    def open(self, who=None):
        who = who or self.system
        return database.as_desk(who.desk, who.user_id)

    def parcel(self, **more):
        values = {"journey": "saw", "addresses": ("https://bad.example/1",), "received_hour": HOUR,
                  "risk_class": "content", "risk_code": "content_adult", "age_band": "9-12"}  # fmt: skip
        return parcels.Concern(**{"id": uuid.uuid4(), **values, **more})

    def receive(self, **more):
        with self.open():
            return concerns.receive(actor=self.system, parcel=self.parcel(**more))

    def sealed_receive(self, story="It was on a page.", **more):
        """A concern with a sealed story and a receipt; the reporter's private key with it."""
        private, public = vault.new_receipt_keypair()
        receipt = uuid.uuid4()
        with database.as_room("portal"):
            envelope = vault.seal({"story": story}, desks=[self.desk.id], receipt=(receipt, public))
        concern = self.receive(envelope=envelope, receipt=receipt, receipt_key=public.hex(), **more)
        return concern, private

    def material(self, **more):
        concern = self.receive(**more)
        with self.open():
            return Material.objects.get(sightings__concern=concern)

    def claim(self, who, material):
        with self.open(who):
            return materials.claim(actor=who, material=material)

    def read(self, who, material, label="national_child", **more):
        values = {"age_band": "9-12", "severity": "level_2", **more}
        with self.open(who):
            return readings.read(actor=who, material=material, label=label, **values)

    def read_as(self, who, material, label="national_child", **more):
        self.claim(who, material)
        return self.read(who, material, label, **more)

    def concern(self, **more):
        return self.receive(**{"journey": "happened", "addresses": (), **more})

    def fresh(self, row):
        with self.open():
            return type(row).objects.get(pk=row.pk)

    def concerns(self):
        with self.open():
            return list(Concern.objects.order_by("reference"))


__all__ = ["Hotline", "jobs"]
