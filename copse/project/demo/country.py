"""Arbora itself: regions, bodies, desks, and who can help. All made up, all under `.example`."""

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from copse.base import database
from copse.base.organisations import hsds, retention
from copse.base.organisations.directory import Country, Region
from copse.base.organisations.models import Desk, Organisation

if TYPE_CHECKING:
    from copse.project.demo.people import Cast

CODE, NAME = "XA", "Arbora"
REGIONS = ("north", "coast", "highlands")
HELPLINE, EMERGENCY = "116 111", "112"
# A row's key follows from its name, so that filling again elsewhere gives the same directory.
_SPACE = UUID("b0a5d1c4-6c3e-4f0a-9a51-0a7b0a5ca1e5")
DESKS = (
    ("administration", "Child Online Protection Agency", "regulator", "Administration"),
    ("hotline", "Arbora Hotline", "hotline", "Hotline"),
    ("observatory", "Child Online Protection Agency", "regulator", "Observatory"),
    ("strategy", "Ministry of Digital Affairs", "ministry", "Strategy office"),
)
# Bodies of the plan and the council that run no desk of their own here.
BODIES = (
    ("Ministry of Education", "ministry"),
    ("Ministry of Justice", "justice"),
    ("Ministry of Health and Family", "ministry"),
    ("Office of the Children’s Commissioner", "rights_body"),
    ("Lantern Telecom", "provider"),
    ("Orchard Games", "platform"),
    ("Arbora Parents", "civil_society"),
    ("Youth Council of Arbora", "civil_society"),
    ("University of the Coast", "academia"),
    ("Radio Arbora", "media"),
)
_WEEK, _WORKDAYS = "MO,TU,WE,TH,FR,SA,SU", "MO,TU,WE,TH,FR"
ALL = ("en", "fr", "ar", "sw")
# Name, body, kind, about, number, languages, regions, channels, hours (none: always open).
Service = tuple[str, str, str, str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...], str]
SERVICES: tuple[Service, ...] = (
    ("Child helpline", "Arbora Child Helpline", "helpline",
     "Somebody listens, day and night. The call is free and is not on the bill.",
     HELPLINE, ALL, (), ("phone", "chat"), ""),
    ("Emergency call", "Arbora Police", "police",
     "When somebody is in danger now.", EMERGENCY, ALL, (), ("phone",), ""),
    ("Report a page", "Arbora Hotline", "hotline",
     "Tell us about a page or a picture that should not be there.", "0800 555 010", ALL, (),
     ("phone", "web"), "MO,TU,WE,TH,FR 08:00-20:00"),
    ("Youth chat", "Arbora Child Helpline", "helpline",
     "Write with a trained young adult.", "0800 555 011", ("en", "fr"), (), ("chat",),
     f"{_WEEK} 14:00-22:00"),
    ("Police desk for children, North", "Arbora Police", "police",
     "Officers who are trained to talk with children.", "0800 555 021", ("en", "sw"), ("north",),
     ("phone", "visit"), f"{_WEEK} 07:00-21:00"),
    ("Police desk for children, Coast", "Arbora Police", "police",
     "Officers who are trained to talk with children.", "0800 555 022", ("en", "fr", "ar"),
     ("coast",), ("phone", "visit"), f"{_WEEK} 07:00-21:00"),
    ("Harbour House", "Harbour House", "shelter",
     "A safe place to stay, also tonight. They tell you where when you call.", "0800 555 031",
     ("en", "ar"), ("coast",), ("phone",), ""),
    ("Hill House", "Hill House", "shelter",
     "A safe place to stay, also tonight. They tell you where when you call.", "0800 555 032",
     ("en", "sw"), ("highlands",), ("phone",), ""),
    ("Children's clinic", "North Hospital", "health",
     "Doctors for children, without an appointment.", "0800 555 041", ("en", "sw"), ("north",),
     ("phone", "visit"), f"{_WORKDAYS} 08:00-18:00"),
    ("Family support", "Highlands Family Office", "social_service",
     "Help for families, at home or in the office.", "0800 555 051", ("en", "fr", "sw"),
     ("highlands",), ("phone", "visit"), f"{_WORKDAYS} 09:00-17:00"),
)  # fmt: skip


def found() -> None:
    """The country's row and its regions."""
    Country(
        code=CODE, name=NAME, emergency_number=EMERGENCY, helpline_number=HELPLINE,
        languages=list(ALL),
    ).save(force_insert=True)  # fmt: skip
    retention.found({})
    for code in REGIONS:
        Region(code=code, name=code.title()).save(force_insert=True)


def desks() -> dict[str, Desk]:
    """The desks by room, with the bodies they belong to."""
    made: dict[str, Desk] = {}
    for room, body, kind, name in DESKS:
        duty = f"duty@{room}.arbora.example" if room == "hotline" else ""
        desk = Desk(organisation=_body(body, kind), room=room, name=name, duty_email=duty)
        desk.save(force_insert=True)
        made[room] = desk
    return made


def _body(name: str, kind: str) -> Organisation:
    body, _made = Organisation.objects.get_or_create(
        pk=_key(name), defaults={"name": name, "kind": kind, "country": CODE}
    )
    return body


def _key(name: str) -> UUID:
    # With the marks of a random key: keys here never tell an order.
    return UUID(bytes=uuid5(_SPACE, name).bytes, version=4)


def bodies() -> None:
    """The bodies of the register that act in the plan and the council."""
    with database.as_room("administration"):
        for name, kind in BODIES:
            _body(name, kind)


def directory(cast: "Cast") -> None:
    """Take the directory in, as the administrator would take a file."""
    farid = cast.actor("farid")
    content = json.dumps([_service(*service) for service in SERVICES]).encode()
    with database.as_desk(farid.desk, farid.user_id):
        hsds.take_in(actor=farid, content=content)


def _service(
    name: str, body: str, kind: str, about: str, number: str, languages: tuple[str, ...],
    regions: tuple[str, ...], channels: tuple[str, ...], hours: str,
) -> dict[str, Any]:  # fmt: skip
    attributes = [("kind", kind), *(("channel", channel) for channel in channels)]
    attributes += [] if hours else [("always_open", "true")]
    return {
        "id": str(_key(f"service {name}")),
        "name": name,
        "description": about,
        "status": "active",
        "organization": {"id": str(_key(body)), "name": body},
        "phones": [{"number": number}],
        "languages": [{"code": code} for code in languages],
        "service_areas": [{"name": code} for code in regions],
        "schedules": [_schedule(hours)] if hours else [],
        "attributes": [{"link_type": link, "value": value} for link, value in attributes],
    }


def _schedule(hours: str) -> dict[str, str]:
    days, _, times = hours.partition(" ")
    opens, _, closes = times.partition("-")
    return {"byday": days, "opens_at": opens, "closes_at": closes}
