"""Annual reports in the admin: the list, one report with its tables and findings, and what is done to it."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ..catalogue.admin_views import ActionView
from ..catalogue.sheets import SheetError
from ..departments.names import own_language
from ..rules.annual_report.identities import ERROR, number
from . import access, actions, forms, publication, sheet_import
from .deadlines import current_year, duties
from .exports import files
from .figures.report import (
    REOPENED,
    UNPLACED,
    differences,
    figures_of,
    findings_of,
    is_entered,
    shown_of,
    stored,
)
from .models import AnnualReport
from .showing import NAMESPACE, admin_tables

SPECIAL = (UNPLACED, REOPENED)


def url(name, *args):
    return reverse(f"{NAMESPACE}:{name}", args=args)


class IndexView(WagtailAdminTemplateMixin, TemplateView):
    """The reports that the person may see, and who has not published."""

    template_name = "wagtail_disclosure/reports/index.html"
    page_title = gettext_lazy("Annual reports")
    header_icon = "doc-full"

    def dispatch(self, request, *args, **kwargs):
        if not access.may_read(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs):
        user = self.request.user
        agencies = list(access.read_by(user))
        year = current_year()
        missing = [(each, duty) for each in agencies for duty in duties(each, year) if duty.is_missing]
        rows = [{"report": each, "url": url("report", each.pk)} for each in access.reports_for(user)]
        return super().get_context_data(
            rows=rows,
            missing=missing,
            year=year,
            may_begin=access.worked_on_by(user).exists(),
            create_url=url("create"),
            bodies_url=url("bodies"),
            **kwargs,
        )


class OfReport:
    """For every view about one report: whoever may not see it is told that there is none."""

    works_on_it = True

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        found = AnnualReport.objects.none()
        if access.may_read(request.user):
            found = access.reports_for(request.user).filter(pk=kwargs["report_id"])
        self.report = found.first()

    def dispatch(self, request, *args, **kwargs):
        if self.report is None:
            raise Http404
        if self.works_on_it and not self.may_work:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def may_work(self):
        return access.worked_on_by(self.request.user).filter(pk=self.report.agency_id).exists()

    @cached_property
    def figures(self):
        """The numbers as they are now, whether or not they are frozen."""
        return figures_of(self.report)

    @cached_property
    def shown(self):
        """The numbers as people see them: those that were frozen, once they are."""
        return shown_of(self.report, self.figures)

    @cached_property
    def texts(self):
        return actions.texts_of(self.report, self.figures.values)

    @cached_property
    def findings(self):
        return findings_of(self.report, self.shown, self.texts)

    def findings_shown(self):
        return [self._finding(each) for each in self.findings]

    def _finding(self, each):
        address = url("cases", self.report.pk, each.code) if each.code in SPECIAL else ""
        return {"text": str(each), "severity": each.severity, "url": address}

    def get_success_url(self):
        return url("report", self.report.pk)

    @property
    def short_name(self):
        return pgettext("annual report", "Annual report %(year)d") % {"year": self.report.year}

    def get_page_subtitle(self):
        return self.short_name

    def above(self):
        return [
            {"url": url("index"), "label": _("Annual reports")},
            {"url": self.get_success_url(), "label": str(self.report)},
        ]


class ReportView(OfReport, WagtailAdminTemplateMixin, TemplateView):
    """The report in the official layout with marks, findings, last year's numbers, words, and what may be done."""

    template_name = "wagtail_disclosure/reports/report.html"
    page_title = gettext_lazy("Annual report")
    header_icon = "doc-full"
    works_on_it = False

    def get_breadcrumbs_items(self):
        above = [{"url": url("index"), "label": _("Annual reports")}]
        # The year comes first: a header cuts off what is too long.
        here = {"url": "", "label": self.short_name, "sublabel": str(self.report.agency)}
        return [*self.breadcrumbs_items, *above, here]

    def get_context_data(self, **kwargs):
        report, texts = self.report, self.texts
        written = {each.section: each for each in report.texts.all()}
        return super().get_context_data(
            report=report,
            tables=admin_tables(report, self.shown, self.findings),
            findings=self.findings_shown(),
            changed=[self._change(*each) for each in differences(report, self.figures)],
            sections=[
                {
                    "label": section.label(),
                    "text": texts[section.code],
                    "written": written.get(section.code),
                    "url": url("text", report.pk, section.code),
                }
                for section in report.form.sections
            ],
            has_last=self.figures.last is not None,
            may_work=self.may_work,
            steps=self._steps(),
            downloads=[(kind.upper(), url("download", report.pk, kind)) for kind in files.available()],
            page_url=reverse("wagtailadmin_pages:edit", args=[report.page_id]) if report.page_id else "",
            **kwargs,
        )

    def _change(self, figure, before):
        return {
            "label": f"{figure.cell.table.label()} · {figure.cell.label()}",
            "url": url("cell", self.report.pk, figure.cell.code),
            "frozen": "—" if before is None else number(before),
            "now": figure.text or "—",
        }

    def _steps(self):
        """Buttons: ``(label, address, whether it is the next sensible step)``."""
        report = self.report
        if not self.may_work:
            return []
        if report.is_working:
            return [
                (_("Enter numbers"), url("enter", report.pk), False),
                (_("Import a workbook"), url("import", report.pk), False),
                (_("Freeze the numbers"), url("freeze", report.pk), True),
            ]
        label = _("Make a new edition of the page") if report.page_id else _("Make the draft page")
        return [
            (label, url("draft", report.pk), report.state == AnnualReport.State.FROZEN),
            (_("Take up again"), url("take_up", report.pk), False),
        ]


