from django.utils.translation import gettext_lazy as _

from copse.base.access import any_of, declare, role, rule
from copse.base.access.actors import Actor
from copse.base.organisations.workflow import Action, ClockAction

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


declare(dict.fromkeys(Action, any_of(editor, administrator)))
declare(dict.fromkeys(ClockAction, keeps_the_clocks))
