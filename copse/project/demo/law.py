"""Arbora's law: five laws and a bill, what they answer, and an amendment that reopened two answers."""

from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone

from copse.base import database
from copse.base.access import Actor
from copse.base.organisations.models import Organisation
from copse.kit.framework.model import Node
from copse.project.demo.people import Cast
from copse.strategy.models import Answer, Power, Provision, Work
from copse.strategy.queries import law as queries
from copse.strategy.services import grounds, law, law_answers, law_powers

PENAL, CHILD, CYBER, DATA, CHANGE, BILL = (
    "Penal Code", "Child Protection Act 2011", "Cybercrime Act 2019", "Data Protection Act 2021",
    "Cybercrime (Amendment) Act", "Online Safety Bill",
)  # fmt: skip
AMENDED = 20  # days ago
WORKS = (
    (PENAL, "code", "Cap. 15", date(1968, 3, 14)),
    (CHILD, "act", "Act 8 of 2011", date(2011, 6, 20)),
    (CYBER, "act", "Act 5 of 2019", date(2019, 5, 2)),
    (DATA, "act", "Act 11 of 2021", date(2021, 10, 4)),
    (CHANGE, "act", "Act 14", None),  # passed on the day it amends
    (BILL, "bill", "Bill 22", None),
)
BEGAN = {PENAL: date(1969, 1, 1), CHILD: date(2012, 1, 1), CYBER: date(2019, 9, 1),
         DATA: date(2022, 1, 1)}  # fmt: skip
