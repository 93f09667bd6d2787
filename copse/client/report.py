"""Sends reports to a gateway that speaks the CyberTipline calls: submit, upload, fileinfo, finish.

What must hold, whatever is killed when: a report is never filed twice and never lost. Every step
is written into the spool before the next; a call is retried under the same Request-ID, by which
our gateway answers with what it did the first time. A gateway that knows no such header may be
left with an opened report that nobody finishes; it drops that by itself after a day.
`finish` is the only step that files, and its retry is answered with "already finished".
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self
from urllib.parse import urlsplit

import httpx

from copse.client.cybertipline import Answer, read_answer
from copse.client.network import Unreachable, is_this_machine
from copse.kit.errors import InputError, LaterError, RefusedError

XML = {"Content-Type": "text/xml; charset=UTF-8"}
TRIES = 4  # for one call; then the report waits in the spool for the next run
FIRST_PAUSE = 0.5  # seconds, doubled each time
SUCCESS = 0
GONE, RETRACTED, FINISHED = 5001, 5101, 5102


class Unsafe(InputError):  # noqa: N818 - named for the state
    """A password must not travel, or lie, where others can read it."""

    code = "unsafe"


class NotTaken(InputError):  # noqa: N818 - named for the state
    """The gateway refuses the report as it is; `answer` is its code."""

    code = "not-taken"


class NotAllowed(RefusedError):  # noqa: N818 - named for the state
    """The gateway does not know this user, or does not let it report."""

    code = "not-allowed"


class Ended(InputError):  # noqa: N818 - named for the state
    """The gateway says that the report does not exist, is retracted, or finished (`answer`)."""

    code = "ended"


class FileChanged(InputError):  # noqa: N818 - named for the state
    """The file to be attached is not the one that was matched."""

    code = "file-changed"


@dataclass(frozen=True)
class Login:
    """Who we are to the gateway. Never taken from a command line, where others can read it."""

    user: str
    password: str

    def __repr__(self) -> str:
        return f"Login({self.user!r}, …)"


def read_login(path: Path | None) -> Login:
    """The login from a file of two lines (user, password), else from the environment.

    Raises `Unsafe` when there is none, or when others may read the file.
    """
    if path is None:
        user, password = (
            os.environ.get(f"COPSE_GATEWAY_{one}", "") for one in ("USER", "PASSWORD")
        )
    else:
        try:
            loose = path.stat().st_mode & 0o077
            user, _, password = path.read_text("utf-8").strip().partition("\n")
        except (OSError, UnicodeDecodeError):
            raise Unsafe(f"The login file {path} cannot be read.") from None
        if loose:
            raise Unsafe(f"Others can read {path}. Run `chmod 600` on it, and change the password.")
    if not user.strip() or not password.strip():
        raise Unsafe(
            "There is no login. Set COPSE_GATEWAY_USER and COPSE_GATEWAY_PASSWORD, or name a file "
            "of two lines, user and password, with --login."
        )
    return Login(user.strip(), password.strip())


class Gateway:
    """The seven calls, each answered or an error grouped by what to do about it."""

    def __init__(
        self,
        url: str,
        login: Login,
        *,
        timeout: float = 30.0,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Talk to the gateway at `url` (its part before `/submit`). Raises `Unsafe` over http."""
        told = urlsplit(url)
        if told.username or told.password:
            raise Unsafe("Leave user and password out of the address: it ends up in logs.")
        here = told.scheme == "http" and is_this_machine(told.hostname)
        if not told.hostname or not (told.scheme == "https" or here):
            raise Unsafe(f"{url} is not https: the password would travel in the open.")
        self.url = url.rstrip("/")
        # No redirects: the password is for this gateway only.
        self._http = httpx.Client(
            auth=(login.user, login.password), timeout=timeout, follow_redirects=False
        )
        self._pause = pause

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def status(self) -> str:
        """What the gateway says of itself and of us."""
        return self._call("GET", "status", "status").description

    def submit(self, xml: bytes, request_id: str) -> int:
        """Open a report; its number there."""
        answer = self._call("POST", "submit", request_id, content=xml, headers=XML)
        if answer.report_id is None:
            raise Unreachable("The gateway took the report and gave it no number.")
        return answer.report_id

    def upload(self, report_id: int, name: str, file: BinaryIO, request_id: str) -> Answer:
        """Send a file into an open report; the answer has `file_id` and `md5`."""
        answer = self._call(
            "POST", "upload", request_id, data={"id": str(report_id)},
            files={"file": (name, file, "application/octet-stream")}, rewind=file,
        )  # fmt: skip
        if answer.file_id is None:
            raise Unreachable("The gateway took the file and gave it no number.")
        return answer

    def fileinfo(self, xml: bytes, request_id: str) -> None:
        """Say what is known of an uploaded file."""
        self._call("POST", "fileinfo", request_id, content=xml, headers=XML)

    def finish(self, report_id: int, request_id: str) -> tuple[str, ...]:
        """File the report for good; the numbers of its files."""
        told = {"id": (None, str(report_id))}
        return self._call("POST", "finish", request_id, files=told).files

    def retract(self, report_id: int, request_id: str) -> None:
        """Withdraw an open report."""
        self._call("POST", "retract", request_id, files={"id": (None, str(report_id))})

    def _call(
        self,
        method: str,
        call: str,
        request_id: str,
        *,
        headers: dict[str, str] | None = None,
        rewind: BinaryIO | None = None,
        **what: Any,
    ) -> Answer:
        told = {**(headers or {}), "Request-ID": request_id}
        for attempt in range(TRIES):
            if rewind is not None:
                rewind.seek(0)
            try:
                return self._once(method, call, told, **what)
            except LaterError:
                if attempt == TRIES - 1:
                    raise
                self._pause(FIRST_PAUSE * 2**attempt)
        raise AssertionError

    def _once(self, method: str, call: str, headers: dict[str, str], **what: Any) -> Answer:
        try:
            reply = self._http.request(method, f"{self.url}/{call}", headers=headers, **what)
        except httpx.HTTPError as error:
            raise Unreachable(
                f"The gateway did not answer to {call}: {type(error).__name__}."
            ) from None
        if reply.status_code == httpx.codes.UNAUTHORIZED:
            raise NotAllowed("The gateway does not take this login. Look at user and password.")
        if reply.status_code >= httpx.codes.INTERNAL_SERVER_ERROR and not reply.content:
            raise Unreachable(f"The gateway answered {reply.status_code} to {call}.")
        return checked(read_answer(reply.content), call)


def checked(answer: Answer, call: str) -> Answer:
    """The answer if it is a success, whatever the HTTP status; else an error by its code."""
    code, words = answer.code, answer.description or "no reason"
    if code == SUCCESS:
        return answer
    facts: dict[str, Any] = {"answer": code, "call": call}
    if code in (GONE, RETRACTED, FINISHED):
        raise Ended(f"The gateway says of this report: {words} ({code}).", **facts)
    if code in range(2000, 4000):
        raise NotAllowed(f"The gateway does not allow {call}: {words} ({code}).", **facts)
    if code in range(4000, 6000):
        raise NotTaken(f"The gateway does not take {call} as it is: {words} ({code}).", **facts)
    raise Unreachable(f"The gateway could not do {call}: {words} ({code}).", **facts)
