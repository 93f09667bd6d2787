"""A year of work at the hotline, written in bulk so that every chart has something to show."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from copse.base import audit, database
from copse.base.access import Actor, system
from copse.base.outside import made_up
from copse.base.vault.models import DeskKey, Envelope, Wrapper
from copse.hotline.models import Check, Concern, Material, Notice, Reading, Sighting, Trace
from copse.hotline.services import urgency
from copse.hotline.workflow import Action, ConcernAction, ConcernStage, MaterialStage, NoticeStage
from copse.kit import sealing, taxonomy
from copse.project.demo import chances
from copse.project.demo.people import Cast

CONCERNS, DAYS = 1200, 380
SEED = 1948
BATCH = 500
# Older than this, everything was read and told.
SETTLED = timedelta(days=9)
# In this order: a row after what it refers to.
KINDS = (Envelope, Wrapper, Concern, Material, Sighting, Reading, Trace, Notice, Check)


@dataclass
class Year:
    """What the rows are made from, and the rows by their kind."""

    desk_key: DeskKey
    analysts: list[Actor]
    now: datetime
    dice: Random
    references: dict[str, Iterator[str]]
    rows: dict[type[Any], list[Any]] = field(default_factory=lambda: {kind: [] for kind in KINDS})

    def add(self, row: Any) -> Any:
        self.rows[type(row)].append(row)
        return row


def fill(cast: Cast, concerns: int = CONCERNS) -> None:
    """Write the year at the hotline's desk."""
    desk = cast.desks["hotline"]
    with database.as_desk(desk):
        year = Year(
            DeskKey.objects.get(desk_id=desk.pk, active=True), cast.analysts, timezone.now(),
            Random(SEED),  # noqa: S311 - the same year on every machine; nothing secret
            {letter: references(letter, concerns) for letter in "CHN"},
        )  # fmt: skip
        for number in range(concerns):
            _concern(year, chances.report(year.dice, year.now, days=DAYS, number=number))
        for kind, rows in year.rows.items():
            kind.objects.bulk_create(rows, batch_size=BATCH)
        _record(year, system(desk.key))


def _record(year: Year, actor: Actor) -> None:
    audit.record_each(actor, ConcernAction.RECEIVE, year.rows[Concern])
    gone = [material for material in year.rows[Material] if material.gone_at]
    audit.record_each(actor, Action.SEE_GONE, gone)


