"""The keys of one table of a file: each is asked for once, and what is wrong is reported."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import TypeVar

from copse.kit.framework.lines import Items, Report, Table, Value, Word
from copse.kit.framework.model import Text
from copse.kit.taxonomy import LANGUAGES

Choice = TypeVar("Choice", bound=StrEnum)
LONGEST = 2_000
_LANGUAGE = re.compile(r"[a-z]{2,3}\Z")
_NUMBER = re.compile(r"[0-9]{1,6}\Z")


class Fields:
    """One table, its file, and where problems go."""

    def __init__(self, value: Value, file: str, report: Report, keys: tuple[str, ...]) -> None:
        self._pairs = value.pairs if isinstance(value, Table) else {}
        self._lines = value.lines if isinstance(value, Table) else {}
        self.line = value.line
        self._file = file
        self._report = report
        self._told = False
        if not isinstance(value, Table):
            known = ", ".join(keys) or "such as {en: …, fr: …}"
            self.wrong(f"Keys and values belong here: {known}.")
            self._told = True  # that every one of its keys is missing, too, helps nobody
        for key in self._pairs:
            if keys and key not in keys:
                self.wrong(
                    f"“{key}” is no key here. Correct or remove it; there are: {', '.join(keys)}.",
                    key,
                )

    def __contains__(self, key: str) -> bool:
        found = self._pairs.get(key)
        return found is not None and not (isinstance(found, Word) and found.text is None)

    def keys(self) -> tuple[str, ...]:
        return tuple(self._pairs)

    def wrong(self, sentence: str, key: str = "") -> None:
        """Report a problem at a key's line, or at the table's."""
        if not self._told:
            self._report.add(f"{self._file}:{self._lines.get(key, self.line)}", sentence)

    def word(self, key: str, *, required: bool = True, pattern: str = "") -> str:
        """A single value, or "" when it is not there or wrong."""
        if key not in self:
            if required:
                self.wrong(f"“{key}” is missing. Add it.", key)
            return ""
        found = self._pairs[key]
        if not isinstance(found, Word) or not found.text:
            self.wrong(f"“{key}” is one word or sentence, not a list or a table.", key)
            return ""
        if len(found.text) > LONGEST:
            self.wrong(f"“{key}” is longer than {LONGEST} letters. Shorten it.", key)
            return ""
        if pattern and not re.fullmatch(pattern, found.text):
            self.wrong(f"“{key}” must have the form {pattern}. Correct it.", key)
            return ""
        return found.text

    def number(self, key: str, *, required: bool = True) -> int:
        """A whole number, or 0."""
        text = self.word(key, required=required)
        if text and (not _NUMBER.match(text) or int(text) == 0):
            self.wrong(f"“{key}” is a whole number from 1. Correct it.", key)
            return 0
        return int(text or 0)

    def choice(self, key: str, kinds: type[Choice]) -> Choice | None:
        """One word of a closed list, or None."""
        text = self.word(key)
        return self._one(key, text, kinds) if text else None

    def choices(self, key: str, kinds: type[Choice]) -> tuple[Choice, ...]:
        """A list of words of a closed list."""
        found = (self._one(key, text, kinds) for text in self.list(key))
        return tuple(one for one in found if one is not None)

    def _one(self, key: str, text: str, kinds: type[Choice]) -> Choice | None:
        try:
            return kinds(text)
        except ValueError:
            self.wrong(f"“{text}” is no {key} known here. Use one of: {', '.join(kinds)}.", key)
            return None

    def list(self, key: str, *, or_empty: bool = False) -> tuple[str, ...]:
        """A list of words; nothing when it is not there, or, `or_empty`, when it says so."""
        if key not in self:
            return ()
        found = self._pairs[key]
        items = found.items if isinstance(found, Items) else ()
        if or_empty and isinstance(found, Items) and not items:
            return ()
        if not items or not all(isinstance(item, Word) and item.text for item in items):
            self.wrong(f"“{key}” is a list of words, such as [a, b].", key)
        return tuple(item.text for item in items if isinstance(item, Word) and item.text)

    def items(self, key: str) -> Iterator[Value]:
        """The entries of a list that must be there."""
        found = self._pairs.get(key)
        if not isinstance(found, Items) or not found.items:
            self.wrong(f"“{key}” is missing or no list. It is a list, each entry after “- ”.", key)
            return
        yield from found.items

    def table(self, key: str, keys: tuple[str, ...] = (), *, required: bool = True) -> "Fields":
        """A table under a key; an empty one when it is not there."""
        if key not in self:
            if required:
                self.wrong(f"“{key}” is missing. Add it.", key)
            empty = Fields(Table({}, self.line), self._file, self._report, keys)
            empty._told = True
            return empty
        return Fields(self._pairs[key], self._file, self._report, keys)

    def plain(self, key: str, *, required: bool = False) -> dict[str, str]:
        """A table of single words."""
        inner = self.table(key, required=required)
        return {name: inner.word(name) for name in inner.keys()}  # noqa: SIM118 - no mapping

    def text(self, key: str, *, required: bool = False) -> Text:
        """A text in every language we ship; more languages are welcome."""
        if key not in self and not required:
            return {}
        inner = self.table(key)
        found = {lang: inner.word(lang) for lang in inner.keys()}  # noqa: SIM118 - no mapping
        if key not in self:
            return {}
        missing = [lang for lang in LANGUAGES if lang not in found]
        if missing:
            self.wrong(f"“{key}” has no words in: {', '.join(missing)}. Add them.", key)
        for lang in found:
            if not _LANGUAGE.match(lang):
                self.wrong(f"“{lang}” is no language’s code, such as “en”. Correct it.", key)
        return found
