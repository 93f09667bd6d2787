from django.apps import AppConfig


class HotlineConfig(AppConfig):
    name = "copse.hotline"
    label = "hotline"

    def ready(self) -> None:
        from copse.hotline import policies  # noqa: F401 - declares who may do what
        from copse.hotline.services import replies

        replies.listen()
