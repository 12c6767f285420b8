"""Entering a comment that came by mail, by post, in person: it counts like every other."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets import AdminDateInput

from ..casework.errors import CaseRefused
from ..casework.public_forms import check_text
from ..casework.receipts import codes
from . import commenting, vocabularies
from .models import ConsultationPage
from .models.comments import BODY_LENGTH
from .policy import pages_of


class RegisterForm(forms.Form):
    page = forms.ModelChoiceField(
        label=pgettext_lazy("participation", "Public consultation"), queryset=ConsultationPage.objects.none()
    )
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=vocabularies.registered_channels)
    on = forms.DateField(label=gettext_lazy("Came in on"), widget=AdminDateInput)
    number_of_paragraph = forms.IntegerField(
        label=gettext_lazy("Number of the paragraph"),
        required=False,
        min_value=1,
        help_text=gettext_lazy("Empty: about the whole draft."),
    )
    body = forms.CharField(
        label=pgettext_lazy("participation", "Comment"),
        max_length=BODY_LENGTH,
        validators=[check_text],
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    name = forms.CharField(label=gettext_lazy("Name or organisation"), required=False, max_length=100)
    phone = forms.CharField(label=gettext_lazy("Telephone"), required=False, max_length=40)
    email = forms.EmailField(label=pgettext_lazy("disclosure", "Email"), required=False, max_length=200)
    consent = forms.BooleanField(
        label=gettext_lazy("Whoever wrote agreed that the text may be shown"), required=False
    )
    # One form is one comment, however often it is sent.
    token = forms.CharField(max_length=64, min_length=32, widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["page"].queryset = pages_of(ConsultationPage, user).filter(live=True)

    def clean(self):
        data = super().clean()
        page, number = data.get("page"), data.get("number_of_paragraph")
        data["paragraph"] = ""
        if data.get("on") and data["on"] > timezone.localdate():
            self.add_error("on", _("This day is in the future."))
        if page is not None and number:
            found = [each for each in page.paragraphs if each.number == number]
            if not found:
                self.add_error("number_of_paragraph", _("The draft has no such paragraph."))
            else:
                data["paragraph"] = found[0].id
        return data


class RegisterView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    template_name = "wagtail_disclosure/participation/admin/register.html"
    form_class = RegisterForm
    model = None
    page_title = gettext_lazy("Register a comment")
    header_icon = "plus"
    permission_required = "add"
    index_url_name = inspect_url_name = None

    def dispatch(self, request, *args, **kwargs):
        if not self.user_has_permission(self.permission_required):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_initial(self):
        return {"on": timezone.localdate(), "token": codes.new_token()}

    def form_valid(self, form):
        data = form.cleaned_data
        try:
            receipt = commenting.send(
                data["page"],
                f"staff:{self.request.user.pk}:{data['token']}",
                data,
                language=data["page"].locale.language_code,
                channel=data["channel"],
                on=data["on"],
            )
        except CaseRefused as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        messages.success(
            self.request,
            _("Registered as %(number)s. Secret code for whoever wrote: %(code)s")
            % {"number": receipt.case.number, "code": receipt.code},
        )
        return redirect(reverse(self.inspect_url_name, args=[receipt.case.pk]))

    def get_context_data(self, **kwargs):
        return super().get_context_data(index_url=reverse(self.index_url_name), **kwargs)
