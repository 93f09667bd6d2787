"""The cast: who works at which desk of Arbora."""

from dataclasses import dataclass, field

from copse.base import database, vault
from copse.base.access import Actor
from copse.base.accounts import people
from copse.base.accounts.demo import PASSWORD
from copse.base.accounts.models import User
from copse.base.organisations.models import Desk
from copse.project.demo import country


@dataclass(frozen=True)
class Person:
    """Somebody of the cast."""

    name: str
    room: str
    role: str
    language: str = "en"
    also: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        return f"{self.name.lower()}@arbora.example"

    @property
    def roles(self) -> list[str]:
        return [self.role, *self.also]


PEOPLE = (
    Person("Amara", "hotline", "hotline-analyst"),
    Person("Ben", "hotline", "hotline-analyst"),
    Person("Esi", "hotline", "hotline-analyst", "fr"),
    Person("Gita", "hotline", "hotline-lead"),
    Person("Farid", "administration", "administrator", "ar"),
    Person("Hana", "observatory", "observatory-publisher", "sw"),
    Person("Olu", "observatory", "observatory-analyst"),
    Person("Ines", "strategy", "strategy-planner", "fr"),
    Person("Jabari", "strategy", "strategy-signatory", "sw"),
    Person("Karima", "strategy", "strategy-lawyer", "ar"),
    Person("Leo", "strategy", "strategy-secretary", also=("strategy-safeguarding",)),
    Person("Mwana", "strategy", "strategy-rights-institution", "sw"),
)


@dataclass
class Cast:
    """The desks by room and the people by their names in small letters."""

    desks: dict[str, Desk] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)

    def actor(self, name: str, *, unlocked: bool = False) -> Actor:
        """Somebody at their desk; `unlocked` opens their key with the password, which costs."""
        person, user = _by_name(name), self.users[name]
        ring = vault.unlock(user.pk, PASSWORD) if unlocked else None
        desk = self.desks[person.room].key
        return Actor(user.pk, user.name, desk, frozenset(person.roles), ring)

    @property
    def analysts(self) -> list[Actor]:
        return [self.actor(p.name.lower()) for p in PEOPLE if p.role == "hotline-analyst"]


def _by_name(name: str) -> Person:
    return next(person for person in PEOPLE if person.name.lower() == name)


def make() -> Cast:
    """Make the country, its people and desks, and the desks' keys."""
    cast = Cast(users=dict(map(_user, PEOPLE)))
    with database.as_room("administration"):
        country.found()
        cast.desks = country.desks()
        for person in PEOPLE:
            user = cast.users[person.name.lower()]
            people.join(user, cast.desks[person.room].pk, person.roles)
        for desk in cast.desks.values():
            vault.new_desk_key(desk.pk)
    return cast


def _user(person: Person) -> tuple[str, User]:
    # An earlier filling may have been interrupted.
    user = User.objects.filter(email=person.email).first() or people.add_person(
        email=person.email, name=person.name, password=PASSWORD, language=person.language
    )
    return person.name.lower(), user
