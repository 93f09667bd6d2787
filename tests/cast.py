"""The demonstration's people, at their desks, with their keys open."""

from copse.base import database
from copse.project.demo import people


class Cast:
    """`cast.amara`, `cast.ben`, … are actors with keyrings; `cast.desks["hotline"]` is a desk."""

    def __init__(self):
        self.made = people.make()
        self.desks = self.made.desks
        self.users = self.made.users
        self.actors = {name: self.made.actor(name, unlocked=True) for name in self.users}

    def __getattr__(self, name):
        try:
            return self.__dict__["actors"][name]
        except KeyError:
            raise AttributeError(name) from None

    def open(self, name):
        """Open somebody's desk as them."""
        actor = self.actors[name]
        return database.as_desk(actor.desk, actor.user_id)
