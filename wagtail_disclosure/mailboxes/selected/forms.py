"""What an officer fills in to prepare a selected letter: first which suggestions are taken, then the text itself."""

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ...rules import masking
from ..models.letters import BODY_LENGTH
from ..models.selected import QUESTION_LENGTH, REPLY_LENGTH
from . import suggest

# The parts of a letter that are published.
PARTS = ("title", "letter", "reply")
TAKE = "take"


@dataclass(frozen=True)
class Marked:
    """A piece of the original: plain text, or a suggestion with the name of its box."""

    text: str
    suggestion: object = None
    name: str = ""
    label: str = ""


class Suggestions:
    """The suggestions for every part of an original, each with a name that a form can send back."""

    def __init__(self, original, letter):
        self.texts = {part: getattr(original, part) for part in PARTS}
        self.found = {part: suggest.suggestions(text, letter) for part, text in self.texts.items()}

    def __bool__(self):
        return any(self.found.values())

    def names(self):
        return {self._name(part, each) for part, found in self.found.items() for each in found}

    @staticmethod
    def _name(part, suggestion):
        return f"{part}:{suggestion.start}-{suggestion.end}"

    def masked(self, taken, language):
        """The text of each part with the suggestions whose names are in ``taken`` out."""
        return {
            part: masking.masked(
                text,
                [each for each in self.found[part] if self._name(part, each) in taken],
                lambda each: suggest.shown_as(each, language),
            )
            for part, text in self.texts.items()
        }

    def pieces(self, part):
        """The original of ``part`` as :class:`Marked` pieces in order."""
        at, found, text = 0, [], self.texts[part]
        for each in self.found[part]:
            found.append(Marked(text[at : each.start]))
            found.append(Marked(each.text, each, self._name(part, each), suggest.label_of(each)))
            at = each.end
        return [piece for piece in [*found, Marked(text[at:])] if piece.text]


class TextForm(forms.Form):
    """The text as it is to be published, looked through once more."""

    title = forms.CharField(label=pgettext_lazy("mailbox", "Title"), max_length=200)
    letter = forms.CharField(
        label=pgettext_lazy("mailbox", "Letter"),
        max_length=BODY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    reply = forms.CharField(
        label=pgettext_lazy("mailbox", "Reply"),
        max_length=REPLY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    department_name = forms.CharField(
        label=pgettext_lazy("mailbox", "Department that answered, as shown"), max_length=255, required=False
    )
    question = forms.CharField(
        label=gettext_lazy("Frequently asked question"),
        max_length=QUESTION_LENGTH,
        required=False,
        help_text=gettext_lazy(
            "With a short answer it stands among the frequently asked questions of the mailbox."
        ),
    )
    answer = forms.CharField(
        label=pgettext_lazy("mailbox", "Short answer"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    submit = forms.BooleanField(label=gettext_lazy("Send it to its review at once"), required=False)
    confirmed = forms.BooleanField(
        label=gettext_lazy("I have checked what is pointed out; it identifies nobody."),
        required=False,
        widget=forms.HiddenInput,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    PUBLISHED = (*PARTS, "department_name", "question", "answer")

    def __init__(self, *args, case, **kwargs):
        super().__init__(*args, **kwargs)
        self.case = case

    def clean(self):
        given = super().clean()
        if bool(given.get("question")) != bool(given.get("answer")):
            self.add_error(
                "answer" if given.get("question") else "question",
                _("A frequently asked question needs its answer."),
            )
        text = "\n".join(given.get(name, "") for name in self.PUBLISHED)
        if left := suggest.suggestions(text, self.case):
            self.fields["confirmed"].widget = forms.CheckboxInput()
            if not given.get("confirmed"):
                named = dict.fromkeys(f"{suggest.label_of(each)}: {each.text}" for each in left)
                self.add_error(
                    None,
                    _("This may identify people. Change it, or confirm below that it does not: %(found)s")
                    % {"found": "; ".join(named)},
                )
        return given

    @property
    def texts(self):
        return {name: self.cleaned_data[name] for name in self.PUBLISHED}
