"""The guard as a small HTTP service, for upload handlers in any language.

    POST /v1/check   the bytes themselves, or a fingerprint as application/json
    GET  /healthz    whether it serves, and which version of which list
    GET  /openapi.json

A body is read into memory up to a limit, checked and forgotten. Nothing of it, no address and no
name is written anywhere. A page in a browser cannot ask: a request with an Origin is refused.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from anyio import CapacityLimiter, WouldBlock, to_thread
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from copse.client.guard import Guard, Verdict
from copse.kit.errors import CopseError, InputError, LaterError, RefusedError
from copse.kit.hashing import HASHER, Fingerprint

JSON_LIMIT = 4096


Pdq = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Md5 = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
Sha1 = Annotated[str, Field(pattern="^[0-9a-f]{40}$")]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Labels = list[str]


class FingerprintIn(BaseModel):
    """A fingerprint made elsewhere; at least one of its values must be given."""

    model_config = ConfigDict(extra="forbid", strict=True)

    pdq: Pdq | None = None
    quality: Annotated[int, Field(ge=0, le=100)] | None = None
    md5: Md5 | None = None
    sha1: Sha1 | None = None
    sha256: Sha256 | None = None


class MatchOut(BaseModel):
    """One entry of one list, how it was found, and how far away (bits of 256; PDQ only)."""

    list: str
    entry: str
    how: str
    distance: int | None
    labels: Labels
    standing: str


class VerdictOut(BaseModel):
    """What to do with the upload."""

    verdict: Annotated[str, Field(pattern="^(allow|hold|block)$")]
    code: str
    reason: str
    matches: list[MatchOut]
    more: bool


class ListOut(BaseModel):
    """A list that is served."""

    name: str
    version: int
    entries: int
    stale: bool


class HealthOut(BaseModel):
    """That the service serves."""

    status: str
    lists: list[ListOut]


class ErrorOut(BaseModel):
    """What went wrong: a stable code, and a sentence that says what to do."""

    code: str
    sentence: str


@dataclass(frozen=True)
class Limits:
    """What one service takes.

    Attributes:
        body: most bytes of an upload.
        seconds: for an upload to arrive.
        at_once: uploads in memory at the same time; the next is told to try again.
        decoders: uploads decoded at the same time; the others wait.
        patience: seconds for a check, waiting included; then the upload is held unchecked.
        token: what a caller must know; None: nothing.
    """

    body: int = 50_000_000
    seconds: float = 30.0
    at_once: int = 32
    decoders: int = 2
    patience: float = 10.0
    token: str | None = None


class Busy(LaterError):  # noqa: N818 - named for the state
    """As many checks as may be are at work; the same call may succeed in a moment."""

    code = "busy"


class TooLarge(InputError):  # noqa: N818 - named for the state
    """The body is larger than this service takes."""

    code = "too-large"


class TooSlowly(InputError):  # noqa: N818 - named for the state
    """The body did not arrive in time."""

    code = "too-slowly"


STATUS: tuple[tuple[type[CopseError], int], ...] = (
    (TooLarge, 413),
    (TooSlowly, 408),
    (InputError, 422),
    (LaterError, 503),
)
SLOW = Verdict("hold", "too-slow", "It could not be checked in time.")
ANSWERS: dict[int | str, dict[str, Any]] = {
    code: {"model": ErrorOut, "description": words}
    for code, words in (
        (401, "The token is missing or wrong."),
        (403, "A browser's page asked."),
        (408, "The body did not arrive in time."),
        (413, "The body is too large."),
        (422, "The fingerprint cannot be read."),
        (503, "Busy: try again in a moment."),
    )
}
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
            "application/json": {"schema": FingerprintIn.model_json_schema()},
        },
    }
}


def service(guard: Guard, limits: Limits) -> FastAPI:
    """The application; whoever serves it closes the guard."""
    # No pages of documentation: they would fetch scripts from elsewhere.
    app = FastAPI(title="Copse guard", version="1", docs_url=None, redoc_url=None)
    app.middleware("http")(_door(limits))
    app.exception_handler(CopseError)(_told)
    # A check that is given up still runs to its end, and keeps its decoder until then.
    decoders, inside = CapacityLimiter(limits.decoders), CapacityLimiter(limits.at_once)

    @app.post("/v1/check", responses=ANSWERS, openapi_extra=BODY, operation_id="check")
    async def check(request: Request) -> VerdictOut:
        """Say whether an upload may be let in, must wait, or is known material."""
        try:
            inside.acquire_on_behalf_of_nowait(request)
        except WouldBlock:
            raise Busy("As many uploads as may be are being checked. Try again.") from None
        try:
            body = await _body(request, limits)
            if _is_json(request):
                return _out(await to_thread.run_sync(guard.check, _fingerprint(body)))
            return _out(await _decoded(guard, body, limits, decoders))
        finally:
            inside.release_on_behalf_of(request)

    @app.get("/healthz", operation_id="health")
    async def health() -> HealthOut:
        """Say that the service serves, and with which lists."""
        lists = [
            ListOut(name=one.name, version=one.version, entries=len(one), stale=one.stale())
            for one in guard.lists
        ]
        return HealthOut(status="ok", lists=lists)

    return app


async def _decoded(guard: Guard, body: bytes, limits: Limits, decoders: CapacityLimiter) -> Verdict:
    try:
        async with asyncio.timeout(limits.patience):
            return await to_thread.run_sync(
                guard.check, body, abandon_on_cancel=True, limiter=decoders
            )
    except TimeoutError:
        return SLOW


def _is_json(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0]
    return kind.strip().lower() == "application/json"


async def _body(request: Request, limits: Limits) -> bytes:
    most = JSON_LIMIT if _is_json(request) else limits.body
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told) > most:
        raise _too_large(most)
    taken = bytearray()
    try:
        async with asyncio.timeout(limits.seconds):
            async for part in request.stream():
                taken += part
                if len(taken) > most:
                    raise _too_large(most)
    except TimeoutError:
        raise TooSlowly(f"The body did not arrive within {limits.seconds:g} seconds.") from None
    return bytes(taken)


def _too_large(most: int) -> TooLarge:
    return TooLarge(f"The body is larger than {most} bytes, the most this service takes.")


def _fingerprint(body: bytes) -> Fingerprint:
    try:
        told = FingerprintIn.model_validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        raise InputError(f"The fingerprint cannot be read: {place}: {first['msg']}.") from None
    if not (told.pdq or told.md5 or told.sha1 or told.sha256):
        raise InputError("The fingerprint is empty. Give pdq, md5, sha1 or sha256.")
    return Fingerprint(
        size=0, md5=told.md5, sha1=told.sha1, sha256=told.sha256, pdq=told.pdq,
        quality=told.quality, upright=None, frames=(), kind="unknown", width=None, height=None,
        mode="full", hasher=HASHER, problem=None,
    )  # fmt: skip


def _out(verdict: Verdict) -> VerdictOut:
    return VerdictOut(
        verdict=verdict.word,
        code=verdict.code,
        reason=verdict.reason,
        matches=[
            MatchOut(**{**asdict(one), "labels": list(one.labels)}) for one in verdict.matches
        ],
        more=verdict.more,
    )


Next = Callable[[Request], Awaitable[Response]]


def _door(limits: Limits) -> Callable[[Request, Next], Awaitable[Response]]:
    async def door(request: Request, call_next: Next) -> Response:
        if "origin" in request.headers:
            return _said(RefusedError("Pages in a browser may not ask this service."), 403)
        if limits.token is not None and request.url.path != "/healthz":
            told = request.headers.get("authorization", "")
            wanted = f"Bearer {limits.token}"
            if not hmac.compare_digest(told.encode(), wanted.encode()):
                answer = _said(RefusedError("Send the token as `Authorization: Bearer …`."), 401)
                answer.headers["WWW-Authenticate"] = "Bearer"
                return answer
        return await call_next(request)

    return door


async def _told(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, CopseError)
    status = next((status for kind, status in STATUS if isinstance(error, kind)), 500)
    answer = _said(error, status)
    if isinstance(error, LaterError):
        answer.headers["Retry-After"] = "1"
    return answer


def _said(error: CopseError, status: int) -> JSONResponse:
    return JSONResponse({"code": error.code, "sentence": error.sentence}, status)
