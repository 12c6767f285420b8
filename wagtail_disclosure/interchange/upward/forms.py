"""Forms of upper platforms and submissions in the admin."""

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from ...casework.public_forms import check_text
from ...catalogue.models import Category
from ...departments.models import Department
from ..forms import OfOneAgency, not_too_large
from ..models.upward import UpwardSubmission
from . import access
from .files import STATUSES
from .moves import LONGEST_REASON
from .vocabulary import may_move, state_of_report

SHORTEST_SECRET = 32


class PlatformForm(OfOneAgency, WagtailAdminModelForm):
    """A secret that is stored is never shown: an empty field keeps it."""

    secret = forms.CharField(
        label=gettext_lazy("Shared secret"),
        required=False,
        min_length=SHORTEST_SECRET,
        max_length=500,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy(
            "At least 32 characters that both sides know; messages are signed with it. Leave it empty to keep what is "
            "stored."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._stored = self.instance.secret
        self.initial.pop("secret", None)
        # What belongs to agencies for which the person does not keep platforms is not offered.
        agencies = access.agencies_of(self.for_user)
        self.fields["agency"].queryset = agencies
        self.fields["departments"].queryset = Department.objects.filter(agency__in=agencies)
        self.fields["categories"].queryset = Category.objects.filter(scheme__agency__in=agencies)
        first = agencies[:2]
        if self.instance.pk is None and len(first) == 1:
            self.initial.setdefault("agency", first[0].pk)

    def clean_secret(self):
        return self.cleaned_data["secret"] or self._stored


class MarkForm(forms.Form):
    """A status set by hand."""

    status = forms.ChoiceField(label=pgettext_lazy("upward feed", "Status"))
    route = forms.ChoiceField(
        label=pgettext_lazy("upward feed", "Way"),
        choices=[
            (each.value, each.label) for each in (UpwardSubmission.Route.ENTRY, UpwardSubmission.Route.LINK)
        ],
        required=False,
    )
    reference = forms.CharField(label=gettext_lazy("Number at the platform"), max_length=200, required=False)
    url = forms.CharField(
        label=gettext_lazy("Address at the platform"),
        max_length=1000,
        required=False,
        validators=[URLValidator(["http", "https"])],
    )
    reason = forms.CharField(
        label=pgettext_lazy("upward feed", "Reason"),
        help_text=gettext_lazy("Why it is set by hand, and for a refusal what the platform said."),
        max_length=LONGEST_REASON,
        validators=[check_text],
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, submission, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [
            (status, label)
            for status, label in STATUSES.items()
            if may_move(submission.kind, submission.state, state_of_report(status))
        ]
        if submission.route:
            del self.fields["route"]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=pgettext_lazy("upward feed", "Reason"),
        max_length=LONGEST_REASON,
        required=False,
        validators=[check_text],
    )


class HandOverForm(forms.Form):
    route = forms.ChoiceField(
        label=gettext_lazy("How they were submitted"),
        choices=[
            (each.value, each.label) for each in (UpwardSubmission.Route.ENTRY, UpwardSubmission.Route.LINK)
        ],
        widget=forms.RadioSelect,
        initial=UpwardSubmission.Route.ENTRY,
    )
    # What came to wait since the page was opened is not marked.
    up_to = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)


class StatusFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Sheet with statuses"),
        help_text=gettext_lazy(
            "CSV or XLSX with the columns key or index number, and status; at, reason, number and address at the platform "
            "as far as there are any."
        ),
        validators=[not_too_large],
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def clean_file(self):
        found = self.cleaned_data["file"]
        if not found.size:
            raise forms.ValidationError(_("The file is empty."))
        return found
