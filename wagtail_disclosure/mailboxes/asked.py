"""What actions about letters ask beside the fields of every case: the mailbox a request goes to, the type of a letter."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ..casework.action_fields import FieldsOfKind, register_fields
from . import vocabularies
from .models import Mailbox
from .reclassified import TO_MAILBOX, TYPE, mailboxes_for

CHANNEL = "mailbox"
TYPE_LABEL = pgettext_lazy("mailbox", "type of letter")


def choice_of_type(pairs, required=True):
    return forms.ChoiceField(label=TYPE_LABEL, choices=[("", "---------"), *pairs], required=required)


@register_fields(TO_MAILBOX)
class TargetFields(FieldsOfKind):
    """A mailbox of the agency and the type of the letter, or none where the matter goes elsewhere."""

    def fields(self, standing):
        mailbox = forms.ModelChoiceField(
            label=_("mailbox of this agency"),
            queryset=mailboxes_for(standing.case),
            required=False,
            empty_label=gettext("None: it goes to another channel, named below"),
        )
        return {TO_MAILBOX: mailbox, TYPE: choice_of_type(vocabularies.type_choices(), required=False)}

    def check(self, form, cleaned):
        mailbox, code = cleaned.get(TO_MAILBOX), cleaned.get(TYPE)
        if mailbox is None:
            if not cleaned.get(CHANNEL) and TO_MAILBOX not in form.errors:
                form.add_error(CHANNEL, gettext("Choose a mailbox, or say which channel it is."))
        elif not code:
            form.add_error(TYPE, gettext("Choose what kind of letter it is."))
        elif mailbox.type_row(code) is None:
            form.add_error(TYPE, gettext("This mailbox does not take letters of this type."))

    def stated(self, cleaned):
        mailbox = cleaned.get(TO_MAILBOX)
        if mailbox is None:
            return {}, {}
        return {TO_MAILBOX: mailbox.pk, TYPE: cleaned[TYPE]}, {CHANNEL: mailbox.title}

    def told(self, data):
        mailbox = Mailbox.objects.filter(pk=data.get(TO_MAILBOX)).first()
        return [(capfirst(_("mailbox")), str(mailbox))] if mailbox is not None else []


@register_fields(TYPE)
class TypeField(FieldsOfKind):
    """What a letter is in truth: another of the types that its mailbox takes."""

    def fields(self, standing):
        letter = standing.case
        return {TYPE: choice_of_type([pair for pair in types_for(letter) if pair[0] != letter.letter_type])}

    def stated(self, cleaned):
        return {TYPE: cleaned[TYPE]}, {}

    def told(self, data):
        return [(capfirst(TYPE_LABEL), vocabularies.label_of(data[TYPE]))] if data.get(TYPE) else []


def types_for(letter):
    """Pairs of code and label: the types that ``letter`` may be of."""
    return letter.mailbox.type_choices() if letter.mailbox is not None else vocabularies.type_choices()
