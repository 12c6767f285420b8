"""Uploading a manifest with its files, and what forms of several parts have in common."""

from django import forms
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import conf
from ..departments.models import Agency, Department


def not_too_large(file):
    limit = conf.get("IMPORT_MAX_UPLOAD_BYTES")
    if file.size > limit:
        raise ValidationError(
            _("The file has %(size)s; %(limit)s is the most. Import larger ones with the command.")
            % {"size": filesizeformat(file.size), "limit": filesizeformat(limit)}
        )


class OfOneAgency:
    """A form of something of an agency: its departments and categories are of that agency too."""

    def clean(self):
        given = super().clean()
        agency = given.get("agency")
        for name, agency_of in (
            ("departments", lambda each: each.agency_id),
            ("categories", lambda each: each.scheme.agency_id),
        ):
            if agency and any(agency_of(each) != agency.pk for each in given.get(name, ())):
                self.add_error(name, _("This belongs to another agency."))
        return given


class UploadForm(forms.Form):
    manifest = forms.FileField(
        label=gettext_lazy("Manifest"),
        help_text=gettext_lazy("CSV or XLSX with one document a row."),
        validators=[not_too_large],
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
    )
    files = forms.FileField(
        label=gettext_lazy("Text files and attachments"),
        help_text=gettext_lazy("One ZIP archive with all files that the manifest names."),
        required=False,
        validators=[not_too_large],
        widget=forms.ClearableFileInput(attrs={"accept": ".zip"}),
    )
    agency = forms.ModelChoiceField(label=gettext_lazy("Agency"), queryset=Agency.objects.order_by("pk"))
    department = forms.ModelChoiceField(
        label=gettext_lazy("Default department"),
        help_text=gettext_lazy(
            "For rows whose department is not known here. The name in the file stays as it is."
        ),
        queryset=Department.objects.order_by("agency", "sort_order", "code"),
        required=False,
    )
    draft_only = forms.BooleanField(label=gettext_lazy("Leave the drafts out of review"), required=False)
    skip_bad_rows = forms.BooleanField(
        label=gettext_lazy("Leave out rows with errors"),
        help_text=gettext_lazy("Otherwise nothing is imported while any row has an error."),
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        agencies = list(self.fields["agency"].queryset[:2])
        if len(agencies) == 1:
            # Nothing to choose.
            self.fields["agency"].required = False
            self.fields["agency"].initial = agencies[0].pk
            self.fields["agency"].widget = forms.HiddenInput()
            self._only = agencies[0]

    def clean(self):
        cleaned = super().clean()
        cleaned["agency"] = cleaned.get("agency") or getattr(self, "_only", None)
        department = cleaned.get("department")
        if department and cleaned["agency"] and department.agency_id != cleaned["agency"].pk:
            self.add_error("department", _("The department belongs to another agency."))
        return cleaned
