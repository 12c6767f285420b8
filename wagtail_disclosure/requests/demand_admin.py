"""The list of suggestions to publish, and dismissing one with a reason."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ..casework.policy import READ, CasePolicy
from ..casework.public_forms import check_text
from ..departments import menu
from . import demand
from .models import DisclosureRequest

NAME = "wagtail_disclosure_suggestions"
SHOWN_CASES = 20


def is_open_to(user):
    return CasePolicy(DisclosureRequest).user_has_permission(user, READ)


class ForCaseworkers(WagtailAdminTemplateMixin):
    header_icon = "pick"

    def dispatch(self, request, *args, **kwargs):
        if not is_open_to(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class SuggestionsView(ForCaseworkers, TemplateView):
    """What is wanted again and again, of the departments of the reader; the office sees those of its agency."""

    template_name = "wagtail_disclosure/casework/suggestions.html"
    page_title = _("Suggestions to publish")

    def get_context_data(self, **kwargs):
        rows = [
            {
                "suggestion": each,
                "why": demand.why(each),
                "cases": self._cases(each),
                "dismiss_url": reverse(f"{NAME}_dismiss", args=[each.department_id or 0, each.key]),
            }
            for each in demand.suggestions(self.request.user)
        ]
        return super().get_context_data(rows=rows, **kwargs)

    def _cases(self, suggestion):
        cases = DisclosureRequest.objects.visible_to(self.request.user).filter(pk__in=suggestion.cases)
        return [
            {"number": each.number, "url": reverse(f"{each.admin_name}:inspect", args=[each.pk])}
            for each in cases[:SHOWN_CASES]
        ]


class DismissForm(forms.Form):
    reason = forms.CharField(
        label=pgettext_lazy("disclosure", "reason"),
        max_length=1000,
        validators=[check_text],
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DismissView(ForCaseworkers, FormView):
    template_name = "wagtail_disclosure/casework/dismiss.html"
    form_class = DismissForm
    page_title = _("Dismiss the suggestion")

    @cached_property
    def suggestion(self):
        found = demand.find(self.request.user, f"{self.kwargs['department']}/{self.kwargs['key']}")
        if found is None:
            raise Http404
        return found

    def get_context_data(self, **kwargs):
        return super().get_context_data(suggestion=self.suggestion, list_url=reverse(NAME), **kwargs)

    def form_valid(self, form):
        demand.dismiss(self.suggestion, self.request.user, form.cleaned_data["reason"])
        messages.success(self.request, gettext("It is suggested anew when somebody else asks for it."))
        return redirect(reverse(NAME))


def addresses():
    return [
        path("disclosure/suggestions/", SuggestionsView.as_view(), name=NAME),
        path(
            "disclosure/suggestions/<int:department>/<path:key>/dismiss/",
            DismissView.as_view(),
            name=f"{NAME}_dismiss",
        ),
    ]


def menu_item():
    return menu.MenuItemFor(
        _("Suggestions to publish"),
        reverse(NAME),
        open_to=is_open_to,
        name="disclosure-suggestions",
        icon_name="pick",
        order=menu.REQUESTS + 10,
    )
