"""What reviewers fill in. The forms only collect: ``publishing.actions`` checks everything again."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.widgets import AdminAutoHeightTextInput

from ... import conf
from ...rules.profiles import get_profile

COMMENT_LENGTH = 5000
DIGEST = re.compile(r"[0-9a-f]{64}")


class ApproveForm(forms.Form):
    """The reviewer passes the step for exactly the content whose digest the page showed."""

    comment = forms.CharField(
        label=pgettext_lazy("disclosure", "Comment"),
        required=False,
        max_length=COMMENT_LENGTH,
        widget=AdminAutoHeightTextInput,
        help_text=_("Kept in the internal history. It is never shown to the public."),
    )
    digest = forms.CharField(widget=forms.HiddenInput)

    def clean_digest(self):
        digest = self.cleaned_data["digest"]
        if not DIGEST.fullmatch(digest):
            raise ValidationError(_("Open the review page again: it did not say which content you saw."))
        return digest


class SecrecyForm(ApproveForm):
    """保密审查: every point of the checklist has to be confirmed, item by item."""

    checklist = forms.MultipleChoiceField(
        label=_("Secrecy checklist"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Confirm every point of the secrecy checklist.")},
    )
    field_order = ["checklist", "comment", "digest"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        points = get_profile(conf.get("JURISDICTION")).secrecy_checklist
        self.fields["checklist"].choices = [(point.code, point.label()) for point in points]

    def clean_checklist(self):
        confirmed = self.cleaned_data["checklist"]
        if len(confirmed) < len(self.fields["checklist"].choices):
            raise ValidationError(_("Confirm every point of the secrecy checklist."))
        return confirmed

    def clean(self):
        """Give what ``ReviewTask.on_action`` takes: comment, digest and details."""
        cleaned = super().clean()
        if "checklist" in cleaned:
            cleaned["details"] = {"checklist": cleaned.pop("checklist")}
        return cleaned


class RejectForm(forms.Form):
    """The reviewer returns the item and says what has to be changed."""

    comment = forms.CharField(
        label=_("What has to be changed"),
        max_length=COMMENT_LENGTH,
        widget=AdminAutoHeightTextInput,
        error_messages={"required": _("Say what has to be changed.")},
        help_text=_("The drafters receive this by mail."),
    )
