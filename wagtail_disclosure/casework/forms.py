"""The form of one action on one case, with the fields that the transition table names."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ..rules.case_events import Effect
from . import action_fields, attachments, charges, decisions, extensions, similar, words
from .consultation import party_fields
from .letters import drafting, issue
from .public_forms import check_text
from .standing import CODED

# Fields of the form that are arguments of ``moves.act`` under their own name.
ARGUMENTS = ("days", "until", "reply", "note")
DATA = (
    "opinion",
    "fee_method",
    "units",
    "fee_before",
    "triggers",
    "rating",
    "task_days",
    "of",
    issue.APPROVED,
    *action_fields.LISTS,
)


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Files of one field, as a list."""

    widget = ManyFilesInput

    def clean(self, data, initial=None):
        sent = [each for each in (data if isinstance(data, list | tuple) else [data]) if each]
        if self.required and not sent:
            raise ValidationError(self.error_messages["required"], code="required")
        return [super(ManyFilesField, self).clean(each) for each in sent]


class ActionForm(forms.Form):
    """``arguments()`` are what ``moves.act`` is called with, ``documents`` and personal changes included."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)

    def __init__(self, *args, move, standing, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.move, self.standing, self.user = move, standing, user
        self.case, self.decision, self.charge = standing.case, None, None
        for name in move.action.fields:
            if name in action_fields.of_kinds:
                self.fields.update(action_fields.of_kinds[name].fields(standing))
            self._add(name)
            if name in move.action.shows and name in self.fields:
                self._say_who_reads(self.fields[name])
        if words := issue.words_shown(standing, move.action):
            self.fields[issue.APPROVED] = forms.CharField(
                widget=forms.HiddenInput, required=False, max_length=64, initial=words
            )
        if charges.METHOD in self.fields:
            self.fields[charges.SEEN] = charges.seen_field()
        if "files" in move.action.fields:
            self.fields["upload"] = self.files_field()
        for field in self.fields.values():
            field.label = capfirst(field.label) if field.label else field.label
            if type(field) is forms.CharField and check_text not in field.validators:
                field.validators.append(check_text)

    def files_field(self):
        return ManyFilesField(label=_("add files"), required=False)

    def _say_who_reads(self, field):
        """Officers write otherwise where the applicant reads it."""
        field.help_text = " ".join(str(each) for each in (field.help_text, self._reader()) if each)

    def _reader(self):
        return words.about(self.case, _("The %(person)s reads this."))

    def _add(self, name):
        if name == "decision":
            self._add_decision()
        elif name == "note":
            self.fields["note"] = action_fields.note_field(self.move.action)
        elif name == extensions.DAYS:
            most = extensions.left(self.standing, self.move.action)
            self.fields[name] = action_fields.days_field(self.standing, most)
        elif name == "party":
            self.fields.update(party_fields.asking(self.case))
        elif name == "third_party":
            self.fields[name] = party_fields.to_be_told(self.standing, self.move.action)
        elif name == "contact":
            self._add_contacts()
        elif name == "case_files":
            self.fields["documents"] = action_fields.documents_field(self.case)
            self.fields["documents"].label = _("files of the case that the department gets")
        elif name in action_fields.LINES:
            self.fields[name] = action_fields.line_field(name)
        elif name in action_fields.TEXTS:
            self._add_text(name)
        elif (field := action_fields.simple_field(name, self.standing)) is not None:
            self.fields[name] = field
            if name == "until" and not self._needs_until():
                field.required = False

    def _add_contacts(self):
        for contact in action_fields.CONTACTS:
            label = self.case.applicant_person._meta.get_field(contact).verbose_name
            kind, most = (forms.EmailField, 254) if contact == "email" else (forms.CharField, 255)
            self.fields[contact] = kind(label=label, required=False, max_length=most)

    def _add_text(self, name):
        self.fields[name] = action_fields.text_field(name, self.move.code)
        if name in party_fields.READ_BY_PARTY and "party" in self.move.action.fields:
            self.fields[name].help_text = party_fields.HELP

    def _needs_until(self):
        kind = self.standing.effect(self.move)
        deadline = self.standing.deadline()
        if kind is None or kind.effect is Effect.MARK:
            # A day by which somebody wants an answer: no clock depends on it.
            return False
        wait = deadline.clock.waits.get(kind.wait) if deadline is not None else None
        return wait is None or wait.needs_until

    def _add_decision(self):
        """What is entered of a reply; a decision that is revised starts from what it says."""
        start = self._draft() or self._mark()
        chosen = self.data.get("reply") if self.is_bound else self.initial.get("reply", start.get("reply"))
        self.decision = decisions.Decision(self, chosen)
        self.fields.update(self.decision.fields())
        for name in start.keys() & self.fields.keys():
            self.fields[name].initial = start[name]
        self._start_the_letter()

    def _start_the_letter(self):
        """The text of the letter follows the choice of the reply, unless it is somebody's own."""
        written = self.initial.pop(drafting.FIELD, self.fields[drafting.FIELD].initial)
        reply = self.decision.reply
        self.fields[drafting.FIELD].initial = drafting.initial(self.standing, reply, written or "")

    def _draft(self):
        reply, given = self.standing.decision
        found = {"reply": reply, "documents": given.get("files", [])} if reply else {}
        names = {f"{decisions.PREFIX}{code}": value for code, value in given.items()}
        return {**found, **names}

    def _mark(self):
        """A reply to what is marked as a repeat starts from the earlier request (Art. 36(6))."""
        earlier = similar.marked(self.standing)
        ground = similar.reply_to_repeats(self.standing)
        if not earlier or ground is None:
            return {}
        words = similar.in_words(self.case, earlier, self.user)
        return {"reply": ground.code, f"{decisions.PREFIX}{similar.EARLIER}": words}

    def clean_of(self):
        found = similar.named(self.case, self.cleaned_data["of"], self.user)
        if found is None:
            raise ValidationError(_("There is no earlier request with this number that you may see."))
        return found.number

    def clean_until(self):
        until = self.cleaned_data["until"]
        kind = self.standing.effect(self.move)
        is_wish = kind is None or kind.effect is Effect.MARK
        if until is not None and is_wish and until < timezone.localdate():
            raise ValidationError(_("The day is past."))
        return until

    def clean_decision_letter_text(self):
        return drafting.own(self.standing, self.cleaned_data[drafting.FIELD] or "")

    def clean_upload(self):
        uploads = self.cleaned_data["upload"]
        attachments.check_count(0, len(uploads))
        for upload in uploads:
            attachments.examine(upload)
        return uploads

    def clean(self):
        cleaned = super().clean()
        if "contact" in self.move.action.fields and not any(
            cleaned.get(name) for name in action_fields.CONTACTS
        ):
            raise ValidationError(_("Enter at least one new contact."))
        party_fields.check(self)
        for fields in self._of_kind():
            fields.check(self, cleaned)
        self.charge = charges.check(self, cleaned)
        if self.decision is not None:
            self.decision.clean(cleaned)
        return cleaned

    def unread_charge(self):
        """The fee that a valid form comes to, until whoever sends it has read it."""
        seen = self.cleaned_data.get(charges.SEEN)
        return self.charge if self.charge is not None and self.charge.key != seen else None

    def read_again(self, standing):
        """Begin anew after a refusal: whoever sends the form now has read the case and the letter as ``standing`` has them."""
        self.data = self.data.copy()
        self.data["seen"] = standing.last_key or ""
        if issue.APPROVED in self.fields:
            self.data[issue.APPROVED] = issue.words_shown(standing, self.move.action)

    def arguments(self):
        given = self.cleaned_data
        found = {name: given[name] for name in ARGUMENTS if given.get(name)}
        found["on"] = given.get("date")
        found["key"], found["seen"] = given.get("third_party") or given.get("key", ""), given.get("seen")
        found["data"] = {name: given[name] for name in DATA if given.get(name)}
        found["data"].update({name: value for name in CODED if (value := given.get(f"decision_{name}"))})
        if given.get("amount") is not None:
            found["data"]["amount"] = str(given["amount"])
        if (department := given.get("department")) is not None:
            found["data"]["department"] = department.pk
        found["details"] = self._details()
        for fields in self._of_kind():
            data, details = fields.stated(given)
            found["data"].update(data)
            found["details"].update(details)
        found["changes"] = self._changes()
        found["documents"] = list(given.get("documents", ()))
        found["within"] = self._within
        return found

    def _of_kind(self):
        names = self.move.action.fields
        return [action_fields.of_kinds[name] for name in names if name in action_fields.of_kinds]

    def _details(self):
        given = self.cleaned_data
        texts = (*action_fields.TEXTS, *action_fields.LINES)
        found = {name: given[name] for name in texts if given.get(name)}
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
        """What is written with the event: contact data of the applicant, or a party that is asked."""
        if "party" in self.move.action.fields:
            party_fields.store(case, self.move.action, self.cleaned_data)
        if "contact" not in self.move.action.fields:
            return
        person = case.applicant_person
        before = person.email
        changed = [name for name in action_fields.CONTACTS if self.cleaned_data.get(name)]
        for name in changed:
            setattr(person, name, self.cleaned_data[name])
        person.save()
        if "email" in changed:
            self.note_address_before(case, before)

    def note_address_before(self, case, before):
        """The applicant's address was another one ``before``. The office changes those that do not work."""

    def store_upload(self):
        """Store the files that were added, as some of the office. Returns their keys. Called inside ``atomic``."""
        model = self.case.attachments.model
        return [
            str(
                attachments.store(
                    model, upload, origin=model.Origin.OFFICER, case=self.case, user=self.user
                ).key
            )
            for upload in self.cleaned_data.get("upload") or ()
        ]
