"""Who, where, and what was done."""

from registry.audit.models import Event, Seal
from registry.models.cohorts import Arm, Cohort, PainTarget, Participant
from registry.models.people import Membership, Site, User
from registry.models.procedures import Procedure, TreatedLevel
from registry.models.sealed import SealedIndexDate

__all__ = [
    "Arm",
    "Cohort",
    "Event",
    "Membership",
    "PainTarget",
    "Participant",
    "Procedure",
    "Seal",
    "SealedIndexDate",
    "Site",
    "TreatedLevel",
    "User",
]
