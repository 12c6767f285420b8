"""The admin of letters: their list with its filters, their page, their actions, and the page of clusters."""

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column

from .. import compat
from ..casework import decisions, listing, moves, views
from ..casework.desk import filters
from ..casework.policy import CasePolicy
from ..casework.standing import DECISION, Standing
from ..casework.viewsets import CaseViewSet
from ..departments import menu
from ..rules.errors import RuleError
from ..rules.labels import joined as listed
from . import clusters, joined, vocabularies
from .models import CannedAnswer, CitizenLetter, Mailbox
from .models.definitions import own_language_first
from .registration import RegisterView
from .selected import ready
from .selected.prepare import SelectView

REPLY_TEXT = "reply_text"
REPLY_FIELD = decisions.PREFIX + REPLY_TEXT
# Field of the form: the other letters to whose writers the same text goes.
OTHERS = "others"


def yes_or_no(value):
    return pgettext("disclosure", "yes") if value else pgettext("disclosure", "no")


class LetterView(views.CaseView):
    def get_facts(self, case):
        def label(name):
            return capfirst(case._meta.get_field(name).verbose_name)

        flags = ("wants_reply", "is_anonymous", "consent_to_publish")
        return [
            (label("mailbox"), str(case.mailbox or "")),
            (label("letter_type"), case.type_label),
            (label("body"), case.body),
            *((label(name), yes_or_no(getattr(case, name))) for name in flags),
        ]

    def get_facts_of_task(self, case):
        return self.get_facts(case)[1:3]


class LetterActionView(views.ActionView):
    """The reply may start from a canned answer: ``?canned=…``. One that is passed on starts from what was sent."""

    def get_initial(self):
        found, key = super().get_initial(), self.request.GET.get("canned", "")
        if self._passes_on:
            found[joined.TEXT] = joined.reply_text(Standing(self.object.merged_into))
        if DECISION in self.action.fields and key.isascii() and key.isdigit() and len(key) < 19:
            answer = CannedAnswer.for_letter(self.object).filter(pk=int(key)).first()
            if answer is not None:
                found.setdefault(decisions.REPLY, self._first_with_text())
                found[REPLY_FIELD] = answer.body
        return found

    @property
    def _passes_on(self):
        return self.action.code == joined.PASS_ON and self.move is not None

    @cached_property
    def _others(self):
        """Other letters that wait for the same reply, by their numbers; as far as the user may see them."""
        found = CitizenLetter.objects.visible_to(self.request.user).exclude(pk=self.object.pk)
        found = found.filter(joined.to_be_told(), merged_into=self.object.merged_into_id)
        return {each.number: each for each in found.order_by("pk")}

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        if self._passes_on:
            form.fields[joined.TEXT].widget.attrs["rows"] = 8
        if self._passes_on and self._others:
            form.fields[OTHERS] = forms.MultipleChoiceField(
                label=_("The same text to the writers of"),
                choices=[(number, number) for number in self._others],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        return form

    def follow_up(self, form):
        """Each letter by itself: one that cannot be told the reply now keeps none of the others from it."""
        given, left = form.arguments(), []
        for number in form.cleaned_data.get(OTHERS, ()):
            try:
                with transaction.atomic():
                    moves.act(
                        self._others[number],
                        self.action.code,
                        by=self.request.user,
                        data=given["data"],
                        details=given["details"],
                    )
            except (RuleError, PermissionDenied):
                left.append(number)
        if left:
            text = _("The reply was not passed on to: %(numbers)s. Open each of these letters to see why.")
            messages.warning(self.request, text % {"numbers": listed(left)})

    def _first_with_text(self):
        """The reply that is meant where nobody has chosen one: the first that has a text."""
        found = (
            each.code for each in decisions.decided(self.standing) if REPLY_TEXT in decisions.stated(each)
        )
        return next(found, "")


class LetterIndexView(listing.CaseIndexView):
    add_item_label = _("Register a letter")
    list_export = [*listing.CaseIndexView.list_export, "mailbox", "type_label", "rating"]
    export_headings = {
        **listing.CaseIndexView.export_headings,
        "mailbox": capfirst(_("mailbox")),
        "type_label": pgettext_lazy("mailbox", "Type of letter"),
        "rating": pgettext_lazy("disclosure", "Rating"),
    }

    def get_base_queryset(self):
        return super().get_base_queryset().select_related("mailbox")

    @cached_property
    def columns(self):
        more = [
            Column("mailbox", label=capfirst(_("mailbox"))),
            Column("type_label", label=pgettext_lazy("mailbox", "Type of letter")),
        ]
        found = super().columns
        return [*found[:3], *more, *found[3:]]


def letter_filters():
    """The filters of every kind of case, with what only letters have."""

    class LetterFilterSet(filters.filter_set(CitizenLetter)):
        mailbox = django_filters.ModelChoiceFilter(
            label=capfirst(_("mailbox")),
            queryset=lambda request: own_language_first(
                Mailbox.objects.filter(
                    pk__in=CitizenLetter.objects.visible_to(request.user).order_by().values("mailbox")
                )
            ),
        )
        letter_type = django_filters.ChoiceFilter(
            label=pgettext_lazy("mailbox", "Type of letter"), choices=vocabularies.type_choices
        )
        rating = django_filters.ChoiceFilter(
            label=pgettext_lazy("disclosure", "Rating"),
            choices=lambda: vocabularies.profile().mail_ratings.choices(),
        )
        publication = django_filters.ChoiceFilter(
            label=_("Selected letters"), choices=ready.CHOICES, method="filter_publication"
        )
        cluster = django_filters.CharFilter(label=_("cluster"), method="filter_cluster")

        class Meta:
            model = CitizenLetter
            fields = ["mailbox", "letter_type", "rating", "publication", "cluster"]

        def filter_publication(self, queryset, name, value):
            return ready.filtered(queryset, value)

        def filter_cluster(self, queryset, name, value):
            return clusters.members(queryset, value)

    return LetterFilterSet


class ClustersView(views.BesideList, TemplateView):
    """What looks like many letters and is one matter: each cluster leads to its letters in the list."""

    template_name = "wagtail_disclosure/mailboxes/clusters.html"
    page_title = _("Clusters of letters")
    header_icon = "copy"

    def get_context_data(self, **kwargs):
        address = reverse(self.index_url_name)
        found = clusters.of_all(self.request.user)
        rows = [{"cluster": each, "url": f"{address}?cluster={each.name}"} for each in found]
        return super().get_context_data(rows=rows, fewest=clusters.FEWEST, days=clusters.DAYS, **kwargs)


@compat.asks(CasePolicy(CitizenLetter))
class CitizenLetterViewSet(CaseViewSet):
    model = CitizenLetter
    name = CitizenLetter.admin_name
    icon = "mail"
    menu_label = _("Letters")
    menu_order = menu.MAILBOXES
    export_filename = "letters"
    index_view_class = LetterIndexView
    inspect_view_class = LetterView
    action_view_class = LetterActionView
    add_view_class = RegisterView
    list_export = LetterIndexView.list_export
    export_headings = LetterIndexView.export_headings

    @property
    def filterset_class(self):
        return letter_filters()

    @property
    def add_view(self):
        return self._of_case(self.add_view_class)

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("clusters/", self._of_case(ClustersView), name="clusters"),
            path(f"<{self.pk_path_converter}:pk>/select/", self._of_case(SelectView), name="select"),
        ]
