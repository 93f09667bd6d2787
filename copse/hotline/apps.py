from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HotlineConfig(AppConfig):
    name = "copse.hotline"
    label = "hotline"

    def ready(self) -> None:
        from copse.hotline import policies  # noqa: F401 - declares who may do what
        from copse.hotline.services import replies

        replies.listen()
        from copse.base.web import navigation
        from copse.hotline.workflow import Action, ConcernAction

        navigation.add("hotline", _("Queue"), "hotline:queue", Action.VIEW)
        navigation.add("hotline", _("People"), "hotline:people", ConcernAction.VIEW)
        navigation.add("hotline", _("Decided"), "hotline:done", Action.VIEW)
        navigation.add("hotline", _("My looks today"), "hotline:looks", Action.VIEW)
        navigation.add("hotline", _("Not delivered"), "hotline:outbox", Action.OUTBOX)
