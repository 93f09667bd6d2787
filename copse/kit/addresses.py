"""Web addresses as people type them: one written form for each, and a form that opens nothing.

`read("HTTP://Bücher.example:80/a/../b#top").text` is `http://xn--bcher-kva.example/b`;
`defang("https://host.example/x")` is `hxxps://host[.]example/x`.
"""

import hashlib
import re
from dataclasses import dataclass

import ada_url

from copse.kit.errors import InputError

LONGEST = 4000
SCHEMES = frozenset({"http", "https", "ftp"})
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class NotAnAddress(InputError):  # noqa: N818 - named for the state
    """The text is no web address that a machine can find."""

    code = "not-an-address"


@dataclass(frozen=True)
class Address:
    """The one written form of an address, and its host."""

    text: str
    host: str

    @property
    def digest(self) -> str:
        """What two reports of the same address share."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def read(typed: str) -> Address:
    """The written form of what somebody typed. Raises `NotAnAddress`.

    Scheme and host in small letters, hosts in their ASCII form, no default port, no fragment, dot
    segments resolved, escapes in one spelling. The query stays: it may be what names the page.
    """
    url = _parse(_refang(_INVISIBLE.sub("", typed).strip()))
    url.hash = ""
    if not url.search:
        url.search = ""
    host = url.hostname.rstrip(".")
    if host and host != url.hostname:
        url.hostname = host
    if url.protocol.rstrip(":") not in SCHEMES or not _is_host(host):
        raise _refused()
    return Address(_ESCAPE.sub(_one_spelling, url.href), host)


def _parse(text: str) -> ada_url.URL:
    if not text or len(text) > LONGEST:
        raise _refused()
    try:
        text.encode()
        return ada_url.URL(text if "://" in text else f"https://{text}")
    except (ValueError, UnicodeError):
        raise _refused() from None


def _refang(text: str) -> str:
    """Undo what careful people do to an address before they pass it on."""
    text = re.sub(r"^hxxp", "http", text, flags=re.IGNORECASE)
    return text.replace("[.]", ".").replace("(.)", ".").replace("[:]", ":")


def _is_host(host: str) -> bool:
    # A word without a dot is a word, not a host; an IPv6 address has brackets.
    return bool(host) and ("." in host or host.startswith("["))


def _one_spelling(escape: re.Match[str]) -> str:
    letter = chr(int(escape[1], 16))
    return letter if letter in _PLAIN else f"%{escape[1].upper()}"


def _refused() -> NotAnAddress:
    return NotAnAddress("This is not a web address. It looks like https://example.org/page.")


def defang(text: str) -> str:
    """An address that nobody opens by a slip: no link, no dots in the host."""
    scheme, _, rest = text.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.replace('tt', 'xx', 1)}://{host.replace('.', '[.]')}{slash}{path}"
