"""Findings as the review page shows them, and the reasons that reviewers write beside them."""

from dataclasses import dataclass

from django.utils.functional import cached_property

from .. import pinned
from ..models import Acknowledgement, ReviewFinding
from ..safety import words

FIELD = "reason-"
Severity = ReviewFinding.Severity
TAGS = {
    Severity.REFUSE: "disclosure-due--late",
    Severity.BLOCK: "disclosure-due--late",
    Severity.WARN: "disclosure-due--soon",
    Severity.INFO: "disclosure-due--unknown",
}

ANSWERED = "disclosure-due--ahead"


def reasons_in(data):
    """The reasons that were typed, by the key of the finding: ``{key: text}``."""
    return {
        name.removeprefix(FIELD): value.strip()
        for name, value in data.items()
        if name.startswith(FIELD) and value.strip()
    }


@dataclass(frozen=True)
class Shown:
    """One finding for the page. ``acknowledgement`` is None until somebody answers for it."""

    row: ReviewFinding
    acknowledgement: Acknowledgement | None
    suggestion: str = ""
    typed: str = ""

    @property
    def where(self):
        return pinned.where_in_words(self.row)

    @property
    def message(self):
        return pinned.message_in_words(self.row)

    @property
    def passage(self):
        return words.passage_in_words(self.row.code, self.row.passage)

    @property
    def advice(self):
        waits = self.is_grave and self.acknowledgement is None
        return words.advice(self.row.code) if waits else ""

    @property
    def is_grave(self):
        return self.row.severity in (Severity.REFUSE, Severity.BLOCK)

    @property
    def tag(self):
        return ANSWERED if self.acknowledgement else TAGS[Severity(self.row.severity)]

    @property
    def is_open(self):
        """Whether a reviewer has to acknowledge it yet."""
        return self.row.severity == Severity.BLOCK and self.acknowledgement is None

    @property
    def field(self):
        return FIELD + self.row.key

    @property
    def reason(self):
        """What stands in the field: what was typed, else what was said about the same finding before."""
        return self.typed or self.suggestion


class Findings:
    """All findings of a digest for one reader; ``typed`` are reasons of a form that was sent."""

    def __init__(self, item, draft, digest, typed=None):
        self.item, self.typed = item, typed or {}
        self.check, self.rows = pinned.look(item, draft, digest)

    @cached_property
    def shown(self):
        done = self._acknowledgements()
        waiting = [row.key for row in self.rows if row.severity == Severity.BLOCK and row.key not in done]
        earlier = pinned.earlier_reasons(self.item, waiting)
        return [
            Shown(row, done.get(row.key), earlier.get(row.key, ""), self.typed.get(row.key, ""))
            for row in self.rows
        ]

    def _acknowledgements(self):
        if self.check.pk is None:
            return {}
        counting = pinned.acknowledged(self.item, self.check)
        rows = (each for row in self.rows if row.pk for each in row.acknowledgements.all())
        return {each.key: each for each in rows if each.key in counting}

    @property
    def open(self):
        return [each for each in self.shown if each.is_open]
