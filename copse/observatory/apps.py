from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ObservatoryConfig(AppConfig):
    name = "copse.observatory"
    label = "observatory"

    def ready(self) -> None:
        from copse.base.web import navigation
        from copse.observatory import handlers, policies  # noqa: F401 - they register themselves
        from copse.observatory.workflow import Action, ObservationAction

        navigation.add("observatory", _("Releases"), "observatory:releases", Action.VIEW)
        navigation.add(
            "observatory", _("Indicators"), "observatory:indicators", ObservationAction.VIEW
        )
