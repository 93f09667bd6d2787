from importlib.util import find_spec

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class FactsConfig(AppConfig):
    name = "copse.base.facts"
    label = "facts"

    def ready(self) -> None:
        autodiscover_modules("facts")
        if find_spec("copse.base.jobs") is None:  # jobs are being built beside this
            return
        from copse.base.facts import tasks

        tasks.register()
