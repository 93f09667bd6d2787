"""A release that says something in every part of a printed paper; what a country wrote bites back."""

import hashlib
import json
from datetime import UTC, datetime

from copse.kit.framework.library import shipped
from copse.kit.framework.model import NodeKind
from copse.kit.indicators import catalogue
from copse.observatory.models import Release

# Would import, count, embolden, label, link, comment and end a string, were it markup.
MARKUP = (
    '#import "x.typ": * $x^2$ *bold* <label> @ref // gone /* gone */ `raw` = head \\ #eval("1")'
)
# Numbers, brackets, letters of the other script and a quotation: each can come out in a wrong place.
ARABIC = "حماية الأطفال (2026–2028) على الإنترنت: الهدف SDG 16.2 (Arbora) و«الأمان» أولا، 50% منها"
MONTHS = [f"2025-{n:02}" for n in (11, 12)] + [f"2026-{n:02}" for n in range(1, 11)]
STANDINGS = ("shown", "late", "unshown", "nothing", "old")


def goal(code, title, indicator, measures=(), **more):
    return {
        "code": code, "title": title, "finding": "Half of the pages stayed up for three days.",
        "finding_source": "Arbora Hotline, first yearly report", "indicator": indicator,
        "baseline": "78", "baseline_period": "2025", "owner": "Child Online Protection Agency",
        "due": "2028-12-31", "targets": [{"period": "2026", "value": "50"},
                                         {"period": "2028", "value": "24"}],
        "plan_tags": ["SDG 16.2"], "warnings": ["P-2.owner"], "measures": list(measures), **more,
    }  # fmt: skip


def measure(reference, action, title, **more):
    return {
        "reference": reference, "brief_action": action, "goal": "G-1", "title": title,
        "what": "Every provider names a person.\nThe hotline calls that person.",
        "stage": "running", "stopped_because": "", "instrument": "co_regulation",
        "options_rejected": "A law alone was weighed: it would have taken two years longer.",
        "risks": ["R-CONTENT-1"], "articles": ["OPSC 3", "CRC 34"], "starts": "2026-01-01",
        "due": "2027-12-31", "lead": "Lantern Telecom",
        "partners": [{"name": "Arbora Parents", "group": "S6"}],
        "milestones": [
            {"title": "Twenty providers answer", "due": "2026-06-30", "done_on": "2026-06-12"},
            {"title": "All providers answer", "due": "2027-06-30", "done_on": None},
        ],
        "money": [{"year": 2026, "currency": "XAR", "planned": 240000, "funded": 200000,
                   "spent": 150000}],
        "warnings": ["late"], **more,
    }  # fmt: skip


def actions():
    nodes = shipped()["itu-brief"].of_kind(NodeKind.ACTION, NodeKind.ADDITION)
    return [
        {
            "code": node.id, "standing": STANDINGS[at % len(STANDINGS)],
            "operational": {"rooms": ["portal", "hotline"], "working": ["portal"]},
            "tracked": [{"title": "Report of the year", "url": "https://arbora.example/report",
                         "dated": "2026-03-01", "fresh_until": "2026-09-01"}],
            "measures": ["A-26-000001"] if node.id in {"REP-1", "IND-4"} else [],
        }
        for at, node in enumerate(nodes)
    ]  # fmt: skip


