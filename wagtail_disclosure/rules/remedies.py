"""Remedies against a reply: which text the letter carries, and until when each remedy is open."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import get_language

from .clocks import Term
from .labels import citation, label, text_in


@dataclass(frozen=True)
class RemedyPeriod:
    """How long one remedy is open: up to and including ``due``; ``start`` is the day it runs from.

    Both are ``None`` while that day is not known; ``within`` says the period in words, and from what it runs.
    """

    code: str
    labels: Mapping[str, str]
    start: datetime.date | None
    due: datetime.date | None
    article: str = ""
    law: Mapping[str, str] = field(default_factory=dict)
    within: Mapping[str, str] = field(default_factory=dict)

    def label(self, language=None):
        return label(self, language)

    def citation(self, language=None):
        return citation(self.law, self.article, language)

    def in_words(self, language=None):
        return text_in(self.within, language)

    def is_open(self, today):
        """Whether the remedy may still be taken on ``today``; so long as its period has not begun, too."""
        return self.due is None or today <= self.due


def remedy_on(profile, code, day):
    """Return the remedy of ``profile.remedies`` with that code as it stood on ``day``.

    Where its law was not yet in force, that is the one that held before: reconsideration first is required
    from 2024-01-01 on (Administrative Reconsideration Law, Art. 23). ``KeyError`` for an unknown code.
    """
    remedy = profile.remedies.get(code)
    valid_from = remedy.fact("valid_from")
    if valid_from and day < datetime.date.fromisoformat(valid_from):
        return remedy_on(profile, remedy.fact("before"), day)
    return remedy


def remedies_text(remedy, places, language=None, *, online=False):
    """The text of a letter about remedies; empty where there is none.

    ``places`` names ``reconsideration_body`` and ``court`` and, for a reply served ``online``, the
    ``reconsideration_link`` (Art. 22); ``KeyError`` when one the text needs is missing.
    """
    language = language or get_language()
    texts = [remedy.text("text", language)] + ([remedy.text("online_text", language)] if online else [])
    return "\n".join(text.format_map(places) for text in texts if text)


def remedy_periods(remedy, days, calendar):
    """Return the ``RemedyPeriod`` of each step of a remedy.

    ``days`` maps ``served_on``, ``reconsidered_on``, ``due_on`` and the like to dates; a step whose day is
    not known has no due date yet.
    """
    periods = []
    for step in remedy.children:
        start = days.get(step.fact("start"))
        term = Term.from_data({"code": step.code, **step.fact("term")})
        due = term.end(start, calendar) if start else None
        law, within = step.fact("law", {}), step.fact("within", {})
        periods.append(RemedyPeriod(step.code, step.labels, start, due, step.article, law, within))
    return tuple(periods)
