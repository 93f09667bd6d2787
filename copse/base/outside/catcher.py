"""The demonstration's mail catcher: takes every mail, delivers none, keeps each as a file.

`python -m copse.base.outside.catcher --home FOLDER --port PORT`, on loopback only. Mail to a token
address (`reply+…@`) is put into the install's own inbox, so that answers find their way.
"""

import argparse
import asyncio
import mailbox
import os
import signal
import time
import uuid
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from copse.base.outside import demo

MOST_KEPT = 500


class Catcher:
    """Keeps what it is given."""

    def __init__(self, home: Path) -> None:
        self.caught = demo.mail_folder(home)
        self.inbox = demo.inbox_folder(home)
        self.caught.mkdir(parents=True, exist_ok=True, mode=0o700)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        del server, session
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        name = f"{time.time_ns()}-{uuid.uuid4().hex[:8]}.eml"
        to = ", ".join(envelope.rcpt_tos)
        partial = self.caught / f"{name}.part"
        partial.write_bytes(f"X-Original-To: {to}\r\n".encode() + content)
        partial.rename(self.caught / name)
        self._forget_oldest()
        if any("+" in address.partition("@")[0] for address in envelope.rcpt_tos):
            self._deliver(to, content)
        return "250 Kept"

    def _deliver(self, to: str, content: bytes) -> None:
        self.inbox.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        message = message_from_bytes(content, policy=policy.default)
        message["Delivered-To"] = to
        mailbox.Maildir(self.inbox, create=True).add(message.as_bytes())

    def _forget_oldest(self) -> None:
        for old in sorted(self.caught.glob("*.eml"))[:-MOST_KEPT]:
            old.unlink(missing_ok=True)


def serving(home: Path, port: int) -> Controller:
    """A started catcher; call its `stop()`."""
    controller = Controller(Catcher(home), hostname=demo.LOOPBACK, port=port, decode_data=False)
    controller.start()
    return controller


def main() -> None:
    """Catch until told to stop."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--home", type=Path, default=os.environ.get("COPSE_HOME", "var/demo"))
    web = int(os.environ.get("COPSE_PORT", "8000"))
    options.add_argument("--port", type=int, default=web + 1)
    chosen = options.parse_args()
    controller = serving(Path(chosen.home), chosen.port)
    try:
        asyncio.run(_until_stopped())
    finally:
        controller.stop()


async def _until_stopped() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()


if __name__ == "__main__":
    main()
