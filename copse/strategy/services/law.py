"""Keeping the register of laws: works, their texts, their provisions, and what changes them.

A law is a work; its text in one language as it stood from a day on is an expression; an article is
a provision with the days it commenced and was repealed. Whatever touches a provision reopens the
answers that rest on it, and the hotline is told where one of its labels does.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from django.db.models import Model, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from copse.base import access, audit, database
from copse.base.access import Actor
from copse.kit.errors import InputError
from copse.strategy.models import Amendment, Expression, Provision, Work
from copse.strategy.queries.articles import Article
from copse.strategy.services import grounds, reopening
from copse.strategy.workflow import LawAction

BILL = "bill"
MOST_BYTES = 1_500_000
"""The longest text of a law that is kept, in UTF-8: more than any code of law we know."""
Kept = TypeVar("Kept", bound=Model)


def register(
    *, actor: Actor, title: str, kind: str, number: str = "", passed_on: date | None = None
) -> Work:
    """Enter a law. Raises `InputError` for a bill with a day of passing, or a law without one."""
    access.require(actor, LawAction.EDIT)
    _check_passed(kind, passed_on)
    work = Work(
        reference=database.next_reference("W"), title=title, kind=kind, number=number,
        passed_on=passed_on,
    )  # fmt: skip
    return _kept(actor, work)


def revise(
    *, actor: Actor, work: Work, title: str, kind: str, number: str, passed_on: date | None
) -> Work:
    """Correct a law's title, kind, number or day, or let a bill pass. Raises `InputError`."""
    work = _locked(actor, work)
    _check_passed(kind, passed_on)
    begun = work.provisions.filter(commenced_on__isnull=False)
    if passed_on is None and begun.exists():
        sentence = _("Some of its articles have commenced. A bill has none that did.")
        raise InputError(sentence, field="kind")
    passes = work.passed_on is None and passed_on is not None
    work.title, work.kind, work.number, work.passed_on = title, kind, number, passed_on
    work.save(update_fields=["title", "kind", "number", "passed_on"])
    audit.record(actor, LawAction.EDIT, work)
    if passes and passed_on is not None:
        facts = {"law": work.title, "day": _day(passed_on)}
        reopening.reopen(actor, work.provisions.all(), _("%(law)s passed on %(day)s.") % facts)
    grounds.told(actor, work.provisions.all())
    return work


def repeal_work(*, actor: Actor, work: Work, on: date) -> Work:
    """Repeal a law with all its provisions. Raises `InputError` before the day it passed."""
    work = _locked(actor, work)
    if work.passed_on is None or on < work.passed_on:
        raise InputError(_("A law is repealed after it passed, not before."), field="on")
    standing = list(work.provisions.filter(Q(repealed_on=None) | Q(repealed_on__gt=on)))
    later = [one.number for one in standing if one.commenced_on and one.commenced_on > on]
    if later:
        said = _("%(number)s commences later than that. Repeal it by itself, or correct its day.")
        raise InputError(said % {"number": later[0]}, field="on")
    work.repealed_on = on
    work.save(update_fields=["repealed_on"])
    for provision in standing:
        provision.repealed_on = on
    Provision.objects.bulk_update(standing, ["repealed_on"])
    audit.record(actor, LawAction.EDIT, work, repealed=on.isoformat())
    facts = {"law": work.title, "day": _day(on)}
    reopening.reopen(actor, standing, _("%(law)s is repealed from %(day)s.") % facts)
    grounds.told(actor, standing)
    return work


def add_text(
    *, actor: Actor, work: Work, language: str, as_of: date, text: str = "", url: str = ""
) -> Expression:
    """Keep the text of a law in one language as it stood from a day on.

    Raises `InputError` for a text that is too long, none at all, or a second one of that day.
    """
    access.require(actor, LawAction.EDIT, work)
    check_length(text)
    if not text.strip() and not url:
        raise InputError(_("Paste the text, or say on which web page it stands."), field="text")
    if Expression.objects.filter(work=work, language=language, as_of=as_of).exists():
        sentence = _("Its text in this language is here for this day. Choose the day it changed.")
        raise InputError(sentence, field="as_of")
    expression = Expression(work=work, language=language, as_of=as_of, text=text, url=url)
    return _kept(actor, expression, language=language)


def check_length(text: str) -> None:
    """Raises `InputError` for a text longer than any law."""
    size = len(text.encode())
    if size > MOST_BYTES:
        said = _(
            "The text has %(size)s MB; 1.5 MB can be kept. Paste the parts that matter here, or "
            "give the address of its web page instead."
        )
        raise InputError(said % {"size": f"{size / 1_000_000:.1f}"}, field="text")


def split(*, actor: Actor, expression: Expression, articles: Iterable[Article]) -> int:
    """Make provisions of a text's numbered articles; those that are there stay as they are."""
    work = _locked(actor, expression.work)
    there = set(work.provisions.values_list("number", flat=True))
    last = max(work.provisions.values_list("place", flat=True), default=0)
    new = [
        Provision(work=work, number=one.number, heading=one.heading, text=one.text, place=last + n)
        for n, one in enumerate(articles, 1) if one.number not in there
    ]  # fmt: skip
    Provision.objects.bulk_create(new)
    audit.record(actor, LawAction.EDIT, work, provisions=len(new))
    return len(new)


