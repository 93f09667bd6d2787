"""The desk's pages, asked for as Amara."""

import pytest
from django.test import Client
from django.urls import reverse

from copse.base import vault
from copse.hotline.models import Look, Material


class Door:
    """Lets one actor in, as accounts does after log-in."""

    def __init__(self, actor):
        self.actor = actor

    def actor_for(self, _request, room):
        return self.actor if room == self.actor.desk.room else None

    def is_fresh(self, _request):
        return True


@pytest.fixture
def amara(hotline, monkeypatch):
    from copse.base.accounts.models import User

    monkeypatch.setattr("copse.base.access.views._door", lambda: Door(hotline.amara))
    client = Client()
    client.force_login(User.objects.get(pk=hotline.amara.user_id))
    return client


@pytest.mark.parametrize("name", ["queue", "done", "looks", "people"])
def test_pages_open(hotline, amara, name):
    hotline.receive()
    hotline.concern(danger_now=True)
    assert amara.get(reverse(f"hotline:{name}")).status_code == 200


def test_from_the_queue_to_a_reading(hotline, amara):
    material = hotline.material()
    ref = material.reference
    queue = amara.get(reverse("hotline:queue")).content.decode()
    assert "hxxps://bad[.]example/1" in queue
    assert "https://bad.example" not in queue
    assert amara.post(reverse("hotline:next")).status_code == 303
    assert amara.get(reverse("hotline:material", args=[ref])).status_code == 200
    assert amara.post(reverse("hotline:reveal", args=[ref])).status_code == 303
    assert b"https://bad.example/1" in amara.get(reverse("hotline:address", args=[ref])).content
    form = {"label": "national_child", "age_band": "9-12", "severity": "level_1"}
    assert amara.get(reverse("hotline:read", args=[ref])).status_code == 200
    assert amara.post(reverse("hotline:read", args=[ref]), {"label": "x"}).status_code == 200
    assert amara.post(reverse("hotline:read", args=[ref]), form).status_code == 303
    with hotline.open():
        assert Material.objects.get().stage == "read"
        assert Look.objects.count() == 1


def test_a_concern_is_opened_claimed_and_answered(hotline, amara):
    concern, _ = hotline.sealed_receive(story="CANARY", journey="happened", addresses=())
    ref = concern.reference
    assert b"CANARY" not in amara.get(reverse("hotline:concern", args=[ref])).content
    told = amara.get(reverse("hotline:story", args=[ref]))
    assert b"CANARY" in told.content
    assert "no-store" in told["Cache-Control"]
    amara.post(reverse("hotline:claim-concern", args=[ref]))
    assert amara.post(reverse("hotline:answer", args=[ref]), {}).status_code == 200
    amara.post(reverse("hotline:answer", args=[ref]), {"status": "acted", "text": "Done."})
    assert hotline.fresh(concern).status_code == "acted"


def test_what_is_not_there_is_404(hotline, amara):
    assert amara.get(reverse("hotline:material", args=["H-26-999999"])).status_code == 404
    assert amara.get(reverse("hotline:concern", args=["nonsense"])).status_code == 404


def test_search_goes_to_what_the_reference_names(hotline, amara):
    material = hotline.material()
    concern = hotline.concern()
    for ref, page in ((material.reference, "material"), (concern.reference, "concern")):
        answer = amara.get(reverse("hotline:search"), {"ref": f" {ref.lower()} "})
        assert answer.url == reverse(f"hotline:{page}", args=[ref])
    assert amara.get(reverse("hotline:search"), {"ref": "\0"}).url == reverse("hotline:queue")


def test_a_concern_is_passed_on_to_a_service(hotline, amara, monkeypatch):
    import uuid

    service = uuid.uuid4()
    monkeypatch.setattr(
        "copse.hotline.queries.concerns.services_for", lambda _: [(service, "Shelter")]
    )
    concern, _ = hotline.sealed_receive(journey="happened", addresses=())
    ref = concern.reference
    amara.post(reverse("hotline:claim-concern", args=[ref]))
    wrong = amara.post(reverse("hotline:pass-on", args=[ref]), {"service": str(uuid.uuid4())})
    assert wrong.status_code == 200
    right = amara.post(reverse("hotline:pass-on", args=[ref]), {"service": str(service)})
    assert right.status_code == 303
    passed = hotline.fresh(concern)
    assert (passed.stage, passed.passed_to, passed.status_code) == (
        "passed_on", service, "passed_on",
    )  # fmt: skip


def test_what_is_decided_is_looked_at_traced_passed_up_reopened_and_closed(hotline, amara):
    from copse.base import jobs
    from copse.hotline.models import Notice

    material = hotline.material(addresses=("https://pages.harbour.example/a/1",))
    ref = material.reference
    hotline.read_as(hotline.ben, material)
    hotline.read_as(hotline.esi, material)
    jobs.drain()
    page = amara.get(reverse("hotline:material", args=[ref])).content.decode()
    assert "Cedar Servers" in page
    with hotline.open():
        notice = Notice.objects.get()
    up = reverse("hotline:pass-up", args=[notice.reference])
    assert [amara.post(up).status_code for _ in range(2)] == [303, 303]
    for name in ("look", "trace", "reopen", "close", "close"):
        assert amara.post(reverse(f"hotline:{name}", args=[ref])).status_code == 303
    assert hotline.fresh(material).stage == "closed"


def test_a_providers_words_are_opened_at_the_desk(hotline, amara):
    from copse.base import jobs
    from copse.base.outside.inbox import Incoming
    from copse.hotline.models import Notice
    from copse.hotline.services import letters, replies

    material = hotline.material(addresses=("https://pages.harbour.example/a/1",))
    hotline.read_as(hotline.ben, material)
    hotline.read_as(hotline.esi, material)
    jobs.drain()
    with hotline.open():
        notice = Notice.objects.get()
    token = letters.token_for(notice.batch, hotline.desk.pk)
    replies.heard(Incoming(token, "abuse@one.example", "Re", "We took it <b>down</b>."))
    answer = amara.get(reverse("hotline:replies", args=[material.reference]))
    assert "We took it &lt;b&gt;down&lt;/b&gt;." in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_a_story_that_cannot_be_opened_is_explained(hotline, amara):
    concern, _ = hotline.sealed_receive(story="CANARY", journey="happened", addresses=())
    key = vault.new_member_key(hotline.amara.user_id, "a new one, which nobody granted yet")
    object.__setattr__(hotline.amara, "keyring", key)
    answer = amara.get(reverse("hotline:story", args=[concern.reference]))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Ask a colleague to grant it" in page
    assert "CANARY" not in page


def test_an_erased_story_is_explained(hotline, amara):
    concern, _ = hotline.sealed_receive(story="CANARY", journey="happened", addresses=())
    with hotline.open():
        vault.erase(concern.envelope, hotline.system)
    answer = amara.get(reverse("hotline:story", args=[concern.reference]))
    assert answer.status_code == 409
    assert "CANARY" not in answer.content.decode()


@pytest.mark.parametrize(("language", "words"), [("en", "before you"), ("ar", "قبلك")])
def test_a_step_that_is_past_is_explained(hotline, amara, monkeypatch, language, words):
    monkeypatch.setattr("copse.base.access.views._door", lambda: Door(hotline.gita))
    at = reverse("hotline:release", args=[hotline.material().reference])
    answer = amara.post(at.replace("/en/", f"/{language}/"))
    assert answer.status_code == 409
    assert words in answer.content.decode()
