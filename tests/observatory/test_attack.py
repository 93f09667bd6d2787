"""A year of monthly releases with corrections, attacked with all that they tell together."""

from uuid import UUID, uuid4

import numpy as np
import pytest
from django.db import transaction
from django.db.utils import Error
from django.http import Http404

from copse.base import access, audit, database
from copse.base.access import Actor
from copse.base.database import DeskKey
from copse.kit.errors import InputError
from copse.kit.parcels import FactSheet
from copse.kit.stats import Minimum, Number, Release, attack, rounded, small
from copse.observatory import queries, services
from copse.observatory.models import Basis
from copse.observatory.models import Release as Published
from copse.observatory.queries.months import months_to
from copse.observatory.services import figures, publishing
from copse.observatory.workflow import Action

DESK = DeskKey(uuid4(), "observatory")
HANA = Actor(uuid4(), "Hana", DESK, frozenset({"observatory-publisher"}))
GITA = Actor(uuid4(), "Gita", DESK, frozenset())
MONTHS = months_to("2026-10", 23)
CLASSES = ("content", "contact", "conduct", "contract", "")
# As in Arbora: much that is seen, little that befalls a child, and now and then nobody says which.
MEANS = (14.0, 6.0, 4.0, 2.0, 0.7)
CLOCKED, BUCKETS = 1, figures.BOUNDS[:4]
# Clocks that nobody sends here: empty, they would be most of what is attacked.
SILENT = tuple(one for one in services.CLOCKS if one != "hotline.clock.removal")
HOTLINE = UUID("00000000-0000-4000-8000-000000000001")


@pytest.fixture
def observatory(db):
    with database.as_desk(DESK, HANA.user_id):
        yield


def send(fact, month, cells, dimensions=("month", "risk_class")):
    sheet = FactSheet(
        id=uuid4(), desk=HOTLINE, room="hotline", fact=fact, dimensions=dimensions, period=month,
        cells=tuple(((month, *keys), number) for keys, number in cells.items()),
    )  # fmt: skip
    services.receive(actor=access.system(DESK), sheet=sheet)


class Arbora:
    """Counts of a small country that go on being corrected after their month is over."""

    def __init__(self, seed=1):
        self.chance = np.random.default_rng(seed)
        size = (len(MONTHS), len(CLASSES))
        self.reports = self.chance.poisson(MEANS, size)
        self.removed = self.chance.binomial(self.reports, 0.6)
        # The clock is kept for what is only seen; the rest is too little to be told of at all.
        self.hours = self.chance.integers(0, 6, (len(MONTHS), CLOCKED, len(BUCKETS))) // 3
        self.sent = {}

    def correct(self, at):
        """What is found out late about the last few months: some are added, one is taken off."""
        late = slice(max(at - 4, 0), at + 1)
        self.reports[late] += self.chance.poisson(0.15, self.reports[late].shape)
        self.removed[late] = np.minimum(
            self.removed[late] + self.chance.poisson(0.1, self.removed[late].shape),
            self.reports[late],
        )
        self.reports[at - 1, 0] -= 1

    def send(self, until):
        for at, month in enumerate(MONTHS[: until + 1]):
            for fact, counts in (("concerns", self.reports), ("removed", self.removed)):
                cells = {(name,): int(counts[at, i]) for i, name in enumerate(CLASSES)}
                self._send(f"hotline.{fact}", month, cells)
            cells = {
                (name, bucket): int(self.hours[at, i, j])
                for i, name in enumerate(CLASSES[:CLOCKED])
                for j, bucket in enumerate(BUCKETS)
            }
            self._send("hotline.clock.removal", month, cells, ("month", "risk_class", "hours"))

    def _send(self, fact, month, cells, *dimensions):
        """A sheet goes out again only when something in it was corrected."""
        if self.sent.get((fact, month)) != cells:
            send(fact, month, cells, *dimensions)
            self.sent[fact, month] = cells


def publish_monthly(releases):
    """That many monthly releases, each with the corrections of the months before."""
    arbora = Arbora()
    for at in range(len(MONTHS) - releases, len(MONTHS)):
        arbora.send(at)
        services.publish(actor=HANA, until=MONTHS[at], without=SILENT)
        arbora.correct(at)
    return arbora


def told():
    return [Release.from_json(one.body) for one in queries.bases()]


def as_naive(release):
    """The same release as many would publish it: small cells withheld and nothing else."""
    numbers = {
        key: Number(
            one.true, None if small(one.true, one.minimum) else rounded(one.true), one.minimum,
            0 < one.true < one.minimum,
        )
        for key, one in release.numbers.items()
    }  # fmt: skip
    return Release(release.name, numbers, release.lines, release.claims)