def add_provision(*, actor: Actor, work: Work, number: str, **fields: Any) -> Provision:
    """Enter one article or section. Raises `InputError` for days that cannot be, or a second one."""
    work = _locked(actor, work)
    if work.provisions.filter(number=number).exists():
        raise InputError(_("%(number)s is here already.") % {"number": number}, field="number")
    last = max(work.provisions.values_list("place", flat=True), default=0)
    provision = Provision(work=work, number=number, place=last + 1, **fields)
    _check_days(provision)
    return _kept(actor, provision)


def set_provision(*, actor: Actor, provision: Provision, **fields: Any) -> Provision:
    """Correct an article, let it commence or repeal it. Raises `InputError` for impossible days.

    New days reopen the answers that rest on it; a corrected heading does not.
    """
    work = _locked(actor, provision.work)
    provision = work.provisions.select_related("work").get(pk=provision.pk)
    before = provision.commenced_on, provision.repealed_on
    for name, value in fields.items():
        setattr(provision, name, value)
    _check_days(provision)
    provision.save(update_fields=list(fields))
    audit.record(actor, LawAction.EDIT, provision)
    after = provision.commenced_on, provision.repealed_on
    if before != after:
        reopening.reopen(actor, [provision], _what_happened(provision, before))
    grounds.told(actor, [provision])
    return provision


def amend(
    *, actor: Actor, amended: Work, by: Work, on: date, provisions: Iterable[str] = (),
    what: str = "",
) -> Amendment:  # fmt: skip
    """Write down that one law changed another; the answers that rest on what it touched reopen.

    `provisions` are numbers of the amended law; none means all of it. Raises `InputError`.
    """
    amended = _locked(actor, amended)
    numbers = list(dict.fromkeys(provisions))
    found = {one.number: one for one in amended.provisions.all()}
    unknown = [number for number in numbers if number not in found]
    if unknown:
        said = _("%(law)s has no article %(number)s in this register. Enter it first.")
        facts = {"law": amended.title, "number": unknown[0]}
        raise InputError(said % facts, field="provisions")
    if amended.pk == by.pk:
        raise InputError(_("A law is amended by another one."), field="by")
    if by.passed_on is None or on < by.passed_on:
        said = _("A law amends from the day it passed. A bill amends nothing yet.")
        raise InputError(said, field="on")
    amendment = Amendment(amended=amended, by=by, on=on, provisions=numbers, what=what)
    _kept(actor, amendment)
    touched = [found[number] for number in numbers] if numbers else list(found.values())
    facts = {"by": by.title, "law": amended.title, "day": _day(on)}
    reopening.reopen(actor, touched, _("%(by)s amends %(law)s from %(day)s.") % facts)
    return amendment


def _what_happened(provision: Provision, before: tuple[date | None, date | None]) -> str:
    facts = {"law": provision.work.title, "number": provision.number}
    commenced, repealed = provision.commenced_on, provision.repealed_on
    if repealed != before[1] and repealed is not None:
        said = _("%(law)s, %(number)s is repealed from %(day)s.")
        return said % {**facts, "day": _day(repealed)}
    if commenced != before[0] and commenced is not None:
        said = _("%(law)s, %(number)s commences on %(day)s.")
        return said % {**facts, "day": _day(commenced)}
    return _("The days of %(law)s, %(number)s were corrected.") % facts


def _check_passed(kind: str, passed_on: date | None) -> None:
    if kind == BILL and passed_on is not None:
        raise InputError(_("A bill has not passed. Say what kind of law it became."), field="kind")
    if kind != BILL and passed_on is None:
        raise InputError(_("Say when it passed, or call it a bill."), field="passed_on")
    if passed_on is not None and passed_on > timezone.localdate():
        raise InputError(_("That day is still to come. Until then it is a bill."),
                         field="passed_on")  # fmt: skip


def _check_days(provision: Provision) -> None:
    commenced, repealed = provision.commenced_on, provision.repealed_on
    if commenced is not None and provision.work.passed_on is None:
        sentence = _("A bill’s article cannot commence. Say first when the law passed.")
        raise InputError(sentence, field="commenced_on")
    if commenced is not None and repealed is not None and repealed < commenced:
        sentence = _("It cannot be repealed before it commenced.")
        raise InputError(sentence, field="repealed_on")


def _day(day: date) -> str:
    return str(date_format(day, "j M Y"))


def _locked(actor: Actor, work: Work) -> Work:
    access.require(actor, LawAction.EDIT, work)
    return Work.objects.select_for_update().get(pk=work.pk)


def _kept(actor: Actor, record: Kept, **codes: str) -> Kept:
    record.save(force_insert=True)
    audit.record(actor, LawAction.EDIT, record, **codes)
    return record
