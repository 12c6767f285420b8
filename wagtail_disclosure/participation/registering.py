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
from ..casework.forms import ManyFilesField
from ..casework.public_forms import check_text
from ..casework.receipts import codes
from . import comment_files, commenting, vocabularies
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
    upload = ManyFilesField(
        label=gettext_lazy("Add files"),
        required=False,
        help_text=gettext_lazy(
            "Such as a scan of the paper. The department reads them; they are never shown."
        ),
    )
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
        token = self._token(data)
        if problems := self._take_files(data, token):
            form.add_error("upload", problems)
            return self.form_invalid(form)
        try:
            receipt = commenting.send(
                data["page"],
                token,
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

    def form_invalid(self, form):
        # An error elsewhere in the form loses no file.
        data, upload = form.cleaned_data, form.cleaned_data.get("upload")
        if upload and data.get("page") and data.get("token") and "upload" not in form.errors:
            for problem in self._take_files(data, self._token(data)):
                form.add_error("upload", problem)
        return super().form_invalid(form)

    def _token(self, data):
        return f"staff:{self.request.user.pk}:{data['token']}"

    def _take_files(self, data, token):
        """Keep what was sent. Returns what is wrong with the rest."""
        sender = f"staff:{self.request.user.pk}"
        return comment_files.take(data["page"], token, data["upload"], sender=sender, by=self.request.user)

    def get_context_data(self, **kwargs):
        form = kwargs.get("form")
        data = form.cleaned_data if form is not None and form.is_bound else {}
        known = data.get("page") and data.get("token")
        kept = comment_files.of_form(data["page"], self._token(data)) if known else []
        return super().get_context_data(index_url=reverse(self.index_url_name), kept=kept, **kwargs)
