"""Texts of letters in the admin: those of the profile, and what an agency writes in their place, with a preview."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ...departments import menu
from ...departments.models import Agency
from .. import scope
from ..models import LetterTemplate
from ..moves import HEAD
from ..standing import profile
from . import placeholders, texts
from .example import example

LIST, EDIT = "wagtail_disclosure_letter_texts", "wagtail_disclosure_letter_text"


def may(user):
    """Whoever decides as the head of the disclosure office, for the agencies it oversees."""
    return user.is_superuser or (user.has_perm(HEAD) and bool(scope.overseen_by(user)))


def agencies(user):
    every = Agency.objects.order_by("pk")
    return every if user.is_superuser else every.filter(pk__in=scope.overseen_by(user))


class ForHeads(WagtailAdminTemplateMixin):
    header_icon = "mail"

    def dispatch(self, request, *args, **kwargs):
        if not may(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class TextsView(ForHeads, TemplateView):
    """Every kind of letter, in every language that has texts."""

    template_name = "wagtail_disclosure/casework/letters/texts.html"
    page_title = gettext_lazy("Texts of letters")

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            agencies=[(each, self._rows(each)) for each in agencies(self.request.user)],
            languages=[texts.language_name(each) for each in texts.languages()],
            **kwargs,
        )

    def _rows(self, agency):
        own = set(LetterTemplate.objects.filter(agency=agency).values_list("kind", "language"))
        for kind in profile().letter_kinds:
            yield {
                "kind": kind,
                "texts": [
                    {
                        "url": reverse(EDIT, args=[agency.pk, kind.code, language]),
                        "own": (kind.code, language) in own,
                    }
                    for language in texts.languages()
                ],
            }


class TextForm(forms.Form):
    body = forms.CharField(
        label=pgettext_lazy("disclosure", "text"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=gettext_lazy(
            "An empty line begins a paragraph. A paragraph with a placeholder that has nothing to say is left out; a list "
            "or a table needs a paragraph of its own."
        ),
    )

    def __init__(self, *args, kind, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind

    def clean_body(self):
        body = self.cleaned_data["body"].replace("\r\n", "\n").strip()
        placeholders.check(self.kind, body)
        return body


class TextView(ForHeads, FormView):
    """One text: what it may and must name, a preview, and the way back to the given one."""

    template_name = "wagtail_disclosure/casework/letters/text.html"
    form_class = TextForm
    preview = ""

    @cached_property
    def agency(self):
        found = agencies(self.request.user).filter(pk=self.kwargs["agency"]).first()
        if found is None:
            raise Http404
        return found

    @cached_property
    def kind(self):
        try:
            return profile().letter_kinds.get(self.kwargs["kind"])
        except KeyError as error:
            raise Http404 from error

    @cached_property
    def language(self):
        if self.kwargs["language"] not in texts.languages():
            raise Http404
        return self.kwargs["language"]

    def get_page_title(self):
        return f"{self.kind.label()} · {texts.language_name(self.language)}"

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(LIST), "label": TextsView.page_title},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_initial(self):
        return {"body": texts.text_for(self.agency, self.kind.code, self.language)}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "kind": self.kind.code}

    def form_valid(self, form):
        body, where = form.cleaned_data["body"], {"kind": self.kind.code, "language": self.language}
        if self.request.POST.get("action") == "preview":
            self.preview = example(self.agency, body=body, **where)
            return self.render_to_response(self.get_context_data(form=form))
        if body == texts.default_text(**where):
            return self._back_to_default()
        LetterTemplate.objects.update_or_create(agency=self.agency, **where, defaults={"body": body})
        messages.success(self.request, _("The text is saved. Letters that were issued stay as they are."))
        return redirect(reverse(LIST))

    def post(self, request, *args, **kwargs):
        if request.POST.get("action") == "default":
            return self._back_to_default()
        return super().post(request, *args, **kwargs)

    def _back_to_default(self):
        LetterTemplate.objects.filter(
            agency=self.agency, kind=self.kind.code, language=self.language
        ).delete()
        messages.success(self.request, _("The given text is used."))
        return redirect(reverse(LIST))

    def get_context_data(self, **kwargs):
        must = texts.compulsory(self.kind.code)
        return super().get_context_data(
            agency=self.agency,
            list_url=reverse(LIST),
            is_own=bool(texts.own_text(self.agency, self.kind.code, self.language)),
            preview=self.preview or example(self.agency, self.kind.code, self.language),
            placeholders=[
                {"name": f"{{{name}}}", "what": what, "must": name in must}
                for name, what in sorted(placeholders.KNOWN.items(), key=lambda each: each[0] not in must)
            ],
            **kwargs,
        )


def addresses():
    return [
        path("disclosure/letter-texts/", TextsView.as_view(), name=LIST),
        path(
            "disclosure/letter-texts/<int:agency>/<slug:kind>/<slug:language>/", TextView.as_view(), name=EDIT
        ),
    ]


def menu_item():
    return menu.MenuItemFor(
        _("Texts of letters"),
        reverse(LIST),
        open_to=may,
        name="disclosure-letter-texts",
        icon_name="mail",
        order=menu.REQUESTS + 40,
    )
