"""Erasing, as one function of the owner: whoever holds a wrapper may destroy them all, with proof.

It must reach wrappers its caller may not see (another desk's, the receipt's), and nobody may
destroy them without the proof being written in the same statement.
"""

from django.db import migrations

SQL = """
CREATE FUNCTION vault_erase(wanted uuid) RETURNS TABLE (wrappers integer, digest bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    desk uuid := NULLIF(current_setting('copse.desk', true), '')::uuid;
    found integer;
    proof bytea;
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM vault_wrapper w WHERE w.envelope_id = wanted
        AND w.kind = 'desk' AND w.holder = desk
    ) THEN
        RETURN;
    END IF;
    SELECT count(*), sha256(string_agg(sha256(w.sealed_key), ''::bytea ORDER BY w.id))
        INTO found, proof FROM vault_wrapper w WHERE w.envelope_id = wanted;
    DELETE FROM vault_wrapper w WHERE w.envelope_id = wanted;
    DELETE FROM vault_envelope e WHERE e.id = wanted;
    INSERT INTO vault_erasure (id, envelope_id, wrappers, digest, erased_at)
        VALUES (gen_random_uuid(), wanted, found, proof, date_trunc('hour', now()));
    RETURN QUERY SELECT found, proof;
END $$;
REVOKE ALL ON FUNCTION vault_erase(uuid) FROM PUBLIC;
DO $$ DECLARE r text; BEGIN
    FOR r IN SELECT rolname FROM pg_roles WHERE rolname IN ('copse_hotline', 'copse_helpline',
        'copse_industry', 'copse_enforcement', 'copse_regulator',
        'copse_strategy', 'copse_observatory', 'copse_participation', 'copse_learn')
    LOOP EXECUTE format('GRANT EXECUTE ON FUNCTION vault_erase(uuid) TO %I', r); END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_initial")]
    operations = [migrations.RunSQL(SQL, "DROP FUNCTION vault_erase(uuid)")]
