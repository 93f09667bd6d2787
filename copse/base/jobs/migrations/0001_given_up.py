"""What administrators may do with jobs that were given up: see their names, ask again, put aside.

The queue itself is the worker's alone. These functions show no argument of any job, and of its
time the day only: the minute of a job would tell when a report was made.
"""

from django.db import migrations

SQL = """
CREATE FUNCTION jobs_failed()
RETURNS TABLE (id bigint, name text, room text, attempts integer, since date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT j.id, j.task_name::text, coalesce(j.args->>'room', ''), j.attempts,
        (j.scheduled_at AT TIME ZONE 'UTC')::date
    FROM procrastinate_jobs j WHERE j.status = 'failed' ORDER BY j.id
$$;

CREATE FUNCTION jobs_ask_again(wanted bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    job procrastinate_jobs;
BEGIN
    SELECT j.* INTO job FROM procrastinate_jobs j
        WHERE j.id = wanted AND j.status = 'failed' FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT 1 FROM procrastinate_jobs j
               WHERE j.queueing_lock = job.queueing_lock AND j.status = 'todo') THEN
        -- The clock has asked for the same work since.
        DELETE FROM procrastinate_jobs j WHERE j.id = wanted;
    ELSE
        UPDATE procrastinate_jobs j SET status = 'todo', attempts = 0, scheduled_at = NULL,
            worker_id = NULL, abort_requested = false WHERE j.id = wanted;
    END IF;
    RETURN job.task_name;
END $$;

CREATE FUNCTION jobs_put_aside(wanted bigint) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DELETE FROM procrastinate_jobs j WHERE j.id = wanted AND j.status = 'failed'
    RETURNING j.task_name::text
$$;

REVOKE ALL ON FUNCTION jobs_failed(), jobs_ask_again(bigint), jobs_put_aside(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs_failed() TO copse_administration, copse_worker, copse_all;
GRANT EXECUTE ON FUNCTION jobs_ask_again(bigint), jobs_put_aside(bigint) TO copse_administration;
"""
BACK = "DROP FUNCTION jobs_failed(), jobs_ask_again(bigint), jobs_put_aside(bigint)"


class Migration(migrations.Migration):
    dependencies = [("procrastinate", "0041_post_retry_failed_job")]
    operations = [migrations.RunSQL(SQL, BACK)]
