from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "copse.base.web"
    label = "web"

    def ready(self) -> None:
        from copse.base.web import menus, messages, stylesheets

        menus.administration()
        # A source checkout has neither compiled translations nor packed styles; a wheel has.
        messages.compile_stale()
        stylesheets.compress_stale()
