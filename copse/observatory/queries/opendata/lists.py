"""The code lists of the observation table. What is in none of them is not written to any file.

Small lists stand in `codes.yaml`; risks, indicators, facts and frameworks are read from where they
are kept. Of the few lists a country has of its own (its regions, its providers, its frameworks) only the form
of a code is checked, and the label is the code.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from django.utils import translation
from django.utils.translation import gettext as _

from copse.base import facts
from copse.base.facts import Fact, Kind, UnknownFact
from copse.kit import taxonomy
from copse.kit.errors import OursError
from copse.kit.framework.library import shipped
from copse.kit.framework.model import NodeKind, Text
from copse.kit.indicators import catalogue
from copse.kit.taxonomy import LANGUAGES

ALL, UNKNOWN = "_T", "_U"
STATISTICS = ("median", "p90")
UNITS = {"%": "percent", "h": "hours", "d": "days"}
ID = re.compile(r"[A-Za-z0-9_@$\-]+", re.ASCII)
# Which column a breakdown stands in; all others share BREAKDOWN, as `section@LAW-A`.
COLUMN_OF = {
    "risk_class": "RISK", "age": "AGE", "sex": "SEX", "disability": "DISABILITY",
    "channel": "CHANNEL",
}  # fmt: skip
# Our codes where the standard's are others.
TRANSLATED: Mapping[str, Mapping[str, str]] = {
    "RISK": {"not_known": UNKNOWN},
    "SEX": {"female": "F", "male": "M", "other": "_O", "unknown": UNKNOWN},
    "DISABILITY": {"yes": "PD", "no": "PWD", "unknown": UNKNOWN},
    "CHANNEL": {"unknown": UNKNOWN},
    "AGE": {
        "0-5": "Y0T5", "6-8": "Y6T8", "9-12": "Y9T12", "13-15": "Y13T15", "16-17": "Y16T17",
        "18+": "Y_GE18", "unknown": UNKNOWN,
    },
}  # fmt: skip
# The framework, and the kinds of its nodes, that a dimension's codes are ids of.
NODES: Mapping[str, tuple[str, tuple[NodeKind, ...]]] = {
    "section": ("law", (NodeKind.SECTION,)),
    "harm": ("harms-powers", (NodeKind.ELEMENT,)),
    "power": ("harms-powers", (NodeKind.ELEMENT,)),
    "area": ("itu-brief", (NodeKind.AREA,)),
    "action": ("itu-brief", (NodeKind.ACTION, NodeKind.ADDITION)),
    "group": ("itu-brief", (NodeKind.GROUP,)),
    "owner_group": ("itu-brief", (NodeKind.GROUP,)),
}
FORMS = {"year": re.compile(r"\d{4}"), "language": re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")}


class Unlisted(OursError):  # noqa: N818 - named for the state
    """A published number names a code that no code list has, so no file is made of it."""

    code = "unlisted"


@cache
def _file() -> Mapping[str, Any]:
    text = files("copse.observatory.queries.opendata").joinpath("codes.yaml").read_text("utf-8")
    found: Mapping[str, Any] = yaml.safe_load(text)
    return found


def columns() -> Mapping[str, Text]:
    """The names of the columns."""
    found: Mapping[str, Text] = _file()["columns"]
    return found


def words(name: str) -> Text:
    """One of the words that every file has."""
    found: Text = _file()["words"][name]
    return found


@cache
def closed() -> Mapping[str, Mapping[str, Text]]:
    """Every list that is closed, by the column it is for."""
    return {**_file()["lists"], "INDICATOR": _indicators(), "RISK": _risks()}


def fact_code(fact: str, statistic: str) -> str:
    """A published fact as a code: hotline-concerns, hotline-clock-removal-median."""
    end = f"-{statistic}" if statistic in STATISTICS else ""
    return fact.replace(".", "-") + end


def unit(name: str) -> str:
    """A unit as a code."""
    return UNITS.get(name, name)


def in_column(dimension: str, key: str) -> tuple[str, str]:
    """The column of a breakdown and its code there."""
    column = COLUMN_OF.get(dimension)
    if column is None:
        return "BREAKDOWN", f"{dimension}@{key or UNKNOWN}"
    return column, TRANSLATED[column].get(key, key)


def has(column: str, code: str, indicator: str) -> bool:
    """Whether a code may stand in a column of an indicator's row."""
    if column == "BREAKDOWN":
        return code == ALL or _is_breakdown(*code.partition("@")[::2], indicator)
    return code in closed()[column]


