from django.db import migrations


# 0003 watches a material that becomes decided. Two ways were left: a row that is written decided
# from the start, and one that is closed without ever having been decided. The first is looked at
# when its transaction ends, since readings can only be written after their material.
GUARD = """
CREATE CONSTRAINT TRIGGER hotline_material_born_decided
    AFTER INSERT ON hotline_material DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.stage IN ('to_notice', 'dismissed', 'noticed', 'gone', 'closed'))
    EXECUTE FUNCTION hotline_decided_by_readings();
CREATE CONSTRAINT TRIGGER hotline_material_closed_decided
    AFTER UPDATE OF stage ON hotline_material FOR EACH ROW
    WHEN (NEW.stage = 'closed'
          AND OLD.stage IN ('queued', 'claimed', 'read', 'claimed_again', 'escalated'))
    EXECUTE FUNCTION hotline_decided_by_readings();
"""
UNGUARD = """
DROP TRIGGER hotline_material_born_decided ON hotline_material;
DROP TRIGGER hotline_material_closed_decided ON hotline_material;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('hotline', '0003_decided_by_readings'),
    ]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
