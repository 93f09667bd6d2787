"""What every call over the network shares: whom to believe near, and what to say when nobody answers."""

import ipaddress

from copse.kit.errors import LaterError


class Unreachable(LaterError):  # noqa: N818 - named for the state
    """The server did not answer, or not as agreed; the same call may succeed later."""

    code = "unreachable"


def is_this_machine(host: str | None) -> bool:
    """Whether a host's name says this machine itself, where plain http may do."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
