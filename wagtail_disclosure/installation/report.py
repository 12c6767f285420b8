"""What setup says about what it did, in words."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SetupError(Exception):
    """Setup cannot go on; the message says what to change. Nothing has been written."""


class Outcome(models.TextChoices):
    CREATED = "created", pgettext_lazy("disclosure", "Created")
    REPAIRED = "repaired", _("Repaired")
    KEPT = "kept", _("Already there")
    RESPECTED = "respected", _("Left as people made it")
    NOTE = "note", _("To be done")


@dataclass(frozen=True)
class Line:
    outcome: Outcome
    text: str

    def __str__(self):
        return f"{self.outcome.label}: {self.text}"


class Report:
    """Lines in the order of the work. ``write`` is called with each as it comes."""

    def __init__(self, write=None):
        self.lines = []
        self._write = write

    def add(self, outcome, text):
        line = Line(Outcome(outcome), str(text))
        self.lines.append(line)
        if self._write:
            self._write(line)

    def of(self, outcome):
        """The texts with one outcome."""
        return [line.text for line in self.lines if line.outcome == outcome]

    @property
    def changed(self):
        """Whether anything was written."""
        return any(line.outcome in (Outcome.CREATED, Outcome.REPAIRED) for line in self.lines)

    def created(self, text):
        self.add(Outcome.CREATED, text)

    def repaired(self, text):
        self.add(Outcome.REPAIRED, text)

    def kept(self, text):
        self.add(Outcome.KEPT, text)

    def respected(self, text):
        self.add(Outcome.RESPECTED, text)

    def note(self, text):
        self.add(Outcome.NOTE, text)
