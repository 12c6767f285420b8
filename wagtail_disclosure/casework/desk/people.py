"""Finding the cases of a person by the whole name, telephone, email or identity number, by blind indexes.

What is looked for is sent in the body of a form, so that it stands in no address, history or log of the server; every case
that is found is a reading of personal data and logged as one.
"""

from django import forms
from django.db import transaction
from django.db.models import Q
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import FormView

from .. import blind_index, identity
from ..encryption import BlindIndexField
from ..listing import due_of, state_of
from ..views import BesideList

REASON = "search"
# More than this is no person that one looks for.
MOST = 100
KINDS = [
    ("name", pgettext_lazy("disclosure", "name")),
    ("number", _("number of the identity document")),
    ("phone", _("telephone")),
    ("email", _("email")),
]


def indexes(model, kind):
    """Pairs ``(relation, blind index)`` of the people of ``model`` that are looked up by ``kind``."""
    for relation in model.person_relations:
        for each in model._meta.get_field(relation).related_model._meta.concrete_fields:
            if isinstance(each, BlindIndexField) and each.kind == kind:
                yield relation, each


@transaction.atomic
def find(cases, kind, text, user):
    """Up to :data:`MOST` of ``cases`` with a person of whom ``text`` is the whole ``kind``; each is logged as read."""
    hashes = blind_index.candidates(text, kind)
    found, fields = Q(pk__in=[]), set()
    for relation, each in indexes(cases.model, kind):
        found |= Q(**{f"{relation}__{each.name}__in": hashes})
        fields.add(each.source)
    hits = list(cases.filter(found).distinct()[:MOST]) if hashes else []
    for case in hits:
        identity.note_reads(case, sorted(fields), user, reason=REASON)
    return hits


class FindForm(forms.Form):
    kind = forms.ChoiceField(label=_("Look for"), choices=KINDS)
    text = forms.CharField(
        label=_("Whole text"),
        max_length=255,
        help_text=_(
            "A part of a name or number finds nothing. What is found is logged as a reading of personal data."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class FindView(BesideList, FormView):
    """Cases of one person among those that the user may see."""

    template_name = "wagtail_disclosure/casework/find.html"
    form_class = FindForm
    page_title = _("Find a person")
    header_icon = "search"

    def form_valid(self, form):
        cases = self.get_base_queryset().select_related("department", *self.model.person_relations[:1])
        hits = find(cases, form.cleaned_data["kind"], form.cleaned_data["text"], self.request.user)
        rows = [
            {
                "case": case,
                "url": reverse(self.inspect_url_name, args=[case.pk]),
                "applicant": str(case.applicant_person or ""),
                "state": state_of(case),
                "due": due_of(case),
            }
            for case in hits
        ]
        context = self.get_context_data(form=form, rows=rows, searched=True, is_cut=len(hits) == MOST)
        response = TemplateResponse(self.request, self.template_name, context)
        add_never_cache_headers(response)
        return response
