"""Laws of the tests: an act with one article of each kind, and a bill."""

from datetime import date, timedelta

from django.utils import timezone

from copse.strategy.queries import law as queries
from copse.strategy.services import grounds, law, law_answers

TODAY = timezone.localdate()
LONG_AGO = date(2019, 5, 2)
SOON = TODAY + timedelta(30)


class Register:
    """`act` is a law of 2019 with `valid`, `waiting` and `gone` articles; `bill` has one article."""

    def __init__(self, office):
        self.office = office
        self.act = self.enter("Cybercrime Act 2019", "act", LONG_AGO)
        self.bill = self.enter("Online Safety Bill", "bill", None)
        self.valid = self.article(self.act, "12(3)", commenced_on=LONG_AGO)
        self.waiting = self.article(self.act, "13")
        self.gone = self.article(self.act, "14", commenced_on=LONG_AGO, repealed_on=TODAY)
        self.proposed = self.article(self.bill, "4")

    def as_karima(self, verb, **fields):
        karima = self.office.karima
        with self.office.open(karima):
            return verb(actor=karima, **fields)

    def enter(self, title, kind, passed_on):
        return self.as_karima(law.register, title=title, kind=kind, passed_on=passed_on)

    def article(self, work, number, **fields):
        return self.as_karima(law.add_provision, work=work, number=number, **fields)

    def answer(self, code, value, *provisions, note=""):
        return self.as_karima(
            law_answers.answer, node=queries.law()[code], value=value, provisions=provisions,
            note=note,
        )  # fmt: skip

    def set_article(self, provision, **fields):
        return self.as_karima(law.set_provision, provision=provision, **fields)

    def lay(self, label, provision):
        return self.as_karima(grounds.lay, label=label, provision=provision)
