"""Arbora's national plan: six goals, what is done for them, by whom, with whose money."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from copse.base import database
from copse.base.access import Actor
from copse.base.organisations.models import Organisation
from copse.project.demo.people import Cast
from copse.strategy.models import Measure, Strategy
from copse.strategy.services import plan, publishing, steps

SPRING, AUTUMN = (4, 30), (10, 31)
SIGNED = 235  # days ago
GOVERNMENT = "Ministry of Digital Affairs"
CURRENCY = "XAR"


@dataclass(frozen=True)
class Step:
    """A measure: the brief's action, what, lead and group, partners, money, how far it came."""

    brief: str
    title: str
    lead: str
    group: str
    instrument: str
    money: tuple[int, int, int] | None = None
    partners: tuple[tuple[str, str], ...] = ()
    risks: tuple[str, ...] = ()
    articles: tuple[str, ...] = ("CRC 19",)
    rejected: str = ""
    stage: str = "proposed"
    months: int = 24
    milestones: tuple[tuple[str, int, bool], ...] = ()


@dataclass(frozen=True)
class Aim:
    """A goal: title, finding and where it is from, indicator, baseline, target, owner."""

    code: str
    title: str
    finding: str
    source: str
    indicator: str
    baseline: str
    target: str
    owner: str
    tags: tuple[str, ...] = ()
    steps: tuple[Step, ...] = field(default=())


