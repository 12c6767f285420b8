"""What every kind of case has, and the rows that casework keeps beside its cases."""

from .attachments import CaseAttachment
from .calendar import CalendarDay, CalendarYear
from .case import Case, CaseQuerySet
from .events import CaseEvent
from .letters import Letter, LetterTemplate
from .people import Person
from .reads import IdentityRead
from .submissions import Draft, Submission

__all__ = [
    "CalendarDay",
    "CalendarYear",
    "Case",
    "CaseAttachment",
    "CaseEvent",
    "CaseQuerySet",
    "Draft",
    "IdentityRead",
    "Letter",
    "LetterTemplate",
    "Person",
    "Submission",
]
