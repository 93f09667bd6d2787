"""The fetcher: a process of its own that asks whether an address still answers, and nothing else.

It is started with an empty environment and knows no database, key or setting. It reads one JSON
question a line and answers each with one JSON line. It resolves a name itself, refuses unless every
address is public, connects to the very address it checked, does so again at each redirect, reads
the headers byte by byte and hangs up before any body. It keeps nothing.

Standard library only, and run by its path, so that it can be moved to a machine with another exit.
"""

import http.client
import io
import ipaddress
import json
import signal
import socket
import ssl
import sys
import time
from typing import Any
from urllib.parse import urljoin, urlsplit

AGENT = "Mozilla/5.0 (compatible; link check)"
MOST_REDIRECTS = 5
MOST_HEADER_BYTES = 32 * 1024
EACH = 8.0
WHOLE = 25.0
LOWEST_OPEN_PORT = 1024
# Addresses that carry an IPv4 address through a translator, and so could reach inside.
TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


class RefusedError(Exception):
    """We do not go there."""


class NoNameError(Exception):
    """There is no such name."""


class _Headers(io.RawIOBase):
    """Reads from the socket without running ahead into a body, and only so much."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._left = MOST_HEADER_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._left <= 0:
            raise http.client.HTTPException("headers too large")
        got = self._sock.recv_into(buffer, 1)
        self._left -= got
        return got


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = _Headers(sock)  # type: ignore[assignment]


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was checked, whatever its name says by now."""

    response_class = _Response

    def __init__(self, host: str, port: int, place: tuple[str, int], *, secure: bool,
                 source: str) -> None:  # fmt: skip
        super().__init__(host, port, timeout=EACH)
        self._place, self._secure, self._source = place, secure, source

    def connect(self) -> None:
        source = (self._source, 0) if self._source else None
        self.sock = socket.create_connection(self._place, EACH, source)
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(
                self.sock, server_hostname=self.host
            )


def is_public(address: str) -> bool:
    """Whether an address belongs to the open internet, also after unpacking."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if ip.is_multicast or not ip.is_global:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if any(ip in network for network in TRANSLATED):
            return False
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        return is_public(str(inner)) if inner else True
    return True


def place_of(host: str, port: int, stand_in: dict[str, Any] | None) -> tuple[str, int]:
    """The checked address to connect to. Raises `RefusedError` or `NoNameError`."""
    if stand_in and host.endswith(tuple(stand_in["names"])):
        # The demonstration's made-up hosts, all served by one local process.
        if any(host == gone or host.endswith(f".{gone}") for gone in stand_in.get("gone", ())):
            raise NoNameError
        return stand_in["address"], stand_in["port"]
    if "%" in host:
        raise RefusedError
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", -5)):
            raise NoNameError from None
        raise
    except UnicodeError:
        raise RefusedError from None
    addresses = [str(entry[4][0]) for entry in found]
    # One address inside is enough to refuse: which one is taken must not be left to luck.
    if not addresses or not all(is_public(address) for address in addresses):
        raise RefusedError
    return addresses[0], port


def ask(url: str, method: str, question: dict[str, Any]) -> tuple[int, str | None, str]:
    """Status, where it points on to, and the host, of one request."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise RefusedError
    host = parts.hostname.rstrip(".")
    secure = parts.scheme == "https"
    try:
        port = parts.port or (443 if secure else 80)
    except ValueError:
        raise RefusedError from None
    if port not in (80, 443) and port < LOWEST_OPEN_PORT:
        raise RefusedError
    stand_in = question.get("stand_in")
    place = place_of(host, port, stand_in)
    local = stand_in is not None and place == (stand_in["address"], stand_in["port"])
    connection = _Connection(
        host, port, place, secure=secure and not local, source=question.get("source", "")
    )
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        named = host if port in (80, 443) else f"{host}:{port}"
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in (("Host", named), ("User-Agent", AGENT), ("Accept", "*/*"),
                            ("Range", "bytes=0-0"), ("Connection", "close")):  # fmt: skip
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Location"), host
    finally:
        connection.close()


def follow(question: dict[str, Any]) -> dict[str, Any]:
    """Ask, and go where we are sent, at most five times."""
    url = str(question["url"])
    first = ""
    for _ in range(MOST_REDIRECTS + 1):
        status, onward, host = ask(url, "HEAD", question)
        first = first or host
        if not 200 <= status < 400:  # noqa: PLR2004 - HTTP's own numbers
            # Some servers do not answer HEAD as they answer people.
            status, onward, host = ask(url, "GET", question)
        if status in (301, 302, 303, 307, 308) and onward:
            url = urljoin(url, onward)
            continue
        return {"outcome": outcome(status), "status": status, "host": first, "final_host": host}
    return {"outcome": "error", "status": None, "host": first, "final_host": host}


def outcome(status: int) -> str:
    """What a status says about the page."""
    if status in (404, 410):
        return f"gone_{status}"
    return "error" if status >= 500 or status in (408, 429) else "there"  # noqa: PLR2004


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """The answer to one question; no failure escapes."""
    host = ""
    try:
        host = (urlsplit(str(question.get("url"))).hostname or "").rstrip(".")
        return follow(question)
    except RefusedError:
        result = "refused"
    except NoNameError:
        result = "no_name"
    except (OSError, ValueError, http.client.HTTPException):
        result = "error"
    return {"outcome": result, "status": None, "host": host, "final_host": host}


def _too_long(*_: object) -> None:
    raise TimeoutError


def main() -> None:
    """Answer questions until there are none."""
    signal.signal(signal.SIGALRM, _too_long)
    for line in sys.stdin:
        question = json.loads(line)
        signal.setitimer(signal.ITIMER_REAL, min(float(question.get("seconds", WHOLE)), WHOLE))
        began = time.monotonic()
        result = answer(question)
        signal.setitimer(signal.ITIMER_REAL, 0)
        result["seconds"] = round(time.monotonic() - began, 2)
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
