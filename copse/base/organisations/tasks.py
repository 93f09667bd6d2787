from copse.base import jobs
from copse.base.access import Actor


@jobs.every("retention.sweep", cron="23 3 * * *", room="*", transaction=False)
def sweep(actor: Actor) -> None:
    # Short transactions of its own: a night with much to erase must lock nobody's desk.
    from copse.base.organisations import retention

    retention.sweep(actor)
