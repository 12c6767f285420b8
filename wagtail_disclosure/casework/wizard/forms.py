"""What the steps of all public forms have in common, and those that each form has: sending it, and going on later."""

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..public_forms import PublicForm, line
from ..receipts import protection
from ..receipts.protection import ProtectedForm


class StepForm(PublicForm):
    """One step. ``definition`` is that of the form, ``answers`` are those of all steps so far."""

    # Hidden fields whose values the sender sees all the same before sending.
    shown_though_hidden = ()

    def __init__(self, *args, definition, answers=None, **kwargs):
        self.definition, self.answers = definition, answers or {}
        super().__init__(*args, **kwargs)

    def prepare(self):
        """Leave out or change fields as the definition has it."""

    def warnings(self):
        """What looks wrong in valid answers, and is accepted all the same."""
        return ()


class CheckForm(ProtectedForm, StepForm):
    """The last step: agreeing, and sending."""

    def prepare(self):
        if getattr(self.definition, "asks_question", False):
            question = protection.new_question()
            self.fields["answer"] = forms.CharField(
                label=question["text"],
                max_length=20,
                widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
                error_messages={"required": _("Answer the question.")},
            )
            self.fields["asked"] = forms.CharField(
                required=False, max_length=64, widget=forms.HiddenInput(), initial=question["answer"]
            )
            self.question = question

    def clean(self):
        data = super().clean()
        if (
            "answer" in self.fields
            and "answer" in data
            and not protection.is_right(data["answer"], data["asked"])
        ):
            self.add_error("answer", _("The answer is not right. Here is another question."))
        return data

    def kept(self):
        """What is answered here and belongs to what is sent."""
        return {}

    def hidden(self):
        """The hidden fields of the form as it is shown now: with a new question each time."""
        if "asked" not in self.fields:
            return ""
        return format_html(
            '<input type="hidden" name="{}" value="{}">', self.add_prefix("asked"), self.question["answer"]
        )


class CodeForm(StepForm):
    """Going on with a form that was saved."""

    code = line(
        gettext_lazy("Code to go on"),
        required=True,
        length=60,
        attrs={"spellcheck": "false", "autocapitalize": "characters"},
        help_text=gettext_lazy("You were shown it when you saved the form: 16 letters and digits."),
    )
