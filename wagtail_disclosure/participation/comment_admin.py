"""Comments in the admin: list, export, moderation, personal data, clusters, and entering those that came otherwise."""

import django_filters
from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, Max, Min
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BooleanColumn, BulkActionsCheckboxColumn, Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from .. import compat
from ..casework.errors import CaseRefused
from ..casework.views import BesideList, OfCase, PeopleView
from ..departments import menu
from ..publishing.exports import SafeExport, shown_time
from . import moderation, report_admin, vocabularies
from .models import Comment, ConsultationPage
from .models.comments import BODY_LENGTH
from .policy import CommentPolicy, pages_of
from .registering import RegisterView

ROW = "comment"
# So many with one text are a cluster.
FEWEST = 2


def _consultations(request):
    return pages_of(ConsultationPage, request.user)


class CommentFilterSet(WagtailFilterSet):
    page = django_filters.ModelChoiceFilter(
        label=pgettext_lazy("participation", "Public consultation"),
        queryset=_consultations,
        method="filter_page",
    )
    state = django_filters.ChoiceFilter(
        label=pgettext_lazy("disclosure", "State"), choices=Comment.State.choices
    )
    consent_to_publish = django_filters.BooleanFilter(label=gettext_lazy("consents to publication"))
    channel = django_filters.ChoiceFilter(
        label=gettext_lazy("Channel"), choices=lambda: vocabularies.profile().comment_channels.choices()
    )
    same_text = django_filters.CharFilter(
        label=gettext_lazy("The same text"), field_name="text_index", widget=forms.HiddenInput
    )

    # What stands behind a number of a report, of the draft or as it was when the report became public.
    issue = django_filters.CharFilter(method="unchanged", widget=forms.HiddenInput)
    outcome = django_filters.CharFilter(method="unchanged", widget=forms.HiddenInput)
    as_of = django_filters.CharFilter(method="unchanged", widget=forms.HiddenInput)

    class Meta:
        model = Comment
        fields = ["page", "state", "consent_to_publish", "channel", "same_text", "issue", "outcome", "as_of"]

    def unchanged(self, queryset, name, value):
        """They hold together, and with a consultation only; see ``filter_page``."""
        return queryset

    def filter_page(self, queryset, name, value):
        if not value:
            return queryset
        queryset, data = queryset.filter(key=value.key), self.form.cleaned_data
        if any(data.get(each) for each in ("issue", "outcome", "as_of")):
            return report_admin.filter_comments(queryset, data, value.key)
        return queryset