WAITING, REPEALED = (CYBER, "15"), (PENAL, "88")
ARTICLES = {
    PENAL: (
        ("2", "Acts committed abroad"), ("88", "Indecent publications"),
        ("120", "Sexual abuse of a child"), ("141", "Extortion"), ("143", "Threats"),
        ("150", "Trafficking in persons"), ("160", "Proceeds of crime"),
    ),
    CHILD: (
        ("2", "Every person under 18 is a child"), ("5", "No consent, no marriage as a defence"),
        ("20", "Hearing a child once"), ("21", "The child’s name is protected"),
        ("22", "Children who harm others"), ("30", "Duty to report"),
        ("31", "Protection of those who report"), ("40", "Emergency orders"),
    ),
    CYBER: (
        ("1", "Meaning of material"), ("11(1)", "Possession and storing"), ("11(2)", "Downloading"),
        ("12(1)", "Distribution"), ("12(2)", "Making available"), ("12(3)", "Display"),
        ("13", "Offences by means of a computer"), ("14", "Reports by access providers"),
        ("15", "Preservation at once"), ("16", "Search of devices"), ("17", "Data from providers"),
        ("18", "Removal orders"), ("19", "Liability of companies"), ("20", "Cooperation abroad"),
        ("21", "Investigation"),
    ),
    DATA: (("8", "Data of children"), ("9", "Consent of parents"), ("41", "Complaints and redress")),
    CHANGE: (("2", "Streaming counts as display"), ("3", "Access by payment")),
    BILL: (
        ("3", "Duty of care"), ("7", "Information on demand"), ("9", "Removal and blocking"),
        ("12", "Sanctions and remedies"), ("15", "Grooming"), ("16", "Material made by computer"),
    ),
}  # fmt: skip
ANSWERS = (
    ("1", "in_force", (CHILD, "2")), ("2", "in_force", (CHILD, "5")), ("3", "unknown"),
    ("4", "in_force", (CYBER, "11(1)"), (CYBER, "12(1)")), ("5", "in_force", (CYBER, "1")),
    ("6", "in_force", (CYBER, "13")), ("7", "in_force", (CYBER, "11(1)")),
    ("8", "in_force", (CYBER, "14")), ("9", "in_force", (CYBER, "11(2)")), ("10", "absent"),
    ("11", "absent"), ("12", "in_force", (CYBER, "11(1)")), ("13", "in_force", (CYBER, "11(1)")),
    ("14", "in_force", (CYBER, "12(1)")), ("15", "in_force", (CYBER, "12(3)")),
    ("16", "in_force", (CYBER, "12(3)")), ("17", "in_force", (CYBER, "12(2)")),
    ("18", "draft", (BILL, "15")), ("19", "in_force", (PENAL, "141")), ("20", "absent"),
    ("21", "draft", (BILL, "16")), ("22", "in_force", (CHILD, "20")), ("23", "absent"),
    ("24", "in_force", (CHILD, "21")), ("25", "in_force", (CHILD, "22")),
    ("26", "in_force", (CHILD, "30")), ("27", "passed", WAITING),
    ("28", "in_force", (CHILD, "31")), ("29", "in_force", (DATA, "8")), ("30", "unknown"),
    ("31", "draft", (BILL, "3")), ("32", "draft", (BILL, "7")), ("33", "draft", (BILL, "9")),
    ("34", "draft", (BILL, "12")),
)  # fmt: skip
# What each power rests on where it exists, and who has it; the harms that it does not reach yet.
POLICE, JUDGES, AGENCY = "Arbora Police", "Ministry of Justice", "Child Online Protection Agency"
POWERS = {
    "1": ((CYBER, "21"), POLICE, "2"), "2": (WAITING, POLICE, "1 2 3 4 5"),
    "3": ((CYBER, "17"), POLICE, "2 4"), "4": ((CYBER, "16"), POLICE, "2"),
    "5": (None, "", "1 2 3 4 5"), "6": ((CYBER, "18"), AGENCY, "2 4 5"),
    "7": ((BILL, "9"), AGENCY, "1 2 3 4 5"), "8": ((CYBER, "19"), JUDGES, "2 5"),
    "9": ((PENAL, "160"), JUDGES, "2 5"), "10": ((CHILD, "40"), "Ministry of Health and Family", ""),
    "11": ((CYBER, "20"), JUDGES, "2"), "12": ((PENAL, "2"), JUDGES, "2 4 5"),
}  # fmt: skip
HARMS = ("1", "2", "3", "4", "5")
TREATIES = (
    ("CRC", "bound", date(1991, 9, 2)), ("OPSC", "bound", date(2004, 2, 17)),
    ("OPIC", "signed", date(2013, 9, 23)), ("CRPD", "bound", date(2010, 5, 12)),
    ("PALERMO", "ratified", date(2006, 7, 5)), ("UNCC", "signed", date(2025, 10, 25)),
    ("BUDAPEST", "none", None), ("ILO182", "bound", date(2001, 3, 8)),
    ("ACRWC", "bound", date(1998, 4, 30)),
)  # fmt: skip
RESERVATION = "Arbora does not consider itself bound by article 15, paragraph 2 (disputes)."
LABELS = (
    ("baseline_act", (CYBER, "11(1)")), ("baseline_focus", (CYBER, "11(1)")),
    ("national_child", (CYBER, "12(1)")), ("national_youth_act", (CYBER, "11(1)")),
    ("national_youth", (CYBER, "12(1)")), ("national_generated", (BILL, "16")),
)  # fmt: skip
TEXT = """Article 11. Possession
(1) Whoever knowingly possesses or stores material commits an offence.
(2) Whoever downloads material commits an offence.
Article 12. Distribution
(1) Whoever distributes child pornography commits an offence.
(2) Whoever makes it available, or (3) displays it, commits the same offence."""
Key = tuple[str, str]


def fill(cast: Cast) -> None:
    """Keep the register as Karima would, and let the amendment come when all was answered."""
    karima = cast.actor("karima")
    with database.as_desk(karima.desk, karima.user_id):
        works = {work.title: work for work in _register(karima)}
        articles = {(one.work.title, one.number): one for one in _articles(karima, works)}
        law.add_text(actor=karima, work=works[CYBER], language="en", as_of=BEGAN[CYBER], text=TEXT)
        _answer(karima, articles)
        _powers(karima, articles)
        for code, state, on in TREATIES:
            law_powers.accede(
                actor=karima, treaty=queries.treaties()[f"TR-{code}"], state=state, on=on,
                reservations=RESERVATION if state == "ratified" else "",
            )  # fmt: skip
        for label, key in LABELS:
            grounds.lay(actor=karima, label=label, provision=articles[key])
        _amend(karima, works)


