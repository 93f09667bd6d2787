from django.utils.translation import gettext_lazy as _

from copse.base.access import any_of, declare, role, rule
from copse.base.access.actors import Actor
from copse.base.access.rules import Decision, Rule, Text
from copse.base.organisations.workflow import Action, ClockAction, CountryAction

editor = role(
    "directory-editor",
    room="administration",
    title=_("Directory editor"),
    about=_("Keeps the list of services that can help up to date."),
)


def _administrates(actor: Actor) -> bool:
    # Named by code: accounts, which makes this role, stands above the register.
    return "administrator" in actor.roles and actor.desk.room == "administration"


@rule(_("Only administrators and directory editors may change the directory."))
def administrator(actor: Actor, _subject: object) -> bool:
    return _administrates(actor)


@rule(_("Only administrators see and set how long records are kept."))
def keeps_the_clocks(actor: Actor, _subject: object) -> bool:
    return _administrates(actor)


class AboutTheActor(Rule):
    """A rule that no record changes: known at the door already, so nobody is led to a 404."""

    def at_door(self, actor: Actor) -> Decision:
        return self.decide(actor, None)

    def conditions(self) -> tuple[Text, ...]:
        return ()


speaks_for_the_country = AboutTheActor(
    lambda actor, _subject: _administrates(actor),
    _("Only administrators change what holds for the whole country."),
)


declare(dict.fromkeys(Action, any_of(editor, administrator)))
declare(dict.fromkeys(ClockAction, keeps_the_clocks))
declare(dict.fromkeys(CountryAction, speaks_for_the_country))
