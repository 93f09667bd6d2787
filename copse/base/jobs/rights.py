"""What a compartment may do with the queue: ask for work, and nothing else.

Procrastinate's functions run as their owner, so that asking needs no right on its tables; a
compartment sees neither other desks' jobs nor its own.
"""

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from copse.base.database.roles import COMPARTMENTS, LOGINS

# Asking is open to everybody who acts; the rest is the worker's.
ASKING = ("procrastinate_defer_jobs_v1",)
WORKERS = ("copse_worker", "copse_all")


def harden(connection: BaseDatabaseWrapper) -> None:
    """Apply the rights to every function of the queue. Run by the owner after each migration."""
    askers = ", ".join((*COMPARTMENTS, *LOGINS))
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(
            """SELECT oid::regprocedure::text, proname FROM pg_proc
               WHERE proname LIKE 'procrastinate\\_%%' AND pronamespace = 'public'::regnamespace"""
        )
        for signature, name in cursor.fetchall():
            grantees = askers if name in ASKING else ", ".join(WORKERS)
            cursor.execute(
                f"ALTER FUNCTION {signature} SECURITY DEFINER SET search_path = public, pg_temp;"
                f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC;"
                f"GRANT EXECUTE ON FUNCTION {signature} TO {grantees}"
            )
