"""The plan as an IATI 2.03 activity file: who does what by when, with which money and results.

The plan is the parent activity and carries the results; each measure is an activity under it and
carries its money, so that nothing is counted twice. A country that has registered with IATI writes
its organisation's identifier; until then one is made from the country's code.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from lxml import etree

from copse.kit import periods
from copse.kit.framework.model import Text
from copse.kit.indicators import Direction, catalogue
from copse.kit.taxonomy import LANGUAGES
from copse.observatory.queries.opendata.lists import ALL
from copse.observatory.queries.opendata.table import DIMENSIONS, VALUE, Published, rows

VERSION = "2.03"
XML = "{http://www.w3.org/XML/1998/namespace}lang"
GOVERNMENT, ACCOUNTABLE, IMPLEMENTING = "10", "2", "4"
PLAN, MEASURE = "1", "2"
# IATI's code of an activity's state.
PIPELINE, UNDER_WAY, CLOSED, CANCELLED = "1", "2", "4", "5"
STATUS = {
    "proposed": PIPELINE, "agreed": PIPELINE, "funded": PIPELINE, "running": UNDER_WAY,
    "done": CLOSED, "stopped": CANCELLED, "closed": CLOSED,
}  # fmt: skip
PLANNED_START, PLANNED_END = "1", "3"
# The seven groups as IATI's kinds of organisation; where a group is of several kinds none is said.
KINDS = {"S1": "10", "S2": "10", "S4": "70", "S7": "80"}
SECTOR = "16010"  # DAC: social protection, which child protection is a part of
# What is funded is a part of what is planned: as a second budget it would be added to it.
COMMITMENT, EXPENDITURE = "2", "4"
OUTCOME = "2"
AS_NUMBER, AS_PERCENT = "1", "2"


def iati(published: Published) -> bytes:
    """The activity file; without a signed plan, a file that names no activity."""
    when = published.published_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    root = etree.Element("iati-activities", {"version": VERSION, "generated-datetime": when})
    plan = published.content.get("plan") or {}
    if plan.get("strategy"):
        _plan(root, published, plan)
        for measure in plan.get("measures", ()):
            _measure(root, published, plan, measure)
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return made


def _plan(root: Any, published: Published, plan: Mapping[str, Any]) -> None:
    strategy = plan["strategy"]
    closed = strategy.get("stage") == "closed"
    activity = _activity(root, published, "", strategy["title"], strategy["vision"])
    activity.set("hierarchy", PLAN)
    _organisation(activity, strategy["authority"] or published.publisher, ACCOUNTABLE, GOVERNMENT)
    _in(activity, "activity-status", code=CLOSED if closed else UNDER_WAY)
    _dates(activity, strategy["first_day"], strategy["last_day"])
    _where(activity, published)
    for measure in plan.get("measures", ()):
        reference = identifier(published, plan, measure["reference"])
        _in(activity, "related-activity", ref=reference, type="2")
    for goal in plan.get("goals", ()):
        _result(activity, published, goal)


def _measure(
    root: Any, published: Published, plan: Mapping[str, Any], measure: Mapping[str, Any]
) -> None:
    activity = _activity(root, published, measure["reference"], measure["title"], measure["what"])
    activity.set("hierarchy", MEASURE)
    _organisation(activity, measure["lead"] or published.publisher, IMPLEMENTING)
    for partner in measure.get("partners", ()):
        kind = KINDS.get(partner["group"], "")
        _organisation(activity, partner["name"], IMPLEMENTING, kind)
    _in(activity, "activity-status", code=STATUS.get(measure["stage"], PIPELINE))
    strategy = plan["strategy"]
    _dates(
        activity, measure["starts"] or strategy["first_day"], measure["due"] or strategy["last_day"]
    )
    _where(activity, published)
    for year in measure.get("money", ()):
        _budget(activity, year)
    for year in measure.get("money", ()):
        first, last = date(int(year["year"]), 1, 1), date(int(year["year"]), 12, 31)
        _transaction(activity, published, year, COMMITMENT, year["funded"], first)
        _transaction(activity, published, year, EXPENDITURE, year["spent"], last)
    _in(activity, "related-activity", ref=identifier(published, plan), type="1")


def identifier(published: Published, plan: Mapping[str, Any], measure: str = "") -> str:
    """What IATI knows an activity by: it never changes while the plan's reference does not."""
    made = f"{_body(published)}-{plan['strategy']['reference']}"
    return f"{made}-{measure}" if measure else made


def _body(published: Published) -> str:
    return f"{published.area.strip('_')}-GOV-COPSE"


