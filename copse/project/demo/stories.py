"""What was told today: a dozen concerns, some of them worked through by the real services."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone, translation

from copse.base import database, handover, jobs, vault
from copse.base.access import Actor, system
from copse.hotline.models import Concern, Material
from copse.hotline.services import concerns, materials, notices, readings, tracing
from copse.kit import parcels
from copse.portal.services import drafts, submit
from copse.portal.workflow import Door, Question
from copse.project.demo import chances
from copse.project.demo.people import Cast


@dataclass(frozen=True)
class Story:
    """One report of today."""

    name: str
    language: str
    kind: str
    closer: str
    story: str
    where: str = ""
    age: str = "unknown"
    hours_ago: int = 0


SAW = (
    Story("album", "en", "contact", "contact_csam",
          "My friend sent me this link and I did not like what I saw.",
          "https://pictures.example/albums/31", "9-12", 20),
    Story("album again", "fr", "contact", "contact_csam",
          "Cette page ne devrait pas être là.",
          "https://pictures.example/albums/31#top", "9-12", 12),
    Story("thread", "sw", "contact", "contact_grooming",
          "Mtu huyu anawaandikia watoto wengi hapa.",
          "https://forum.example/threads/204", "13-15", 15),
    Story("folder", "ar", "contact", "contact_csam",
          "وجدت هذا المجلد وأظن أنه يجب أن يراه أحد.",
          "https://files.example/shared/9f2", "unknown", 10),
    Story("slow", "en", "content", "content_adult",
          "This opened by itself in a game.",
          "https://slowhost.example/popup/7", "6-8", 30),
    Story("song", "fr", "content", "content_misinformation",
          "Je ne suis pas sûr que ce soit grave.",
          "https://lantern.example/songs/12", "unknown", 26),
    Story("shop", "en", "contract", "contract_scams",
          "It asked for my mother’s card to get coins.",
          "https://orchard.example/coins", "9-12", 6),
    Story("unread", "sw", "content", "content_gory",
          "Picha hii inatisha.",
          "https://meadow.example/pages/88", "9-12", 3),
)  # fmt: skip
HAPPENED = (
    Story("messages", "en", "contact", "contact_harassment",
          "Somebody I do not know keeps writing to me.", "", "13-15"),
    Story("class group", "fr", "conduct", "conduct_cyberbullying",
          "On se moque de moi dans le groupe de la classe.", "", "9-12"),
    Story("account", "ar", "contract", "contract_fraud_identity",
          "أحدهم يستعمل اسمي في حساب ليس لي.", "", "16-17"),
    Story("photo", "sw", "conduct", "conduct_self_generated",
          "Nilituma picha yangu na sasa najuta. Nifanye nini?", "", "13-15"),
)  # fmt: skip
NOTICED = ("album", "thread", "folder", "slow")


def tell(cast: Cast) -> None:
    """Send the stories and work some of them through."""
    taken = {story.name: _parcel(cast, story) for story in SAW}
    for story in HAPPENED:
        _at_the_portal(story, Door.HAPPENED)
    jobs.drain()
    with database.as_desk(cast.desks["hotline"]):
        found = {name: Material.objects.get(sightings__concern_id=pk) for name, pk in taken.items()}
        asked = list(Concern.objects.filter(origin="portal").order_by("reference"))
    for name in NOTICED:
        _read_twice(cast, found[name], "national_child", "level_2")
        _notify(cast, found[name])
    _read_twice(cast, found["song"], "not_illegal", "not_applicable")
    _read(cast.actor("esi"), found["shop"], "outside_mandate", "not_applicable")
    _answer(cast, asked)


def _parcel(cast: Cast, story: Story) -> uuid.UUID:
    """A report some hours old, sealed and sent as the portal does."""
    desk = cast.desks["hotline"]
    private, public = vault.new_receipt_keypair()
    del private  # nobody comes back for these
    receipt, hour = uuid.uuid4(), timezone.now() - timedelta(hours=story.hours_ago)
    with database.as_room("portal"):
        content = {"story": story.story, "contact": "", "where": story.where}
        parcel = parcels.Concern(
            id=uuid.uuid4(), origin="demo", journey="saw", risk_class=story.kind,
            risk_code=story.closer, age_band=story.age, addresses=(story.where,),
            language=story.language, region="coast",
            received_hour=chances.to_the_hour(hour).isoformat(),
            envelope=vault.seal(content, desks=[desk.pk], receipt=(receipt, public)),
            receipt=receipt, receipt_key=public.hex(),
        )  # fmt: skip
        handover.send("hotline", parcel)
    return parcel.id


def _at_the_portal(story: Story, door: Door) -> None:
    """A report through the portal's own services, with a receipt nobody noted."""
    with translation.override(story.language), database.as_room("portal"):
        held = drafts.begin(door)
        held.content["answers"] = {
            Question.KIND: {"kind": story.kind},
            Question.CLOSER: {"closer": story.closer},
            Question.STORY: {"story": story.story},
            Question.AGE: {"age": story.age},
            Question.DANGER: {"danger": "no"},
        }
        drafts.keep(held)
        submit(cookie=held.cookie, token=held.content["token"])
        drafts.destroy(held.cookie)


def _read_twice(cast: Cast, material: Material, label: str, severity: str) -> None:
    for name in ("amara", "ben"):
        _read(cast.actor(name), material, label, severity)


def _read(who: Actor, material: Material, label: str, severity: str) -> None:
    with database.as_desk(who.desk, who.user_id):
        claimed = materials.claim(actor=who, material=material)
        readings.read(
            actor=who, material=claimed, label=label, severity=severity,
            age_band=claimed.age_band, note="Seen on the page and in its title.",
        )  # fmt: skip


def _notify(cast: Cast, material: Material) -> None:
    worker = system(cast.desks["hotline"].key)
    trace = tracing.trace(actor=worker, material=material.pk)
    assert trace is not None
    with database.as_desk(worker.desk):
        notices.send_waiting(actor=worker, email=trace.contacts[0]["email"])


def _answer(cast: Cast, asked: list[Concern]) -> None:
    """One is answered, one closed, one held; the last waits."""
    texts = ("Thank you for telling us. You can block this person; we will show you how.",
             "Thank you. We have talked with the group’s owner.")  # fmt: skip
    esi = cast.actor("esi")
    with database.as_desk(esi.desk, esi.user_id):
        held = [concerns.claim(actor=esi, concern=one) for one in asked[:3]]
        concerns.answer(actor=esi, concern=held[0], status="need_more", text=texts[0])
        concerns.close(actor=esi, concern=held[1], text=texts[1])
