import re
from types import SimpleNamespace

from django.test import Client

from copse.portal.views.page import cookie_name

CANARY = "canary-7f3a the man in the red car"


def arbora():
    from copse.base import database, vault
    from copse.base.organisations.directory import Country, Region
    from copse.base.organisations.models import Desk, Organisation

    with database.as_room("administration"):
        Country(code="AB", name="Arbora", emergency_number="112", helpline_number="116").save(
            force_insert=True
        )
        for code, name in (("north", "North"), ("coast", "Coast"), ("highlands", "Highlands")):
            Region(code=code, name=name).save(force_insert=True)
        owner = Organisation(name="Hotline of Arbora", kind="hotline")
        owner.save(force_insert=True)
        hotline = Desk(organisation=owner, room="hotline", name="Hotline")
        hotline.save(force_insert=True)
        vault.new_desk_key(hotline.id)
    return SimpleNamespace(organisation=owner, hotline=hotline)


class Reporter:
    """A browser at the portal."""

    def __init__(self, language="en", **headers):
        self.client = Client(headers=headers or None)
        self.base = f"/{language}"

    @property
    def cookie(self):
        """What opens this browser's row."""
        return self.client.cookies[cookie_name()].value

    def get(self, path):
        return self.client.get(f"{self.base}{path}")

    def post(self, path, **data):
        response = self.client.post(f"{self.base}{path}", data)
        assert response.status_code == 303, response.content[:300]
        return response

    def page(self, path):
        response = self.get(path)
        assert response.status_code == 200, (path, response.status_code)
        return response.content.decode()

    def answer(self, door="a", **changes):
        answers = {
            "kind": "contact", "closer": "contact_grooming",
            "where": "http://bad.example/page\nsome app", "story": CANARY, "age": "13-15",
            "danger": "no", "contact": "canary-9b1c 0700",
        } | changes  # fmt: skip
        for number, (name, value) in enumerate(answers.items(), 1):
            self.post(f"/{door}/{number}/", **{name: value})

    def token(self):
        return re.search(r'name="token" value="([^"]+)"', self.page("/check/"))[1]

    def report(self, **changes):
        self.answer(**changes)
        self.post("/send/", token=self.token())
        return self.code()

    def code(self):
        return re.search(r'copse-code" dir="ltr">([\d ]+)<', self.page("/done/1/"))[1]

    def come_back(self, code):
        """Without a script: the ticket's wait is over, because the clock was moved."""
        page = self.page("/back/")
        ticket = re.search(r'name="ticket" value="([^"]+)"', page)[1]
        return self.post("/back/", code=code, ticket=ticket)
