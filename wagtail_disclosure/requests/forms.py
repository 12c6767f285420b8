"""What each step of a request form asks. Required is what Art. 29 lists, and nothing else."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ..casework.public_forms import check_text, line, lines
from ..casework.receipts.protection import ProtectedForm
from ..casework.wizard import forms as wizard_forms
from ..casework.wizard.forms import StepForm
from ..catalogue.models import FiledItem
from ..rules.labels import text_in
from . import vocabularies
from .models.requests import DESCRIPTION_LENGTH, SUBJECT_LENGTH

# Any one of them tells what is wanted (Art. 29(2)).
NAMED_BY = ("subject", "document_number", "description")


def is_described(form, cleaned):
    """Whether ``cleaned`` says which information is wanted; what is wrong with an answer is told at that answer."""
    return any(cleaned.get(name) or name in form.errors for name in NAMED_BY)


class DescribeFields(StepForm):
    """Which information (Art. 29(2)): by title, number or description, whatever the applicant knows."""

    shown_though_hidden = ("index_number",)

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
    # The item of the on-request list from which the applicant came; what is none is left out and stops nobody.
    item = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_item(self):
        given = self.cleaned_data["item"]
        site = self.definition.agency.site_id if self.definition.agency_id else None
        if not (given.isascii() and given.isdigit() and len(given) < 19) or site is None:
            return ""
        found = FiledItem.objects.on_request_list(site, self.definition.locale.language_code)
        return given if found.filter(pk=int(given)).exists() else ""

    def prepare(self):
        labels = vocabularies.kind_of(self.definition.case_kind).fact("field_labels", {})
        for name, texts in labels.items():
            self.fields[name].label, self.fields[name].help_text = text_in(texts), ""

    def clean(self):
        data = super().clean()
        if not is_described(self, data):
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
    phone = line(
        gettext_lazy("Telephone"),
        length=60,
        autocomplete="tel",
        help_text=gettext_lazy("Fill in at least one of these: telephone, email, postal address."),
    )
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
        # The law does not let a form refuse it.
        data = getattr(self, "cleaned_data", {})
        return vocabularies.number_warnings(data.get("identity_kind"), data.get("identity_number", ""))


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


class CheckForm(wizard_forms.CheckForm):
    """The last step: agreeing and sending."""

    def prepare(self):
        if self.definition.consent_text:
            self.fields["consent"] = forms.BooleanField(
                label=_("I agree"),
                error_messages={"required": _("The request can only be sent when you agree.")},
            )
        super().prepare()
