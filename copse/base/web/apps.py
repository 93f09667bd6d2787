from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "copse.base.web"
    label = "web"

    def ready(self) -> None:
        from copse.base.web import messages

        # A source checkout has no compiled translations; a wheel brings them.
        messages.compile_stale()
