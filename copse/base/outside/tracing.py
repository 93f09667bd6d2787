"""Who hosts a page, and whom to write to: the host, then the site's owner, then the registrar."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, Protocol

from django.conf import settings

ContactKind = Literal["abuse", "owner", "registrar"]
SECONDS = 8.0


@dataclass(frozen=True)
class Contact:
    """Somebody who can take a page down."""

    kind: ContactKind
    email: str
    organisation: str


@dataclass(frozen=True)
class Trace:
    """What is known of a host. Contacts stand in the order they are to be asked.

    Empty text means that it could not be found out; an empty address, that there is no such name.
    """

    host: str
    address: str
    network: str
    asn: str
    country: str
    contacts: tuple[Contact, ...]


class Tracer(Protocol):
    """Finds who hosts a page. What cannot be found is left empty, never raised."""

    def trace(self, host: str) -> Trace: ...


@dataclass(frozen=True)
class RegistryTracer:
    """Names by DNS, networks and domains by RDAP. Asked about hosts only, never about pages."""

    addresses: Callable[[str], list[str]]
    origin: Callable[[str], str]
    network: Callable[[str], dict[str, Any]]
    domain: Callable[[str], dict[str, Any]]

    def trace(self, host: str) -> Trace:
        host = host.rstrip(".").lower()
        address = _literal(host) or next(iter(_quiet(self.addresses, host) or []), "")
        network = (_quiet(self.network, address) or {}) if address else {}
        domain = {} if _literal(host) else self._domain(host)
        return Trace(
            host=host,
            address=address,
            network=str(network.get("network") or ""),
            asn=(_quiet(self.origin, address) or "") if address else "",
            country=str(network.get("country") or "").upper()[:2],
            contacts=_in_order(network, domain),
        )

    def _domain(self, host: str) -> dict[str, Any]:
        # The registered name is one of the last labels; registries know which.
        labels = host.split(".")
        for size in range(2, min(len(labels), 4) + 1):
            found: dict[str, Any] | None = _quiet(self.domain, ".".join(labels[-size:]))
            if found:
                return found
        return {}


def _literal(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return ""


def _quiet(ask: Callable[[str], Any], value: str) -> Any:
    try:
        return ask(value)
    except Exception:  # noqa: BLE001 - registries fail in many ways; the trace is then less complete
        return None


def _in_order(network: dict[str, Any], domain: dict[str, Any]) -> tuple[Contact, ...]:
    found = [
        *_contacts("abuse", network, ("abuse",)),
        *_contacts("owner", domain, ("registrant", "technical")),
        *_contacts("registrar", domain, ("abuse", "registrar")),
        *_contacts("registrar", network, ("technical", "administrative")),
    ]
    once: dict[str, Contact] = {}
    for contact in found:
        once.setdefault(contact.email, contact)
    return tuple(once.values())


def _contacts(kind: ContactKind, answer: dict[str, Any], roles: tuple[str, ...]) -> list[Contact]:
    entities = answer.get("entities") or {}
    return [
        Contact(kind, entity["email"].strip().lower(), str(entity.get("name") or ""))
        for role in roles
        for entity in entities.get(role, [])
        if "@" in str(entity.get("email") or "")
    ]


def resolve(host: str) -> list[str]:
    """The addresses of a host, IPv4 first, within the time limit."""
    import dns.exception
    import dns.resolver

    found: list[str] = []
    for kind in ("A", "AAAA"):
        try:
            answer = dns.resolver.resolve(host, kind, lifetime=SECONDS)
        except dns.exception.DNSException:
            continue
        found += sorted(str(record) for record in answer)
    return found


def origin(address: str) -> str:
    """The number of the network's owner on the internet's map, from the public DNS zone for it."""
    import dns.resolver

    ip = ipaddress.ip_address(address)
    zone = "origin.asn.cymru.com" if ip.version == 4 else "origin6.asn.cymru.com"  # noqa: PLR2004
    reverse = ip.reverse_pointer.removesuffix(".in-addr.arpa").removesuffix(".ip6.arpa")
    answer = dns.resolver.resolve(f"{reverse}.{zone}", "TXT", lifetime=SECONDS)
    return f"AS{str(answer[0]).strip(chr(34)).split('|')[0].split()[0]}"


class Registries:
    """RDAP through `whoisit`: knows which registry to ask, and asks again after a day only."""

    def __init__(self, bootstrap: str | None = None, *, insecure: bool = False) -> None:
        self._bootstrap, self._insecure = bootstrap, insecure

    def network(self, address: str) -> dict[str, Any]:
        whoisit = self._ready()
        answer: dict[str, Any] = whoisit.ip(address, session=_session())
        return answer

    def domain(self, name: str) -> dict[str, Any]:
        whoisit = self._ready()
        answer: dict[str, Any] = whoisit.domain(name, session=_session(), follow_related=False)
        return answer

    def _ready(self) -> Any:
        import whoisit

        if whoisit.is_bootstrapped() and (
            self._bootstrap or not whoisit.bootstrap_is_older_than(7)
        ):
            return whoisit
        whoisit.clear_bootstrapping()
        if self._bootstrap:
            whoisit.load_bootstrap_data(self._bootstrap, allow_insecure=self._insecure)
        else:
            whoisit.bootstrap()
        return whoisit


def _session() -> Any:
    import requests

    class Limited(requests.Session):
        def request(self, *args: Any, **kwargs: Any) -> requests.Response:
            kwargs["timeout"] = SECONDS
            return super().request(*args, **kwargs)

    return Limited()


@lru_cache(maxsize=1)
def _real() -> Tracer:
    registries = Registries()
    return RegistryTracer(resolve, origin, registries.network, registries.domain)


@dataclass(frozen=True)
class DemoTracer:
    """Made-up providers for made-up hosts under names that can never exist."""

    def trace(self, host: str) -> Trace:
        from copse.base.outside.made_up import trace

        return trace(host.rstrip(".").lower())


def tracer() -> Tracer:
    """This install's tracer."""
    return _real() if settings.COPSE.mode == "real" else DemoTracer()
