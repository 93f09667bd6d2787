"""What the strategy room counts for the observatory: plan, money, law, council, who was heard.

A flow counts what happened in a month, a stock what there was on its last day. Where rows keep no
dates, only today's state is known: such a fact is told of the newest full month alone (`NOW`). It
counts plans, seats and paragraphs, and of people nobody.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from copse.base import facts
from copse.base.facts import Keys, Over
from copse.kit.framework.library import shipped
from copse.kit.framework.model import NodeKind
from copse.strategy.models import Decision, Document, LabelGround, Strategy
from copse.strategy.queries import counts, frameworks, happened, law, law_counts, reached

Counts = Iterable[tuple[Keys, int]]
OnADay = Callable[..., Counts]
Happened = Callable[[date, date], Iterable[tuple[date, Keys]]]
AGES = (30, 90, 180, 365, 730, 1460)
DAYS = "days"


def stock(
    name: str, label: str | Promise, *dimensions: str, over: Over = Over.STOCK,
    reads: tuple[Callable[[], Any], ...] = (),
) -> Callable[[OnADay], OnADay]:  # fmt: skip
    """Declare what a function counts on the last day of each month.

    What `reads` give is read once for all months and handed to the function after the day.
    """

    def declare(count_on: OnADay) -> OnADay:
        @facts.count(f"strategy.{name}", dimensions=("month", *dimensions), label=label, over=over)
        def source(since: date, until: date) -> Counts:
            known = [read() for read in reads]
            for day in counts.last_days(since, until):
                for keys, number in count_on(day, *known):
                    yield (counts.month_of(day), *keys), number

        return count_on

    return declare


def flow(name: str, label: str | Promise, *dimensions: str) -> Callable[[Happened], Happened]:
    """Declare what a function finds between two days, each with its day and its keys."""

    def declare(find: Happened) -> Happened:
        @facts.count(f"strategy.{name}", dimensions=("month", *dimensions), label=label)
        def source(since: date, until: date) -> Counts:
            for day, keys in find(since, until):
                yield (counts.month_of(day), *keys), 1

        return find

    return declare


def _by(keys: Iterable[str]) -> Counts:
    return (((key,), number) for key, number in Counter(keys).items())


# The law ------------------------------------------------------------------------------------------


@stock("law_questions", _("Questions to the law"), "section")
def law_questions(day: date) -> Counts:  # noqa: ARG001 - the framework does not change by day
    return _by(node.parent for node in law_counts.questions())


@stock(
    "law_questions_in_force", _("Questions that a law in force answers"), "section",
    reads=(law_counts.answers,),
)  # fmt: skip
def law_questions_in_force(day: date, answers: law_counts.Answers) -> Counts:
    return _by(node.parent for node in law_counts.questions_in_force(day, answers))


@stock("power_gaps_open", _("Gaps in powers"), "harm", "power", reads=(law.powers,))
def power_gaps_open(day: date, powers: law_counts.Powers) -> Counts:
    return ((pair, 1) for pair in law_counts.gaps(day, powers))


@facts.histogram(
    "strategy.power_gap_age_days", buckets=AGES, bucket_name=DAYS, over=Over.STOCK,
    dimensions=("month", "harm"), label=_("Age of the gaps in powers, in days"),
)  # fmt: skip
def power_gap_age_days(since: date, until: date) -> Iterator[tuple[Keys, float]]:
    powers = law.powers()
    for day in counts.last_days(since, until):
        for (harm, _power), row in law_counts.gaps(day, powers).items():
            if row.gap_since is not None and row.gap_since <= day:
                yield (counts.month_of(day), harm), (day - row.gap_since).days


@stock("treaties", _("Treaties"))
def treaties(day: date) -> Counts:  # noqa: ARG001 - the register does not change by day
    return [((), len(law_counts.treaties()))]


@stock("treaties_bound", _("Treaties that bind the country"))
def treaties_bound(day: date) -> Counts:
    return [((), law_counts.treaties_bound(day))]


@stock("words_checked", _("Words of the laws in the register"), reads=(law_counts.texts,))
def words_checked(day: date, texts: law_counts.Texts) -> Counts:
    return [((), law_counts.words_checked(day, texts))]


@stock("terms_flagged", _("Words of the law to be replaced"), reads=(law_counts.texts,))
def terms_flagged(day: date, texts: law_counts.Texts) -> Counts:
    return [((), law_counts.terms_flagged(day, texts))]


@stock("labels_in_use", _("Labels for illegal material"))
def labels_in_use(day: date) -> Counts:  # noqa: ARG001 - the scheme does not change by day
    return [((), len(law_counts.labels()))]


@stock("labels_grounded", _("Labels that rest on a law in force"), reads=(law_counts.grounds,))
def labels_grounded(day: date, grounds: list[LabelGround]) -> Counts:
    return [((), law_counts.labels_grounded(day, grounds))]


@stock("criteria", _("Criteria of model laws"), "framework")
def criteria(day: date) -> Counts:  # noqa: ARG001 - the frameworks do not change by day
    return [((name,), len(nodes)) for name, nodes in law_counts.criteria().items()]


@stock(
    "criteria_met", _("Criteria of model laws that are met"), "framework",
    reads=(law_counts.answers, frameworks.loads),
)  # fmt: skip
def criteria_met(day: date, answers: law_counts.Answers, loads: frameworks.Loads) -> Counts:
    found = law_counts.criteria_met(day, answers, frameworks.steps(day, loads))
    return [((name,), number) for name, number in found.items()]


# The council --------------------------------------------------------------------------------------


@flow("opinions_due", _("Opinions whose reply fell due"))
def opinions_due(since: date, until: date) -> Iterable[tuple[date, Keys]]:
    return ((one.reply_due, ()) for one in happened.opinions_due(since, until) if one.reply_due)


@flow("opinions_replied_in_time", _("Opinions replied to in time"))
def opinions_replied_in_time(since: date, until: date) -> Iterable[tuple[date, Keys]]:
    for one in happened.opinions_due(since, until):
        if one.reply_due and one.replied_on and one.replied_on <= one.reply_due:
            yield one.reply_due, ()


@flow("seats_called", _("Seats expected at meetings"), "group")
def seats_called(since: date, until: date) -> Iterable[tuple[date, Keys]]:
    return ((one.held_on, (one.group,)) for one in happened.places(since, until))


@flow("seats_present", _("Seats taken at meetings"), "group")
def seats_present(since: date, until: date) -> Iterable[tuple[date, Keys]]:
    return ((one.held_on, (one.group,)) for one in happened.places(since, until) if one.present)


@flow("meetings_held", _("Meetings held"))
def meetings_held(since: date, until: date) -> Iterable[tuple[date, Keys]]:
    return ((one.held_on, ()) for one in happened.meetings(since, until))


@flow("meetings_with_quorum", _("Meetings with a quorum"))
def meetings_with_quorum(since: date, until: date) -> Iterable[tuple[date, Keys]]:
    for one in happened.meetings(since, until):
        if happened.voting(one) >= one.quorum:
            yield one.held_on, ()


@flow("decisions_due", _("Decisions whose day came"), "owner_group")
def decisions_due(since: date, until: date) -> Iterable[tuple[date, Keys]]:
    groups = counts.groups_of_bodies()
    for one in happened.decisions_due(since, until):
        yield one.due, (groups.get(str(one.owner_id), counts.NO_GROUP),)


@flow("decisions_done_in_time", _("Decisions carried out in time"), "owner_group")
def decisions_done_in_time(since: date, until: date) -> Iterable[tuple[date, Keys]]:
    groups = counts.groups_of_bodies()
    for one in happened.decisions_due(since, until):
        if one.done_on is not None and one.done_on <= one.due:
            yield one.due, (groups.get(str(one.owner_id), counts.NO_GROUP),)


@stock(
    "decisions_overdue", _("Decisions that are overdue"), "owner_group",
    reads=(counts.groups_of_bodies, counts.decisions),
)  # fmt: skip
def decisions_overdue(day: date, groups: dict[str, str], decisions: list[Decision]) -> Counts:
    found = counts.decisions_overdue(day, decisions)
    return _by(groups.get(str(one.owner_id), counts.NO_GROUP) for one in found)


# Who was heard ------------------------------------------------------------------------------------


@flow("consultations", _("Consultations heard"))
def consultations(since: date, until: date) -> Iterable[tuple[date, Keys]]:
    return ((one.heard_on, ()) for one in happened.heard(since, until) if one.heard_on)


@flow("consultations_with_industry", _("Consultations that heard industry"))
def consultations_with_industry(since: date, until: date) -> Iterable[tuple[date, Keys]]:
    for one in happened.heard(since, until):
        if one.heard_on and happened.INDUSTRY in one.groups:
            yield one.heard_on, ()


@flow("consultations_closed", _("Consultations closed"))
def consultations_closed(since: date, until: date) -> Iterable[tuple[date, Keys]]:
    return ((one.closed_on, ()) for one in happened.closed(since, until) if one.closed_on)


@flow("consultations_answered_in_60_days", _("Consultations answered within 60 days"))
def consultations_answered_in_60_days(since: date, until: date) -> Iterable[tuple[date, Keys]]:
    for one in happened.closed(since, until):
        if one.closed_on and happened.answered_in_time(one):
            yield one.closed_on, ()


@stock("actions_in_plan", _("Actions of the brief in the plan"), "area", over=Over.NOW)
def actions_in_plan(day: date) -> Counts:  # noqa: ARG001 - when a measure was stopped is not kept
    return _by(counts.area(code) for code in {one.brief_action for one in counts.measures_now()})


@stock(
    "actions_with_children_heard", _("Actions that children were heard about"), "area",
    over=Over.NOW,
)  # fmt: skip
def actions_with_children_heard(day: date) -> Counts:
    found = counts.measures_now()
    if not happened.children_heard(day):
        found = []
    return _by(counts.area(code) for code in {one.brief_action for one in found})


# The plan and its money ---------------------------------------------------------------------------


@stock("measures", _("Measures of the plan"), "area", over=Over.NOW)
def measures(day: date) -> Counts:  # noqa: ARG001 - when a measure was stopped is not kept
    return _by(counts.area(one.brief_action) for one in counts.measures_now())


@stock("measures_owned", _("Measures with a lead"), "area", over=Over.NOW)
def measures_owned(day: date) -> Counts:  # noqa: ARG001 - since when is not kept
    return _by(
        counts.area(one.brief_action)
        for one in counts.measures_now()
        if any(owner.part == "lead" for owner in one.owners.all())
    )


@stock("measures_with_options", _("Measures that weighed instruments"), "area", over=Over.NOW)
def measures_with_options(day: date) -> Counts:  # noqa: ARG001 - since when is not kept
    return _by(
        counts.area(one.brief_action)
        for one in counts.measures_now()
        if one.instrument and one.options_rejected
    )


@flow("milestones_due", _("Milestones whose day came"), "area")
def milestones_due(since: date, until: date) -> Iterable[tuple[date, Keys]]:
    for one in happened.milestones_due(since, until):
        yield one.due, (counts.area(one.measure.brief_action),)


@flow("milestones_done_in_time", _("Milestones reached in time"), "area")
def milestones_done_in_time(since: date, until: date) -> Iterable[tuple[date, Keys]]:
    for one in happened.milestones_due(since, until):
        if one.done_on is not None and one.done_on <= one.due:
            yield one.due, (counts.area(one.measure.brief_action),)


@stock("goals", _("Goals of the plan"), reads=(counts.plans,))
def goals(day: date, plans: list[Strategy]) -> Counts:
    return [((), len(counts.goals_on(day, plans)))]


@stock("goals_with_baseline", _("Goals with a dated baseline"), reads=(counts.plans,))
def goals_with_baseline(day: date, plans: list[Strategy]) -> Counts:
    found = counts.goals_on(day, plans)
    return [((), sum(one.baseline is not None and bool(one.baseline_period) for one in found))]


@stock("goals_with_finding", _("Goals that cite a finding"), reads=(counts.plans,))
def goals_with_finding(day: date, plans: list[Strategy]) -> Counts:
    found = counts.goals_on(day, plans)
    return [((), sum(bool(one.finding and one.finding_source) for one in found))]


@stock(
    "goals_due", _("Goals on their way to a target"), "owner_group",
    reads=(counts.groups_of_bodies, counts.plans),
)  # fmt: skip
def goals_due(day: date, groups: dict[str, str], plans: list[Strategy]) -> Counts:
    found = reached.due(day, plans)
    return _by(groups.get(str(one.owner_id), counts.NO_GROUP) for one in found)


@stock(
    "goals_on_track", _("Goals reached or on track"), "owner_group",
    reads=(counts.groups_of_bodies, counts.plans),
)  # fmt: skip
def goals_on_track(day: date, groups: dict[str, str], plans: list[Strategy]) -> Counts:
    found = reached.on_track(day, plans)
    return _by(groups.get(str(one.owner_id), counts.NO_GROUP) for one in found)


@stock("actions", _("Actions of the brief"), "area")
def actions(day: date) -> Counts:  # noqa: ARG001 - the brief does not change by day
    nodes = shipped()["itu-brief"].of_kind(NodeKind.ACTION)
    return _by(counts.area(node.id) for node in nodes)


@stock(
    "actions_with_fresh_evidence", _("Actions with fresh evidence"), "area",
    reads=(reached.numbers, reached.documents),
)  # fmt: skip
def actions_with_fresh_evidence(
    day: date, numbers: reached.Numbers, documents: list[Document]
) -> Counts:
    return _by(counts.area(code) for code in reached.shown(day, numbers, documents))


def _money(name: str) -> Counts:
    sums: Counter[Keys] = Counter()
    for action, line in counts.money_now():
        sums[action, str(line.year)] += getattr(line, name)
    return sums.items()


@stock("budget_planned", _("Money planned"), "action", "year", over=Over.NOW)
def budget_planned(day: date) -> Counts:  # noqa: ARG001 - since when is not kept
    return _money("planned")


@stock("budget_funded", _("Money given"), "action", "year", over=Over.NOW)
def budget_funded(day: date) -> Counts:  # noqa: ARG001 - since when is not kept
    return _money("funded")


@stock("budget_spent", _("Money spent"), "action", "year", over=Over.NOW)
def budget_spent(day: date) -> Counts:  # noqa: ARG001 - since when is not kept
    return _money("spent")
