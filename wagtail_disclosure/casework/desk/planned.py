"""A reminder that is due now."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class Planned:
    """A reminder that is due now, whom it concerns, and the day that it is about."""

    kind: str
    about: str
    people: list
    due_on: datetime.date | None
