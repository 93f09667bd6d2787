from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "copse.base.accounts"
    label = "accounts"

    def ready(self) -> None:
        # access asks `copse.base.accounts.door` by name, as it stands below us.
        from copse.base.accounts import door, policies  # noqa: F401
