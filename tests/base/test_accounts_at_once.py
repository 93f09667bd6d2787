"""Two administrators at the same moment, each in a transaction of their own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from copse.base import database
from copse.base.access import Actor
from copse.base.accounts import people
from copse.base.accounts.models import User
from copse.base.organisations.models import Desk, Organisation

WORDS = "a long enough password"


def test_two_administrators_who_remove_each_other_at_once_leave_one(committed_db):
    made = {}
    with database.as_room("administration"):
        body = Organisation(name="Arbora", kind="agency")
        body.save(force_insert=True)
        office = Desk(organisation=body, room="administration", name="Office")
        office.save(force_insert=True)
    for name in ("farid", "zola"):
        made[name] = people.add_person(email=f"{name}@example.org", name=name, password=WORDS)
        people.join(made[name], office.pk, ["administrator"])
    together = Barrier(2)

    def remove(who, whom):
        actor = Actor(who.pk, who.name, office.key, frozenset({"administrator"}))
        together.wait()
        try:
            with database.as_desk(office, who.pk):
                people.remove(actor, whom)
        except people.LastAdministrator:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        pairs = (("farid", "zola"), ("zola", "farid"))
        done = list(pool.map(lambda pair: remove(made[pair[0]], made[pair[1]]), pairs))
    assert sorted(done) == [False, True]
    assert User.objects.filter(is_active=True).count() == 1
