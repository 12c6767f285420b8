"""What each step of a letter asks of whoever writes: the letter itself, who writes, and leave to publish it."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ..casework.public_forms import line, lines
from ..casework.receipts.protection import ProtectedForm
from ..casework.wizard import forms as wizard_forms
from ..casework.wizard.forms import StepForm
from ..casework.wizard.kinds import CHECK
from . import vocabularies
from .intake import NAMED, UNNAMED
from .models.letters import BODY_LENGTH, SUBJECT_LENGTH


class LetterFields(StepForm):
    """What it is about."""

    type = forms.ChoiceField(
        label=gettext_lazy("What kind of letter is it?"),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("If you are not sure, choose what fits best: it is corrected where need be."),
    )
    subject = line(
        pgettext_lazy("mailbox", "Title"),
        required=True,
        length=SUBJECT_LENGTH,
        help_text=gettext_lazy("What it is about, in a few words."),
    )
    body = lines(
        pgettext_lazy("mailbox", "Your letter"),
        rows=10,
        length=BODY_LENGTH,
        required=True,
        help_text=gettext_lazy(
            "What happened, where and when, and what you would like to be done. Leave out what concerns other people "
            "alone."
        ),
    )

    def prepare(self):
        choices = [
            (code, " — ".join(each for each in (label, vocabularies.note_of(code)) if each))
            for code, label in self.definition.type_choices()
        ]
        field = self.fields["type"]
        field.choices = choices
        if len(choices) == 1:
            field.initial = choices[0][0]
        field.error_messages["invalid_choice"] = _("This mailbox does not take letters of this type.")


class LetterForm(LetterFields, ProtectedForm):
    """The first step, which anybody can send."""


class PersonForm(StepForm):
    """Who writes, as far as the mailbox asks for it and no further, and whether a reply is wanted."""

    signed = forms.ChoiceField(
        label=gettext_lazy("Do you write with your name?"),
        widget=forms.RadioSelect,
        choices=[
            (NAMED, gettext_lazy("With my name")),
            (UNNAMED, gettext_lazy("Without my name: none is kept, even if it is filled in below")),
        ],
    )
    name = line(gettext_lazy("Your name"), autocomplete="name")
    phone = line(gettext_lazy("Telephone"), length=60, autocomplete="tel")
    email = forms.EmailField(
        label=pgettext_lazy("disclosure", "Email"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy("To be told when something happens; the letter itself is in no mail."),
    )
    address = line(gettext_lazy("Postal address"), length=300, autocomplete="street-address")
    wants_reply = forms.BooleanField(
        label=gettext_lazy("I want a reply"),
        required=False,
        initial=True,
        help_text=gettext_lazy("You read it with number and code, whether or not you leave a name."),
    )

    def prepare(self):
        if self.definition.requires_name:
            del self.fields["signed"]
            self.fields["name"].required = True
            self.fields["name"].help_text = _("This mailbox asks for your real name.")
        for name in vocabularies.PERSON_FIELDS:
            if not self.definition.shows(name):
                del self.fields[name]

    def clean(self):
        data = super().clean()
        data["is_anonymous"] = data.get("signed") == UNNAMED
        if data["is_anonymous"]:
            data["name"] = ""
        elif data.get("signed") == NAMED and not data.get("name") and "name" not in self.errors:
            raise ValidationError(
                {"name": _("Please fill in: %(field)s") % {"field": self.fields["name"].label}}
            )
        return data


class CheckForm(wizard_forms.CheckForm):
    """The last step: leave to publish the letter, and sending."""

    def prepare(self):
        super().prepare()
        if self._may_be_published():
            self.fields["consent_to_publish"] = forms.BooleanField(
                label=_("My letter and the reply may be published"),
                required=False,
                initial=bool(self.answers.get(CHECK, {}).get("consent_to_publish")),
            )

    def _may_be_published(self):
        type_ = self.answers.get("letter", {}).get("type", "")
        return self.definition.offers_consent and not vocabularies.is_confidential(type_)

    def kept(self):
        return {"consent_to_publish": bool(self.cleaned_data.get("consent_to_publish"))}