class CreateView(ActionView):
    page_title = gettext_lazy("Begin a report")
    header_icon = "doc-full"
    form_class = forms.ReportForm
    submit_label = gettext_lazy("Begin")

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated or not access.worked_on_by(request.user).exists():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "agencies": access.worked_on_by(self.request.user)}

    def above(self):
        return [{"url": url("index"), "label": _("Annual reports")}]

    def get_success_url(self):
        return url("report", self.made.pk) if getattr(self, "made", None) else url("index")

    def act(self, form):
        self.made = form.save()
        if self.made.by_hand:
            return _("The report is begun. All of its numbers are to be entered.")
        return _("The report is begun. What is counted is in place already.")


class EnterView(OfReport, ActionView):
    """The numbers that the system cannot know, with where they come from."""

    page_title = gettext_lazy("Enter numbers")
    header_icon = "edit"
    form_class = forms.NumbersForm
    warning = gettext_lazy(
        "Leave a field empty where there is no number yet. Where nothing happened, enter 0: “nothing” and “not known” are "
        "different things in the report."
    )

    def get_form_kwargs(self):
        cells = [
            each for each in self.report.form.cells() if is_entered(self.report, each) and not each.is_total
        ]
        found = {"report": self.report, "cells": cells, "figures": self.figures}
        return {**super().get_form_kwargs(), **found}

    def act(self, form):
        entered = actions.enter(
            self.report, form.values(), by=self.request.user, source=form.cleaned_data["source"]
        )
        return _("%(count)d numbers were entered.") % {"count": entered}


class ImportView(OfReport, ActionView):
    """Numbers from a workbook: everything in it is looked at first, and with an error nothing is taken."""

    page_title = gettext_lazy("Import a workbook")
    header_icon = "upload"
    form_class = forms.SheetForm
    submit_label = gettext_lazy("Check and take over")
    template_name = "wagtail_disclosure/reports/import.html"
    reading = None

    def act(self, form):
        upload = form.cleaned_data["file"]
        try:
            self.reading = sheet_import.read(self.report, self.figures, upload.file, upload.name)
        except SheetError as error:
            form.add_error("file", str(error))
            return None
        if self.reading.has_errors:
            form.add_error(None, _("The workbook has errors; nothing was taken over."))
            return None
        entered = actions.enter(
            self.report,
            self.reading.values,
            by=self.request.user,
            source=f"{form.cleaned_data['source']} ({upload.name})"[:255],
        )
        noticed = "".join(f"\n{each}" for each in self.reading.findings)
        return _("%(count)d numbers were taken over.") % {"count": entered} + noticed

    def get_context_data(self, **kwargs):
        found = self.reading.findings if self.reading is not None else []
        return super().get_context_data(
            findings=[{"text": str(each), "severity": each.severity} for each in found], **kwargs
        )


