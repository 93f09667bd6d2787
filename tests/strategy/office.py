"""The strategy office of the tests: its people, some bodies, and a plan."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from copse.base import database
from copse.base.access import Actor, system
from copse.base.accounts.models import Membership, User
from copse.base.organisations.models import Desk, Organisation
from copse.strategy.models import Consultation
from copse.strategy.services import frameworks, plan
from copse.strategy.workflow import ConsultationStage

PEOPLE = {
    "ines": ("strategy-planner",),
    "jabari": ("strategy-signatory",),
    "karima": ("strategy-lawyer",),
    "leo": ("strategy-secretary", "strategy-safeguarding"),
    "mwana": ("strategy-rights-institution",),
}
BODIES = {
    "ministry": "ministry", "agency": "regulator", "telecom": "provider",
    "parents": "civil_society", "commissioner": "rights_body",
}  # fmt: skip


class Office:
    """`office.ines`, `office.jabari`, … are actors at the desk; `office.bodies` the register."""

    def __init__(self):
        with database.as_room("administration"):
            self.bodies = {name: self._body(name, kind) for name, kind in BODIES.items()}
            self.desk, self.observatory, self.hotline = (
                self._desk(room) for room in ("strategy", "observatory", "hotline")
            )
        for name, roles in PEOPLE.items():
            setattr(self, name, self.person(name, roles))
        self.system = system(self.desk.key)

    def _body(self, name, kind):
        body = Organisation(name=f"The {name}", kind=kind)
        body.save(force_insert=True)
        return body.pk

    def _desk(self, room):
        desk = Desk(organisation_id=self.bodies["ministry"], room=room, name=room)
        desk.save(force_insert=True)
        return desk

    def person(self, name, roles):
        """Somebody who joins the desk."""
        user = User(email=f"{name}@example.org", name=name.title())
        user.set_unusable_password()
        user.save(force_insert=True)
        Membership(user=user, desk=self.desk, roles=list(roles)).save(force_insert=True)
        return Actor(user.id, user.name, self.desk.key, frozenset(roles))

    def with_role(self, who, role):
        """The same person with one more role."""
        return Actor(who.user_id, who.name, who.desk, who.roles | {role})

    def open(self, who=None):
        """Open the desk as somebody; as the system when nobody is named."""
        who = who or self.system
        return database.as_desk(who.desk, who.user_id)

    def strategy(self, **more):
        today = timezone.localdate()
        fields = {"title": "The plan", "first_day": date(today.year, 1, 1),
                  "last_day": date(today.year + 2, 12, 31), **more}  # fmt: skip
        with self.open(self.ines):
            return plan.draft(actor=self.ines, **fields)

    def goal(self, strategy=None, code="G-1", **more):
        strategy = strategy or self.strategy()
        fields = {"title": "Gone in a day", "due": strategy.last_day, "indicator": "REP-TTR",
                  "baseline": Decimal(80), "baseline_period": str(strategy.first_day.year - 1),
                  **more}  # fmt: skip
        with self.open(self.ines):
            return plan.set_goal(actor=self.ines, strategy=strategy, code=code, **fields)

    def measure(self, goal=None, brief_action="IND-4", **more):
        goal = goal or self.goal()
        fields = {"title": "A direct line", "due": timezone.localdate() + timedelta(90), **more}
        with self.open(self.ines):
            return plan.propose(actor=self.ines, goal=goal, brief_action=brief_action, **fields)

    def heard(self, strategy, *, stage=ConsultationStage.ANSWERED, **more):
        """A consultation with children as it stands at a stage."""
        today = timezone.localdate()
        fields = {
            "title": "Heard", "question": "What helps?", "groups": ["S6"], "children": True,
            "answer": "This is what we do.", "answered_on": today, "heard_on": today,
            "author_id": self.ines.user_id, **more,
        }  # fmt: skip
        with self.open(self.ines):
            row = Consultation(
                strategy=strategy, reference=database.next_reference("K"), stage=stage, **fields
            )
            row.save(force_insert=True)
            return row

    def load_frameworks(self):
        """Load the frameworks that come with Copse."""
        with self.open():
            frameworks.load_shipped(actor=self.system)

    def fresh(self, row):
        with self.open():
            return type(row).objects.get(pk=row.pk)
