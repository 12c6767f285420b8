"""What each step of a request form asks. Required is what Art. 29 lists, and nothing else."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ..casework.receipts import protection
from ..casework.receipts.protection import ProtectedForm
from ..rules.characters import NOT_TEXT, is_visible
from ..rules.identity_numbers import check_identity_number
from ..rules.labels import text_in
from . import vocabularies
from .models.requests import DESCRIPTION_LENGTH, SUBJECT_LENGTH

LINE = 200


def check_text(text):
    """Raise ``ValidationError`` for characters that are no text, and for a text with nothing to be seen."""
    bad = NOT_TEXT.search(text)
    if bad:
        raise ValidationError(
            _("There is a character that is no text: U+%(number)s. Delete it or write it in words.")
            % {"number": f"{ord(bad.group()):04X}"}
        )
    if text and not is_visible(text):
        raise ValidationError(_("There is nothing to be seen in this text."))


def line(label, *, required=False, length=LINE, help_text="", autocomplete="off", **options):
    """A field of one line. ``autocomplete`` is the name by which browsers fill it in (WCAG 1.3.5)."""
    attributes = {"autocomplete": autocomplete, **options.pop("attrs", {})}
    return forms.CharField(
        label=label,
        required=required,
        max_length=length,
        help_text=help_text,
        validators=[check_text],
        widget=options.pop("widget", forms.TextInput)(attrs=attributes),
        **options,
    )


class Lines(forms.CharField):
    """A text of several lines; browsers end each with two characters, which count as one."""

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


def lines(label, *, rows=4, length=1000, help_text="", required=False):
    return Lines(
        label=label,
        required=required,
        max_length=length,
        help_text=help_text,
        validators=[check_text],
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class StepForm(forms.Form):
    """One step. ``definition`` is the :class:`RequestForm`, ``answers`` those of all steps so far."""

    def __init__(self, *args, definition, answers=None, **kwargs):
        self.definition, self.answers = definition, answers or {}
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.prepare()
        for name, field in self.fields.items():
            self._name_what_is_missing(field)
            self._describe(name)

    def prepare(self):
        """Leave out or change fields as the definition has it."""

    def _name_what_is_missing(self, field):
        """Say of which field: in the summary of errors nothing else tells."""
        if field.error_messages.get("required") != forms.Field.default_error_messages["required"]:
            return
        chosen = isinstance(field, forms.ChoiceField)
        text = _("Please choose: %(field)s") if chosen else _("Please fill in: %(field)s")
        field.error_messages["required"] = text % {"field": field.label}

    def _describe(self, name):
        """Tie help and errors to the field for screen readers."""
        field, bound = self.fields[name], self[name]
        named = [f"{bound.id_for_label or bound.auto_id}-hint"] if field.help_text else []
        if self.is_bound and name in self.errors:
            named.append(f"{bound.auto_id}-error")
            field.widget.attrs["aria-invalid"] = "true"
        if named:
            field.widget.attrs["aria-describedby"] = " ".join(named)

    def add_error(self, field, error):
        super().add_error(field, error)
        for name in [field] if field else []:
            if name in self.fields:
                self._describe(name)

    def summary(self):
        """``[(id of the element, message)]`` of all errors, in order, for the summary above the form."""
        found = []
        for name, errors in self.errors.items():
            target = self._target(name)
            found += [(target, message) for message in errors]
        return found

    def _target(self, name):
        if name not in self.fields:
            return ""
        bound = self[name]
        if isinstance(self.fields[name].widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            return f"{bound.auto_id}_0"
        return bound.id_for_label


class DescribeFields(StepForm):
    """Which information (Art. 29(2)): by title, number or description, whatever the applicant knows."""

    subject = line(
        gettext_lazy("Title of the information"),
        length=SUBJECT_LENGTH,
        help_text=gettext_lazy("As exactly as you know it, for example “Notice on the water price of 2025”."),
    )
    document_number = line(gettext_lazy("Document number, if you know it"), length=100)
    description = lines(
        gettext_lazy("What else describes it"),
        rows=6,
        length=DESCRIPTION_LENGTH,
        help_text=gettext_lazy("Time, place, occasion, who made it: whatever helps to find it."),
    )
    index_number = forms.CharField(
        label=gettext_lazy("Index number"),
        required=False,
        max_length=100,
        validators=[check_text],
        widget=forms.HiddenInput,
    )

    def prepare(self):
        labels = vocabularies.kind_of(self.definition.case_kind).fact("field_labels", {})
        for name, texts in labels.items():
            self.fields[name].label, self.fields[name].help_text = text_in(texts), ""

    def clean(self):
        data = super().clean()
        named = ("subject", "document_number", "description")
        if not any(data.get(name) for name in named) and not any(name in self.errors for name in named):
            self.add_error(
                "subject", _("Say which information you want: its title, its number or a description.")
            )
        return data


class DescribeForm(DescribeFields, ProtectedForm):
    """The first step, which anybody can send."""


class KindForm(StepForm):
    """Who requests it: a natural person or one of the kinds of organisations of the annual report."""

    kind = forms.ChoiceField(label=gettext_lazy("Who requests the information?"), widget=forms.RadioSelect)

    def prepare(self):
        self.fields["kind"].choices = vocabularies.choices("applicant_kinds")


class ApplicantForm(StepForm):
    """Name, proof of identity, contact (Art. 29(1)). One way of contact is enough."""

    name = line(gettext_lazy("Your name"), required=True, autocomplete="name")
    identity_kind = forms.ChoiceField(label=gettext_lazy("Proof of identity"))
    identity_number = line(gettext_lazy("Its number"), required=True, length=60)
    representative = line(gettext_lazy("Legal representative"))
    contact_person = line(gettext_lazy("Contact person"))
    phone = line(gettext_lazy("Telephone"), length=60, autocomplete="tel", widget=forms.TextInput)
    email = forms.EmailField(
        label=pgettext_lazy("disclosure", "Email"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    address = line(gettext_lazy("Postal address"), length=300, autocomplete="street-address")
    postcode = line(gettext_lazy("Postcode"), length=20, autocomplete="postal-code")
    employer = line(gettext_lazy("Employer"), autocomplete="organization")
    agent_name = line(
        gettext_lazy("Name of the agent"),
        help_text=gettext_lazy("If somebody acts for you. Add the authority to the files."),
    )
    agent_identity = line(gettext_lazy("Identity number of the agent"), length=60)

    def prepare(self):
        kind = self.answers.get("kind", {}).get("kind", "")
        organisation = vocabularies.is_organisation(kind)
        left_out = set() if organisation else {"representative", "contact_person"}
        if organisation:
            left_out.add("employer")
            self.fields["name"].label = _("Name of the organisation")
            self.fields["name"].widget.attrs["autocomplete"] = "organization"
        documents = vocabularies.documents_of(kind)
        if not documents:
            left_out |= {"identity_kind", "identity_number"}
        optional = {
            "postcode": "postcode",
            "employer": "employer",
            "agent_name": "agent",
            "agent_identity": "agent",
        }
        left_out |= {field for field, code in optional.items() if not self.definition.shows(code)}
        for name in left_out:
            del self.fields[name]
        if "identity_kind" in self.fields:
            self.fields["identity_kind"].choices = [(item.code, item.label()) for item in documents]

    def clean(self):
        data = super().clean()
        if not any(data.get(name) for name in vocabularies.CONTACTS) and not any(
            name in self.errors for name in vocabularies.CONTACTS
        ):
            self.add_error(
                "phone", _("Say how you can be reached: by telephone, by email or at a postal address.")
            )
        return data

    def warnings(self):
        """What looks wrong and is accepted all the same: the law does not let a form refuse it."""
        data = getattr(self, "cleaned_data", {})
        documents = {item.code: item for item in vocabularies.vocabulary("identity_documents")}
        document = documents.get(data.get("identity_kind"))
        if document is None:
            return []
        return check_identity_number(document, data.get("identity_number", ""), timezone.localdate()).warnings


class DeliveryForm(StepForm):
    """In which form and by what route (Art. 29(3)); several may be named."""

    delivery_forms = forms.MultipleChoiceField(
        label=gettext_lazy("In which form do you want the information?"), widget=forms.CheckboxSelectMultiple
    )
    delivery_routes = forms.MultipleChoiceField(
        label=gettext_lazy("How shall it reach you?"), widget=forms.CheckboxSelectMultiple
    )
    help_needed = lines(
        gettext_lazy("Do you need help with reading, seeing or hearing?"),
        rows=2,
        help_text=gettext_lazy("Say what would help you, such as large print. You may leave it empty."),
    )
    purpose = lines(
        gettext_lazy("What do you need it for?"),
        rows=2,
        help_text=gettext_lazy("The law does not ask for it. You may leave it empty."),
    )

    def prepare(self):
        for name in ("delivery_forms", "delivery_routes"):
            self.fields[name].choices = vocabularies.choices(name, getattr(self.definition, name))
        for name in ("help_needed", "purpose"):
            if not self.definition.shows(name):
                del self.fields[name]

    def clean_delivery_routes(self):
        routes, given = self.cleaned_data["delivery_routes"], self.answers.get("applicant", {})
        for item in vocabularies.vocabulary("delivery_routes"):
            needed = item.fact("needs")
            if item.code in routes and needed and not given.get(needed):
                label = ApplicantForm.base_fields[needed].label
                raise ValidationError(
                    _(
                        "“%(route)s” needs your %(contact)s. Add it under “Who you are”, or choose another route."
                    )
                    % {"route": item.label(), "contact": str(label).lower()}
                )
        return routes


class CheckForm(ProtectedForm, StepForm):
    """The last step: agreeing and sending."""

    def prepare(self):
        if self.definition.consent_text:
            self.fields["consent"] = forms.BooleanField(
                label=_("I agree"),
                error_messages={"required": _("The request can only be sent when you agree.")},
            )
        if self.definition.asks_question:
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
