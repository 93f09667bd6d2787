"""From a draft to a report, in one transaction: sealed story, receipt, parcel, audit entry."""

import uuid

from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language

from copse.base import audit, handover, vault
from copse.base.organisations.queries import desk_for
from copse.kit import addresses
from copse.kit.parcels import Concern
from copse.portal.models import Receipt, Tally
from copse.portal.services.codes import Code, new_code, new_salt
from copse.portal.services.drafts import Held, keep, resume
from copse.portal.workflow import Action, Door, Question

SHARDS = 16
# Stands for lines that are no web address. The desk reads them with the story.
MORE = "…"


def submit(*, cookie: str | None, token: str) -> Held | None:
    """Send the draft of this cookie, once: a second post of the same token finds the receipt.

    None when there is no such draft, or the token is not its own.
    """
    # Locked: fifty posts of one form become one report, and the others read its receipt.
    held = resume(cookie, lock=True)
    if held is None or not constant_time_compare(held.content.get("token", ""), token):
        return None
    if "code" in held.content:
        return held
    if not held.answers.get(Question.KIND):
        return None
    code = _store(held)
    held.content = {
        "token": token,
        "door": held.content["door"],
        "code": code.digits,
        "language": get_language(),
    }
    keep(held)
    return held


def _store(held: Held) -> Code:
    concern, receipt = uuid.uuid4(), uuid.uuid4()
    code, salt = new_code(), new_salt()
    private, public = vault.new_receipt_keypair()
    verifier, box = code.stretched(salt)
    envelope = vault.seal(_story(held), desks=[desk_for("hotline").id], receipt=(receipt, public))
    Receipt(
        id=receipt,
        selector=code.selector,
        salt=salt,
        verifier=verifier,
        public_key=public,
        private_key=bytes(box.encrypt(private)),
        concern=concern,
    ).save(force_insert=True)
    handover.send("hotline", _parcel(held, concern, envelope, receipt, public))
    audit.record(None, Action.SUBMIT, concern)
    tally("submitted")
    return code


def _story(held: Held) -> dict[str, str]:
    return {
        "story": held.answers.get(Question.STORY, {}).get("story", ""),
        "contact": held.answers.get(Question.CONTACT, {}).get("contact", ""),
        "where": held.answers.get(Question.WHERE, {}).get("where", ""),
    }


def _parcel(
    held: Held, concern: uuid.UUID, envelope: uuid.UUID, receipt: uuid.UUID, public: bytes
) -> Concern:
    kind = held.answers.get(Question.KIND, {}).get("kind", "unsure")
    closer = held.answers.get(Question.CLOSER, {}).get("closer", "unsure")
    if not closer.startswith(f"{kind}_"):
        # A class changed on the check page leaves its old leaf behind.
        closer = "unsure"
    return Concern(
        id=concern,
        journey="saw" if held.content["door"] == Door.SAW else "happened",
        risk_class="" if kind == "unsure" else kind,
        risk_code="" if closer == "unsure" else closer,
        age_band=held.answers.get(Question.AGE, {}).get("age") or "unknown",
        danger_now=held.answers.get(Question.DANGER, {}).get("danger") == "yes",
        addresses=_addresses(held.answers.get(Question.WHERE, {}).get("where", "")),
        language=get_language() or "en",
        received_hour=this_hour(),
        envelope=envelope,
        receipt=receipt,
        receipt_key=public.hex(),
    )


def _addresses(typed: str) -> tuple[str, ...]:
    """What travels unsealed: web addresses, and a sign that there is more beside the story.

    Whatever else somebody typed there could be a name or the story itself.
    """
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    found = [line for line in lines if _is_address(line)]
    return (*found, MORE) if len(found) < len(lines) else tuple(found)


def _is_address(line: str) -> bool:
    try:
        addresses.read(line)
    except addresses.NotAnAddress:
        return False
    return True


def this_hour() -> str:
    """Now, rounded down to the hour."""
    return timezone.now().strftime("%Y-%m-%dT%H:00Z")


def tally(event: str) -> None:
    """Count a start or a sending, by month and language only."""
    row = {
        "month": timezone.now().strftime("%Y-%m"),
        "language": get_language() or "en",
        "event": event,
        "shard": uuid.uuid4().int % SHARDS,
    }
    if not Tally.objects.filter(**row).update(count=F("count") + 1):
        Tally.objects.bulk_create([Tally(**row)], ignore_conflicts=True)
        Tally.objects.filter(**row).update(count=F("count") + 1)
