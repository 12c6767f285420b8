"""What every kind of case has, and the rows that casework keeps beside its cases."""

from .alarms import CaseAlarm
from .attachments import CaseAttachment
from .calendar import CalendarDay, CalendarYear
from .case import Case, CaseQuerySet
from .events import CaseEvent
from .letters import Letter, LetterTemplate
from .parties import ConsultedParty
from .people import Person
from .reads import IdentityRead
from .submissions import Draft, Submission
from .tasks import CaseTask

__all__ = [
    "CalendarDay",
    "CalendarYear",
    "Case",
    "CaseAlarm",
    "CaseAttachment",
    "CaseEvent",
    "CaseQuerySet",
    "CaseTask",
    "ConsultedParty",
    "Draft",
    "IdentityRead",
    "Letter",
    "LetterTemplate",
    "Person",
    "Submission",
]
