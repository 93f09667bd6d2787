"""The pages of the frameworks, as people open and post them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from copse.strategy.models import Answer
from copse.strategy.models import Framework as Loaded
from tests.strategy.test_frameworks import arbora


@pytest.fixture
def office(office):
    """An office whose frameworks are loaded."""
    office.load_frameworks()
    return office


def text(response):
    return response.content.decode()


def node(name, code):
    return reverse("strategy:framework-node", args=[name, code])


def send(client, raw, name="arbora.yaml", **more):
    file = SimpleUploadedFile(name, raw)
    return client.post(reverse("strategy:framework-load"), {"file": file, **more}, follow=True)


def test_a_planner_answers_and_sees_how_far_it_goes(office, enter):
    client = enter(office.ines)
    there = node("itu-brief", "REP-1")
    page = text(client.get(there))
    assert "Nothing is known to be done." in page, "what a level means stands beside it"
    assert "REP-TTR" in page
    posted = {"value": "2", "note": "Decree 12 of 2026"}
    assert client.post(there, posted).status_code == 303
    page = text(client.get(there))
    assert "On paper" in page
    assert "Decree 12 of 2026" in page
    assert "Ines" in page
    page = text(client.get(reverse("strategy:frameworks")))
    assert "1 of 56" in page
    assert "38 not asked yet" in page, "of due diligence"
    listed = text(client.get(reverse("strategy:framework", args=["itu-brief"])))
    assert "<strong>On paper</strong>" in listed


def test_what_is_not_shown_is_refused_on_the_page_and_the_note_stays(office, enter):
    client = enter(office.ines)
    page = client.post(node("itu-brief", "LE-3"), {"value": "4", "note": "We are fast"})
    assert page.status_code == 200
    assert "LE-XB" in text(page)
    assert "Until then choose a level up to" in text(page)
    assert "We are fast" in text(page)
    with office.open():
        assert not Answer.objects.exists()


@pytest.mark.parametrize("posted", [{}, {"value": "9"}, {"value": "2", "note": "x" * 5001}])
def test_a_slip_is_shown_and_nothing_kept(office, enter, posted):
    page = enter(office.ines).post(node("itu-brief", "LE-3"), posted)
    assert "There is something to put right" in text(page)
    with office.open():
        assert not Answer.objects.exists()


def test_what_follows_names_who_answered_where_and_the_way(office, enter):
    client = enter(office.ines)
    client.post(node("mnr", "MNR-12"), {"value": "2"})
    page = text(client.get(node("itu-brief", "REP-1")))
    assert "Answered “In part” by Ines" in page
    assert "Here this reads “On paper”" in page
    assert "It asks the same." in page
    assert "<bdi>MNR-12</bdi> – <bdi>REP-1</bdi>" in page
    touched = text(client.get(node("itu-brief", "IND-4")))
    client.post(node("icmec", "ICMEC-5"), {"value": "yes"})
    assert "Answers that only touch it" not in touched
    assert "Answers that only touch it" in text(client.get(node("itu-brief", "IND-4")))


def test_a_question_that_is_not_asked_has_no_form(office, enter):
    client = enter(office.ines)
    there = node("due-diligence", "DD-2")
    page = text(client.get(there))
    assert "Asked only after one of these answers" in page
    assert "Keep the answer" not in page
    client.post(node("due-diligence", "DD-1"), {"value": "yes", "note": "The portal"})
    assert "Keep the answer" in text(client.get(there))


def test_the_short_tier_is_a_switch(office, enter):
    client = enter(office.ines)
    there = reverse("strategy:framework", args=["due-diligence"])
    everything, short = (text(client.get(one)) for one in (there, f"{there}?tier=short"))
    assert everything.count("<bdi>DD-") == 40
    assert short.count("<bdi>DD-") == 12
    assert "tier=short" not in text(client.get(reverse("strategy:framework", args=["lundy"])))


def test_the_law_is_answered_on_its_own_pages(office, enter):
    client = enter(office.karima)
    page = text(client.get(node("law", "LAW-1")))
    assert reverse("strategy:law-question", args=["LAW-1"]) in page
    assert "Keep the answer" not in page
    assert reverse("strategy:treaty", args=["TR-CRC"]) in text(
        client.get(node("treaties", "TR-CRC"))
    )


def test_a_file_is_looked_at_then_loaded(office, enter):
    client = enter(office.ines)
    assert "It is new here" in text(send(client, arbora(), look="1"))
    with office.open():
        assert not Loaded.objects.filter(urn__endswith=":arbora").exists()
    assert "Loaded: arbora, version 1." in text(send(client, arbora()))
    assert "arbora is here already." in text(send(client, arbora()))
    client.post(node("arbora", "A-1"), {"value": "yes"})
    new = arbora(2, values=("no", "partly", "yes"), third=True)
    page = text(send(client, new))
    assert "Say whether they are kept or cleared" in page
    assert "A-3 · A third?" in page
    page = text(send(client, new, answers="keep"))
    assert "New: 1. No longer asked: 0. Changed: 2." in page
    assert "To be answered again" in page
    assert "Version 2 asks this in another way." in text(client.get(node("arbora", "A-1")))


@pytest.mark.parametrize(
    ("raw", "name", "said"),
    [
        (b"", "arbora.yaml", "This file is empty."),
        (b"\xff\xfe", "arbora.yaml", "This is not UTF-8."),
        (b"a: [", "arbora.yaml", "This is not YAML"),
        (b"x" * (2 << 20) + b"yy", "arbora.yaml", "larger than 2 MB"),
        (arbora(), "other.yaml", "Rename one."),
        (arbora().replace(b"scale: yes", b"scale: <b>"), "arbora.yaml", "&lt;b&gt;"),
    ],
)
def test_a_bad_file_is_refused_with_what_to_do(office, enter, raw, name, said):
    page = send(enter(office.ines), raw, name)
    assert page.status_code == 200
    assert said in text(page)


def test_who_may_not_finds_nothing(office, enter):
    client = enter(office.mwana)
    assert client.get(reverse("strategy:frameworks")).status_code == 200
    assert "Keep the answer" not in text(client.get(node("itu-brief", "REP-1")))
    assert client.post(node("itu-brief", "REP-1"), {"value": "1"}).status_code == 404
    assert client.get(reverse("strategy:framework-load")).status_code == 404
    assert send(client, arbora()).status_code == 404
    for name, code in (("itu-brief", "S1"), ("itu-brief", "NO-1"), ("atlantis", "A-1")):
        assert client.get(node(name, code)).status_code == 404
    assert client.get(reverse("strategy:framework", args=["atlantis"])).status_code == 404


@pytest.mark.parametrize("language", ["en", "fr", "ar", "sw"])
def test_every_framework_reads_in_every_language(office, enter, language):
    client = enter(office.leo)
    assert client.get(f"/{language}/desk/strategy/frameworks/").status_code == 200
    for name in ("itu-brief", "mnr", "due-diligence", "maturity", "treaties"):
        assert client.get(f"/{language}/desk/strategy/frameworks/{name}/").status_code == 200
    for name, code in (("mnr", "MNR-12"), ("lundy", "LUNDY-1.1"), ("itu-brief", "X-1")):
        assert client.get(f"/{language}/desk/strategy/frameworks/{name}/{code}/").status_code == 200
