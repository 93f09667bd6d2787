from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "copse.base.accounts"
    label = "accounts"
