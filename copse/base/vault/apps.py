from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "copse.base.vault"
    label = "vault"
