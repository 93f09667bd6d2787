"""The made-up providers of the demonstration, and which made-up hosts are theirs."""

from dataclasses import dataclass
from zlib import crc32

from copse.base.outside.tracing import Contact, Trace

RESERVED = (".example", ".test")


@dataclass(frozen=True)
class Provider:
    """A company that exists in Arbora only; networks are those reserved for documentation."""

    name: str
    mail_domain: str
    address: str
    network: str
    asn: str
    country: str


PROVIDERS = (
    Provider("Alder Hosting", "alderhost.example", "192.0.2.10", "192.0.2.0/25", "AS64496", "XA"),
    Provider("Birch Cloud", "birchcloud.example", "198.51.100.20", "198.51.100.0/24", "AS64497",
             "XA"),
    Provider("Cedar Servers", "cedarservers.example", "203.0.113.30", "203.0.113.0/24", "AS64498",
             "XB"),
)  # fmt: skip
REGISTRAR = Contact("registrar", "abuse@oakregistrar.example", "Oak Registrar")
# Hosts with a story: one that moved, one whose host never answers, one that is not there.
NAMED = {"pictures.example": 0, "forum.example": 1, "files.example": 2, "slowhost.example": 2}
NOWHERE = ("nowhere.example", "nowhere.test")


def trace(host: str) -> Trace:
    """The same answer every time: by name, or spread over the providers."""
    site = ".".join(host.split(".")[-2:])
    if not host.endswith(RESERVED) or site in NOWHERE:
        return Trace(host, "", "", "", "", ())
    provider = PROVIDERS[NAMED.get(site, crc32(site.encode()) % len(PROVIDERS))]
    return Trace(
        host=host,
        address=provider.address,
        network=provider.network,
        asn=provider.asn,
        country=provider.country,
        contacts=(
            Contact("abuse", f"abuse@{provider.mail_domain}", provider.name),
            Contact("owner", f"webmaster@{site}", site),
            REGISTRAR,
        ),
    )
