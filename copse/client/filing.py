"""Takes reports from the spool to the gateway, step by step, each written down before the next."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from hashlib import md5, sha256
from typing import Any, BinaryIO

from copse.client import report
from copse.client.cybertipline import About, file_xml, report_xml
from copse.client.report import Ended, FileChanged, Gateway, NotTaken
from copse.client.spool import ENDED, Filing, Spool, State, number_of
from copse.kit.errors import InputError
from copse.kit.scanning import findings

BLOCK = 1 << 20


def taken_in(
    spool: Spool, gateway: str, about: About, line: dict[str, Any], *, now: datetime, attach: bool
) -> Filing:
    """Put the report on a match line into the spool, or find the one that is there."""
    path, digest = findings.path_of(line), line["fingerprint"]["sha256"]
    filing = Filing(
        number=number_of(gateway, path, digest),
        gateway=gateway,
        state=State.WAITING,
        made=now.isoformat(),
        sha256=digest,
        about=about.model_dump(mode="json"),
        line=line,
        attach=path.hex() if attach else None,
    )
    return filing if spool.take_in(filing) else spool.get(filing.number)


def send(spool: Spool, number: str, gateway: Gateway) -> Filing:
    """Take one report as far as it goes; what is left stays in the spool.

    Raises the gateway's errors: `LaterError` to be tried again, `NotAllowed` for the login.
    What the gateway refuses for good ends as `State.REFUSED`, with its reason in `said`.
    """
    with spool.held(number):
        filing = spool.get(number)
        while filing.state not in ENDED:
            filing = _step(filing, gateway)
            spool.keep(filing)
        return filing


def retract(spool: Spool, number: str, gateway: Gateway) -> Filing:
    """Withdraw a report that is not finished yet. Raises `Ended` when it is."""
    with spool.held(number):
        filing = spool.get(number)
        if filing.state == State.FINISHED:
            raise Ended(f"Report {number} is finished, and a finished report stays.")
        if filing.report_id is not None and filing.state != State.RETRACTED:
            gateway.retract(filing.report_id, filing.request_id("retract"))
        filing = filing.ended(State.RETRACTED)
        spool.keep(filing)
        return filing


def _step(filing: Filing, gateway: Gateway) -> Filing:
    try:
        return STEPS[filing.state](filing, gateway)
    except Ended as error:
        return _ended(filing, int(str(error.facts["answer"])))
    except (NotTaken, FileChanged) as error:
        return filing.ended(State.REFUSED, said=error.sentence)


def _ended(filing: Filing, answer: int) -> Filing:
    if answer == report.FINISHED:
        return filing.ended(State.FINISHED, said="The gateway had it already.")
    if answer == report.RETRACTED:
        return filing.ended(State.RETRACTED)
    # It was left open too long and dropped there: nothing was filed, so it begins anew.
    return replace(
        filing, state=State.WAITING, attempt=filing.attempt + 1, report_id=None, file_id=None
    )


def _submit(filing: Filing, gateway: Gateway) -> Filing:
    about, line = _content(filing)
    xml = report_xml(about, line, datetime.fromisoformat(filing.made))
    number = gateway.submit(xml, filing.request_id("submit"))
    return replace(filing, state=State.SUBMITTED, report_id=number)


def _upload(filing: Filing, gateway: Gateway) -> Filing:
    if filing.attach is None:
        return replace(filing, state=State.DESCRIBED)
    path = bytes.fromhex(filing.attach)
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib has no bytes
            digest = _digest(file, filing.sha256)
            name = os.path.basename(path).decode("utf-8", "replace")  # noqa: PTH119 - the same
            answer = gateway.upload(_number(filing), name, file, filing.request_id("upload"))
    except OSError as error:
        raise FileChanged(f"The file to be attached cannot be read: {error.strerror}.") from None
    if answer.md5 is not None and answer.md5 != digest:
        raise NotTaken("The gateway holds other bytes than were sent. Retract the report.")
    return replace(filing, state=State.UPLOADED, file_id=answer.file_id)


def _digest(file: BinaryIO, wanted: str) -> str:
    """The MD5, which the gateway answers with; the SHA-256 must be what was matched."""
    one, other = md5(usedforsecurity=False), sha256()
    while block := file.read(BLOCK):
        one.update(block)
        other.update(block)
    if other.hexdigest() != wanted:
        raise FileChanged("The file is not the one that was matched any more. Scan it again.")
    return one.hexdigest()


def _describe(filing: Filing, gateway: Gateway) -> Filing:
    about, line = _content(filing)
    xml = file_xml(_number(filing), filing.file_id or "", about, line)
    gateway.fileinfo(xml, filing.request_id("fileinfo"))
    return replace(filing, state=State.DESCRIBED)


def _finish(filing: Filing, gateway: Gateway) -> Filing:
    files = gateway.finish(_number(filing), filing.request_id("finish"))
    return filing.ended(State.FINISHED, files=files)


def _content(filing: Filing) -> tuple[About, dict[str, Any]]:
    if filing.about is None or filing.line is None:
        raise InputError(f"Report {filing.number} has lost its content; report the match again.")
    return About.model_validate(filing.about), filing.line


def _number(filing: Filing) -> int:
    assert filing.report_id is not None
    return filing.report_id


STEPS: dict[State, Callable[[Filing, Gateway], Filing]] = {
    State.WAITING: _submit,
    State.SUBMITTED: _upload,
    State.UPLOADED: _describe,
    State.DESCRIBED: _finish,
}