class TextView(OfReport, ActionView):
    """The words of one section."""

    header_icon = "edit"
    form_class = forms.TextForm

    @cached_property
    def section(self):
        for each in self.report.form.sections:
            if each.code == self.kwargs["section"]:
                return each
        raise Http404

    def get_page_title(self):
        return self.section.label()

    def get_initial(self):
        return {"text": self.texts[self.section.code]}

    def get_form_kwargs(self):
        written = self.report.texts.filter(section=self.section.code).first()
        return {**super().get_form_kwargs(), "written": written}

    def act(self, form):
        written = actions.write(
            self.report, self.section.code, form.cleaned_data["text"], by=self.request.user
        )
        return _("The text is kept.") if written else _("The text is drafted with the figures again.")


class FreezeView(OfReport, ActionView):
    """Freezing, with everything that is to be looked at first; what is wrong has to be ticked as seen."""

    template_name = "wagtail_disclosure/reports/freeze.html"
    page_title = gettext_lazy("Freeze the numbers")
    header_icon = "lock"
    submit_label = gettext_lazy("Freeze")
    warning = gettext_lazy(
        "Numbers and words stay as they are from now on. What cases and catalogue say later is shown beside them."
    )

    def get_form_class(self):
        wrong = any(each.severity == ERROR for each in self.findings)
        return forms.FreezeForm if wrong else forms.forms.Form

    def get_context_data(self, **kwargs):
        return super().get_context_data(findings=self.findings_shown(), **kwargs)

    def act(self, form):
        actions.freeze(self.report, by=self.request.user, despite=form.cleaned_data.get("despite", False))
        return _("The numbers are frozen.")


class TakeUpView(OfReport, ActionView):
    page_title = gettext_lazy("Take up again")
    header_icon = "lock-open"
    form_class = forms.forms.Form
    submit_label = gettext_lazy("Take up again")
    warning = gettext_lazy(
        "Numbers and words can be changed again. What is public stays until another edition has passed its review."
    )

    def act(self, form):
        actions.take_up(self.report, by=self.request.user)
        return _("The report can be changed again.")


class DraftView(OfReport, ActionView):
    """The draft page of a frozen report, with its files."""

    page_title = gettext_lazy("Make the draft page")
    header_icon = "doc-full-inverse"
    submit_label = gettext_lazy("Make the draft")
    page = None

    @cached_property
    def changes(self):
        return (
            publication.changes(self.report)
            if self.report.page_id and not self.report.is_working
            else ({}, [])
        )

    @property
    def warning(self):
        """What of the public report is changed, in words."""
        numbers, words = self.changes
        if not numbers and not words:
            if not self.report.page_id or self.report.is_working:
                return ""
            return _("The page has these numbers and words already: another edition changes nothing of them.")
        cells = self.report.form.by_code()
        changed = [
            f"{cells[code].table.label()} · {cells[code].label()}: {before or '—'} → {after or '—'}"
            for code, (before, after) in numbers.items()
        ]
        changed += [each.label() for each in self.report.form.sections if each.code in words]
        return _("The page will say that this was changed: %(changes)s") % {"changes": "; ".join(changed)}

    def get_form_class(self):
        if not self.report.page_id:
            return forms.DraftForm
        return forms.EditionForm if any(self.changes) else forms.forms.Form

    def get_form_kwargs(self):
        found = super().get_form_kwargs()
        if not self.report.page_id:
            folders = publication.folders_for(self.report, self.request.user)
            found |= {"report": self.report, "folders": folders}
        return found

    def act(self, form):
        self.page = publication.make_draft(
            self.report,
            by=self.request.user,
            folder=form.cleaned_data.get("folder"),
            category=form.cleaned_data.get("category"),
            reason=form.cleaned_data.get("reason", ""),
        )
        return _("The draft is made. It becomes public when its review is complete.")

    def get_success_url(self):
        if self.page is not None:
            return reverse("wagtailadmin_pages:edit", args=[self.page.pk])
        return super().get_success_url()


class DownloadView(OfReport, View):
    """The report as a file: as it was frozen, or as it stands now while it is worked on."""

    works_on_it = False

    def get(self, request, *args, **kwargs):
        kind = kwargs["file_kind"]
        if kind not in files.available():
            raise Http404
        report = self.report
        values = self.figures.values if report.is_working else stored(report.figures)
        content = files.content_of(report, values, self.texts, own_language())
        response = HttpResponse(files.make(content, kind), content_type=files.CONTENT_TYPES[kind])
        response["Content-Disposition"] = f'attachment; filename="annual-report-{report.year}.{kind}"'
        return response
