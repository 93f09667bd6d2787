from copse.strategy.models.consultations import Consultation
from copse.strategy.models.council import Attendance, Decision, Meeting, Opinion, Paper, Seat
from copse.strategy.models.frameworks import Answer, Framework, Ground
from copse.strategy.models.law import (
    Accession,
    Amendment,
    Expression,
    LabelGround,
    Power,
    Provision,
    Work,
)
from copse.strategy.models.plan import (
    BudgetLine,
    Document,
    Goal,
    LinkedPolicy,
    Measure,
    Milestone,
    Owner,
    Strategy,
    Target,
    Value,
)

__all__ = [
    "Accession",
    "Amendment",
    "Answer",
    "Attendance",
    "BudgetLine",
    "Consultation",
    "Decision",
    "Document",
    "Expression",
    "Framework",
    "Goal",
    "Ground",
    "LabelGround",
    "LinkedPolicy",
    "Measure",
    "Meeting",
    "Milestone",
    "Opinion",
    "Owner",
    "Paper",
    "Power",
    "Provision",
    "Seat",
    "Strategy",
    "Target",
    "Value",
    "Work",
]
