"""Against programs that fill in forms: a field that people do not see, a signed time, and a question in plain words.

None of it shuts a person out: whoever is refused reads why, keeps the answers, and sends the form again.
"""

import random
import time

from django import forms
from django.core import signing
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...rules.text import fold
from ..keys import keyed_hash

SALT = "wagtail_disclosure.form-time"
FASTEST, LONGEST = 2, 24 * 60 * 60  # seconds
HONEYPOT = "website"
NUMERALS = "零一二三四五六七八九十"


def stamp(now=None):
    """The signed time at which a form was shown."""
    return signing.dumps({"at": int(now if now is not None else time.time())}, salt=SALT)


class ProtectedForm(forms.Form):
    """Inherit from it, and render ``{{ form.website }}`` within an element of the class ``disclosure-unseen``."""

    website = forms.CharField(
        required=False,
        max_length=1000,
        label=gettext_lazy("Leave this field empty"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    shown_at = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    # Seconds; a step that has nothing to fill in sets 0.
    fastest = FASTEST

    def __init__(self, *args, clock=time.time, **kwargs):
        self._clock = clock
        super().__init__(*args, **kwargs)

    def render_stamp(self):
        """The value of ``shown_at`` for the form as it is shown now. A form that is shown again keeps its time."""
        if self.is_bound and self._age() is not None:
            return self.data.get(self.add_prefix("shown_at"))
        return stamp(self._clock())

    def _age(self):
        try:
            at = signing.loads(self.data.get(self.add_prefix("shown_at")) or "", salt=SALT)["at"]
        except (signing.BadSignature, KeyError, TypeError):
            return None
        age = self._clock() - at
        return age if -60 <= age <= LONGEST else None

    def clean(self):
        data = super().clean()
        if self.data.get(self.add_prefix(HONEYPOT)):
            self.add_error(
                HONEYPOT, _("This field is a trap for programs. Empty it, and send the form again.")
            )
        age = self._age()
        if age is None:
            self.add_error(
                None, _("The form was open for very long. Your answers are kept: please send it again.")
            )
        elif age < self.fastest:
            self.add_error(
                None, _("That was very fast. Your answers are kept: please wait a moment and send it again.")
            )
        return data


# A question, for forms that are flooded all the same


def new_question():
    """``{"text", "answer"}``: a sum in plain words that a screen reader reads; ``answer`` is a keyed hash."""
    one, other = random.SystemRandom().sample(range(1, 6), 2)
    return {
        "text": _("How much is %(one)d plus %(other)d?") % {"one": one, "other": other},
        "answer": _answer_key(str(one + other)),
    }


def is_right(answer, expected):
    """Whether ``answer`` is right, in digits of any script or as a Chinese numeral."""
    given = fold(answer or "").strip()
    if given in NUMERALS and len(given) == 1:
        given = str(NUMERALS.index(given))
    if given.isdecimal():
        given = str(int(given))
    return constant_time_compare(_answer_key(given), expected or "")


def _answer_key(text):
    return keyed_hash(text, "question")
