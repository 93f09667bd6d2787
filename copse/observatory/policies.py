from typing import Any

from django.utils.translation import gettext_lazy as _

from copse.base.access import Actor, all_of, any_of, declare, is_system, role, rule
from copse.observatory.workflow import Action, ObservationAction

publisher = role(
    "observatory-publisher",
    room="observatory",
    title=_("Publisher"),
    about=_("Looks at the next release of the public numbers and publishes it."),
)
analyst = role(
    "observatory-analyst",
    room="observatory",
    title=_("Analyst of the numbers"),
    about=_("Types what surveys and registers found, and hands it to the publisher to be checked."),
)


@rule(_("You typed this; somebody else must check it."))
def not_own(actor: Actor, subject: Any) -> bool:
    return bool(subject.typed_by != actor.user_id)


declare({Action.VIEW: publisher, Action.ANNOUNCE: publisher})
declare({Action.EXAMINE: publisher, Action.ATTACK: is_system, Action.PUBLISH: publisher})
declare({Action.RECEIVE: is_system})
declare({Action.RECEIVE_PLAN: is_system})
declare(
    {
        ObservationAction.VIEW: any_of(publisher, analyst),
        ObservationAction.TYPE: analyst,
        ObservationAction.SUBMIT: analyst,
        ObservationAction.RETURN: all_of(publisher, not_own),
        ObservationAction.APPROVE: all_of(publisher, not_own),
        ObservationAction.LOCK: publisher,
        ObservationAction.REVISE: any_of(analyst, is_system),
        ObservationAction.COMPUTE: is_system,
        ObservationAction.SEND: any_of(publisher, is_system),
    }
)
