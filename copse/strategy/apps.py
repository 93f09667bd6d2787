from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StrategyConfig(AppConfig):
    name = "copse.strategy"
    label = "strategy"

    def ready(self) -> None:
        from copse.base.web import navigation
        from copse.strategy import handlers, policies  # noqa: F401 - they register themselves
        from copse.strategy.queries import consultations, council, law, opinions
        from copse.strategy.workflow import CouncilAction, LawAction, OpinionAction, PlanAction

        navigation.add("strategy", _("Plan"), "strategy:plan", PlanAction.VIEW)
        navigation.add("strategy", _("Actions"), "strategy:actions", PlanAction.VIEW)
        navigation.add("strategy", _("Frameworks"), "strategy:frameworks", PlanAction.VIEW)
        navigation.add("strategy", _("Law"), "strategy:law", LawAction.VIEW)
        navigation.add("strategy", _("Consultations"), "strategy:consultations", PlanAction.VIEW)
        navigation.add("strategy", _("Council"), "strategy:council", CouncilAction.VIEW)
        navigation.add("strategy", _("Opinions"), "strategy:opinions", OpinionAction.INSPECT)
        navigation.warn(
            "strategy", _("Decisions of the council are overdue."), _("See which"),
            "strategy:council", count=council.overdue,
        )  # fmt: skip
        navigation.warn(
            "strategy", _("Somebody who was heard waits too long for an answer."), _("See whom"),
            "strategy:consultations", count=consultations.late,
        )  # fmt: skip
        navigation.warn(
            "strategy", _("Answers to the law wait to be given again."), _("See which"),
            "strategy:law", count=law.reopened,
        )  # fmt: skip
        navigation.warn(
            "strategy", _("An opinion waits too long for its reply."), _("See which"),
            "strategy:opinions", count=opinions.late,
        )  # fmt: skip