class CommentIndexView(SafeExport, generic.IndexView):
    """Comments that the user may see."""

    any_permission_required = ["view"]
    template_name = "wagtail_disclosure/participation/admin/comments.html"
    results_template_name = "wagtail_disclosure/participation/admin/comments_results.html"

    def get_base_queryset(self):
        return Comment.objects.visible_to(self.request.user).select_related("page", "department")

    def search_queryset(self, queryset):
        # The text is encrypted: comments are found by number.
        return queryset.filter(number__icontains=self.search_query.strip()) if self.is_searching else queryset

    @cached_property
    def columns(self):
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type=ROW),
            self._get_title_column("number", get_title_id=lambda row: f"{ROW}_{row.pk}_title"),
            Column(
                "body",
                label=pgettext_lazy("participation", "Text"),
                accessor=lambda row: Truncator(row.body).chars(60),
            ),
            Column("paragraph_label", label=pgettext_lazy("participation", "About")),
            Column("page", label=pgettext_lazy("participation", "Public consultation")),
            Column("state", label=pgettext_lazy("disclosure", "State"), accessor="get_state_display"),
            BooleanColumn("consent_to_publish", label=pgettext_lazy("participation", "May be shown")),
            DateColumn(
                "submitted_at", label=pgettext_lazy("participation", "Received"), sort_key="submitted_at"
            ),
        ]

    def get_edit_url(self, instance):
        return reverse(self.inspect_url_name, args=[instance.pk])

    def get_list_buttons(self, instance):
        return []

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            tabs=self.tabs(),
            clusters_url=reverse("disclosure_comments:clusters"),
            reports_url=reverse("disclosure_comments:reports"),
            **kwargs,
        )

    def tabs(self):
        """All comments, then those in each state, with how many there are."""
        visible = Comment.objects.visible_to(self.request.user).order_by()
        counts = dict(visible.values_list("state").annotate(number=Count("pk")))
        chosen = self.request.GET.get("state", "")
        labels = [("", pgettext_lazy("participation", "All")), *Comment.State.choices]
        return [
            {
                "label": label,
                "count": counts.get(name, 0) if name else sum(counts.values()),
                "url": f"{self.index_url}?state={name}" if name else self.index_url,
                "is_current": name == chosen,
            }
            for name, label in labels
        ]

    # Names and contact data are in no export; numbers of persons in a text are masked.
    list_export = [
        *("number", "consultation", "about", "state_label", "consent", "channel_label", "received"),
        *("text", "public_text", "hidden_label"),
    ]
    export_headings = {
        "number": gettext_lazy("Receipt number"),
        "consultation": pgettext_lazy("participation", "Public consultation"),
        "about": pgettext_lazy("participation", "About"),
        "state_label": pgettext_lazy("disclosure", "State"),
        "consent": pgettext_lazy("participation", "May be shown"),
        "channel_label": gettext_lazy("Channel"),
        "received": pgettext_lazy("participation", "Received"),
        "text": pgettext_lazy("participation", "Text"),
        "public_text": gettext_lazy("Text as it is shown"),
        "hidden_label": gettext_lazy("Why it is not shown"),
    }

    def to_row_dict(self, item):
        item.consultation = str(item.page or "")
        item.about = item.paragraph_label
        item.state_label = item.get_state_display()
        item.consent = _("yes") if item.consent_to_publish else _("no")
        item.received = shown_time(item.submitted_at)
        item.text = moderation.suggested(str(item.body))
        return super().to_row_dict(item)


class ModerationForm(forms.Form):
    """How a text is shown, or why it is not. ``row`` is a comment or a text of a survey."""

    text = forms.CharField(
        label=gettext_lazy("Text as it is shown"),
        required=False,
        max_length=BODY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Without anything that identifies people. Numbers are masked beforehand."),
    )
    reason = forms.ChoiceField(label=gettext_lazy("Why it is not shown"), required=False)

    def __init__(self, *args, row, **kwargs):
        kwargs.setdefault("initial", {})
        kwargs["initial"] = {
            "text": row.public_text or moderation.suggested(str(row.body)),
            "reason": row.hidden_because,
            **kwargs["initial"],
        }
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [("", "---------"), *vocabularies.hiding_choices()]


class ModerateView(OfCase, FormView):
    """One comment: the original beside the text as it is shown, and the decision."""

    template_name = "wagtail_disclosure/participation/admin/comment.html"
    form_class = ModerationForm
    page_title = pgettext_lazy("participation", "Comment")
    header_icon = "comment"

    def crumbs_between(self):
        return []

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "row": self.object}

    def form_valid(self, form):
        action = self.request.POST.get("action", "")
        try:
            moderation.act(
                self.object,
                action,
                by=self.request.user,
                text=form.cleaned_data["text"],
                reason=form.cleaned_data["reason"],
            )
        except CaseRefused as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        messages.success(self.request, _("Done: %(action)s.") % {"action": moderation.LABELS[action]})
        return redirect(self._next_url())

    def _next_url(self):
        """The next comment of the same consultation that waits, or the list."""
        waiting = self.get_base_queryset().filter(state=Comment.State.PENDING, key=self.object.key)
        found = waiting.order_by("submitted_at", "pk").first()
        if found is not None and self.request.POST.get("next"):
            return reverse(self.inspect_url_name, args=[found.pk])
        return self.case_url if found is None else f"{reverse(self.index_url_name)}?state=pending"

    def get_context_data(self, **kwargs):
        comment = self.object
        same = self.get_base_queryset().filter(key=comment.key, text_index=comment.text_index)
        alike = same.exclude(pk=comment.pk).count() if comment.text_index else 0
        index = reverse(self.index_url_name)
        return super().get_context_data(
            comment=comment,
            events=[
                {
                    "event": each,
                    "label": moderation.LABELS.get(each.action, each.action),
                    "reason": vocabularies.hiding_label(each.reason),
                }
                for each in moderation.events_of(comment)
            ],
            people_url=reverse("disclosure_comments:people", args=[comment.pk]),
            has_contact=any([comment.name, comment.phone, comment.email]),
            files=comment.attachments.all(),
            alike=alike,
            alike_url=f"{index}?same_text={comment.text_index}",
            **report_admin.links_of(comment),
            **kwargs,
        )


