"""Is the page gone? Looked at by the fetcher, headers only, and never believed at once."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Max, Q
from django.utils import timezone

from copse.base import access, audit, database, jobs
from copse.base.access import Actor
from copse.base.database.today import today
from copse.base.outside import Look, fetcher
from copse.hotline.models import Check, Material
from copse.hotline.services import answers, endings, notices
from copse.hotline.workflow import DECIDED, MATERIAL, Action, MaterialStage, NoticeAction

GONE = frozenset({"gone_404", "gone_410", "no_name"})
MOST_AT_ONCE = 200


def apart() -> timedelta:
    """How far apart two looks must find nothing before a page counts as gone.

    The demonstration has no six hours; it says so on its pages.
    """
    return timedelta(hours=6) if settings.COPSE.mode != "demo" else timedelta(seconds=20)


def look(*, actor: Actor, material: UUID) -> Check | None:
    """Look once at a noticed material. The network is asked outside of any transaction."""
    with database.as_desk(actor.desk):
        address = Material.objects.values_list("address", flat=True).get(pk=material)
    found = fetcher().look(address)
    with database.as_desk(actor.desk):
        return _keep(actor, material, found)


def _keep(actor: Actor, material_id: UUID, found: Look) -> Check | None:
    material = Material.objects.select_for_update().get(pk=material_id)
    if material.stage not in DECIDED:
        return None
    access.require(actor, NoticeAction.CHECK, material)
    check = Check(
        material=material,
        outcome=found.outcome,
        status=found.status,
        host=found.final_host[:255],
        at=found.at,
    )
    check.save(force_insert=True)
    audit.record(actor, NoticeAction.CHECK, material, outcome=found.outcome)
    if material.stage == MaterialStage.GONE:
        _perhaps_back(actor, material, found)
    elif found.outcome in GONE:
        _perhaps_gone(actor, material, check)
    elif found.outcome == "there" and _moved(material, found):
        _reopen(actor, material)
    return check


def _perhaps_back(actor: Actor, material: Material, found: Look) -> None:
    system = access.system(actor.desk)
    if found.outcome == "there":
        endings.reopen(actor=system, material=material)
    elif found.outcome not in GONE:
        # Neither there nor gone: somebody waits for an answer, so it is looked at again.
        jobs.defer("hotline.recheck", at=found.at + apart(), material=str(material.pk))
        return
    answers.tell_all(actor=system, material=Material.objects.get(pk=material.pk))


def _reopen(actor: Actor, material: Material) -> None:
    # Before the first notice it is being traced anyway.
    if MATERIAL.allows(material.stage, Action.REOPEN):
        endings.reopen(actor=access.system(actor.desk), material=material)


def _perhaps_gone(actor: Actor, material: Material, check: Check) -> None:
    """Gone means: nothing there now, and nothing seen there since a look long enough ago.

    A look that failed says neither.
    """
    back = material.checks.filter(outcome="there").aggregate(last=Max("at"))["last"]
    silent = material.checks.filter(outcome__in=[*GONE])
    first = (silent.filter(at__gt=back) if back else silent).order_by("at").first()
    if first is None or check.at - first.at < apart():
        jobs.defer("hotline.recheck", at=check.at + apart(), material=str(material.pk))
        return
    material.stage = MATERIAL.after(material.stage, Action.SEE_GONE)
    # The clock stops when the page was first seen gone, not when we were sure.
    material.gone_at, material.quiet_since = first.at, today()
    material.save(update_fields=["stage", "gone_at", "quiet_since"])
    audit.record(actor, Action.SEE_GONE, material)
    system = access.system(actor.desk)
    notices.close_for(actor=system, material=material.pk)
    answers.tell_all(actor=system, material=material)


def _moved(material: Material, found: Look) -> bool:
    trace = material.traces.order_by("-at").first()
    return bool(trace and found.final_host and found.final_host != trace.host)


def ask(*, actor: Actor, material: Material) -> None:
    """Somebody wants to know now; the fetcher looks in a moment."""
    access.require(actor, NoticeAction.CHECK, material)
    jobs.defer("hotline.recheck", material=str(material.pk))


def ask_due(*, actor: Actor) -> int:
    """Ask for a look at every noticed material that has not been looked at for a while."""
    since = timezone.now() - apart()
    access.require(actor, NoticeAction.CHECK)
    due = (
        Material.objects.filter(stage=MaterialStage.NOTICED)
        .annotate(last=Max("checks__at"))
        .filter(Q(last=None) | Q(last__lt=since))
        .order_by("noticed_at")
        .values_list("pk", flat=True)[:MOST_AT_ONCE]
    )
    for pk in due:
        jobs.defer("hotline.recheck", material=str(pk), lock=str(pk))
    return len(due)
