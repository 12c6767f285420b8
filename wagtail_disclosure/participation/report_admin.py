"""The report on the comments as the office works on it: what was raised, how often, and the comments behind each number."""

from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages

from ..casework.errors import CaseRefused
from ..casework.views import BesideList, OfCase
from . import assigning, pages, tallies, vocabularies
from .models import ConsultationPage
from .policy import page_or_404, pages_of

PUBLISHED = "published"
ON_A_PAGE = 30


class ReportsView(BesideList, TemplateView):
    """The consultations of the user's departments: how many comments came, and how many belong to no issue yet."""

    template_name = "wagtail_disclosure/participation/admin/reports.html"
    page_title = gettext_lazy("Reports on comments")
    header_icon = "clipboard-list"

    def get_context_data(self, **kwargs):
        found = pages_of(ConsultationPage, self.request.user).order_by("-closes_on", "translation_key", "pk")
        first = {}
        for page in found:
            first.setdefault(page.key, page)
        listed = Paginator(list(first.items()), ON_A_PAGE).get_page(self.request.GET.get("p"))
        rows = []
        for key, page in listed:
            draft = tallies.draft_of(key)
            tally = tallies.count(key, tallies.issues_of(draft))
            rows.append(
                {
                    "page": page,
                    "phase": page.phase.label,
                    "url": reverse("disclosure_comments:report", args=[page.pk]),
                    "tally": tally,
                    "issues": len(tally.issues),
                    "has_report": tallies.public_of(key) is not None,
                }
            )
        return super().get_context_data(rows=rows, listed=listed, **kwargs)


class ReportView(BesideList, TemplateView):
    """One report: each number leads to the comments it is counted from; what is public stands beside what is true now."""

    template_name = "wagtail_disclosure/participation/admin/report.html"
    page_title = gettext_lazy("Report on the comments")
    header_icon = "clipboard-list"

    @cached_property
    def consultation(self):
        return page_or_404(ConsultationPage, self.request.user, self.kwargs["pk"])

    def get_page_subtitle(self):
        return self.consultation.title

    def crumbs_between(self):
        return [{"url": reverse("disclosure_comments:reports"), "label": _("Reports on comments")}]

    def _link(self, **given):
        query = {"page": self.consultation.pk, **given}
        return f"{reverse(self.index_url_name)}?{urlencode(query)}"

    def _cell(self, label, now, then, **given):
        """A row of a table: the number now and the one that is public, each with a way to its comments."""
        was = {"public": then, "public_url": self._link(**given, as_of=PUBLISHED)} if self.public else {}
        return {
            "label": label,
            "now": now,
            "url": self._link(**given),
            "differs": self.public is not None and then != now,
            **was,
        }

    @cached_property
    def public(self):
        return tallies.public_of(self.consultation.key)

    def get_context_data(self, **kwargs):
        draft, public = tallies.draft_of(self.consultation.key), self.public
        issues = tallies.issues_of(draft)
        tally = tallies.count(draft.key, issues)
        old = public.feedback_figures if public is not None else {}
        published = tallies.issues_of(public) if public is not None else {}
        channels, adoptions = old.get("channels", {}), old.get("adoptions", {})
        return super().get_context_data(
            consultation=self.consultation,
            public=public,
            counted_at=tallies.counted_at(public) if public is not None else None,
            edit_url=reverse("wagtailadmin_pages:edit", args=[draft.pk]),
            totals=[
                self._cell(_("Comments received"), tally.received, old.get("received", 0)),
                self._cell(
                    _("of no issue yet"), tally.remaining, old.get("remaining", 0), issue=tallies.NONE
                ),
            ],
            issues=self._issues(issues, published, tally),
            channels=[
                self._cell(vocabularies.channel_label(code), number, channels.get(code, 0), channel=code)
                for code, number in pages.in_order(vocabularies.comment_channels(), tally.channels)
            ],
            outcomes=[
                self._cell(
                    vocabularies.adoptions().label_of(code, code),
                    number,
                    adoptions.get(code, 0),
                    outcome=code,
                )
                for code, number in pages.in_order(vocabularies.adoptions(), tally.adoptions)
            ],
            **kwargs,
        )

    def _issues(self, issues, published, tally):
        """Those of the draft in order, then those that were taken out of it since the report became public."""
        rows = []
        for key in [*issues, *(each for each in published if each not in issues)]:
            item = issues.get(key) or published[key]
            then = published[key].comments if key in published else 0
            row = self._cell(item.issue, tally.issues.get(key, 0), then, issue=key)
            rows.append({**row, "outcome": item.adoption_label, "is_gone": key not in issues})
        return rows


class IssuesForm(forms.Form):
    """To which issues of the report a comment belongs."""

    issues = forms.TypedMultipleChoiceField(
        label=pgettext_lazy("participation", "Issues"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, comment, **kwargs):
        self.known = assigning.issues_for(comment.key)
        kwargs.setdefault(
            "initial", {"issues": [str(each) for each in assigning.issues_of(comment) if each in self.known]}
        )
        super().__init__(*args, **kwargs)
        self.fields["issues"].choices = [
            (str(key), f"{item.issue} · {item.adoption_label}") for key, item in self.known.items()
        ]

    def chosen(self):
        return {key for key in self.known if str(key) in self.cleaned_data["issues"]}


class AssignView(OfCase, FormView):
    """Takes the form beside a comment; without one it leads back to the comment."""

    form_class = IssuesForm
    http_method_names = ["get", "post", "head", "options"]

    def get(self, request, *args, **kwargs):
        return redirect(self.case_url)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "comment": self.object}

    def form_valid(self, form):
        try:
            assigning.assign(self.object, form.chosen(), by=self.request.user, known=form.known)
        except CaseRefused as error:
            messages.error(self.request, str(error))
        else:
            messages.success(self.request, _("Saved: to which issues the comment belongs."))
        return redirect(self.case_url)

    def form_invalid(self, form):
        messages.error(self.request, _("The report has no such issue any more."))
        return redirect(self.case_url)


def links_of(comment):
    """What the page of a comment shows of the report."""
    page = comment.page
    return {
        "issues_form": IssuesForm(comment=comment),
        "assign_url": reverse("disclosure_comments:assign", args=[comment.pk]),
        "report_url": reverse("disclosure_comments:report", args=[page.pk]) if page is not None else "",
    }


def filter_comments(queryset, data, key):
    """The comments of the consultation with translation ``key`` that stand behind a number of its report."""
    return tallies.filtered(
        queryset,
        key,
        issue=data.get("issue") or "",
        adoption=data.get("outcome") or "",
        published=data.get("as_of") == PUBLISHED,
    )
