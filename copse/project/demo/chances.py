"""What people of Arbora might report, drawn from weighted lists. No word describes abuse."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any, TypeVar

from copse.kit import addresses, taxonomy

T = TypeVar("T")
# Hosts of the local provider; the last one never answers its mail.
HOSTS = ("pictures.example", "forum.example", "files.example", "meadow.example",
         "harbour.example", "lantern.example", "orchard.example", "slowhost.example")  # fmt: skip
CLASSES = {"content": 40, "contact": 27, "conduct": 18, "contract": 12, "": 3}
AGES = {"unknown": 30, "13-15": 24, "9-12": 20, "16-17": 14, "6-8": 8, "0-5": 3, "18+": 1}
LANGUAGES = {"en": 40, "fr": 25, "sw": 20, "ar": 15}
REGIONS = {"north": 35, "coast": 40, "highlands": 25}
LABELS = {"national_child": 34, "baseline_focus": 18, "national_youth": 15, "baseline_act": 8,
          "not_illegal": 15, "outside_mandate": 6, "could_not_assess": 4}  # fmt: skip
DISMISSING = ("not_illegal", "outside_mandate", "could_not_assess")
SEVERITIES = {"level_3": 50, "level_2": 35, "level_1": 15}
STORIES = {
    "en": "I saw this page while I was looking for something else. Please have a look at it.",
    "fr": "J’ai vu cette page en cherchant autre chose. Merci de la regarder.",
    "ar": "رأيت هذه الصفحة وأنا أبحث عن شيء آخر. من فضلكم انظروا إليها.",
    "sw": "Niliona ukurasa huu nilipokuwa natafuta kitu kingine. Tafadhali utazame.",
}


@dataclass(frozen=True)
class Report:
    """One made-up report."""

    hour: datetime
    journey: str
    risk_class: str
    risk_code: str
    age_band: str
    danger_now: bool
    language: str
    region: str
    address: str

    @property
    def content(self) -> dict[str, Any]:
        """What is sealed."""
        return {"story": STORIES[self.language], "contact": "", "where": self.address}


def one_of(dice: Random, weights: dict[T, int]) -> T:
    """One of the keys, as often as its weight says."""
    return dice.choices(list(weights), list(weights.values()))[0]


@cache
def codes_of(risk_class: str) -> list[str]:
    """The finer codes of a class."""
    return list(taxonomy.scheme("risk").codes(parent=risk_class)) if risk_class else []


def report(dice: Random, now: datetime, *, days: int, number: int) -> Report:
    """A report of the last `days` days; more of them lately, as such a service becomes known."""
    back = timedelta(days=days * (1 - dice.random() ** 0.75)) + timedelta(hours=1)
    risk_class = one_of(dice, CLASSES)
    saw = dice.random() < 0.7  # noqa: PLR2004
    host = dice.choice(HOSTS)
    return Report(
        hour=to_the_hour(now - back),
        journey="saw" if saw else "happened",
        risk_class=risk_class,
        risk_code=dice.choice(codes_of(risk_class)) if risk_class else "",
        age_band=one_of(dice, AGES),
        danger_now=False,
        language=one_of(dice, LANGUAGES),
        region=one_of(dice, REGIONS),
        address=f"https://{host}/pages/{number:07d}" if saw else "",
    )


def to_the_hour(moment: datetime) -> datetime:
    """The hour that a report is known by."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def later(dice: Random, moment: datetime, *, hours: float) -> datetime:
    """Some while after a moment: mostly sooner than `hours`, now and then far longer."""
    return moment + timedelta(hours=dice.lognormvariate(0, 0.9) * hours * 0.7)


def written(address: str) -> addresses.Address:
    """An address in its one written form."""
    return addresses.read(address)
