"""What `copse init` asks of a country: each question once, for the prompt and for a file alike.

Nothing here needs a database: a slip in a file is told before anything is made.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from copse.base.organisations import bounds
from copse.kit.errors import InputError

LONGEST_NAME = 80
SHIPPED = ("en", "fr", "ar", "sw")
Read = Callable[[Any], Any]


@dataclass(frozen=True)
class Question:
    """One setting: its key in a file, how it is asked, what stands without an answer."""

    key: str
    asked: str
    usual: Any
    read: Read
    needed: bool = False


def _words(most: int) -> Read:
    def read(value: Any) -> str:
        if not isinstance(value, str) or len(value.strip()) > most or "\0" in value:
            raise InputError(f"write at most {most} letters")
        return value.strip()

    return read


def _code(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z]{2}", value.strip()):
        raise InputError("write the two letters of ISO 3166, such as KE")
    return value.strip().upper()


def _number(value: Any) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not isinstance(value, str) or (text and not bounds.is_number(text)):
        raise InputError("write a number to call, in quotes, such as “116 111”")
    return text


def _email(value: Any) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not isinstance(value, str) or (text and not bounds.is_email(text)):
        raise InputError("write an e-mail address")
    return text


def _address(value: Any) -> str:
    if not isinstance(value, str) or not bounds.is_address(value.strip()):
        raise InputError("write a whole address, https://…, at most 200 letters")
    return value.strip()


def _list(value: Any) -> list[str]:
    found = value.split(",") if isinstance(value, str) else value
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise InputError("write a list of names")
    return [one.strip() for one in found if one.strip()]


def _regions(value: Any) -> list[str]:
    found = _list(value)
    if any(len(one) > LONGEST_NAME for one in found) or len(
        {one.casefold() for one in found}
    ) < len(found):
        raise InputError("write each region once, with at most 80 letters")
    return found


def _languages(value: Any) -> list[str]:
    found = [one.lower() for one in _list(value)]
    if not found or set(found) - set(SHIPPED):
        raise InputError(f"choose at least one of {', '.join(SHIPPED)}")
    return [code for code in SHIPPED if code in found]


def _yes(value: Any) -> bool:
    said = {"yes": True, "y": True, "no": False, "n": False}
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value.strip().lower() not in said:
        raise InputError("answer true or false; at the prompt, yes or no")
    return said[value.strip().lower()]


QUESTIONS: tuple[Question, ...] = (
    Question("name", "The country's name", "", _words(LONGEST_NAME), needed=True),
    Question("code", "Its two-letter code", "", _code, needed=True),
    Question("regions", "Its regions, with commas", [], _regions),
    Question("languages", "The portal's languages, with commas", list(SHIPPED), _languages),
    Question("emergency_number", "The emergency number", "", _number),
    Question("helpline_number", "The child helpline's number", "", _number),
    Question("exit_url", "Where the quick exit leads", "https://www.wikipedia.org/", _address),
    Question("storage_allowed", "May suspected material be stored, by your law?", False, _yes),
    Question("police_first", "Are the police told before a provider is?", False, _yes),
    Question("organisation", "The body that runs the hotline", "", _words(200), needed=True),
    Question("duty_email", "The duty officer's e-mail", "", _email),
    Question("administrator_email", "The first administrator's e-mail", "", _email, needed=True),
)
# Read apart, once the rooms can say what they keep.
RETENTION = "retention"


def read_one(question: Question, value: Any) -> Any:
    """One answer as it is stored. Raises `InputError` that names the question."""
    try:
        answer = question.read(value)
    except InputError as wrong:
        raise InputError(f"{question.key}: {wrong.sentence}.", field=question.key) from None
    if question.needed and not answer:
        raise InputError(f"{question.key}: this must be answered.", field=question.key)
    return answer


def read(given: Mapping[str, Any]) -> dict[str, Any]:
    """Every answer, checked. Raises one `InputError` with a line for each that is wrong."""
    known = {question.key for question in QUESTIONS} | {RETENTION}
    wrong = [f"{key}: there is no such setting." for key in given if key not in known]
    answers: dict[str, Any] = {}
    for question in QUESTIONS:
        if question.key not in given and not question.needed:
            answers[question.key] = question.usual
            continue
        try:
            answers[question.key] = read_one(question, given.get(question.key, ""))
        except InputError as error:
            wrong.append(error.sentence)
    try:
        answers[RETENTION] = _days(given.get(RETENTION, {}))
    except InputError as error:
        wrong.append(error.sentence)
    if wrong:
        raise InputError("\n".join(wrong), fields=[line.partition(":")[0] for line in wrong])
    return answers


def _days(given: Any) -> dict[str, int]:
    """`hotline.story = 365` under `[retention]`, which TOML reads as a table in a table."""
    if not isinstance(given, Mapping):
        raise InputError("retention: write a table, such as [retention] and hotline.story = 365.")
    flat: dict[str, int] = {}
    for key, value in given.items():
        inner = value if isinstance(value, Mapping) else {"": value}
        for name, days in inner.items():
            code = f"{key}.{name}" if name else str(key)
            if isinstance(days, bool) or not isinstance(days, int):
                raise InputError(f"retention.{code}: write a whole number of days.")
            flat[code] = days
    return flat
