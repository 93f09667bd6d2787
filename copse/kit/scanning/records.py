"""A fingerprint as one line of JSON, and back: for the ledger and for results."""

import json

from copse.kit.hashing import Fingerprint, Frame, Problem


def dumped(fingerprint: Fingerprint) -> str:
    """One line of JSON."""
    return json.dumps(fingerprint.as_dict(), separators=(",", ":"))


def loaded(text: str) -> Fingerprint:
    """What `dumped` wrote."""
    told = json.loads(text)
    told["frames"] = tuple(Frame(**one) for one in told["frames"])
    told["problem"] = Problem(**told["problem"]) if told["problem"] else None
    return Fingerprint(**told)