@pytest.mark.slow
def test_the_attack_finds_nothing_in_a_year_of_releases_with_corrections(observatory):
    """Twelve months, and a second vintage of the last; the next test shows that it can find some."""
    arbora = publish_monthly(12)
    arbora.send(len(MONTHS) - 1)
    again = services.publish(actor=HANA, until=MONTHS[-1], without=SILENT)
    assert again.vintage == 2
    bases = told()
    found = attack(bases)
    assert len(bases) == 13
    assert found.protected > 100
    assert found.narrow == ()
    assert_published_as_attacked(bases)


def assert_published_as_attacked(bases):
    """Every number in a release is the one that was attacked, and none of them is protected."""
    for release, basis in zip(Published.objects.order_by("published_at"), bases, strict=True):
        content = queries.figures_of(release.sha256, release.body).content
        window = f"{release.first_month}/{release.last_month}"
        for one in content["observations"]:
            if one["statistic"] != "count":
                continue
            placed = {"month": window if one["month"] == "_T" else one["month"]}
            if one["risk_class"] != "_T":
                placed["risk_class"] = one["risk_class"]
            number = basis.numbers[one["fact"], tuple(sorted(placed.items()))]
            assert number.shown == one["value"]
            assert not (number.protected and one["value"] is not None)


def test_hiding_small_cells_alone_would_be_found_out(observatory):
    publish_monthly(2)
    assert attack(told()).narrow == ()
    assert attack([as_naive(one) for one in told()]).narrow


def test_old_vintages_stay_as_they_were_and_can_be_read(observatory):
    publish_monthly(2)
    releases = queries.public_releases()
    assert [one.last_month for one in releases] == list(reversed(MONTHS[-2:]))
    oldest = queries.public_release(releases[-1].reference)
    assert oldest.body
    assert audit.actions_on(oldest) == [Action.PUBLISH]
    with pytest.raises(Http404):
        queries.public_release("R-99-000001")


@pytest.fixture
def stricter(observatory, monkeypatch):
    """Seven decided materials were shown as 5; now they are to be handled as victims are."""
    send("hotline.decided", "2026-10", {("content",): 40, ("contact",): 7, ("conduct",): 20})
    services.publish(actor=HANA, until="2026-10")
    changed = tuple(
        figures.Figure(one.fact, Minimum.VICTIMS) if one.fact == "hotline.decided" else one
        for one in figures.COUNTED
    )
    monkeypatch.setattr(figures, "COUNTED", changed)


def test_a_blocked_release_says_which_counts_and_publishes_nothing(stricter):
    for act in (services.preview, services.publish):
        with pytest.raises(services.Blocked, match="could be worked out") as blocked:
            act(actor=HANA, until="2026-10")
        assert "7" not in str(blocked.value).replace("2026", "")
        assert blocked.value.facts_named == ["hotline.decided"]
        assert [(one.low, one.high) for one in blocked.value.narrow[:1]] == [(5, 7)]
    assert Published.objects.count() == 1
    cells = queries.narrow_cells(blocked.value.narrow)
    assert (cells[0].name, cells[0].known) == ("Material decided", "5 to 7")
    assert "Oct 2026" in cells[0].place


def test_without_the_numbers_that_were_named_it_goes_out(stricter):
    made = services.publish(actor=HANA, until="2026-10", without=["hotline.decided"])
    content = queries.figures_of(made.sha256, made.body)
    assert "hotline.decided" not in content.counts
    assert {one["fact"] for one in content.content["observations"]} == {
        *services.COUNTS, *services.CLOCKS,
    } - {"hotline.decided"}  # fmt: skip
    assert queries.page_of(made.sha256, made.body).totals


def test_something_must_be_left_to_publish(observatory):
    with pytest.raises(InputError, match="Nothing would be left"):
        services.publish(actor=HANA, until="2026-10", without=[*services.COUNTS, *services.CLOCKS])


def test_nobody_but_the_desk_reads_the_exact_counts_behind_a_release(db):
    with database.as_desk(DESK, HANA.user_id):
        send("hotline.decided", "2026-10", {("content",): 40})
        services.publish(actor=HANA, until="2026-10")
        assert Basis.objects.count() == 1
    with database.as_desk(DeskKey(uuid4(), "observatory")):
        assert Basis.objects.count() == 0
    with (
        database.as_room("public"),
        pytest.raises(Error, match="permission denied"),
        transaction.atomic(),
    ):
        Basis.objects.count()


def test_the_rules_are_told_with_the_numbers():
    assert publishing.RULES["minimum"]["hotline.concerns"] == 10
    assert publishing.RULES["percentile_items"] == {"median": 10, "p90": 50}
