from django.utils.translation import gettext_lazy as _

from copse.base.access import declare, is_system, role
from copse.observatory.workflow import Action

publisher = role(
    "observatory-publisher",
    room="observatory",
    title=_("Publisher"),
    about=_("Looks at the next release of the public numbers and publishes it."),
)

declare({Action.VIEW: publisher, Action.PUBLISH: publisher, Action.RECEIVE: is_system})
