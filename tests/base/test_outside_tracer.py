"""One set of tests for the tracer and its twin; the real one asks a registry on loopback."""

import http.server
import json
import threading
import time

import pytest
import whoisit

from copse.base.outside.checks import no_twins_in_a_real_install
from copse.base.outside.tracing import DemoTracer, Registries, RegistryTracer, tracer

VCARD = ["vcard", [["version", {}, "text", "4.0"]]]


def entity(role, name, email):
    card = ["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", name],
                      ["email", {}, "text", email]]]  # fmt: skip
    return {"objectClassName": "entity", "handle": name, "roles": [role], "vcardArray": card}


# Pinned answers in the registries' own form (RFC 9083), for networks kept for documentation.
NETWORK = {
    "objectClassName": "ip network", "handle": "NET-8", "startAddress": "8.8.8.0",
    "endAddress": "8.8.8.255", "ipVersion": "v4", "name": "ALDER", "country": "US",
    "cidr0_cidrs": [{"v4prefix": "8.8.8.0", "length": 24}],
    "entities": [entity("abuse", "Alder Abuse", "Abuse@alder.test"),
                 entity("technical", "Alder Tech", "noc@alder.test")],
}  # fmt: skip
DOMAIN = {
    "objectClassName": "domain", "handle": "D1", "ldhName": "pictures.com",
    "entities": [entity("registrant", "Pictures", "owner@pictures.test"),
                 entity("abuse", "Oak Registrar", "abuse@oak.test")],
}  # fmt: skip


class Registry(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        found = {"/ip/8.8.8.8": NETWORK, "/domain/pictures.com": DOMAIN}.get(self.path)
        content = json.dumps(found or {}).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/rdap+json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args): ...


@pytest.fixture
def registry():
    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    served.asked = []
    threading.Thread(target=served.serve_forever, args=(0.05,), daemon=True).start()
    yield served
    served.shutdown()
    served.server_close()
    whoisit.clear_bootstrapping()


@pytest.fixture
def real(registry):
    url = [f"http://127.0.0.1:{registry.server_port}/"]
    services = {
        "asn": [[["1-64000"], url]],
        "dns": [[["com"], url]],
        "ipv4": [[["8.0.0.0/8"], url]],
        "ipv6": [[["2001::/16"], url]],
        "object": [[["me@x.test"], ["ARIN"], url]],
    }
    data = {name: {"services": entries} for name, entries in services.items()}
    whoisit.clear_bootstrapping()
    registries = Registries(json.dumps({**data, "timestamp": int(time.time())}), insecure=True)
    names = {"www.pictures.com": ["8.8.8.8"]}
    return RegistryTracer(
        lambda host: names[host], lambda _: "AS64496", registries.network, registries.domain
    )


@pytest.fixture(params=["real", "twin"])
def either(request):
    if request.param == "twin":
        return DemoTracer(), "www.pictures.example", "nowhere.example"
    return request.getfixturevalue("real"), "www.pictures.com", "nowhere.com"


def test_a_host_is_traced_to_its_network_and_country(either):
    its, host, _ = either
    found = its.trace(host)
    assert found.host == host
    assert found.address.count(".") == 3
    assert "/" in found.network
    assert found.asn == "AS64496"
    assert len(found.country) == 2


def test_contacts_stand_in_the_order_they_are_asked(either):
    its, host, _ = either
    kinds = [contact.kind for contact in its.trace(host).contacts]
    assert kinds[:3] == ["abuse", "owner", "registrar"]
    emails = [contact.email for contact in its.trace(host).contacts]
    assert len(set(emails)) == len(emails)
    assert all(email == email.lower() and "@" in email for email in emails)


def test_case_and_a_last_dot_do_not_matter(either):
    its, host, _ = either
    assert its.trace(f"{host.upper()}.") == its.trace(host)


def test_a_name_that_is_not_there_has_no_address_and_raises_nothing(either):
    its, _, nowhere = either
    found = its.trace(nowhere)
    assert (found.address, found.contacts) == ("", ())


def test_the_registry_is_asked_for_hosts_only(real, registry):
    real.trace("www.pictures.com")
    assert set(registry.asked) <= {"/ip/8.8.8.8", "/domain/pictures.com"}


def test_tests_and_demo_have_the_twin():
    assert isinstance(tracer(), DemoTracer)


def test_a_real_install_with_a_twin_refuses_to_start(settings, monkeypatch):
    settings.COPSE = settings.COPSE.model_copy(update={"mode": "real"})
    assert no_twins_in_a_real_install() == []
    monkeypatch.setattr("copse.base.outside.checks.tracer", DemoTracer)
    assert [error.id for error in no_twins_in_a_real_install()] == ["copse.E010"]
