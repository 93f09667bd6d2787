from django.db import migrations

SERIES = "chnr"  # concerns, hotline material, notices, releases


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(
            f"CREATE SEQUENCE copse_reference_{letter}", f"DROP SEQUENCE copse_reference_{letter}"
        )
        for letter in SERIES
    ]
