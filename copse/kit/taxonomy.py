"""Reads the code lists of `copse.taxonomies`: their codes, labels and maps to other schemes.

    risk = taxonomy.scheme("risk")
    risk.label("contact_grooming", "fr")
    taxonomy.scheme("material_label").map("national_youth", "cybertipline")  # "B2"

Rows store a code and the scheme's version. A retired code keeps its labels and maps, so that old
rows stay readable; only `codes()` leaves it out, because nobody may choose it any more.
"""

import csv
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from copse.kit.errors import InputError, OursError, RefusedError

LANGUAGES = ("en", "fr", "ar", "sw")
FALLBACK = "en"
_OWN = frozenset({"code", "parent", "retired"})


class UnknownScheme(OursError):  # noqa: N818 - named for the state
    """No folder of `copse.taxonomies` has this name."""

    code = "unknown-scheme"


class UnknownCode(InputError):  # noqa: N818 - named for the state
    """The scheme has no such code, in use or retired."""

    code = "unknown-code"


class NotMapped(RefusedError):  # noqa: N818 - named for the state
    """The code has no counterpart in the other scheme, so it cannot be exported to it."""

    code = "not-mapped"


@dataclass(frozen=True)
class Label:
    """A code in one language: its name, and perhaps a sentence about it."""

    name: str
    about: str = ""

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Code:
    """One entry of a scheme. `retired` is the date since when nobody may choose it, or empty."""

    code: str
    parent: str
    retired: str
    attributes: Mapping[str, str]

    def __getitem__(self, attribute: str) -> str:
        return self.attributes[attribute]


@dataclass(frozen=True)
class Counterpart:
    """A code's place in another scheme; without `target` it was looked at, and there is none."""

    target: str
    relation: str


@dataclass(frozen=True)
class Scheme:
    """One code list in its current version."""

    name: str
    version: str
    title: str
    meta: Mapping[str, Any]
    entries: Mapping[str, Code]
    labels: Mapping[tuple[str, str], Mapping[str, Label]]
    maps: Mapping[str, Mapping[str, Counterpart]]

    def __contains__(self, code: object) -> bool:
        return code in self.entries

    def __getitem__(self, code: str) -> Code:
        """The entry of a code, retired or not. Raises `UnknownCode`."""
        try:
            return self.entries[code]
        except KeyError:
            sentence = f"“{code}” is no code of the scheme “{self.name}”."
            raise UnknownCode(sentence, scheme=self.name) from None

    def codes(
        self, parent: str | None = None, *, retired: bool = False, **attributes: str
    ) -> tuple[str, ...]:
        """The codes in the order of the list.

        `parent` keeps one branch ("" the top), `retired` adds what may not be chosen any more,
        and further words keep the codes with that attribute: `codes(effect="material")`.
        """
        return tuple(
            entry.code
            for entry in self.entries.values()
            if (retired or not entry.retired)
            and (parent is None or entry.parent == parent)
            and all(entry.attributes.get(name) == value for name, value in attributes.items())
        )

    def label(self, code: str, lang: str = FALLBACK, wording: str = "") -> str:
        """The code's name in a language, else in English. Raises `UnknownCode`."""
        return self.describe(code, lang, wording).name

    def about(self, code: str, lang: str = FALLBACK, wording: str = "") -> str:
        """The sentence that explains the code, or nothing. Raises `UnknownCode`."""
        return self.describe(code, lang, wording).about

    def describe(self, code: str, lang: str = FALLBACK, wording: str = "") -> Label:
        """Name and sentence; `wording` picks another set, such as "child"."""
        self[code]
        short = lang.partition("-")[0]
        for key in ((wording, short), (wording, FALLBACK), ("", short)):
            found = self.labels.get(key, {}).get(code)
            if found is not None:
                return found
        return self.labels["", FALLBACK][code]

    def choices(
        self, lang: str = FALLBACK, wording: str = "", parent: str | None = None
    ) -> list[tuple[str, str]]:
        """Pairs of code and name, as a form wants them."""
        return [(code, self.label(code, lang, wording)) for code in self.codes(parent)]

    def map(self, code: str, other: str) -> str:
        """The code's counterpart in another scheme.

        Raises `UnknownCode` for a code that is none, and `NotMapped` where there is no counterpart.
        """
        self[code]
        found = self.maps.get(other, {}).get(code)
        if found is None or not found.target:
            sentence = f"“{code}” of “{self.name}” has no counterpart in “{other}”."
            raise NotMapped(sentence, scheme=self.name, other=other, entry=code)
        return found.target

    def is_mapped(self, code: str, other: str) -> bool:
        """Whether the code may be exported to the other scheme."""
        found = self.maps.get(other, {}).get(code)
        return found is not None and bool(found.target)


@cache
def scheme(name: str) -> Scheme:
    """A scheme by name, read once. Raises `UnknownScheme`."""
    if name not in schemes():
        sentence = f"There is no code list called “{name}”. There are: {', '.join(schemes())}."
        raise UnknownScheme(sentence, name=name)
    return read(_home() / name, name)


@cache
def schemes() -> tuple[str, ...]:
    """The names of every scheme."""
    return tuple(sorted(one.name for one in _home().iterdir() if (one / "meta.toml").is_file()))


def read(folder: Traversable, name: str) -> Scheme:
    """Read a scheme from its folder; a country's own may lie elsewhere."""
    meta = tomllib.loads((folder / "meta.toml").read_text("utf-8"))
    version = str(meta["current"])
    wordings = ("", *meta.get("wordings", ()))
    return Scheme(
        name=name,
        version=version,
        title=str(meta["title"]),
        meta=meta,
        entries={row["code"]: _entry(row) for row in _rows(folder / f"{version}.csv")},
        labels={
            (wording, lang): {
                row["code"]: Label(row["label"], row["about"])
                for row in _rows(_labels(folder, wording) / f"{lang}.csv")
            }
            for wording in wordings
            for lang in LANGUAGES
        },
        maps={
            other: {
                row["code"]: Counterpart(row["target"], row["relation"])
                for row in _rows(folder / "maps" / f"{other}.csv")
            }
            for other in meta.get("maps", {})
        },
    )


def _home() -> Traversable:
    return files("copse.taxonomies")


def _labels(folder: Traversable, wording: str) -> Traversable:
    return folder / "labels" / wording if wording else folder / "labels"


def _entry(row: Mapping[str, str]) -> Code:
    attributes = {name: value for name, value in row.items() if name not in _OWN}
    return Code(row["code"], row["parent"], row["retired"], attributes)


def _rows(path: Traversable) -> Iterable[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))