def label(column: str, code: str) -> Text:
    """A listed code in four languages; a country's own code stands for itself."""
    if column != "BREAKDOWN" or code == ALL:
        return words("all") if code == ALL else closed()[column][code]
    dimension, _at, key = code.partition("@")
    if key == UNKNOWN:
        return words("not_known")
    if dimension in NODES:
        return shipped().frameworks[NODES[dimension][0]][key].label
    if dimension == "framework" and key in shipped().frameworks:
        return shipped().frameworks[key].title
    if dimension == "room":
        return closed()["SOURCE"][key]
    return dict.fromkeys(LANGUAGES, key)


def _is_breakdown(dimension: str, key: str, indicator: str) -> bool:
    if indicator not in catalogue() or dimension not in catalogue()[indicator].by:
        return False
    if dimension in NODES and key != UNKNOWN:
        name, kinds = NODES[dimension]
        framework = shipped().frameworks[name]
        # Harms and powers are elements of one framework, on an axis each.
        fits = key in framework and framework[key].kind in kinds
        return fits and framework[key].about.get("axis", dimension) == dimension
    if dimension == "room" and key != UNKNOWN:
        return key in closed()["SOURCE"]
    form = ID if key == UNKNOWN else FORMS.get(dimension, ID)
    return bool(form.fullmatch(key) and ID.fullmatch(key))


def _indicators() -> Mapping[str, Text]:
    found: dict[str, Text] = {one.code: one.title for one in catalogue()}
    for one in facts.registered():
        if one.kind == Kind.COUNT:
            found[fact_code(one.name, "count")] = _fact_label(one.name)
        else:
            for statistic in STATISTICS:
                found[fact_code(one.name, statistic)] = _fact_label(one.name, statistic)
    return found


def _fact_label(name: str, statistic: str = "") -> Text:
    end = words(statistic) if statistic else {}
    made = {}
    for language in LANGUAGES:
        with translation.override(language):
            made[language] = str(facts.fact(name).label)
        if end:
            made[language] += f": {end[language]}"
    return made


def caution(indicator: str) -> Text:
    """What whoever reads the number has to know."""
    return catalogue()[indicator].caution if indicator in catalogue() else words("caution")


def about(indicator: str) -> Text:
    """How the number is made, where the catalogue says so."""
    return catalogue()[indicator].formula if indicator in catalogue() else {}


def source_of(fact: str) -> str:
    """The room that counts a fact. Raises `Unlisted` for one that no room declares."""
    return _fact(fact).room


def is_last_bound(fact: str, value: str) -> bool:
    """Whether a value is the last upper bound that a fact's buckets have. Raises `Unlisted`."""
    return value in _fact(fact).bounds[-1:]


def _fact(name: str) -> Fact:
    try:
        return facts.fact(name)
    except UnknownFact:
        sentence = _("No desk counts “%(fact)s” any more, so it has no code.") % {"fact": name}
        raise Unlisted(sentence, fact=name) from None


def _risks() -> Mapping[str, Text]:
    scheme = taxonomy.scheme("risk")
    found: dict[str, Text] = {ALL: words("all"), UNKNOWN: words("not_known")}
    for code in scheme.codes(retired=True):
        found[code] = {language: scheme.label(code, language) for language in LANGUAGES}
    return found
