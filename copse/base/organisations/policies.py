from django.utils.translation import gettext_lazy as _

from copse.base.access import any_of, declare, role, rule
from copse.base.access.actors import Actor
from copse.base.organisations.workflow import Action

editor = role(
    "directory-editor",
    room="administration",
    title=_("Directory editor"),
    about=_("Keeps the list of services that can help up to date."),
)


@rule(_("Only administrators and directory editors may change the directory."))
def administrator(actor: Actor, _subject: object) -> bool:
    # Named by code: accounts, which makes this role, stands above the register.
    return "administrator" in actor.roles and actor.desk.room == "administration"


declare(dict.fromkeys(Action, any_of(editor, administrator)))
