from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "copse.base.outbox"
    label = "outbox"

    def ready(self) -> None:
        from copse.base.audit import checkpoints
        from copse.base.outbox import policies, tasks  # noqa: F401 - rules, and the work
        from copse.base.outbox.witness import deliver

        checkpoints.on_checkpoint(deliver)
