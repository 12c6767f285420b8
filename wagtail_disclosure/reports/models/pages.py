"""The published annual report: a page of the catalogue whose numbers and words are in its own row, so in what is approved."""

from django.db import models
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, re_path
from wagtail.fields import RichTextField

from ...catalogue.models import DisclosurePage
from ...catalogue.panels import InformationPanel, title_and_text
from ...compat import Page, PageType
from ...publishing.guard import Guarded
from ...rules.annual_report.versions import get_form


class ReportPanel(InformationPanel):
    """The tables and words of the report in the editor: they change with the report, not here."""

    template = "wagtail_disclosure/reports/page_panel.html"

    def __init__(self, **kwargs):
        super().__init__(**{"heading": _("Numbers and words of the report"), **kwargs})

    class BoundPanel(InformationPanel.BoundPanel):
        def facts(self):
            return {
                "sections": self.instance.sections(),
                "corrections": self.instance.corrections_shown(),
            }


class AnnualReportPage(DisclosurePage):
    """政府信息公开工作年度报告. ``figures`` and ``texts`` are copied from the frozen report when the draft is made."""

    year = models.PositiveSmallIntegerField(_("year"), editable=False)
    profile_code = models.CharField(max_length=20, editable=False)
    form_code = models.CharField(_("form"), max_length=20, editable=False)
    # Numbers as text by the code of their cell; None where there is none.
    figures = models.JSONField(default=dict, editable=False)
    # The words by section.
    texts = models.JSONField(default=dict, editable=False)
    # Public numbers of the years before, for comparison: ``{"2024": {cell: text or None}}``.
    earlier = models.JSONField(default=dict, editable=False)
    # What changed after it was public: ``[{"on": day, "reason": text, "numbers": {cell: [before, after]}, "words": [section]}]``.
    corrections = models.JSONField(default=list, editable=False)

    # Made from a report; see ``reports.publication``.
    parent_page_types = ["wagtail_disclosure.DepartmentFolderPage"]
    template = "wagtail_disclosure/reports/page.html"
    page_description = _(
        "The annual report on information disclosure. It is made from the report, under Reports."
    )
    content_panels = title_and_text(ReportPanel())

    class Meta:
        verbose_name = _("annual report page")
        verbose_name_plural = _("annual report pages")

    @classmethod
    def can_create_at(cls, parent):
        # Nobody types an annual report into an empty page.
        return False

    @property
    def report_form(self):
        return get_form(self.profile_code, self.form_code)

    def sections(self):
        """The sections with their words and tables, for templates."""
        from ..showing import public_sections

        return public_sections(self)

    def corrections_shown(self):
        """What was changed after it was public, for templates."""
        from ..showing import public_corrections

        return public_corrections(self)

    def search_text(self):
        title, body = super().search_text()
        return title, "\n".join([body, *self.texts.values()])

    def get_context(self, request, *args, **kwargs):
        return {
            **super().get_context(request, *args, **kwargs),
            "sections": self.sections(),
            "corrections": self.corrections_shown(),
            "machine_readable": [("CSV", "?format=csv"), ("JSON", "?format=json")],
        }

    def serve(self, request, *args, **kwargs):
        """The page; or with ``?format=csv`` or ``json`` its numbers for machines."""
        response = super().serve(request, *args, **kwargs)
        wanted = request.GET.get("format")
        if response.status_code != 200 or wanted not in ("csv", "json"):
            return response
        from ..exports import tables

        name = f"annual-report-{self.year}"
        values = {code: None if value is None else value for code, value in self.figures.items()}
        if wanted == "json":
            found = JsonResponse(
                tables.as_json(self.report_form, values, year=self.year, body=self.issuing_body)
            )
        else:
            found = HttpResponse(
                b"".join(tables.as_csv(self.report_form, values)), content_type="text/csv; charset=utf-8"
            )
        found["Content-Disposition"] = f'attachment; filename="{name}.{wanted}"'
        return found


class DisclosureFiguresPage(Guarded, RoutablePageMixin, PageType):
    """Statistics and coverage of duties as a page of the site. The numbers are those that were published."""

    introduction = RichTextField(_("introduction"), features=["bold", "link", "ol", "ul"], blank=True)

    template = "wagtail_disclosure/reports/figures_page.html"
    page_description = _("Shows the published statistics of disclosure and what has to be published when.")
    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    show_in_menus_default = True
    subpage_types = []

    class Meta:
        verbose_name = _("disclosure statistics page")
        verbose_name_plural = _("disclosure statistics pages")

    @re_path(r"^(?:(?P<first>\d{4}-\d{2}-\d{2})/(?P<last>\d{4}-\d{2}-\d{2})/)?$", name="statistics")
    def statistics(self, request, first=None, last=None):
        from ..public import statistics_page

        return statistics_page(self, request, first, last)

    @re_path(r"^(?P<first>\d{4}-\d{2}-\d{2})/(?P<last>\d{4}-\d{2}-\d{2})/csv/$", name="csv")
    def statistics_csv(self, request, first, last):
        from ..public import statistics_csv

        return statistics_csv(self, request, first, last)

    @re_path(r"^duties/(?:(?P<year>\d{4})/)?$", name="duties")
    def duties(self, request, year=None):
        from ..public import duties_page

        return duties_page(self, request, year)
