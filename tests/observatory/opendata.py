"""A release as the publishing function freezes it, with everything that the contract allows."""

import hashlib
import json
from datetime import UTC, datetime

from copse.observatory.queries.opendata import Published

SITE = "https://numbers.example"
RELEASED = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
MONTHS = ["2026-09", "2026-10"]


def observation(fact, month, risk_class, value, statistic="count", bound="", unit="count"):
    return {
        "fact": fact, "month": month, "risk_class": risk_class, "statistic": statistic,
        "value": value, "bound": bound, "unit": unit, "conf_status": "C" if value is None else "F",
    }  # fmt: skip


def body(**changes):
    """The text of a release; `changes` replace what stands at its top."""
    content = {
        "format": "copse-numbers/2", "months": MONTHS,
        "risk_classes": ["content", "contact", "contract", "conduct", "not_known"],
        "counts": ["hotline.concerns"], "clocks": ["hotline.clock.removal"],
        "observations": [
            observation("hotline.concerns", "2026-10", "contact", 40),
            observation("hotline.concerns", "2026-10", "conduct", None),
            observation("hotline.concerns", "2026-10", "not_known", 0),
            observation("hotline.concerns", "_T", "_T", 85),
            observation("hotline.clock.removal", "_T", "_T", 24, "median", "at_most", "hours"),
            observation("hotline.clock.removal", "_T", "_T", 672, "p90", "over", "hours"),
        ],
        "indicators": [
            {
                "code": "REP-DONE", "status": "known", "waiting_for": None, "value": "62.5",
                "period": "2026-10", "unit": "%", "origin": "computed", "vintage": 2,
                "taken_on": "2026-11-25", "facts": ["portal.submitted", "portal.started"],
                "series": [
                    {"period": "2026-09", "value": "58.3", "conf_status": "F", "vintage": 1},
                    {"period": "2026-10", "value": "61.0", "conf_status": "F", "vintage": 1},
                    {"period": "2026-10", "value": "62.5", "conf_status": "F", "vintage": 2},
                ],
                "breakdowns": [
                    {"dimension": "language", "key": "sw", "period": "2026-10", "value": "70.0",
                     "conf_status": "F"},
                    {"dimension": "language", "key": "ar", "period": "2026-10", "value": None,
                     "conf_status": "C"},
                ],
            },
            {
                "code": "REP-AWARE", "status": "known", "waiting_for": None, "value": "44.1",
                "period": "2026", "unit": "%", "origin": "typed", "vintage": 1,
                "taken_on": "2026-11-20", "facts": [],
                "series": [{"period": "2026", "value": "44.1", "conf_status": "F", "vintage": 1}],
                "breakdowns": [
                    {"dimension": "sex", "key": "female", "period": "2026", "value": "46.2",
                     "conf_status": "F"},
                    {"dimension": "age", "key": "13-15", "period": "2026", "value": "40.0",
                     "conf_status": "F"},
                    {"dimension": "disability", "key": "yes", "period": "2026", "value": None,
                     "conf_status": "C"},
                ],
            },
            {
                "code": "LEGIS-34", "status": "known", "waiting_for": None, "value": "55.9",
                "period": "2026-Q3", "unit": "%", "origin": "computed", "vintage": 1,
                "taken_on": "2026-11-25", "facts": ["strategy.law_questions"], "series": [],
                "breakdowns": [
                    {"dimension": "section", "key": "LAW-A", "period": "2026-Q3", "value": "66.7",
                     "conf_status": "F"},
                ],
            },
            {
                "code": "HEL-ANS", "status": "waiting", "waiting_for": "helpline", "value": None,
                "period": None, "unit": "%", "origin": "computed", "vintage": None,
                "taken_on": None, "facts": [], "series": [], "breakdowns": [],
            },
        ],
        "goals": [
            {"code": "G1", "indicator": "REP-DONE", "status": "on_track", "latest": "62.5",
             "latest_period": "2026-10", "expected": "60", "forecast": "71", "method": "theil-sen"},
        ],
        "plan": plan(),
    }  # fmt: skip
    return json.dumps({**content, **changes}, ensure_ascii=False)


def plan():
    return {
        "strategy": {
            "reference": "P-26-000001", "title": "Safe and curious", "stage": "approved",
            "vision": "Children use the Internet without harm.", "first_day": "2026-01-01",
            "last_day": "2030-12-31", "authority": "Ministry of Children",
            "signed_on": "2026-01-15",
        },
        "goals": [
            {"code": "G1", "title": "Reports are completed", "indicator": "REP-DONE",
             "baseline": "50", "baseline_period": "2025",
             "targets": [{"period": "2026-10", "value": "60"}, {"period": "2030", "value": "90"}]},
        ],
        "measures": [
            {"reference": "A-26-000001", "brief_action": "REP-1", "title": "One reporting page",
             "what": "A page in four languages.", "stage": "running", "starts": "2026-02-01",
             "due": "2027-06-30", "lead": "Hotline of the Coast",
             "partners": [{"name": "Coast Telecom", "group": "S4"},
                          {"name": "Children first", "group": "S5"}],
             "money": [{"year": 2026, "currency": "KES", "planned": 900000, "funded": 800000,
                        "spent": 350000}]},
        ],
    }  # fmt: skip


def published(text=None, **changes):
    """A release of Arbora; its code list of countries is ISO's, so the made-up one is XA."""
    text = body() if text is None else text
    fields = {
        "reference": "R-26-000007", "published_at": RELEASED, "vintage": 1, "area": "XA",
        "sha256": hashlib.sha256(text.encode()).hexdigest(), "country": "Arbora", "site": SITE,
    }  # fmt: skip
    return Published(body=text, **{**fields, **changes})
