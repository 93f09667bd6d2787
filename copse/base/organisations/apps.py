from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "copse.base.organisations"
    label = "organisations"
