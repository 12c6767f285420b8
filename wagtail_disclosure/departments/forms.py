"""Forms of agencies and departments."""

from copy import copy

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.models import Site

from . import uses
from .codes import CHECKS, normal_form
from .models import Agency, Department, DepartmentMember
from .names import person_name
from .panels import NamesInput, NamesPanel

__all__ = ["AgencyForm", "DepartmentForm", "MemberForm", "NamesInput", "NamesPanel"]


class NoticesOthers:
    """For a form of a record with a ``version``: notices that somebody else saved it in the meantime."""

    def notice_others(self):
        if not self.instance.pk:
            return
        now = (
            type(self.instance).objects.filter(pk=self.instance.pk).values_list("version", flat=True).first()
        )
        opened = self.cleaned_data.get("opened_version")
        if opened is None or now is None or opened == now:
            return
        # Sent once more, the form overwrites: the person has been told.
        self.data = self.data.copy()
        self.data[self.add_prefix("opened_version")] = now
        self.add_error(
            None,
            _(
                "Somebody else changed this record after you opened it. Compare in a second window, then save "
                "again to replace it with what you see here."
            ),
        )


class CodeField(forms.CharField):
    """A code in any spelling in use; its normal form is kept."""

    def __init__(self, *, check, **kwargs):
        self.check = check
        super().__init__(**{**kwargs, "max_length": 60, "required": False})

    def clean(self, value):
        return normal_form(self.check, super().clean(value))


class AgencyForm(NoticesOthers, WagtailAdminModelForm):
    opened_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["opened_version"].initial = self.instance.version
        site = self.fields["site"]
        if self.instance.pk:
            site.disabled = True
        else:
            site.queryset = Site.objects.filter(disclosure_agency=None)
            site.initial = site.queryset.filter(is_default_site=True).first() or site.queryset.first()
        for name in CHECKS:
            old = self.fields[name]
            self.fields[name] = CodeField(check=name, label=old.label, help_text=old.help_text)

    def clean(self):
        cleaned = super().clean()
        self.notice_others()
        return cleaned


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, user):
        name, account = person_name(user), user.get_username()
        return f"{name} ({account})" if name != account else account


class MemberForm(WagtailAdminModelForm):
    """A person with a role; only people whose account is active can be chosen anew."""

    class Meta:
        model = DepartmentMember
        fields = ["user", "role"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        users = get_user_model().objects
        kept = users.filter(pk=self.instance.user_id)
        old = self.fields["user"]
        self.fields["user"] = PersonField(
            queryset=(users.filter(is_active=True) | kept).order_by(get_user_model().USERNAME_FIELD),
            label=old.label,
            widget=old.widget,
        )


class DepartmentForm(NoticesOthers, WagtailAdminModelForm):
    opened_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["opened_version"].initial = self.instance.version
        agencies = Agency.objects.order_by("pk")
        if self.instance.pk:
            self.fields["agency"].disabled = True
            agencies = agencies.filter(pk=self.instance.agency_id)
        elif len(agencies) == 1:
            self.fields["agency"].initial = agencies[0]
        others = Department.objects.filter(agency__in=agencies).exclude(pk=self.instance.pk)
        self.fields["parent"].queryset = others
        self._offer_successors(others)

    def _offer_successors(self, others):
        """Offer what is active, and what has been chosen before; whatever else is sent is told why not."""
        field = self.fields["successors"]
        field.queryset, field.required = others, False
        chosen = self.instance.successors.values("pk") if self.instance.pk else []
        offered = others.active() | others.filter(pk__in=chosen)
        field.choices = [(each.pk, str(each)) for each in offered]

    def clean(self):
        cleaned = super().clean()
        self.notice_others()
        self._check_successors(cleaned)
        self._check_members()
        return cleaned

    def _check_successors(self, cleaned):
        if "status" not in cleaned or "successors" not in cleaned or not cleaned.get("agency"):
            return
        ended = copy(self.instance)
        ended.status, ended.agency = cleaned["status"], cleaned["agency"]
        try:
            ended.check_successors(list(cleaned["successors"]))
        except ValidationError as error:
            self.add_error("successors", error)
        else:
            self._check_drafts(ended, cleaned["successors"])

    def _check_drafts(self, ended, successors):
        before = Department.objects.filter(pk=self.instance.pk).values_list("status", flat=True).first()
        if before != Department.Status.ACTIVE or ended.status == Department.Status.ACTIVE:
            return
        if reason := uses.why_not_end(ended, successors):
            self.add_error("status", reason)

    def _check_members(self):
        seen = set()
        for form in self.formsets["members"].forms if "members" in self.formsets else ():
            user = form.cleaned_data.get("user") if form.is_valid() else None
            if user is None or form.cleaned_data.get("DELETE"):
                continue
            if user.pk in seen:
                self.add_error(
                    None,
                    _(
                        "%(person)s stands in the list twice. In one department a person either drafts or "
                        "reviews, because nobody reviews their own work."
                    )
                    % {"person": user},
                )
            seen.add(user.pk)
