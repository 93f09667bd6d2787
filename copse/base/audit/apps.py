from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "copse.base.audit"
    label = "audit"
