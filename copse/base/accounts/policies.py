"""Who may invite, change and remove people."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from copse.base.access import declare, role


class Action(StrEnum):
    VIEW = "administration.people.view"
    INVITE = "administration.people.invite"
    JOIN = "administration.people.join"
    ROLES = "administration.people.roles"
    LEAVE = "administration.people.leave"
    REMOVE = "administration.people.remove"


administrator = role(
    "administrator",
    room="administration",
    title=_("Administrator"),
    about=_("Invites people, gives them roles and removes them. Reads no report."),
)
declare(dict.fromkeys(Action, administrator))
