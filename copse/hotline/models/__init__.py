from copse.hotline.models.concerns import Concern, Message
from copse.hotline.models.holds import Hold
from copse.hotline.models.labels import LegalBasis
from copse.hotline.models.material import Material, Sighting
from copse.hotline.models.notices import Check, Notice, Reply, Trace
from copse.hotline.models.readings import Look, Reading

__all__ = [
    "Check",
    "Concern",
    "Hold",
    "LegalBasis",
    "Look",
    "Material",
    "Message",
    "Notice",
    "Reading",
    "Reply",
    "Sighting",
    "Trace",
]
