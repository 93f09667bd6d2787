from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "copse.portal"
    label = "portal"
