"""The fee that a notice will name, worked out and read by whoever sends it before it is sent."""

from django import forms
from django.utils import timezone
from django.utils.translation import get_language

from ..rules.errors import RuleError
from .letters.values import fee_rows

# The fee that was read, in a hidden field: sent again with it, the notice goes out.
SEEN = "fee_seen"
METHOD = "fee_method"


def seen_field():
    return forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)


class Charge:
    """What ``given``, the answers of a form, comes to by the fees in force today. Raises ``RuleError`` for what cannot be."""

    def __init__(self, profile, given):
        schedule = profile.fee_schedule_on(timezone.localdate())
        units, before = given["units"], given.get("fee_before") or 0
        self.method = schedule.method(given[METHOD])
        self.fee = self.method.fee(units, before)
        self.key = f"{self.method.code}:{before}+{units}={self.fee.amount}"

    def label(self):
        return self.method.label()

    def citation(self):
        return self.method.citation()

    def rows(self):
        """A line for each tier, in the words of the letter."""
        return self._worded()[0]

    def total(self):
        return self._worded()[1]

    def _worded(self):
        return fee_rows(self.method, self.fee, get_language())


def check(form, cleaned):
    """The charge of what was entered, where the form has one; what it may not be becomes an error of the form."""
    if METHOD not in form.fields or not (cleaned.get(METHOD) and cleaned.get("units")):
        return None
    try:
        return Charge(form.standing.profile, cleaned)
    except RuleError as error:
        form.add_error("units", str(error))
        return None
