from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StrategyConfig(AppConfig):
    name = "copse.strategy"
    label = "strategy"

    def ready(self) -> None:
        from copse.base.web import navigation
        from copse.strategy import handlers, policies  # noqa: F401 - they register themselves
        from copse.strategy.workflow import PlanAction

        navigation.add("strategy", _("Plan"), "strategy:plan", PlanAction.VIEW)
        navigation.add("strategy", _("Actions"), "strategy:actions", PlanAction.VIEW)