def plan():
    return {
        "strategy": {
            "reference": "P-26-000001", "stage": "running", "title": "Safe and heard, 2026 to 2028",
            "vision": "Every child in Arbora can be online without fear.", "signed_on": "2026-04-04",
            "authority": "Ministry of Digital Affairs", "first_day": "2026-01-01",
            "last_day": "2028-12-31", "warnings": ["P-9.access", "P-10.outcome"],
        },
        "goals": [
            goal("G-1", "What harms children is gone within a day", "REP-TTR", ["A-26-000001"]),
            goal("G-2", MARKUP, "REP-DONE", ["A-26-000002"]),
            goal("G-3", ARABIC, "", baseline=None, targets=[], finding="", owner="", due=None),
        ],
        "measures": [
            measure("A-26-000001", "IND-4", "A direct line to every provider"),
            measure("A-26-000002", "REP-1", f"One place to report {MARKUP}", money=[], risks=[]),
        ],
        "actions": actions(),
        "policies": [{"title": "Digital Plan", "kind": "plan", "url": "", "overlap": "Schools."}],
        "consultations": [
            {"reference": "K-26-000001", "title": "Children on the plan", "question": "What helps?",
             "groups": ["S6"], "children": True, "stage": "answered", "heard_on": "2026-02-01",
             "answered_on": "2026-03-01", "answer": "You told us that reporting is slow."}
        ],
        "council": {"seats": [], "meetings": [], "decisions": [
            {"reference": "D-26-000001", "text": "Publish the first yearly report.",
             "owner": "Arbora Hotline", "due": "2026-06-01", "stage": "open", "done_on": None,
             "overdue": True},
        ]},
        "opinions": [
            {"reference": "O-26-000001", "title": "Children wait too long", "published_on":
             "2026-05-01", "body": "Nobody answers within a week.\nThat is too long.",
             "brief_action": "REP-1", "reply_due": "2026-07-01", "reply": "", "replied_on": None,
             "late": True},
            {"reference": "O-26-000002", "title": "Schools know nothing", "published_on":
             "2026-02-01", "body": "No school was told.", "brief_action": "EDU-1",
             "reply_due": "2026-04-01", "reply": "We agree.", "replied_on": "2026-03-15",
             "late": False},
        ],
        "law": {
            "questions": [{"node": "urn:copse:framework:law:LAW-1", "state": "in_force",
                           "provisions": ["Cybercrime Act 2019, 12(3)"], "answered_on": "2026-01-02",
                           "reopened": False}],
            "powers": [{"harm": "HARM-1", "power": "POWER-1", "state": "absent",
                        "gap_since": "2026-01-05"}],
            "treaties": [{"treaty": "TR-CRC", "state": "ratified", "on": "1991-02-03",
                          "reservations": ""}],
            "works": [],
        },
        "frameworks": [],
    }  # fmt: skip


def indicator(code, status="known"):
    series = [{"period": "2026-09", "value": "61.5", "conf_status": "F", "vintage": 1}]
    return {
        "code": code, "status": status, "waiting_for": None,
        "value": "41.25" if status == "known" else None, "period": "2026-10",
        "unit": catalogue()[code].unit, "origin": "computed", "vintage": 1,
        "taken_on": "2026-11-05", "facts": [], "series": series, "breakdowns": [],
    }  # fmt: skip


def goals():
    return [
        {"code": "G-1", "indicator": "REP-TTR", "status": "on_track", "latest": "41.25",
         "latest_period": "2026-10", "expected": "45", "forecast": "20", "method": "theil-sen/0.9"},
        {"code": "G-2", "indicator": "REP-DONE", "status": "behind", "latest": "61",
         "latest_period": "2026-10", "expected": "70", "forecast": None, "method": "theil-sen/0.9"},
        {"code": "G-3", "indicator": "", "status": "not_known", "latest": None,
         "latest_period": None, "expected": None, "forecast": None, "method": "theil-sen/0.9"},
    ]  # fmt: skip


def content(**more):
    observations = [
        {"fact": "hotline.concerns", "month": month, "risk_class": risk, "statistic": "count",
         "value": 120, "bound": "", "unit": "count", "conf_status": "F"}
        for month in [*MONTHS, "_T"] for risk in ("contact", "content", "_T")
    ]  # fmt: skip
    return {
        "months": MONTHS, "risk_classes": ["contact", "content"], "counts": ["hotline.concerns"],
        "clocks": [], "observations": observations, "plan_taken_on": "2026-11-05",
        "plan": plan(), "goals": goals(),
        "indicators": [indicator("REP-TTR"), indicator("REP-DONE"),
                       indicator("REP-SENT", "withheld")], **more,
    }  # fmt: skip


def release(**more):
    body = json.dumps(content(**more), ensure_ascii=False, sort_keys=True)
    return Release(
        reference="R-26-000012", first_month=MONTHS[0], last_month=MONTHS[-1], body=body,
        sha256=hashlib.sha256(body.encode()).hexdigest(),
        published_at=datetime(2026, 11, 5, 9, 0, 0, 123456, tzinfo=UTC),
    )  # fmt: skip
