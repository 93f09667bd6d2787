"""Arbora with its plan, law, council and answers, as the demonstration fills it, in seconds.

Without its year of reports: what the hotline would have counted comes as finished sheets.
"""

from uuid import uuid4

from copse.base import access, database, jobs
from copse.base.accounts.models import Membership, User
from copse.base.organisations.models import Desk
from copse.kit.parcels import FactSheet, FactSheets
from copse.observatory import services
from copse.observatory.queries.months import last_full_month, months_to
from copse.observatory.services import receiving
from copse.project.demo import assessments, council, country, law, observations, people, plan

WORDS = "a long enough password"
# Who comes in; everybody else only acts.
COMING = ("ines", "mwana")
MONTHS = 15
# How much was gone within one day, three and seven: half within three first, then within one.
EARLY, LATE = (20, 30, 9), (31, 20, 8)


def fill():
    """Fill an empty install, and publish one release."""
    cast = _cast()
    country.directory(cast)
    country.bodies()
    for part in (plan, law, council, assessments):
        part.fill(cast)
    plan.sign(cast)
    _count(cast)
    observations.fill(cast)
    assessments.raise_levels(cast)
    plan.publish(cast)
    jobs.drain()
    hana = cast.actor("hana")
    with database.as_desk(hana.desk, hana.user_id):
        services.publish(actor=hana)


def actor(name):
    """Somebody of the filled country at their desk."""
    users = {user.name.lower(): user for user in User.objects.all()}
    return people.Cast({desk.room: desk for desk in Desk.objects.all()}, users).actor(name)


def _cast():
    """The people at their desks; a key of one's own, which is dear, opens nothing here."""
    cast = people.Cast()
    for person in people.PEOPLE:
        user = User(email=person.email, name=person.name)
        if person.name.lower() in COMING:
            user.set_password(WORDS)
        else:
            user.set_unusable_password()
        user.save(force_insert=True)
        cast.users[person.name.lower()] = user
    with database.as_room("administration"):
        country.found()
        cast.desks = country.desks()
        for person in people.PEOPLE:
            user, desk = cast.users[person.name.lower()], cast.desks[person.room]
            Membership(user=user, desk=desk, roles=person.roles).save(force_insert=True)
    return cast


def _count(cast):
    sheets = [
        _sheet(cast, fact, month, by, cells)
        for at, month in enumerate(months_to(last_full_month(), MONTHS))
        for fact, by, cells in (
            ("hotline.concerns", ("risk_class",), (("contact", 20 + 2 * at), ("content", 31 - at))),
            ("hotline.clock.removal", ("risk_class", "hours"), _removed(at)),
        )
    ]
    observatory = cast.desks["observatory"].key
    with database.as_desk(observatory):
        parcel = FactSheets(id=uuid4(), sheets=tuple(sheets), first_stands=())
        receiving.receive_all(actor=access.system(observatory), parcel=parcel)


def _removed(at):
    counts = zip(("24", "72", "168"), EARLY if at < MONTHS / 2 else LATE, strict=True)
    return tuple(("contact", hours, count) for hours, count in counts)


def _sheet(cast, fact, month, by, cells):
    return FactSheet(
        id=uuid4(), desk=cast.desks["hotline"].pk, room="hotline", fact=fact, period=month,
        dimensions=("month", *by),
        cells=tuple(((month, *keys), count) for *keys, count in cells),
    )  # fmt: skip
