from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class HandoverConfig(AppConfig):
    name = "copse.base.handover"
    label = "handover"

    def ready(self) -> None:
        autodiscover_modules("handlers")
