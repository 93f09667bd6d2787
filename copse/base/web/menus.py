"""The menu of the administration, whose pages stand in several packages of the base."""

from django.utils.translation import gettext_lazy as _

from copse.base.accounts.policies import Action as People
from copse.base.organisations.workflow import Action as Directory
from copse.base.organisations.workflow import ClockAction, CountryAction
from copse.base.outbox import troubles
from copse.base.outbox.workflow import AdministrationAction as Trouble
from copse.base.web import navigation

ROOM = "administration"


def administration() -> None:
    """Offer its pages, and warn on the first of them when something did not work."""
    navigation.add(ROOM, _("People"), "accounts:people", People.VIEW)
    navigation.add(ROOM, _("Directory of services"), "organisations:listing", Directory.VIEW)
    navigation.add(ROOM, _("Country"), "organisations:country", CountryAction.CHANGE)
    navigation.add(ROOM, _("Retention"), "organisations:clocks", ClockAction.VIEW)
    navigation.add(ROOM, _("What did not work"), "administration:troubles", Trouble.VIEW)
    navigation.add(ROOM, _("Not delivered"), "administration:outbox", Trouble.OUTBOX)
    navigation.warn(
        ROOM,
        _("Something did not work."),
        _("See what, and have it tried again"),
        "administration:troubles",
        count=troubles.number_for,
    )
