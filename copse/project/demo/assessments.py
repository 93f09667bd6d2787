"""How Arbora answers the frameworks: the brief, the national response, the law, one consultation."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from copse.base import access, database
from copse.base.access import Actor
from copse.project.demo.people import Cast
from copse.strategy.models import Answer
from copse.strategy.queries import frameworks as queries
from copse.strategy.queries import maturity
from copse.strategy.services import answers, frameworks

Given = tuple[str, str, str]
PREFIX = "urn:copse:framework"
# Levels as a person can write them up; what works is answered once numbers are there.
MATURITY: tuple[Given, ...] = (
    ("RIGHTS-1", "2", "Civil Code, article 3."),
    ("RIGHTS-2", "2", "Commissioner for Children Act 2014."),
    ("RIGHTS-3", "2", "Decree on consultations, 2025."),
    ("LEGIS-1", "1", "A bill is before parliament."),
    ("LEGIS-3", "2", "Reports to the Committee are on time."),
    ("LEGIS-4", "1", "The ministry began to change its forms."),
    ("LE-1", "1", "A first court sends children to mediation."),
    ("LE-2", "2", "Training plan of the police, 2025."),
    ("LE-3", "1", "Two officers know whom to call abroad."),
    ("REG-1", "2", "Options paper of the agency; co-regulation was chosen."),
    ("REG-2", "1", "The list of services is begun."),
    ("ME-1", "2", "Decree that founds the council."),
    ("ME-2", "2", "The plan and its budget."),
    ("IND-4", "2", "Agreement with twenty providers."),
    ("IND-5", "1", "One maker of games tries a button."),
    ("IND-7", "2", "Catalogue of family tools, first edition."),
    ("REP-1", "2", "The portal is in the plan since its first year."),
    ("REP-2", "1", "Counsellors are trained on harm online."),
    ("REP-3", "2", "Words were tried with thirty children."),
    ("VIC-1", "1", "Nurses have a leaflet; teachers wait for the course."),
    ("VIC-5", "1", "One hospital takes part."),
    ("DATA-1", "2", "Catalogue of indicators, with who counts what."),
    ("EDU-1", "2", "Course and its budget."),
    ("EDU-2", "1", "Competences are listed for the first six classes."),
    ("EDU-5", "0", "Campaigns still show dark rooms and hooded men."),
    ("AWARE-3", "2", "Safer Internet Day is kept each February."),
    ("P-6", "2", "Four consultations about this plan."),
)
RESPONSE: tuple[Given, ...] = (
    ("MNR-1", "2", "The agency leads, without a budget of its own."),
    ("MNR-2", "2", "Counted since the hotline began."),
    ("MNR-5", "1", "Two judges went abroad for a course."),
    ("MNR-6", "1", "Probation begins to ask about devices."),
    ("MNR-9", "1", "Too few social workers in the highlands."),
    ("MNR-12", "2", "Hotline and portal work together."),
    ("MNR-13", "2", "Course for teachers."),
    ("MNR-17", "2", "Providers answer the hotline’s notices."),
    ("MNR-20", "1", "Two editors have signed the pledge."),
)
ICMEC: tuple[Given, ...] = (
    ("ICMEC-1", "yes", "Child Protection Act 2011, part 4."),
    ("ICMEC-2", "yes", "The same, article 31."),
    ("ICMEC-3", "yes", "Cybercrime Act 2019, article 12."),
    ("ICMEC-4", "no", "Possession counts only with intent to sell."),
    ("ICMEC-5", "no", "Providers report of their own will."),
)
HEARD = "“What should happen when something goes wrong online?”: "
LUNDY: tuple[Given, ...] = (
    ("LUNDY-1.1", "yes", HEARD + "asked before the first draft."),
    ("LUNDY-1.2", "partly", HEARD + "two groups from the highlands, none from care."),
    ("LUNDY-2.1", "yes", HEARD + "a page in four languages, read aloud."),
    ("LUNDY-2.2", "yes", HEARD + "drawing, talking, writing."),
    ("LUNDY-3.1", "yes", HEARD + "the ministry is named, and signed for it."),
    ("LUNDY-4.1", "partly", HEARD + "answered after 41 days."),
)
NINE: tuple[Given, ...] = (
    ("NINE-1.1", "yes", HEARD + "said at the start, and again at the end."),
    ("NINE-2.1", "yes", HEARD + "each child said yes apart from the parents."),
    ("NINE-2.2", "yes", HEARD + "two left, nobody asked why."),
    ("NINE-3.1", "yes", HEARD + "on a Saturday, with the way paid."),
    ("NINE-6.1", "partly", HEARD + "none from care."),
    ("NINE-8.1", "yes", HEARD + "approved a week before the first session."),
    ("NINE-9.1", "partly", HEARD + "answered, and not yet told in person."),
)
ALL = (
    ("itu-brief", MATURITY), ("mnr", RESPONSE), ("icmec", ICMEC), ("lundy", LUNDY),
    ("nine-requirements", NINE),
)  # fmt: skip
WORKS = ("REP-1", "IND-4", "ME-1", "ME-2", "RIGHTS-3", "DATA-1")
APART = 4
"""Days from one answer to the next, going back from today."""


def fill(cast: Cast) -> None:
    """Load what comes with Copse, and answer a part of it over the year."""
    ines = cast.actor("ines")
    with database.as_desk(ines.desk, ines.user_id):
        frameworks.load_shipped(actor=access.system(ines.desk))
        rows = [row for name, given in ALL for row in _answer(ines, name, given)]
        _long_ago(rows)


def _answer(ines: Actor, name: str, given: Iterable[Given]) -> list[Answer]:
    return [
        answers.answer(actor=ines, node_urn=f"{PREFIX}:{name}:{code}", value=value, note=note)
        for code, value, note in given
    ]


def _long_ago(rows: list[Answer]) -> None:
    """Answers are dated today by the service; the demo's year needs them where they fell."""
    today = timezone.localdate()
    for number, row in enumerate(rows):
        row.answered_on = today - timedelta(days=40 + APART * number)
    Answer.objects.bulk_update(rows, ["answered_on"])


def raise_levels(cast: Cast) -> None:
    """Say of some actions that they work, now that numbers computed from use show it."""
    ines, today = cast.actor("ines"), timezone.localdate()
    with database.as_desk(ines.desk, ines.user_id):
        for code in WORKS:
            node = queries.node(f"{PREFIX}:itu-brief:{code}")[1]
            shown = ", ".join(one.code for one in maturity.shown(node, today))
            if shown:
                answers.answer(actor=ines, node_urn=node.urn, value="3", note=f"Shown by {shown}.")
