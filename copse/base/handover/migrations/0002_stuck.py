"""What administrators may see of parcels that nobody took: kind, sender, receiver, reason.

A parcel can be read by its receiver alone, so these two functions run as the owner, and neither
returns a body. A parcel that was just sent waits too; it is left out until its first try failed.
"""

from django.db import migrations

SQL = """
CREATE FUNCTION handover_stuck() RETURNS TABLE (id uuid, kind text, sender text, room text,
    desk uuid, refused boolean, reason text, attempts integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT p.id, p.kind::text, p.sender_room::text, p.room::text, p.desk,
        p.state = 'refused', p.reason::text, coalesce(j.attempts, 0)
    FROM handover_parcel p LEFT JOIN (
        SELECT job.args->'arguments'->>'parcel' AS parcel, max(job.attempts) AS attempts,
            bool_or(job.status IN ('todo', 'doing') AND job.attempts = 0) AS on_its_way
        FROM procrastinate_jobs job
        WHERE job.task_name IN ('handover.receive', 'handover.retry') GROUP BY 1
    ) j ON j.parcel = p.id::text
    WHERE NOT (p.state = 'handled') AND NOT coalesce(j.on_its_way, false)
    ORDER BY p.room, p.kind, p.id
$$;

CREATE FUNCTION handover_forget_tries(wanted uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DELETE FROM procrastinate_jobs job WHERE job.status = 'failed'
        AND job.task_name IN ('handover.receive', 'handover.retry')
        AND job.args->'arguments'->>'parcel' = wanted::text
$$;

REVOKE ALL ON FUNCTION handover_stuck(), handover_forget_tries(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION handover_stuck(), handover_forget_tries(uuid) TO copse_administration;
"""


class Migration(migrations.Migration):
    dependencies = [("handover", "0001_parcels"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [
        migrations.RunSQL(SQL, "DROP FUNCTION handover_stuck(), handover_forget_tries(uuid)")
    ]
