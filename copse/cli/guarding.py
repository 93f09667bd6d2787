"""`copse guard`: the guard as a service on this machine."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from copse.cli.asking import ListFolders, Mode, ModeName
from copse.client.network import is_this_machine
from copse.kit.errors import InputError

SHORTEST_TOKEN = 16
BACKLOG = 128


class Exposed(InputError):  # noqa: N818 - named for the state
    """A guard that others can reach must know who asks."""

    code = "exposed"


def guard_uploads(
    lists: ListFolders,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = 8799,
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    mode: Mode = ModeName.FULL,
    hold_from: Annotated[
        int | None, typer.Option(min=1, max=31, help="Hold, not block, from this distance on.")
    ] = None,
    allow_others: Annotated[bool, typer.Option(help="Let in what is no picture.")] = False,
    hold_flat: Annotated[bool, typer.Option(help="Hold nearly flat pictures.")] = False,
    workers: Annotated[int, typer.Option(min=0, help="Decoders; 0: one a processor.")] = 0,
    most_bytes: Annotated[int, typer.Option(min=1, help="Of one upload.")] = 50_000_000,
    seconds: Annotated[float, typer.Option(min=0.1, help="For one upload to arrive.")] = 30.0,
    at_once: Annotated[int, typer.Option(min=1, help="Uploads in memory together.")] = 32,
    patience: Annotated[
        float, typer.Option(min=0.1, help="Seconds for a check; then the upload is held.")
    ] = 10.0,
    token_file: Annotated[
        Path | None, typer.Option(help="A file with the token to ask for; else COPSE_GUARD_TOKEN.")
    ] = None,
) -> None:
    """Answer upload handlers over HTTP: allow, hold or block, with the reason.

    POST the bytes, or a fingerprint as JSON, to /v1/check; /openapi.json
    describes it all.
    """
    from copse.client.guard import Guard, Policy
    from copse.client.guard_service import Limits, service
    from copse.kit.scanning import processors

    token = _token(token_file)
    if not is_this_machine(host) and token is None:
        raise Exposed(f"On {host} others can ask, too. Set COPSE_GUARD_TOKEN or name --token-file.")
    policy = Policy(hold_from, allow_others, hold_flat)
    guard = Guard(lists, policy=policy, mode=mode.value)
    limits = Limits(most_bytes, seconds, at_once, workers or processors(), patience, token)
    _serve(service(guard, limits), host, port, guard.warm_up)


def _token(path: Path | None) -> str | None:
    if path is None:
        token = os.environ.get("COPSE_GUARD_TOKEN", "").strip()
    else:
        try:
            token = path.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            raise InputError(f"The token cannot be read from {path}.") from None
    if token and len(token) < SHORTEST_TOKEN:
        raise InputError(f"The token is shorter than {SHORTEST_TOKEN} signs. Take a longer one.")
    return token or None


def _serve(app: object, host: str, port: int, warm_up: Callable[[], None]) -> None:
    import socket

    import uvicorn

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named, or asyncio leaves Nagle's delay on: 40 ms for every answer.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise InputError(
            f"{host} port {port} cannot be used: {error.strerror}. Choose another with --port."
        ) from None
    warm_up()
    # No access log: who uploads what is nobody's business here.
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]  # an ASGI application
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=30,
    )
    shown = f"[{host}]" if ":" in host else host
    print(f"Guarding on http://{shown}:{listening.getsockname()[1]}/v1/check", file=sys.stderr)
    uvicorn.Server(config).run(sockets=[listening])
