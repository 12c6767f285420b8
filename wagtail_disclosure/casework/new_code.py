"""A new secret code from the office, for applicants without a mail address: shown once, after who asks was made sure of."""

import uuid

from django import forms
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from . import moves, sections
from .public_forms import check_text
from .receipts import renewal
from .record import By
from .views import OfCase

ROLES = {"registrar", "officer"}


def may_renew(user, case):
    """Whether ``user`` may give the applicant of ``case`` a new code."""
    return case.anonymised_at is None and bool(moves.roles_of(user, case) & ROLES)


@sections.register
class CodeSection(sections.Section):
    """The way to a new code, for those who may give one."""

    template_name = "wagtail_disclosure/casework/code_section.html"
    order = 900

    def is_shown(self):
        return bool(self.case.admin_name) and may_renew(self.request.user, self.case)

    def get_context_data(self, parent_context):
        try:
            url = reverse(f"{self.case.admin_name}:code", args=[self.case.pk])
        except NoReverseMatch:
            url = ""
        return {**super().get_context_data(parent_context), "url": url}


class CodeForm(forms.Form):
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)
    checked = forms.BooleanField(
        label=gettext_lazy("I have made sure who it is: whoever sent it, or somebody with the authority"),
        error_messages={"required": gettext_lazy("Without that, no code is given.")},
    )
    how = forms.CharField(
        label=gettext_lazy("How you made sure"),
        max_length=255,
        validators=[check_text],
        help_text=gettext_lazy("For example: identity card shown at the counter. It is logged."),
    )


class CodeView(OfCase, FormView):
    """Ask how the identity was checked, then show number and code once."""

    template_name = "wagtail_disclosure/casework/code.html"
    form_class = CodeForm
    page_title = gettext_lazy("Give a new code")
    header_icon = "key"

    def dispatch(self, request, *args, **kwargs):
        if not may_renew(request.user, self.object):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        return {"token": uuid.uuid4().hex}

    def get_context_data(self, **kwargs):
        return super().get_context_data(case=self.object, case_url=self.case_url, **kwargs)

    def form_valid(self, form):
        user = self.request.user
        code = renewal.renew(
            self.object,
            f"{user.pk}:{form.cleaned_data['token']}",
            by=By.OFFICER,
            actor=user,
            note=_("Identity checked: %(how)s") % {"how": form.cleaned_data["how"]},
        )
        response = TemplateResponse(
            self.request, self.template_name, self.get_context_data(form=form, code=code)
        )
        add_never_cache_headers(response)
        return response
