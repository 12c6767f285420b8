"""The forms that an applicant fills in: number and code, one action on a case, a lost code."""

from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, override, pgettext_lazy
from django.utils.translation import gettext as _

from ...rules.replies import ratings_of
from .. import action_fields, identity, mails, ratings
from ..forms import ActionForm
from ..public_forms import PublicForm, line, lines

CODE = {"spellcheck": "false", "autocapitalize": "characters"}


class FollowForm(PublicForm):
    """Number and code of the receipt."""

    number = line(
        gettext_lazy("Receipt number"),
        required=True,
        length=60,
        attrs=CODE,
        help_text=gettext_lazy("It is on your receipt and in every mail about what you sent."),
    )
    code = line(
        gettext_lazy("Secret code"),
        required=True,
        length=60,
        attrs=CODE,
        help_text=gettext_lazy("16 letters and digits. You were shown it when you sent your form."),
    )


class LostCodeForm(PublicForm):
    """Number, and the mail address that was given with the request."""

    number = line(gettext_lazy("Receipt number"), required=True, length=60, attrs=CODE)
    email = forms.EmailField(
        label=pgettext_lazy("disclosure", "Email"),
        help_text=gettext_lazy("The address that you gave when you sent it. No other is written to."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class ApplicantForm(PublicForm, ActionForm):
    """One action of the applicant, with the fields of the transition table. ``has_files``: files were added already."""

    LABELS = {
        "answer_supplement": {"description": gettext_lazy("What you add or correct")},
        "clarify": {"description": gettext_lazy("What you add or correct")},
        "ask_follow_up": {"description": gettext_lazy("What you want to ask")},
        "withdraw": {"note": gettext_lazy("Why you withdraw it")},
    }

    def __init__(self, *args, has_files=False, **kwargs):
        self.has_files = has_files
        super().__init__(*args, user=None, **kwargs)

    @property
    def takes_files(self):
        return "files" in self.move.action.fields

    def prepare(self):
        # Files are taken beside the form, so that those that were taken stay when the form is refused.
        self.fields.pop("upload", None)

    def _say_who_reads(self, field):
        """The reader is the one who writes."""

    def _add(self, name):
        if name == "contact":
            self._add_contacts()
        elif name == "rating":
            self.fields[name] = forms.ChoiceField(
                label=_("How satisfied are you?"),
                choices=[
                    (each.code, each.label())
                    for each in ratings_of(self.standing.profile, self.standing.kind)
                ],
                widget=forms.RadioSelect,
            )
        elif name == "note" or name in action_fields.TEXTS:
            label = action_fields.TEXTS.get(name) or gettext_lazy("Remark")
            label = self.LABELS.get(self.move.code, {}).get(name) or capfirst(label)
            required = name not in action_fields.OPTIONAL and name != "note"
            self.fields[name] = lines(label, length=action_fields.LONGEST_TEXT, required=required)
            if name == "description" and self.takes_files:
                # Files do instead: neither is to be had for nothing.
                self.fields[name].is_one_of_two = True
                self.fields[name].help_text = _("Write it here, or add a file.")
            if name == ratings.COMMENT and self._may_need_a_reason():
                self.fields[name].help_text = _("If you are not satisfied, please say why.")
        # Days are those on which it is sent; all else is for the office.

    def _may_need_a_reason(self):
        return any(each.fact("reason") for each in ratings_of(self.standing.profile, self.standing.kind))

    def _add_contacts(self):
        person = self.case.applicant_person
        for name in action_fields.CONTACTS:
            label = capfirst(person._meta.get_field(name).verbose_name)
            known = str(getattr(person, name) or "")
            hint = _("Now: %(value)s. Empty: it stays.") % {"value": known} if known else ""
            autocomplete = {"phone": "tel", "email": "email", "address": "street-address"}[name]
            if name == "email":
                self.fields[name] = forms.EmailField(
                    label=label,
                    required=False,
                    max_length=254,
                    help_text=hint,
                    widget=forms.EmailInput(attrs={"autocomplete": autocomplete}),
                )
            else:
                self.fields[name] = line(label, length=255, help_text=hint, autocomplete=autocomplete)

    def clean(self):
        cleaned = super().clean()
        optional = self.takes_files and "description" in self.fields and "description" not in self.errors
        if optional and not cleaned.get("description") and not self.has_files:
            raise ValidationError({"description": _("Write what you add, or add a file.")})
        if ratings.needs_reason(self.standing, cleaned.get("rating")) and not cleaned.get(ratings.COMMENT):
            self.add_error(ratings.COMMENT, _("Please say why you are not satisfied."))
        return cleaned

    def note_address_before(self, case, before):
        """Whoever has the code may not be the applicant: the address that gets no mails any more is told so."""
        address = identity.own_text(before) if before else ""
        if address and address.casefold() != self.cleaned_data["email"].casefold():
            transaction.on_commit(partial(_tell_of_change, case, address, case.language or get_language()))

    def answers(self):
        """What was entered, as it is kept in a draft."""
        return {name: self.cleaned_data.get(name) for name in self.fields}

    def rows(self):
        """Pairs of label and text of what was entered, for the check before it is sent."""
        found = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if field.widget.is_hidden or not value:
                continue
            found.append((field.label, dict(getattr(field, "choices", ())).get(value, value)))
        return found


def _tell_of_change(case, address, language):
    with override(language):
        mails.send("contact_changed", address, {"case": case})
