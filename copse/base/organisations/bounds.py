"""What a country's settings may be: the same for `copse init` and for the page. No Django here."""

import re
from urllib.parse import urlsplit

LONGEST_EMAIL, LONGEST_ADDRESS = 254, 200
# Also `*115#` and the like, which some networks have; never more than a row holds.
NUMBER = re.compile(r"[+*#]?[0-9][0-9 *#-]{0,18}\Z")
EMAIL = re.compile(r"[^@\s<>\0]+@[^@\s<>\0]+\Z")
_BLANK = re.compile(r"[\x00-\x20\x7f\ufffd]")


def is_number(text: str) -> bool:
    """Whether a telephone can call it."""
    return bool(NUMBER.match(text))


def is_email(text: str) -> bool:
    """Whether it has the shape of an e-mail address."""
    return len(text) <= LONGEST_EMAIL and bool(EMAIL.match(text))


def is_address(text: str) -> bool:
    """Whether it is a whole web address that a browser can be sent to."""
    if len(text) > LONGEST_ADDRESS or _BLANK.search(text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False