def _register(karima: Actor) -> list[Work]:
    changed = timezone.localdate() - timedelta(AMENDED)
    return [
        law.register(
            actor=karima, kind=kind, number=number,
            title=f"{title} {changed.year}" if title == CHANGE else title,
            passed_on=changed if title == CHANGE else passed,
        )
        for title, kind, number, passed in WORKS
    ]  # fmt: skip


def _articles(karima: Actor, works: dict[str, Work]) -> list[Provision]:
    found = []
    for work, (title, *_rest) in zip(works.values(), WORKS, strict=True):
        for number, heading in ARTICLES[title]:
            key = title, number
            found.append(
                law.add_provision(
                    actor=karima, work=work, number=number, heading=heading,
                    commenced_on=None if key == WAITING else _began(work, title),
                    repealed_on=BEGAN[CYBER] if key == REPEALED else None,
                )
            )  # fmt: skip
    return found


def _began(work: Work, title: str) -> date | None:
    return BEGAN.get(title, work.passed_on)


def _answer(karima: Actor, articles: dict[Key, Provision]) -> None:
    for number, value, *keys in ANSWERS:
        law_answers.answer(
            actor=karima, node=queries.law()[f"LAW-{number}"], value=value,
            provisions=[articles[key] for key in keys],
        )  # fmt: skip
    # Answers are dated today by the service; Arbora gave them in the months before.
    rows = list(Answer.objects.filter(node__startswith=queries.law().urn))
    for n, row in enumerate(rows):
        row.answered_on -= timedelta(days=60 + 5 * n)
    Answer.objects.bulk_update(rows, ["answered_on"])


def _powers(karima: Actor, articles: dict[Key, Provision]) -> None:
    bodies = dict(Organisation.objects.values_list("name", "pk"))
    nodes = {one.id: one for one in (*queries.axis("harm"), *queries.axis("power"))}
    for number, (key, holder, missing) in POWERS.items():
        for harm in HARMS:
            lacks = harm in missing.split()
            provision = articles[key] if key is not None and _reaches(key, lacks) else None
            _set(karima, nodes[f"HARM-{harm}"], nodes[f"POWER-{number}"], provision,
                 bodies.get(holder))  # fmt: skip


def _reaches(key: Key, lacks: bool) -> bool:
    """Whether the article is named in the cell: it is in force, or is what would close the gap."""
    return not lacks or key in (WAITING, (BILL, "9"))


def _set(
    karima: Actor, harm: Node, power: Node, provision: Provision | None, holder: UUID | None
) -> Power:
    today = timezone.localdate()
    state = queries.state_of(provision, today) if provision else queries.ABSENT
    age = 30 * (int(harm.id.rpartition("-")[2]) * 3 + int(power.id.rpartition("-")[2]))
    gap = None if state == queries.IN_FORCE else today - timedelta(days=age)
    return law_powers.set_power(
        actor=karima, harm=harm, power=power, state=state, provision=provision, gap_since=gap,
        holder_id=holder if provision else None,
    )  # fmt: skip


def _amend(karima: Actor, works: dict[str, Work]) -> None:
    changed = timezone.localdate() - timedelta(AMENDED)
    by = next(work for title, work in works.items() if title.startswith(CHANGE))
    law.amend(
        actor=karima, amended=works[CYBER], by=by, on=changed, provisions=["12(3)"],
        what="Showing abuse live counts as display.",
    )  # fmt: skip
    Answer.objects.filter(reopened_on__isnull=False).update(reopened_on=changed)
