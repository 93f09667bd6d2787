"""Loading crosswalks of the country's own: between its frameworks, or to those that are shipped."""

import hashlib

from django.utils import timezone
from django.utils.translation import gettext as _

from copse.base import access, audit
from copse.base.access import Actor
from copse.kit.errors import InputError, OursError
from copse.kit.framework.agreeing import check_agreement, check_pairs
from copse.kit.framework.comparing import check_links
from copse.kit.framework.crosswalks import crosswalk_of
from copse.kit.framework.library import shipped
from copse.kit.framework.lines import Report
from copse.kit.framework.model import Crosswalk
from copse.strategy.models import Crosswalk as Loaded
from copse.strategy.queries import frameworks
from copse.strategy.workflow import FrameworkAction


def read(*, actor: Actor, file: str, raw: bytes) -> tuple[Crosswalk, Crosswalk | None]:
    """A file that may be loaded, and the text it would follow; nothing is written.

    Raises `BadFramework` with every problem, each with its line; `InputError` for two frameworks
    that come with Copse.
    """
    access.require(actor, FrameworkAction.LINK)
    known, report = frameworks.known(), Report()
    made = crosswalk_of(file, raw, known, report)
    report.end()
    if made is None:
        raise OursError(f"{file} holds no crosswalk, and nobody said why.")
    _check_own(made)
    own = [one.crosswalk for one in frameworks.own_crosswalks()]
    before = next((one for one in own if one.place == made.place), None)
    others = (*shipped().crosswalks, *(one for one in own if one is not before))
    if before is not None:
        check_links(before, made, report)
    check_pairs(made, others, report)
    check_agreement((*others, made), known, report)
    report.end()
    return made, before


def load(*, actor: Actor, file: str, raw: bytes) -> bool:
    """Load a crosswalk's file; says whether its text was new here.

    Raises what `read` raises. From then on answers follow its links.
    """
    made, _before = read(actor=actor, file=file, raw=raw)
    sha256 = hashlib.sha256(raw).hexdigest()
    newest = Loaded.objects.filter(name=made.name).order_by("-number").first()
    if newest is not None and newest.sha256 == sha256:
        return False
    row = Loaded(
        name=made.name, number=newest.number + 1 if newest else 1, body=raw.decode("utf-8-sig"),
        sha256=sha256, loaded_on=timezone.localdate(),
    )  # fmt: skip
    row.save(force_insert=True)
    audit.record(
        actor, FrameworkAction.LINK, row, crosswalk=row.name, number=row.number, sha256=sha256
    )
    return True


def _check_own(made: Crosswalk) -> None:
    # What comes with Copse has one text everywhere: the public numbers are read by it.
    if made.ends <= {one.urn for one in shipped().own}:
        said = _(
            "%(file)s links two frameworks that come with Copse, and what they have to do with "
            "each other comes with Copse, too. Link a framework of your own."
        )
        raise InputError(said % {"file": made.place})
