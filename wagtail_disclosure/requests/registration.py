"""Requests that come on paper, by mail, at the counter or orally, registered by the office (Arts. 29, 31)."""

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from ..casework import moves, policy
from ..casework.public_forms import check_text
from ..casework.receipts import intake
from ..casework.registering import CaseRegisterView
from ..casework.standing import profile
from ..rules.errors import RuleError
from ..rules.labels import article_label
from ..rules.receipt import FACTS, deciding_fact, receipt_date
from . import vocabularies
from .forms import is_described
from .intake import series, subject_of
from .models import Applicant, DisclosureRequest
from .models.requests import DESCRIPTION_LENGTH, SUBJECT_LENGTH

REGISTER = "register"
NO_NUMBER = "-"
ONLINE = "online"
# Name of the button that asks for the days of the channel that was chosen.
CHOOSE = "choose"
SEVERAL = ("delivery_forms", "delivery_routes")
# Whoever registers knows these; the confirmation is an action of its own.
KNOWN = ("submitted_on", "arrived_on", "signed_on")
PERSON = (
    *("name", "identity_number", "representative", "contact_person"),
    *("phone", "email", "address", "postcode", "agent_name", "agent_identity"),
)


def channels():
    """Through which a request may come in that the office registers."""
    return [each for each in profile().request_channels if each.code != ONLINE]


