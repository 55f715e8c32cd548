"""What happened: assessments and scores, sensation, harm, therapy, the end."""

from outcomes.models.assessments import Assessment, Score, SensoryFinding
from outcomes.models.course import Complication, Contact, Disposition, Therapy
from outcomes.models.loads import LoadBatch

__all__ = [
    "Assessment",
    "Complication",
    "Contact",
    "Disposition",
    "LoadBatch",
    "Score",
    "SensoryFinding",
    "Therapy",
]
