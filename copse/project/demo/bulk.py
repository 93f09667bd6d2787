"""Batches of really sealed concerns as lines for COPY, made in worker processes.

Nothing here touches a database or Django, so that a worker starts at once.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID, uuid4

from copse.hotline.services import urgency
from copse.kit import auditlog, sealing, taxonomy
from copse.project.demo import chances

DAYS = 3 * 365
# Out of a million concerns about a hundred thousand addresses wait to be read.
OPEN_SHARE = 1 / 7
TABLES = {
    "vault_envelope": ("id", "ciphertext"),
    "vault_wrapper": ("id", "envelope_id", "holder", "kind", "key_id", "sealed_key"),
    "hotline_concern": (
        "id", "desk_id", "reference", "stage", "origin", "journey", "risk_class", "risk_code",
        "age_band", "danger_now", "language", "region", "received_hour", "priority",
        "odd_addresses", "envelope", "receipt_key", "status_code",
    ),
    "hotline_material": (
        "id", "desk_id", "reference", "stage", "address", "host", "digest", "risk_class",
        "age_band", "danger_now", "spread", "priority", "received_hour", "label", "label_version",
        "label_age_band", "severity", "intake_stopped", "decided_at", "noticed_at", "gone_at",
        "removal_owner",
    ),
    "hotline_sighting": ("id", "desk_id", "concern_id", "material_id"),
    "hotline_reading": (
        "id", "desk_id", "material_id", "analyst_id", "label", "label_version", "age_band",
        "severity", "series", "by_lead", "made_at",
    ),
    "handover_parcel": (
        "id", "kind", "version", "sender_room", "sender_desk", "room", "desk", "state", "reason",
        "body",
    ),
    "audit_entry": (
        "id", "desk_id", "room", "at", "member", "action", "subject", "outcome", "codes", "nonce",
        "digest",
    ),
}  # fmt: skip
Values = tuple[Any, ...]


@dataclass(frozen=True)
class Order:
    """What a worker is asked for: so many concerns, numbered from a place on."""

    first: int
    concerns: int
    year: str
    references: dict[str, int]
    now: datetime
    desk: UUID
    key_id: UUID
    public: bytes
    system: UUID
    readers: tuple[UUID, UUID]


@dataclass
class Batch:
    """Lines for COPY by table, how many there are of each, and the leaves of the audit log."""

    lines: dict[str, bytes] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    digests: list[bytes] = field(default_factory=list)


def make(order: Order) -> Batch:
    """Seal a batch and write its lines."""
    rows: dict[str, list[Values]] = {table: [] for table in TABLES}
    dice = Random(order.first)  # noqa: S311 - the same country on every machine; nothing secret
    for number in range(order.first, order.first + order.concerns):
        report = chances.report(dice, order.now, days=DAYS, number=number)
        for table, values in _rows(order, dice, report, number):
            rows[table].append(values)
    batch = Batch(digests=[row[-1] for row in rows["audit_entry"]])
    for table, made in rows.items():
        batch.lines[table] = "".join(map(_line, made)).encode()
        batch.counts[table] = len(made)
    return batch


def _line(values: Values) -> str:
    return "\t".join(map(_text, values)) + "\n"


def _text(value: Any) -> str:
    """One value as COPY reads it; nothing made here holds a tab, a line's end or a backslash."""
    if isinstance(value, str):
        return value
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return f"\\\\x{value.hex()}"
    if isinstance(value, bool):
        return "t" if value else "f"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _rows(
    order: Order, dice: Random, report: chances.Report, number: int
) -> Iterator[tuple[str, Values]]:
    concern, desk = uuid4(), order.desk
    sealed = sealing.seal_offline(report.content, [(desk, order.public)])
    yield "vault_envelope", (sealed.id, sealed.ciphertext)
    wrapper = sealed.wrappers[0][1]
    yield "vault_wrapper", (uuid4(), sealed.id, desk, "desk", order.key_id, wrapper)
    saw = bool(report.address)
    stage, status = ("following", "received") if saw else _answered(dice)
    priority = urgency.priority(danger_now=report.danger_now, age_band=report.age_band)
    yield "hotline_concern", (
        concern, desk, _reference(order, "C", number), stage, "demo", report.journey,
        report.risk_class, report.risk_code, report.age_band, report.danger_now, report.language,
        report.region, report.hour, priority, "[]", sealed.id, "", status,
    )  # fmt: skip
    if saw:
        yield from _material(order, dice, report, number, concern)
    yield "handover_parcel", (uuid4(), "concern", 1, "portal", None, "hotline", desk, "handled",
                              "", "{}")  # fmt: skip
    hour = report.hour
    yield "audit_entry", _entry(None, "portal", hour, None, "portal.concern.submit", concern)
    yield (
        "audit_entry",
        _entry(desk, "hotline", hour, order.system, "hotline.concern.receive", concern),
    )