class RegistrationForm(forms.Form):
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)
    # The number whose warnings were read: sent again with it, it is registered.
    number_seen = forms.CharField(widget=forms.HiddenInput, max_length=255, required=False)
    case_kind = forms.ChoiceField(label=_("what it is for"), required=False)
    channel = forms.ChoiceField(label=_("channel"), widget=forms.RadioSelect)
    submitted_on = forms.DateField(
        label=capfirst(FACTS["submitted_on"]), required=False, widget=AdminDateInput
    )
    arrived_on = forms.DateField(label=capfirst(FACTS["arrived_on"]), required=False, widget=AdminDateInput)
    signed_on = forms.DateField(label=capfirst(FACTS["signed_on"]), required=False, widget=AdminDateInput)
    department = forms.ModelChoiceField(label=_("responsible department"), queryset=None)
    subject = forms.CharField(
        label=_("title of the information"),
        max_length=SUBJECT_LENGTH,
        required=False,
        help_text=_("Title, document number or description: one of the three is enough (Art. 29)."),
    )
    document_number = forms.CharField(label=_("document number"), max_length=100, required=False)
    description = forms.CharField(
        label=pgettext_lazy("disclosure", "description"),
        max_length=DESCRIPTION_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    delivery_forms = forms.MultipleChoiceField(
        label=_("form of the information"), required=False, widget=forms.CheckboxSelectMultiple
    )
    delivery_routes = forms.MultipleChoiceField(
        label=_("route of delivery"), required=False, widget=forms.CheckboxSelectMultiple
    )
    help_needed = forms.CharField(label=_("help needed"), max_length=500, required=False)
    kind = forms.ChoiceField(label=_("kind of applicant"))
    identity_kind = forms.ChoiceField(label=_("kind of identity document"), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = policy.departments_to_register_for(user)
        self.fields["channel"].choices = [(each.code, each.label()) for each in channels()]
        self._ask_for_days()
        self.fields["case_kind"].choices = [(each.code, each.label()) for each in vocabularies.kinds()]
        for name in ("delivery_forms", "delivery_routes"):
            self.fields[name].choices = vocabularies.choices(name)
        self.fields["kind"].choices = [("", "---------"), *vocabularies.choices("applicant_kinds")]
        self.fields["identity_kind"].choices = [
            ("", "---------"),
            *vocabularies.choices("identity_documents"),
        ]
        for name in PERSON:
            field = Applicant._meta.get_field(name)
            kind, most = (forms.EmailField, 254) if name == "email" else (forms.CharField, 255)
            self.fields[name] = kind(label=field.verbose_name, required=name == "name", max_length=most)
        for field in self.fields.values():
            field.label = capfirst(field.label)
            if type(field) is forms.CharField:
                field.validators.append(check_text)

    def _ask_for_days(self):
        """The day that decides is asked for first and in any case, the others where they are known (Art. 31)."""
        code = self.data.get("channel") if self.is_bound else self.initial.get("channel")
        self.came_by = next((each for each in channels() if each.code == code), None)
        deciding = deciding_fact(self.came_by) if self.came_by is not None else None
        self.first_days = [deciding] if deciding in KNOWN else []
        if deciding in KNOWN:
            field = self.fields[deciding]
            field.required, field.help_text = True, self.came_by.note()
            field.error_messages["required"] = _("Through this channel the request is received on this day.")
        elif self.came_by is not None and (name := self.came_by.fact("confirm_on")) in KNOWN:
            self.first_days = [name]
            self.fields[name].help_text = self.came_by.note()

    def picker(self):
        """The channels with what each means for the day of receipt."""
        return [
            {
                "code": each.code,
                "label": each.label(),
                "article": article_label(each.article),
                "note": each.note(),
                "chosen": each == self.came_by,
            }
            for each in channels()
        ]

    def days_first(self):
        return [self[name] for name in self.first_days]

    def days_beside(self):
        return [self[name] for name in KNOWN if name not in self.first_days]

    def is_wrong_beside(self):
        return any(name in self.errors for name in KNOWN if name not in self.first_days)

    def rest(self):
        return [each for each in self.visible_fields() if each.name not in ("channel", *KNOWN)]

    def clean(self):
        cleaned = super().clean()
        if not any(cleaned.get(name) for name in vocabularies.CONTACTS):
            self.add_error("phone", _("Enter at least one way to reach the applicant."))
        if not is_described(self, cleaned):
            self.add_error("subject", _("Enter the title of the information, its number or a description."))
        if cleaned.get("channel"):
            self._check_receipt(cleaned["channel"])
        return cleaned

    def _check_receipt(self, code):
        """The facts hold together, and the one that decides the day of receipt is there (Art. 31)."""
        channel, facts = profile().request_channels.get(code), self.receipt()
        late = [each for each, day in facts.items() if day > timezone.localdate()]
        for each in late:
            self.add_error(each, _("The day lies in the future."))
        try:
            receipt_date(channel, facts)
        except RuleError as error:
            self.add_error(None, str(error))

    def warnings(self):
        """What looks wrong in the number of the identity document and is registered all the same."""
        given = self.cleaned_data
        return vocabularies.number_warnings(given["identity_kind"], given["identity_number"])

    def receipt(self):
        return {name: self.cleaned_data[name] for name in KNOWN if self.cleaned_data.get(name)}


class RegisterView(CaseRegisterView):
    """The channel is chosen first, then the rest; a doubtful identity number is shown before it is stored."""

    model = DisclosureRequest
    form_class = RegistrationForm
    template_name = "wagtail_disclosure/casework/register.html"
    registered_template_name = "wagtail_disclosure/casework/registered.html"
    page_title = _("Register a request")
    header_icon = "clipboard-list"

    @property
    def is_choosing(self):
        """Whether the channel is chosen, and nothing is to be stored yet."""
        return CHOOSE in self.request.POST

    def get_initial(self):
        if self.is_choosing:
            sent = self.request.POST
            return {name: sent.getlist(name) if name in SEVERAL else sent.get(name) for name in sent}
        return super().get_initial()

    def get_form_kwargs(self):
        found = super().get_form_kwargs()
        if self.is_choosing:
            found = {name: each for name, each in found.items() if name not in ("data", "files")}
        return found

    def post(self, request, *args, **kwargs):
        if self.is_choosing:
            return self.render_to_response(self.get_context_data())
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        number, warnings = form.cleaned_data["identity_number"], form.warnings()
        if warnings and form.cleaned_data["number_seen"] != (number or NO_NUMBER):
            form.data = form.data.copy()
            form.data["number_seen"] = number or NO_NUMBER
            return self.render_to_response(self.get_context_data(form=form, warnings=warnings))
        return super().form_valid(form)

    def register(self, form):
        return register(form, self.request.user)


def register(form, user, at=None):
    """Make a valid :class:`RegistrationForm` a request, once. Returns its receipt. Raises ``RuleError``."""
    given, at = form.cleaned_data, at or timezone.now()
    department = given["department"]

    kind = given["case_kind"] or vocabularies.kind_of("").code

    def store(number, code_hash):
        return _create({**given, "case_kind": kind}, form.receipt(), user, department, number, code_hash, at)

    token = f"registered:{user.pk}:{given['token']}"
    return intake.submit(
        DisclosureRequest,
        token,
        store,
        agency=department.agency,
        department=department,
        at=at,
        series=series(kind),
    )


@transaction.atomic
def _create(given, receipt, user, department, number, code_hash, at):
    case = DisclosureRequest.objects.create(
        agency=department.agency,
        department=department,
        number=number,
        code_hash=code_hash,
        channel=given["channel"],
        language=get_language() or "",
        submitted_at=at,
        state="draft",
        subject=subject_of(given),
        **{
            name: given[name]
            for name in (
                *("case_kind", "document_number", "description"),
                *("delivery_forms", "delivery_routes", "help_needed"),
            )
        },
    )
    person = {name: given[name] for name in ("kind", "identity_kind", *PERSON)}
    Applicant.objects.create(case=case, **person)
    moves.act(case, REGISTER, by=user, at=at, receipt=receipt)
    return case
