"""The worker as it is installed, but that a silent one is given up after four seconds, not twenty."""

from copse.cli import starting

if __name__ == "__main__":
    starting.django_ready()

    from copse.base.jobs import worker

    worker.STALLED, worker.HEARTBEAT = 4, 1
    starting.worker()