def _answered(dice: Random) -> tuple[str, str]:
    return dice.choices(
        [("closed", "closed"), ("answered", "acted"), ("open", "received")], [60, 38, 2]
    )[0]


def _reference(order: Order, letter: str, number: int) -> str:
    return f"{letter}-{order.year}-{order.references[letter] + number:06d}"


def _material(
    order: Order, dice: Random, report: chances.Report, number: int, concern: UUID
) -> Iterator[tuple[str, Values]]:
    # Another path than the year's, since an address is one material.
    address = chances.written(report.address.replace("/pages/", "/many/"))
    material = uuid4()
    worked = _worked(order, dice, report, (address.text, address.host, address.digest))
    yield "hotline_material", (material, order.desk, _reference(order, "H", number), *worked)
    yield "hotline_sighting", (uuid4(), order.desk, concern, material)
    label, version, age_band, severity, first, second = worked[10:16]
    # Nothing is decided without two readings that agree, here neither.
    for reader, at in zip(order.readers, (first, second), strict=True) if label else ():
        yield "hotline_reading", (
            uuid4(), order.desk, material, reader, label, version, age_band, severity, "", False,
            at,
        )  # fmt: skip


def _worked(
    order: Order, dice: Random, report: chances.Report, address: tuple[str, str, str]
) -> Values:
    """A material's columns from its stage on."""
    priority = urgency.priority(danger_now=report.danger_now, age_band=report.age_band)
    known = (*address, report.risk_class, report.age_band, report.danger_now, 1, priority,
             report.hour)  # fmt: skip
    if dice.random() < OPEN_SHARE:
        return ("queued", *known, "", "", "", "", None, None, None, None, "")
    clocks = [report.hour]
    for hours in (5, 8, 1.5, 30):
        clocks.append(min(order.now, chances.later(dice, clocks[-1], hours=hours)))
    label = chances.one_of(dice, chances.LABELS)
    told = label not in chances.DISMISSING
    return (
        "gone" if told else "dismissed", *known, label, taxonomy.scheme("material_label").version,
        report.age_band, chances.one_of(dice, chances.SEVERITIES), clocks[1], clocks[2],
        clocks[3] if told else None, clocks[4] if told else None, "",
    )  # fmt: skip


def _entry(
    desk: UUID | None, room: str, at: datetime, member: UUID | None, action: str, subject: UUID
) -> Values:
    """An entry of the audit log as `copse.base.audit` writes it, with its leaf."""
    fields: dict[str, Any] = {
        "id": uuid4(), "desk_id": desk, "room": room, "at": at, "member": member,
        "action": action, "subject": subject, "outcome": "done", "codes": {},
        "nonce": secrets.token_bytes(16),
    }  # fmt: skip
    leaf = auditlog.digest(fields)
    values = {**fields, "codes": "{}", "digest": leaf}
    return tuple(values[column] for column in TABLES["audit_entry"])
