from django.db import migrations

# Plans, their actions, consultations (K), meetings (T), decisions, works of law, opinions.
SERIES = "paktdwo"


class Migration(migrations.Migration):
    dependencies = [("database", "0001_references")]
    operations = [
        migrations.RunSQL(
            f"CREATE SEQUENCE copse_reference_{letter}", f"DROP SEQUENCE copse_reference_{letter}"
        )
        for letter in SERIES
    ]
