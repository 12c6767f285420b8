"""Letters that come on paper, by telephone, in person or by mail, entered by the office."""

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from ..casework import moves, policy
from ..casework.public_forms import check_text
from ..casework.registering import CaseRegisterView
from . import intake, vocabularies
from .models import CitizenLetter, Correspondent, Mailbox
from .models.definitions import own_language_first
from .models.letters import BODY_LENGTH, SUBJECT_LENGTH
from .wizard import what_follows

REGISTER = "register"
# What is asked of whoever wrote, with the field and the length that the public form has for it.
PERSON = {
    "name": (forms.CharField, 200),
    "phone": (forms.CharField, 60),
    "email": (forms.EmailField, 254),
    "address": (forms.CharField, 300),
}
NOT_CHOSEN = ("", "---------")
CONSENT_HELP = _("Only if the correspondent said so.")


def mailboxes_for(user):
    """The public mailboxes whose letters ``user`` registers: of the agencies of their departments."""
    agencies = policy.departments_to_register_for(user).order_by().values("agency")
    return own_language_first(Mailbox.objects.filter(live=True, agency__in=agencies))


class RegistrationForm(forms.Form):
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)
    mailbox = forms.ModelChoiceField(label=_("mailbox"), queryset=None)
    type = forms.ChoiceField(label=pgettext_lazy("mailbox", "type of letter"))
    channel = forms.ChoiceField(label=_("channel"))
    arrived_on = forms.DateField(
        label=_("day of arrival"), widget=AdminDateInput, help_text=_("The time limit runs from this day.")
    )
    subject = forms.CharField(label=pgettext_lazy("mailbox", "title"), max_length=SUBJECT_LENGTH)
    body = forms.CharField(
        label=pgettext_lazy("mailbox", "letter"),
        max_length=BODY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Word for word, or what was said on the telephone."),
    )
    wants_reply = forms.BooleanField(label=_("wants a reply"), required=False, initial=True)
    consent_to_publish = forms.BooleanField(
        label=_("consents to publication"), required=False, help_text=CONSENT_HELP
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mailbox"].queryset = mailboxes_for(user)
        # Nothing is chosen beforehand: the type sets the time limit.
        self.fields["type"].choices = [NOT_CHOSEN, *vocabularies.type_choices()]
        self.fields["channel"].choices = [NOT_CHOSEN] + [
            pair for pair in vocabularies.profile().mail_channels.choices() if pair[0] != intake.ONLINE
        ]
        self.fields["arrived_on"].initial = timezone.localdate
        for name, (kind, length) in PERSON.items():
            field = Correspondent._meta.get_field(name)
            self.fields[name] = kind(label=field.verbose_name, required=False, max_length=length)
        self.fields["name"].label = pgettext_lazy("mailbox", "name of the correspondent")
        self.fields["name"].help_text = _("Empty: the letter is anonymous.")
        for field in self.fields.values():
            if type(field) is forms.CharField:
                field.validators.append(check_text)

    def clean_arrived_on(self):
        day = self.cleaned_data["arrived_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(gettext("The day lies in the future."))
        return day

    def clean(self):
        cleaned = super().clean()
        mailbox, code = cleaned.get("mailbox"), cleaned.get("type")
        if mailbox is not None and code and mailbox.type_row(code) is None:
            self.add_error("type", gettext("This mailbox does not take letters of this type."))
        if mailbox is not None and mailbox.requires_name and not cleaned.get("name"):
            self.add_error("name", gettext("This mailbox asks for a real name."))
        return cleaned


class RegisterView(CaseRegisterView):
    model = CitizenLetter
    form_class = RegistrationForm
    template_name = "wagtail_disclosure/mailboxes/register.html"
    registered_template_name = "wagtail_disclosure/mailboxes/registered.html"
    page_title = _("Register a letter")
    header_icon = "mail"

    def register(self, form):
        return register(form, self.request.user)

    def told_of(self, case):
        return what_follows(case)


def register(form, user, at=None):
    """Make a valid :class:`RegistrationForm` a letter, once. Returns its receipt. Raises ``RuleError``."""
    given, at = form.cleaned_data, at or timezone.now()
    mailbox = given["mailbox"]
    person = {name: given[name] for name in PERSON}
    letter = {**given, "is_anonymous": not given["name"].strip()}

    def store(number, code_hash):
        case = intake.create(
            mailbox,
            letter,
            person,
            number=number,
            code_hash=code_hash,
            language=get_language() or "",
            at=at,
            channel=given["channel"],
        )
        # A letter for another department stays in the hands of whoever entered it, until that one assigns it.
        if not CitizenLetter.objects.visible_to(user).filter(pk=case.pk).exists():
            CitizenLetter.objects.filter(pk=case.pk).update(officer=user)
            case.officer = user
        moves.act(case, REGISTER, by=user, at=at, on=given["arrived_on"])
        return case

    return intake.submit(mailbox, given["type"], f"letter:{user.pk}:{given['token']}", store, at=at)