def _activity(root: Any, published: Published, measure: str, title: str, text: str) -> Any:
    activity = etree.SubElement(root, "iati-activity")
    activity.set("last-updated-datetime", root.get("generated-datetime"))
    plan = published.content["plan"]
    _in(activity, "iati-identifier", identifier(published, plan, measure))
    reporting = _in(activity, "reporting-org", ref=_body(published), type=GOVERNMENT)
    _in(reporting, "narrative", published.publisher)
    _in(_in(activity, "title"), "narrative", title)
    _in(_in(activity, "description", type="1"), "narrative", text or title)
    return activity


def _organisation(activity: Any, name: str, role: str, kind: str = "") -> None:
    if name:
        made = _in(activity, "participating-org", role=role, **({"type": kind} if kind else {}))
        _in(made, "narrative", name)


def _dates(activity: Any, starts: str, ends: str) -> None:
    for kind, day in ((PLANNED_START, starts), (PLANNED_END, ends)):
        _in(activity, "activity-date", type=kind, **{"iso-date": day})


def _where(activity: Any, published: Published) -> None:
    if published.area.isalpha():
        country = _in(activity, "recipient-country", code=published.area, percentage="100")
        _in(country, "narrative", published.publisher)
    _in(activity, "sector", vocabulary="1", code=SECTOR, percentage="100")


def _budget(activity: Any, year: Mapping[str, Any]) -> None:
    if not year["planned"]:
        return
    budget = _in(activity, "budget", type="1", status="1")
    first, last = f"{year['year']}-01-01", f"{year['year']}-12-31"
    _in(budget, "period-start", **{"iso-date": first})
    _in(budget, "period-end", **{"iso-date": last})
    _money(budget, year, year["planned"], first)


def _transaction(
    activity: Any, published: Published, year: Mapping[str, Any], kind: str, amount: int, day: date
) -> None:
    """Money of a year that was given or spent; dated at the release while its day is to come."""
    if not amount:
        return
    on = min(day, published.published_at.date()).isoformat()
    made = _in(activity, "transaction")
    _in(made, "transaction-type", code=kind)
    _in(made, "transaction-date", **{"iso-date": on})
    _money(made, year, amount, on)


def _money(parent: Any, year: Mapping[str, Any], amount: int, day: str) -> None:
    _in(parent, "value", str(amount), currency=year["currency"], **{"value-date": day})


def _result(activity: Any, published: Published, goal: Mapping[str, Any]) -> None:
    code = goal["indicator"]
    if code not in catalogue():
        return
    found = catalogue()[code]
    result = _in(activity, "result", type=OUTCOME)
    result.set("aggregation-status", "0")
    _in(_in(result, "title"), "narrative", goal["title"])
    indicator = _in(
        result, "indicator", measure=AS_PERCENT if found.unit == "%" else AS_NUMBER,
        ascending=str(int(found.direction != Direction.DOWN)),
    )  # fmt: skip
    _told(_in(indicator, "title"), found.title)
    _told(_in(indicator, "description"), found.caution)
    _in(indicator, "reference", vocabulary="99", code=code, **{
        "indicator-uri": f"{published.site}/numbers/api/indicators/{code}.json"})  # fmt: skip
    if goal.get("baseline") is not None and goal.get("baseline_period"):
        day = periods.last_day(goal["baseline_period"])
        _in(indicator, "baseline", year=str(day.year), value=goal["baseline"],
            **{"iso-date": day.isoformat()})  # fmt: skip
    known = dict(_known(published, code))
    targets = {one["period"]: one["value"] for one in goal.get("targets", ())}
    for period in sorted({*targets, *known}, key=lambda one: (periods.last_day(one), one)):
        _period(indicator, period, targets.get(period), known.get(period))


def _period(indicator: Any, period: str, target: str | None, actual: str | None) -> None:
    made = _in(indicator, "period")
    _in(made, "period-start", **{"iso-date": periods.first_day(period).isoformat()})
    _in(made, "period-end", **{"iso-date": periods.last_day(period).isoformat()})
    if target is not None:
        _in(made, "target", value=target)
    if actual is not None:
        _in(made, "actual", value=actual)


def _known(published: Published, code: str) -> Iterator[tuple[str, str]]:
    """The published values of an indicator as a whole: withheld ones are not results."""
    split = [name for name in DIMENSIONS if name not in {"INDICATOR", "REF_AREA", "TIME_PERIOD"}]
    for row in rows(published):
        if row["INDICATOR"] == code and row[VALUE] and all(row[name] == ALL for name in split):
            yield row["TIME_PERIOD"], row[VALUE]


def _told(parent: Any, text: Text) -> None:
    for language in LANGUAGES:
        _in(parent, "narrative", text[language]).set(XML, language)


def _in(parent: Any, name: str, text: str = "", **attributes: str) -> Any:
    made = etree.SubElement(parent, name, attributes)
    if text:
        made.text = text
    return made