class CommentPeopleView(PeopleView):
    """Name and contact in full, to whoever says why; logged before it is shown."""

    def get_context_data(self, **kwargs):
        self.object.subject = str(self.object.page or "")
        return super().get_context_data(**kwargs)


class ClustersView(BesideList, TemplateView):
    """The same text more than once: of each, how many and from when to when, with a way to all of them."""

    template_name = "wagtail_disclosure/participation/admin/clusters.html"
    page_title = gettext_lazy("The same text")
    header_icon = "copy"

    def get_context_data(self, **kwargs):
        rows = (
            Comment.objects.visible_to(self.request.user)
            .exclude(text_index="")
            .order_by()
            .values("key", "text_index")
            .annotate(
                number=Count("pk"), first=Min("submitted_at"), last=Max("submitted_at"), newest=Max("pk")
            )
            .filter(number__gte=FEWEST)
            .order_by("-number", "-last")
        )
        listed = Paginator(rows, 50).get_page(self.request.GET.get("p"))
        samples = Comment.objects.select_related("page").in_bulk([row["newest"] for row in listed])
        index = reverse(self.index_url_name)
        found = [
            {
                **row,
                "text": Truncator(samples[row["newest"]].body).chars(80),
                "page": samples[row["newest"]].page,
                "url": f"{index}?same_text={row['text_index']}",
            }
            for row in listed
        ]
        return super().get_context_data(rows=found, listed=listed, **kwargs)


@compat.asks(CommentPolicy(Comment))
class CommentViewSet(menu.InDisclosureMenu, ModelViewSet):
    model = Comment
    name = "disclosure_comments"
    icon = "comment"
    menu_label = capfirst(Comment._meta.verbose_name_plural)
    menu_order = menu.PARTICIPATION
    add_to_admin_menu = True
    add_to_reference_index = False
    inspect_view_enabled = True
    copy_view_enabled = False
    # The form class is never shown.
    form_fields = ["paragraph_label"]
    index_view_class = CommentIndexView
    filterset_class = CommentFilterSet
    list_export = CommentIndexView.list_export
    export_headings = CommentIndexView.export_headings
    search_fields = ["number"]

    def get_common_view_kwargs(self, **kwargs):
        found = super().get_common_view_kwargs(**kwargs)
        # These views do not exist.
        for name in ("edit_url_name", "delete_url_name", "history_url_name", "usage_url_name"):
            found[name] = None
        return found

    def _view(self, view_class):
        return self.construct_view(
            view_class,
            model=self.model,
            index_url_name=self.get_url_name("index"),
            inspect_url_name=self.get_url_name("inspect"),
        )

    def get_urlpatterns(self):
        pk = f"<{self.pk_path_converter}:pk>"
        view = self._view
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("new/", view(RegisterView), name="add"),
            path("clusters/", view(ClustersView), name="clusters"),
            path("reports/", view(report_admin.ReportsView), name="reports"),
            path(f"reports/{pk}/", view(report_admin.ReportView), name="report"),
            path(f"{pk}/", view(ModerateView), name="inspect"),
            path(f"{pk}/assign/", view(report_admin.AssignView), name="assign"),
            path(f"{pk}/people/", view(CommentPeopleView), name="people"),
        ]

    def register_admin_url_finder(self):
        """No link leads to an editor: there is none."""
