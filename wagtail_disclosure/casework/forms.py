"""The form of one action on one case, with the fields that the transition table names."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from . import action_fields, attachments
from .letters import drafting
from .standing import CODED

# Fields of the form that are arguments of ``moves.act`` under their own name.
ARGUMENTS = ("days", "until", "reply", "note")
DATA = ("opinion", "fee_method", "units", "fee_before", "triggers", *action_fields.LISTS)


class ActionForm(forms.Form):
    """``arguments()`` are what ``moves.act`` is called with, ``documents`` and personal changes included."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)

    def __init__(self, *args, move, standing, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.move, self.standing, self.user = move, standing, user
        self.case = standing.case
        for name in move.action.fields:
            self._add(name)
        if {"files", "decision"} & set(move.action.fields):
            self.fields["upload"] = forms.FileField(label=_("add a file"), required=False)

    def _add(self, name):
        if name == "decision":
            self.fields.update(action_fields.decision_fields(self.standing))
            self.fields["documents"] = action_fields.documents_field(self.case)
            self._start_from_the_draft()
        elif name == "note":
            self.fields["note"] = action_fields.note_field(self.move.action)
        elif name == "contact":
            for contact in action_fields.CONTACTS:
                label = self.case.people()[0]._meta.get_field(contact).verbose_name
                self.fields[contact] = forms.CharField(label=label, required=False, max_length=255)
        elif name in action_fields.TEXTS:
            self.fields[name] = action_fields.text_field(name)
        elif (field := action_fields.simple_field(name, self.standing)) is not None:
            self.fields[name] = field
            if name == "until" and not self._needs_until():
                field.required = False

    def _needs_until(self):
        kind = self.standing.effect(self.move)
        deadline = self.standing.deadline()
        wait = deadline.clock.waits.get(kind.wait) if kind is not None and deadline is not None else None
        return wait is None or wait.needs_until

    def _start_from_the_draft(self):
        """A decision that is revised starts from what it says."""
        reply, given = self.standing.decision
        if not reply:
            return
        self.fields["reply"].initial = reply
        self.fields["documents"].initial = given.get("files", [])
        for code, value in given.items():
            if f"decision_{code}" in self.fields:
                self.fields[f"decision_{code}"].initial = value

        self.fields[drafting.FIELD].initial = drafting.initial(self.standing)

    def clean_decision_letter_text(self):
        return drafting.own(self.standing, self.cleaned_data[drafting.FIELD])

    def clean_upload(self):
        upload = self.cleaned_data["upload"]
        if upload is not None:
            attachments.examine(upload)
        return upload

    def clean(self):
        cleaned = super().clean()
        if "contact" in self.move.action.fields and not any(
            cleaned.get(name) for name in action_fields.CONTACTS
        ):
            raise ValidationError(_("Enter at least one new contact."))
        return cleaned

    def arguments(self):
        given = self.cleaned_data
        found = {name: given[name] for name in ARGUMENTS if given.get(name)}
        found["on"] = given.get("date")
        found["key"], found["seen"] = given.get("key", ""), given.get("seen")
        found["data"] = {name: given[name] for name in DATA if given.get(name)}
        found["data"].update({name: value for name in CODED if (value := given.get(f"decision_{name}"))})
        if given.get("amount") is not None:
            found["data"]["amount"] = str(given["amount"])
        if (department := given.get("department")) is not None:
            found["data"]["department"] = department.pk
        found["details"] = self._details()
        found["changes"] = self._changes()
        found["documents"] = list(given.get("documents", ()))
        found["within"] = self._within
        return found

    def _details(self):
        given = self.cleaned_data
        found = {name: given[name] for name in action_fields.TEXTS if given.get(name)}
        for name, value in given.items():
            code = name.removeprefix("decision_")
            if code != name and code not in CODED and value:
                found[code] = value
        return found

    def _changes(self):
        code, given = self.move.code, self.cleaned_data
        found = dict(action_fields.MARKS.get(code, {}))
        for (action, name), field in action_fields.CHANGES.items():
            if action == code and given.get(name) is not None:
                found[field] = given[name]
        return found

    def _within(self, case):
        """What is written with the event: contact data of the applicant."""
        if "contact" not in self.move.action.fields:
            return
        person = case.people()[0]
        changed = [name for name in action_fields.CONTACTS if self.cleaned_data.get(name)]
        for name in changed:
            setattr(person, name, self.cleaned_data[name])
        person.save()

    def store_upload(self):
        """Store the file that was added, as one of the office. Returns its key, or None. Called inside ``atomic``."""
        upload = self.cleaned_data.get("upload")
        if upload is None:
            return None
        model = self.case.attachments.model
        stored = attachments.store(model, upload, origin=model.Origin.OFFICER, case=self.case, user=self.user)
        return str(stored.key)
