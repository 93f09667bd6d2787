"""Fetch lists over the network: a publisher's public folder, or the pages of a hash exchange.

What arrives is not believed here: `copse.kit.lists.pull` checks signatures and sums. Here are the
bounds: https only (but for this machine itself), no redirect to another host, no compressed bodies,
a size that is never passed, and an end to waiting.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Self

import httpx

from copse.client.network import Unreachable, is_this_machine
from copse.kit.errors import InputError, RefusedError
from copse.kit.exchange import hashsharing
from copse.kit.exchange.reading import Reading, stamp
from copse.kit.lists.entry import Entry

TIMEOUT = httpx.Timeout(30, connect=10)
# Beyond this, and at less than this many bytes a second, a server only keeps us waiting.
PATIENCE = 60
SLOWEST = 20_000
MOST_REDIRECTS = 3
MOST_RESUMED = 5
MOST_PAGE = 64 << 20
MOST_PAGES = 100_000
OK, PARTIAL = 200, 206


class BadAddress(InputError):  # noqa: N818 - named for the state
    """The address is none that lists are fetched from."""

    code = "bad-address"


class Refused(RefusedError):  # noqa: N818 - named for the state
    """The server does not let us in, or sends us elsewhere."""

    code = "refused"


class Server:
    """One host that lists are fetched from; close it, or use it as a context."""

    def __init__(
        self,
        address: str,
        *,
        token: str = "",
        login: tuple[str, str] | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Prepare to fetch.

        Args:
            address: of the folder, `https://host/path`; plain http for this machine only.
            token: a bearer token, sent to this host only.
            login: user and password instead.
            transport: another way to send requests, such as a proxy.

        Raises:
            BadAddress: another scheme, no host, or a password inside the address.
        """
        self.base = _checked(address)
        headers = {"User-Agent": "copse-list", "Accept-Encoding": "identity"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._client = httpx.Client(
            headers=headers, auth=login, timeout=TIMEOUT, transport=transport, trust_env=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def __call__(self, name: str, most: int) -> Iterator[bytes]:
        """The bytes of a file beside the address; a broken connection is taken up again.

        Args:
            name: of the file, or a path with its query.
            most: no more than one byte beyond this is handed out.

        Raises:
            Unreachable, Refused: as their names say.
        """
        url = httpx.URL(f"{str(self.base).rstrip('/')}/{name.lstrip('/')}")
        deadline = time.monotonic() + PATIENCE + most / SLOWEST
        taken = 0
        for _ in range(MOST_RESUMED):
            try:
                for piece in self._from(url, taken, most + 1 - taken, deadline):
                    taken += len(piece)
                    yield piece
            except (httpx.TransportError, httpx.StreamError) as error:
                if not taken or isinstance(error, httpx.TimeoutException):
                    raise _unreachable(url, type(error).__name__) from None
                continue
            return
        raise _unreachable(url, "the connection broke again and again")

    def _from(self, url: httpx.URL, start: int, most: int, deadline: float) -> Iterator[bytes]:
        headers = {"Range": f"bytes={start}-"} if start else {}
        for _ in range(MOST_REDIRECTS + 1):
            with self._client.stream("GET", url, headers=headers) as response:
                if response.has_redirect_location:
                    url = self._redirected(url, response)
                    continue
                _check(url, response, start)
                yield from _bounded(url, response, most, deadline)
                return
        raise Refused(f"{url.host} redirects in circles. Ask for the list's own address.")

    def _redirected(self, url: httpx.URL, response: httpx.Response) -> httpx.URL:
        target = url.join(response.headers["Location"])
        if _origin(target) != _origin(self.base):
            raise Refused(
                f"{url.host} sends us to another host, {target.host}. If that is right, give its "
                "address yourself.",
                code="redirected",
            )
        return target


def _checked(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        raise BadAddress("This is no address. Write it as https://host/path.") from None
    if url.userinfo:
        raise BadAddress("Leave user and password out of the address: it ends up in logs.")
    here = url.scheme == "http" and is_this_machine(url.host)
    if not url.host or not (url.scheme == "https" or here):
        raise BadAddress("Lists are fetched over https only. Write https://host/path.")
    if url.query or url.fragment:
        raise BadAddress("The address of a list's folder has no “?” and no “#”.")
    return url


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    default = {"https": 443, "http": 80}.get(url.scheme)
    return url.scheme, url.host, url.port or default


def _check(url: httpx.URL, response: httpx.Response, start: int) -> None:
    status = response.status_code
    if status in {401, 403}:
        raise Refused(
            f"{url.host} does not let us in (status {status}). Look at the token or the password."
        )
    if start and status == OK:
        raise _unreachable(url, "it cannot go on where it broke off")
    told = response.headers.get("Content-Range", f"bytes {start}-")
    if status != (PARTIAL if start else OK) or not told.startswith(f"bytes {start}-"):
        raise _unreachable(url, f"status {status}")
    # A small body that unfolds to a large one would pass every bound before it is counted.
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise _unreachable(url, "it compresses what was asked for as it is")


def _bounded(
    url: httpx.URL, response: httpx.Response, most: int, deadline: float
) -> Iterator[bytes]:
    for piece in response.iter_raw():
        if time.monotonic() > deadline:
            raise _unreachable(url, "it takes too long")
        yield piece[:most]
        most -= len(piece)
        if most <= 0:
            return


def _unreachable(url: httpx.URL, why: str) -> Unreachable:
    return Unreachable(
        f"{url.host} did not send {url.path}: {why}. Nothing was changed. Try again later.",
        host=url.host,
    )


def exchange_entries(
    server: Server, start: datetime, end: datetime, *, readings: list[Reading] | None = None
) -> Iterator[Entry]:
    """Every entry of a hash exchange that changed in a time, page after page.

    Entries come in no order of time, so nothing may be believed of a time until this has ended.

    Args:
        server: whose address is what stands before `/v2`.
        start: of the time.
        end: of the time.
        readings: filled with each page's reading, for counting problems.

    Raises:
        BadList: a page is no hash exchange.
        Unreachable, Refused: a page cannot be had, or pages lead in a circle.
    """
    path = str(httpx.URL("/v2/entries", params={"from": stamp(start), "to": stamp(end)}))
    seen: set[str] = set()
    while path:
        if path in seen or len(seen) >= MOST_PAGES:
            raise Refused(f"{server.base.host} leads in circles from page to page.")
        seen.add(path)
        with SpooledTemporaryFile(1 << 20) as page:
            for piece in server(path, MOST_PAGE):
                page.write(piece)
            page.seek(0)
            reading = hashsharing.read(page, now=datetime.now(UTC))  # type: ignore[arg-type]
            if readings is not None:
                readings.append(reading)
            yield from reading
        path = _next(str(reading.header.get("next", "")))


def _next(path: str) -> str:
    """The path of the next page, which stays below the address that was given."""
    if path and (not path.startswith("/") or path.startswith("//") or ".." in path):
        raise Refused("The exchange names a next page that is no path of its own.")
    return path