AIMS = (
    Aim(
        "G-1", "What harms children is gone within a day of our notice",
        "In the first year of the hotline half of the pages stayed up for more than three days.",
        "Arbora Hotline, first yearly report", "REP-TTR", "78", "24",
        "Child Online Protection Agency", ("SDG 16.2",),
        (
            Step("IND-4", "A direct line between the hotline and every provider", "Lantern Telecom",
                 "S4", "co_regulation", (240_000, 240_000, 150_000),
                 (("Child Online Protection Agency", "S1"), ("Arbora Parents", "S6")),
                 articles=("OPSC 3", "CRC 34"), stage="running",
                 rejected="A law alone was weighed: it would have taken two years longer.",
                 milestones=(("Twenty providers answer", 6, True), ("All providers answer", 18, False))),
            Step("REP-1", "One place to report, in four languages", "Child Online Protection Agency",
                 "S1", "service", (310_000, 310_000, 290_000), (("Arbora Hotline", "S5"),),
                 articles=("CRC 12", "CRC 19"), stage="done", months=10,
                 rejected="A form of the police was weighed: children said they would not use it.",
                 milestones=(("The portal opens", 2, True),)),
        ),
    ),
    Aim(
        "G-2", "More children finish the report that they begin",
        "Of ten who began a report, four gave up, most on the second page.",
        "Portal, first quarter", "REP-DONE", "58", "75", "Child Online Protection Agency",
        ("Digital Plan",),
        (
            Step("REP-3", "Words and pages tried with children", "Youth Council of Arbora", "S6",
                 "service", (60_000, 60_000, 41_000), (("University of the Coast", "S7"),),
                 articles=("CRC 12",), stage="running",
                 rejected="A help page was weighed: nobody in trouble reads one.",
                 milestones=(("Thirty children tried it", 5, True),)),
            Step("IND-5", "A button to report inside the games children play", "Orchard Games", "S4",
                 "self_regulation", (90_000, 0, 0), (), articles=("CRC 34",), stage="agreed"),
        ),
    ),
    Aim(
        "G-3", "The law covers every harm of the brief",
        "Grooming and material made by machines are not offences in Arbora.",
        "Review of the law by the Ministry of Justice", "LEGIS-GAP", "30", "10",
        "Ministry of Justice", ("SDG 16.3",),
        (
            Step("LEGIS-1", "A bill that closes the gaps in powers", "Ministry of Justice", "S1",
                 "law", (120_000, 120_000, 70_000), (("Office of the Children’s Commissioner", "S5"),),
                 articles=("CRC 34", "OPSC 3"), stage="running", months=20,
                 rejected="A decree was weighed: the constitution asks for a law.",
                 milestones=(("Bill before parliament", 8, True), ("Bill passed", 14, False))),
            Step("CSAM-1", "All nine ways of dealing with material become offences",
                 "Ministry of Justice", "S1", "law", (0, 0, 0), (), articles=("OPSC 3",),
                 stage="agreed", months=20),
            Step("LE-2", "A trained officer in every region", "Arbora Police", "S2", "funding",
                 (400_000, 180_000, 90_000), (), articles=("CRC 19",), stage="funded"),
        ),
    ),
    Aim(
        "G-4", "Children are heard and have an answer",
        "Children were asked twice, and had no answer either time.",
        "Office of the Children’s Commissioner, opinion of last year", "RIGHTS-ANS", "0", "100",
        "Ministry of Education", ("SDG 16.7",),
        (
            Step("RIGHTS-3", "Every plan is made with children", "Youth Council of Arbora", "S6",
                 "education", (45_000, 45_000, 20_000), (("Ministry of Education", "S1"),
                 ("Lantern Telecom", "S4")), articles=("CRC 12",), stage="running",
                 rejected="A yearly survey was weighed: it asks and does not answer."),
        ),
    ),
    Aim(
        "G-5", "Every school has somebody who knows what to do",
        "Two teachers of three said they would not know whom to call.",
        "University of the Coast, survey of 410 teachers", "EDU-LEAD", "18", "80",
        "Ministry of Education", ("SDG 4.7",),
        (
            Step("EDU-1", "A course for one teacher of each school", "Ministry of Education", "S1",
                 "education", (520_000, 300_000, 160_000), (("Arbora Parents", "S6"),),
                 articles=("CRC 28", "CRC 29"), stage="running",
                 rejected="A leaflet was weighed: it was tried before, and was not read."),
            Step("EDU-2", "Digital literacy from the first class on", "Ministry of Education", "S1",
                 "education", (280_000, 0, 0), (("University of the Coast", "S7"),),
                 articles=("CRC 17", "CRC 29"), stage="proposed"),
        ),
    ),
    Aim(
        "G-6", "The plan has its money and spends it",
        "The last plan had no budget; four of its nineteen actions were begun.",
        "Audit Court, report on the plan before", "ME-FUND", "0", "90", GOVERNMENT,
        ("Finance law",),
        (
            Step("ME-2", "An open page on goals, money and delays", GOVERNMENT, "S1", "service",
                 (35_000, 35_000, 22_000), (("Arbora Parents", "S6"),), articles=("CRC 4",),
                 stage="running", rejected="A printed report was weighed: it is old when it comes."),
            Step("VIC-5", "A first visit within fourteen days", "North Hospital", "S3", "service",
                 (350_000, 120_000, 30_000), (("Highlands Family Office", "S3"),),
                 articles=("CRC 39",), stage="funded", months=9,
                 rejected="Vouchers were weighed: in the highlands there is nobody to redeem them."),
            Step("REG-2", "Services used by children show how they keep them safe",
                 "Child Online Protection Agency", "S1", "regulation", None, (), stage="proposed"),
        ),
    ),
)  # fmt: skip
ORDER = ("proposed", "agreed", "funded", "running", "done")
VERBS = {"agreed": steps.agree, "funded": steps.fund, "running": steps.start, "done": steps.finish}
POLICIES = (
    ("Child Protection Act 2011", "child_protection", "Both name the agency that leads."),
    ("Digital Plan of Arbora", "digital", "Schools are connected there and protected here."),
    ("Development Plan of Arbora", "economic", ""),
)
DOCUMENTS = (
    ("RIGHTS-1", "Civil Code: a child is anybody under 18", 30, 60),
    ("LEGIS-3", "Report to the Committee on the Rights of the Child", 14, 60),
    ("ME-1", "Decree that founds the council", 10, 36),
    ("IND-7", "Catalogue of family tools, first edition", 26, 12),
)