def references(letter: str, most: int) -> Iterator[str]:
    """Many references of a series in one query; what is left over becomes a gap."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(%s) FROM generate_series(1, %s)",
            [f"copse_reference_{letter.lower()}", most],
        )
        numbers = [row[0] for row in cursor.fetchall()]
    return (f"{letter}-{timezone.now():%y}-{number:06d}" for number in numbers)


def _concern(year: Year, report: chances.Report) -> None:
    concern = year.add(
        Concern(
            reference=next(year.references["C"]), origin="demo", journey=report.journey,
            risk_class=report.risk_class, risk_code=report.risk_code, age_band=report.age_band,
            danger_now=report.danger_now, language=report.language, region=report.region,
            received_hour=report.hour, envelope=_envelope(year, report),
            priority=urgency.priority(danger_now=report.danger_now, age_band=report.age_band),
        )
    )  # fmt: skip
    if report.address:
        concern.stage = ConcernStage.FOLLOWING
        material = _material(year, concern, report)
        concern.status_code = _status(material)
        concern.quiet_since = material.quiet_since
    elif year.now - report.hour > SETTLED / 3:
        concern.stage, concern.status_code = year.dice.choice(
            [(ConcernStage.CLOSED, "closed"), (ConcernStage.ANSWERED, "acted"),
             (ConcernStage.PASSED_ON, "passed_on")]
        )  # fmt: skip
        concern.quiet_since = (report.hour + timedelta(days=2)).date()


def _envelope(year: Year, report: chances.Report) -> Any:
    holder = year.desk_key.desk_id, bytes(year.desk_key.public)
    sealed = sealing.seal_offline(report.content, [holder])
    year.add(Envelope(id=sealed.id, ciphertext=sealed.ciphertext))
    for desk, sealed_key in sealed.wrappers:
        year.add(Wrapper(envelope_id=sealed.id, holder=desk, kind=Wrapper.Kind.DESK,
                         key_id=year.desk_key.pk, sealed_key=sealed_key))  # fmt: skip
    return sealed.id


def _status(material: Material) -> str:
    by_stage = {
        MaterialStage.QUEUED: "received", MaterialStage.READ: "with_analyst",
        MaterialStage.GONE: "removed", MaterialStage.DISMISSED: "closed",
    }  # fmt: skip
    return by_stage.get(MaterialStage(material.stage), "acted")


def _material(year: Year, concern: Concern, report: chances.Report) -> Material:
    address = chances.written(report.address)
    material = Material(
        reference=next(year.references["H"]), address=address.text, host=address.host,
        digest=address.digest, risk_class=report.risk_class, age_band=report.age_band,
        danger_now=report.danger_now, received_hour=report.hour, priority=concern.priority,
    )  # fmt: skip
    year.add(material)
    year.add(Sighting(concern=concern, material=material))
    _work(year, material)
    times = (material.received_hour, material.decided_at, material.noticed_at, material.gone_at)
    material.quiet_since = max(time for time in times if time).date()
    return material


def _work(year: Year, material: Material) -> None:
    """Let the four clocks run until now."""
    dice, now = year.dice, year.now
    first = chances.later(dice, material.received_hour, hours=5) + timedelta(minutes=50)
    second = chances.later(dice, first, hours=8)
    if first >= now:
        return
    readers, label = dice.sample(year.analysts, 2), chances.one_of(dice, chances.LABELS)
    severity = chances.one_of(dice, chances.SEVERITIES)
    material.intake_stopped, material.stage = first, MaterialStage.READ
    _read(year, material, readers[0], first, (label, severity))
    if second >= now:
        return
    _read(year, material, readers[1], second, (label, severity))
    material.decided_at, material.label, material.severity = second, label, severity
    material.label_version = taxonomy.scheme("material_label").version
    material.label_age_band = material.age_band
    material.stage = MaterialStage.DISMISSED
    if label not in chances.DISMISSING:
        _tell(year, material, chances.later(dice, second, hours=1.5))


def _read(
    year: Year, material: Material, reader: Actor, at: datetime, found: tuple[str, str]
) -> None:
    label, severity = found
    year.add(
        Reading(
            material=material, analyst_id=reader.user_id, label=label, severity=severity,
            label_version=taxonomy.scheme("material_label").version, age_band=material.age_band,
            made_at=at + timedelta(minutes=7),
        )
    )  # fmt: skip


def _tell(year: Year, material: Material, at: datetime) -> None:
    material.noticed_at = min(at, year.now)
    traced = made_up.trace(material.host)
    contacts = [
        {"kind": c.kind, "email": c.email, "organisation": c.organisation} for c in traced.contacts
    ]
    trace = year.add(
        Trace(
            material=material, host=traced.host, address=traced.address, network=traced.network,
            asn=traced.asn, country=traced.country, contacts=contacts, at=material.noticed_at,
        )
    )  # fmt: skip
    notice = year.add(
        Notice(
            reference=next(year.references["N"]), material=material, trace=trace, level=0,
            stage=NoticeStage.SENT, batch=uuid4(), opened_at=material.noticed_at,
            sent_at=material.noticed_at, **contacts[0],
        )
    )  # fmt: skip
    material.stage, material.removal_owner = MaterialStage.NOTICED, notice.organisation
    _see_gone(year, material, notice)


def _see_gone(year: Year, material: Material, notice: Notice) -> None:
    assert material.noticed_at is not None
    hours = 160 if "slowhost" in material.host else 30
    gone = chances.later(year.dice, material.noticed_at, hours=hours)
    if gone + timedelta(hours=6) >= year.now:
        notice.remind_at = year.now + timedelta(hours=24 * (1 + year.dice.random()))
        return
    for at in (gone, gone + timedelta(hours=6)):
        year.add(Check(material=material, outcome="gone_410", status=410, host=material.host,
                       at=at))  # fmt: skip
    material.stage, material.gone_at = MaterialStage.GONE, gone
    notice.stage, notice.outcome, notice.outcome_at = NoticeStage.CLOSED, "removed", gone
