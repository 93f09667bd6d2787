"""What Arbora's indicators come to: counted by its desks, and typed from surveys and registers."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count
from django.db.models.functions import TruncMonth

from copse.base import access, database, facts, jobs
from copse.base.access import Actor
from copse.hotline.models import Concern
from copse.kit import periods
from copse.kit.indicators import catalogue
from copse.observatory.models import Observation
from copse.observatory.queries.months import last_full_month, month_at
from copse.observatory.services import indicators, observations, values
from copse.observatory.services.observations import Typed
from copse.portal.models import Tally
from copse.project.demo.people import Cast

Share = tuple[int, int]


@dataclass(frozen=True)
class Source:
    """What is typed of an indicator: where it is from, and its numbers, the newest last.

    A number is a weighted share of so many people asked, or a part of a whole.
    """

    code: str
    note: str
    numbers: tuple[Share | tuple[str, int], ...]


SOURCES = (
    Source("REP-AWARE", "Youth survey of the University of the Coast, each spring.",
           (("31.2", 1180), ("36.8", 1204), ("44.1", 1231))),
    Source("SRV-TRUST", "Youth survey of the University of the Coast, each spring.",
           (("48.0", 1180), ("51.5", 1204), ("53.9", 1231))),
    Source("P9-ACCESS", "Household survey of the Statistics Office.",
           (("57.3", 8410), ("61.9", 8377), ("66.0", 8502))),
    Source("P9-LITERACY", "Test of the Ministry of Education in the sixth class.",
           (("38.5", 6120), ("41.0", 6233), ("40.2", 6198))),
    Source("EDU-LEAD", "Register of schools, last day of the quarter.",
           ((412, 2290), (497, 2291), (612, 2288), (704, 2290))),
    Source("LE-POSTS", "Police staff list, last day of the quarter.",
           ((21, 48), (24, 48), (29, 50), (33, 50))),
)  # fmt: skip
# What was told first and put right later.
CORRECTED = ("REP-AWARE", ("37.4", 1204), "Weights of two regions put right.")
# Out of a hundred reports begun, how many were sent in the first month and in the last.
FIRST_SHARE, LAST_SHARE = 55, 70
OPEN = ("AWA-RECALL", ("27.5", 640), "Survey after the campaign “Tell somebody”.")


def tally(cast: Cast) -> None:
    """What the portal counted of those reports: a rising share of what was begun is sent."""
    with database.as_desk(cast.desks["hotline"].key):
        rows = Concern.objects.annotate(month=TruncMonth("received_hour"))
        sent = rows.values_list("month", "language").annotate(number=Count("*"))
        found = [(f"{month:%Y-%m}", language, number) for month, language, number in sent]
    months = sorted({month for month, _language, _number in found})
    with database.as_room("portal"):
        Tally.objects.bulk_create(
            Tally(month=month, language=language, event=event, shard=0, count=count)
            for month, language, number in found
            for event, count in (("submitted", number), ("started", _begun(number, month, months)))
        )


def _begun(sent: int, month: str, months: list[str]) -> int:
    share = FIRST_SHARE + (LAST_SHARE - FIRST_SHARE) * months.index(month) / len(months)
    return round(sent * 100 / share)


def fill(cast: Cast) -> None:
    """Type what nobody counts, work the rest out, and let the plan read it, as two nights do."""
    olu, hana = cast.actor("olu"), cast.actor("hana")
    with database.as_desk(olu.desk, olu.user_id):
        drafts = [row for one in SOURCES for row in _typed(olu, one)]
        _hand_in(olu, drafts)
    with database.as_desk(hana.desk, hana.user_id):
        for row in drafts:
            observations.approve(actor=hana, observation=row)
        _close(hana)
    _correct(olu, hana)
    _night(hana)
    # The second night knows which goals and actions the first one's values show.
    for room in ("strategy", "observatory"):
        with database.as_desk(cast.desks[room].key):
            facts.collect()
    jobs.drain()
    _night(hana)


def _typed(olu: Actor, source: Source) -> list[Observation]:
    every = catalogue()[source.code].cadence
    return [
        observations.type_in(
            actor=olu, code=source.code, period=period, typed=_number(number, source.note)
        )
        for period, number in zip(_periods(every, len(source.numbers)), source.numbers, strict=True)
    ]


def _number(number: Share | tuple[str, int], note: str) -> Typed:
    above, below = number
    if isinstance(above, str):
        return Typed(note, value=Decimal(above), denominator=below)
    return Typed(note, numerator=above, denominator=below)


def _periods(every: str, number: int) -> list[str]:
    """The last periods of a cadence that are over, oldest first."""
    last = last_full_month()
    index = int(last[:4]) * 12 + int(last[5:]) - 1
    found: list[str] = []
    while len(found) < number:
        month = month_at(index)
        period = periods.containing(periods.first_day(month), every)
        if periods.months(period)[-1] == month:
            found.append(period)
        index -= 1
    return found[::-1]


def _hand_in(olu: Actor, drafts: list[Observation]) -> None:
    for row in drafts:
        observations.submit(actor=olu, observation=row)
    code, number, note = OPEN
    [period] = _periods(catalogue()[code].cadence, 1)
    waiting = observations.type_in(actor=olu, code=code, period=period, typed=_number(number, note))
    observations.submit(actor=olu, observation=waiting)


def _close(hana: Actor) -> None:
    """The oldest period of each typed number is closed."""
    for one in SOURCES:
        oldest = _periods(catalogue()[one.code].cadence, len(one.numbers))[0]
        observations.lock(actor=hana, code=one.code, period=oldest)


def _correct(olu: Actor, hana: Actor) -> None:
    code, number, note = CORRECTED
    with database.as_desk(olu.desk, olu.user_id):
        middle = _periods(catalogue()[code].cadence, 2)[0]
        old = Observation.objects.get(indicator=code, period=middle)
        new = observations.revise(actor=olu, observation=old, typed=_number(number, note))
        observations.submit(actor=olu, observation=new)
    with database.as_desk(hana.desk, hana.user_id):
        observations.approve(actor=hana, observation=new)


def _night(hana: Actor) -> None:
    system = access.system(hana.desk)
    with database.as_desk(hana.desk):
        indicators.recompute(actor=system)
        values.send(actor=system)
    jobs.drain()