def fill(cast: Cast) -> None:
    """Draft the plan, as the planner would."""
    ines = cast.actor("ines")
    with database.as_desk(ines.desk, ines.user_id):
        bodies = {one.name: one.pk for one in Organisation.objects.all()}
        strategy = _draft(ines, bodies)
        for aim in AIMS:
            _aim(ines, strategy, aim, bodies)
        for title, kind, overlap in POLICIES:
            plan.link_policy(actor=ines, strategy=strategy, title=title, kind=kind, overlap=overlap)
        today = timezone.localdate()
        for brief, title, months, fresh in DOCUMENTS:
            dated = today - timedelta(days=30 * months)
            plan.attach(
                actor=ines, brief_action=brief, title=title, dated=dated, fresh_months=fresh
            )


def begins() -> date:
    """The plan's first day: so long ago that a year of it can be seen."""
    today = timezone.localdate()
    return date(today.year if today.month > SPRING[0] + 2 else today.year - 1, 1, 1)


def _draft(ines: Actor, bodies: dict[str, UUID]) -> Strategy:
    first = begins()
    return plan.draft(
        actor=ines, title="Safe and able online: Arbora’s plan for its children",
        vision="Every child in Arbora can use the net without fear, and knows who helps.",
        authority_id=bodies[GOVERNMENT], first_day=first,
        last_day=date(first.year + 2, 12, 31),
    )  # fmt: skip


def _aim(ines: Actor, strategy: Strategy, aim: Aim, bodies: dict[str, UUID]) -> None:
    last = strategy.last_day.year
    goal = plan.set_goal(
        actor=ines, strategy=strategy, code=aim.code, title=aim.title, finding=aim.finding,
        finding_source=aim.source, indicator=aim.indicator, baseline=Decimal(aim.baseline),
        baseline_period=str(strategy.first_day.year - 1), owner_id=bodies[aim.owner],
        due=strategy.last_day, plan_tags=list(aim.tags),
    )  # fmt: skip
    plan.set_targets(actor=ines, goal=goal, targets=[(str(last), Decimal(aim.target))])
    for one in aim.steps:
        due = strategy.first_day + timedelta(days=30 * one.months)
        measure = plan.propose(
            actor=ines, goal=goal, brief_action=one.brief, title=one.title, due=due,
            instrument=one.instrument, options_rejected=one.rejected, risks=list(one.risks),
            articles=list(one.articles),
        )  # fmt: skip
        _carry(ines, measure, one, bodies)


def _carry(ines: Actor, measure: Measure, one: Step, bodies: dict[str, UUID]) -> None:
    owners = [(bodies[one.lead], "lead", one.group)]
    owners += [(bodies[name], "partner", group) for name, group in one.partners]
    plan.name_owners(actor=ines, measure=measure, owners=owners)
    first = begins()
    for title, months, _reached in one.milestones:
        due = first + timedelta(days=30 * months)
        plan.add_milestone(actor=ines, measure=measure, title=title, due=due)
    if one.money is None:
        return
    planned, funded, spent = one.money
    plan.set_money(
        actor=ines, measure=measure, year=first.year, source="Treasury", currency=CURRENCY,
        planned=planned, funded=funded, spent=spent,
    )  # fmt: skip


def sign(cast: Cast) -> None:
    """Approve the plan, now that children were heard, and let the work go as far as it came."""
    jabari, ines = cast.actor("jabari"), cast.actor("ines")
    with database.as_desk(jabari.desk, jabari.user_id):
        signed = steps.approve(actor=jabari, strategy=Strategy.objects.get())
        # The service dates it today; in the demo's year it was signed once children had answers.
        signed.signed_on = timezone.localdate() - timedelta(days=SIGNED)
        signed.save(update_fields=["signed_on"])
    far = {one.title: one for aim in AIMS for one in aim.steps}
    with database.as_desk(ines.desk, ines.user_id):
        for measure in Measure.objects.all():
            one = far[measure.title]
            for stage in ORDER[1 : ORDER.index(one.stage) + 1]:
                VERBS[stage](actor=ines, measure=measure)
            reached = {title for title, _months, done in one.milestones if done}
            for milestone in measure.milestones.filter(title__in=reached):
                plan.reach(actor=ines, milestone=milestone, on=milestone.due)


def publish(cast: Cast) -> None:
    """Send the plan to the observatory."""
    ines = cast.actor("ines")
    with database.as_desk(ines.desk, ines.user_id):
        publishing.publish(actor=ines)
