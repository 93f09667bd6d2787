from django.db import migrations, models

import copse.base.database.today

# A duty mail is written seconds after its report; what was written until now is rounded, too.
ROUND = """
ALTER TABLE outbox_message NO FORCE ROW LEVEL SECURITY;
UPDATE outbox_message SET written_at = date_trunc('hour', written_at, 'UTC');
UPDATE outbox_message SET next_at = CASE WHEN stage IN ('waiting', 'sending')
    THEN date_bin('5 minutes', next_at + interval '5 minutes', timestamptz 'epoch')
    ELSE written_at END;
ALTER TABLE outbox_message FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('outbox', '0002_gone_out'),
    ]

    operations = [
        migrations.AlterField(
            model_name='message',
            name='written_at',
            field=models.DateTimeField(default=copse.base.database.today.this_hour),
        ),
        migrations.RunSQL(ROUND, migrations.RunSQL.noop),
    ]
