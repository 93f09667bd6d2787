"""What authenticator apps share with us, encrypted from now on; see base/accounts/at_rest.py."""

from django.db import migrations

SHARED = {"totp": "secret", "recovery_codes": "seed"}


def _rewrite(apps, change):
    rows = apps.get_model("mfa", "Authenticator").objects.filter(type__in=SHARED)
    for row in rows:
        name = SHARED[row.type]
        row.data[name] = change(row.data[name])
        row.save(update_fields=["data"])


def encrypt(apps, schema_editor):
    from copse.base.accounts import at_rest

    _rewrite(apps, at_rest.encrypt)


def decrypt(apps, schema_editor):
    from copse.base.accounts import at_rest

    _rewrite(apps, at_rest.decrypt)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [migrations.RunPython(encrypt, decrypt)]
