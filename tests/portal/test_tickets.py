import re
import threading
import time

import pytest

from copse.base import database
from copse.portal.services import tickets
from tests.portal.browser import Reporter


def won(text):
    return next(str(n) for n in range(10**7) if tickets.has_worked(text, str(n)))


def test_a_ticket_checks_once(country, no_wait):
    with database.as_room("portal"):
        ticket = tickets.issue_ticket("192.0.2.1")
        assert tickets.spend_ticket(ticket.text, "") == "spent"
        assert tickets.spend_ticket(ticket.text, "") == "refused"


def test_an_early_ticket_waits_and_work_makes_it_good(country):
    with database.as_room("portal"):
        ticket = tickets.issue_ticket("192.0.2.2")
        assert ticket.seconds >= 2
        assert tickets.spend_ticket(ticket.text, "") == "early"
        assert tickets.spend_ticket(ticket.text, "nonsense") == "early"
        assert tickets.spend_ticket(ticket.text, won(ticket.text)) == "spent"


@pytest.mark.parametrize("text", ["", "made-up", "a.b:c:d", "\x00"])
def test_a_made_up_ticket_is_refused(country, text):
    with database.as_room("portal"):
        assert tickets.spend_ticket(text, "") == "refused"


def test_a_flood_waits_behind_itself_and_not_before_others():
    shares = tickets.Shares()
    waits = [shares.wait("192.0.2.66", 1000.0) for _ in range(3000)]
    assert waits[: tickets.TRIES] == [tickets.WAIT] * tickets.TRIES
    assert waits[-1] > tickets.LIFE, "these tickets are over before they are good"
    assert shares.wait("192.0.2.7", 1000.0) == tickets.WAIT


def test_work_does_not_jump_the_queue_of_a_flood(country, monkeypatch):
    monkeypatch.setattr(tickets, "shares", tickets.Shares())
    for _ in range(20):
        late = tickets.issue_ticket("192.0.2.66")
    with database.as_room("portal"):
        assert tickets.spend_ticket(late.text, won(late.text)) == "early"


@pytest.mark.parametrize(
    ("address", "forwarded", "client"),
    [("192.0.2.1", "198.51.100.9", "192.0.2.1"), ("127.0.0.1", "1.1.1.1, 192.0.2.5", "192.0.2.5"),
     ("2001:db8::1", "", "2001:db8::/64"), ("127.0.0.1", "nonsense", "127.0.0.1"), ("", "", "")],
)  # fmt: skip
def test_only_a_proxy_here_is_believed_about_whom_it_speaks_for(address, forwarded, client):
    assert tickets.client_of(address, forwarded) == client


def test_two_checks_run_at_a_time_and_a_third_waits(committed_country, no_wait, monkeypatch):
    from django.db import connections

    from copse.portal.services import Code, open_mailbox

    running, most, lock = [], [], threading.Lock()

    def slow(self, salt):
        with lock:
            running.append(1)
            most.append(len(running))
        time.sleep(0.2)
        with lock:
            running.pop()
        return b"\x00" * 32, None

    monkeypatch.setattr(Code, "stretched", slow)

    def check():
        with database.as_room("portal"):
            open_mailbox(Code("9" * 20))
        connections.close_all()

    threads = [threading.Thread(target=check) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 2
    assert len(most) == 6


def test_when_both_slots_stay_taken_the_code_and_the_ticket_are_kept(
    reporter, no_wait, monkeypatch
):
    from queue import Queue

    from copse.portal.models import SpentTicket
    from copse.portal.services import mailbox

    code = reporter.report()
    other = Reporter()
    with monkeypatch.context() as busy:
        busy.setattr(mailbox, "_SLOTS", Queue())
        busy.setattr(mailbox, "_PATIENCE", 0.01)
        assert other.come_back(code)["Location"] == "/en/back/wait/"
        with database.as_room("portal"):
            assert SpentTicket.objects.count() == 0
    assert "Press the button now" in other.page("/back/wait/")
    assert other.post("/back/wait/")["Location"] == "/en/box/"


def test_addresses_are_forgotten_every_day():
    shares = tickets.Shares()
    shares.wait("192.0.2.66", 1000.0)
    salt = shares._salt
    shares.wait("192.0.2.7", 1000.0 + 86_400)
    assert shares._salt != salt
    assert len(shares._next) == 1
    assert not any(b"192" in key for key in shares._next)


def test_pressing_early_keeps_the_code_and_the_wait_opens_it(reporter, monkeypatch):
    code = reporter.report()
    other = Reporter()
    page = other.page("/back/")
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)[1]
    assert other.post("/back/", code=code, ticket=ticket)["Location"] == "/en/back/wait/"
    assert "Count to" in other.page("/back/wait/")
    later = tickets.time.time() + 10
    monkeypatch.setattr(tickets.time, "time", lambda: later)
    assert other.post("/back/wait/")["Location"] == "/en/box/"


def test_right_wrong_and_unknown_codes_cost_the_same_work(reporter, no_wait, monkeypatch):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from copse.portal.services.codes import Code

    calls = []
    real = Code.stretched
    monkeypatch.setattr(Code, "stretched", lambda self, salt: calls.append(1) or real(self, salt))
    right = reporter.report().replace(" ", "")
    calls.clear()
    costs = []
    half_right = right[:-1] + str((int(right[-1]) + 1) % 10)
    for code in (right, half_right, "9" * 20):
        with CaptureQueriesContext(connection) as asked:
            Reporter().come_back(code)
        costs.append([one["sql"].split()[0] for one in asked])
    assert calls == [1, 1, 1]
    assert costs[0] == costs[1] == costs[2]
