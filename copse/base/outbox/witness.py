"""Sending a signed checkpoint of the audit log to the outside witness."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

from copse.base.outbox.writing import mail, webhook

KIND = "audit.checkpoint"


def deliver(note: str) -> None:
    """Hand a checkpoint to `COPSE_WITNESS`: a mailto or https address, or a file to add to."""
    witness: str = settings.COPSE.witness
    scheme = urlsplit(witness).scheme
    if scheme == "mailto":
        to = unquote(urlsplit(witness).path)
        mail(to=to, subject="Copse: audit checkpoint", text=note, kind=KIND)
    elif scheme in {"https", "http"}:
        webhook(url=witness, payload={"type": KIND, "note": note}, kind=KIND)
    elif witness:
        path = Path(unquote(urlsplit(witness).path))
        with path.open("a", encoding="utf-8") as kept:
            kept.write(f"{note}\n")
