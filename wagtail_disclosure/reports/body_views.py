"""Who has published and who has not: the agency and the bodies below it, by year."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ..catalogue.admin_views import ActionView
from ..publishing.ledger import display_name
from . import access, forms
from .deadlines import current_year, duties
from .forms import kind_choices
from .models import ReportFiling, SubordinateBody
from .models.reports import FIRST_YEAR, LAST_YEAR
from .views import url


class BodiesView(WagtailAdminTemplateMixin, TemplateView):
    """The duties of one year, those that are missing first."""

    template_name = "wagtail_disclosure/reports/bodies.html"
    page_title = gettext_lazy("Who has published the annual report")
    header_icon = "group"

    def dispatch(self, request, *args, **kwargs):
        if not access.may_read(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        above = {"url": url("index"), "label": _("Annual reports")}
        return [*self.breadcrumbs_items, above, {"url": "", "label": self.get_page_title()}]

    @cached_property
    def year(self):
        given = self.request.GET.get("year", "")
        year = int(given) if given.isascii() and given.isdigit() and len(given) == 4 else current_year()
        return min(max(year, FIRST_YEAR), LAST_YEAR)

    def get_context_data(self, **kwargs):
        user = self.request.user
        mine = set(access.worked_on_by(user).values_list("pk", flat=True))
        kinds = dict(kind_choices())
        parts = []
        for agency in access.read_by(user):
            rows = [self._row(duty, kinds, agency.pk in mine) for duty in duties(agency, self.year)]
            parts.append(
                {
                    "agency": agency,
                    "rows": sorted(rows, key=lambda row: not row["duty"].is_missing),
                    "missing": sum(row["duty"].is_missing for row in rows),
                }
            )
        return super().get_context_data(
            year=self.year,
            parts=parts,
            add_url=url("body_add") if mine else "",
            before=self.year - 1,
            after=self.year + 1,
            **kwargs,
        )

    def _row(self, duty, kinds, may_work):
        found = {
            "duty": duty,
            "kind": kinds.get(duty.kind, duty.kind),
            "edit_url": "",
            "filing_url": "",
            "url": "",
        }
        if duty.report is not None:
            found["url"] = url("report", duty.report.pk)
        elif duty.body is None:
            # The own report that nobody has begun.
            found["url"] = url("create") if may_work else ""
        elif may_work:
            found["edit_url"] = url("body_edit", duty.body.pk)
            found["filing_url"] = url("filing", duty.body.pk, self.year)
        return found


class OfBodies(ActionView):
    """A form about a subordinate body of an agency on whose reports the person works."""

    header_icon = "group"

    @cached_property
    def agencies(self):
        return access.worked_on_by(self.request.user)

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated or not self.agencies.exists():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def body(self):
        found = SubordinateBody.objects.filter(agency__in=self.agencies, pk=self.kwargs["body_id"]).first()
        if found is None:
            raise Http404
        return found

    def above(self):
        return [
            {"url": url("index"), "label": _("Annual reports")},
            {"url": self.get_success_url(), "label": _("Who has published the annual report")},
        ]

    def get_success_url(self):
        return url("bodies")


class BodyView(OfBodies):
    """A body is entered or changed."""

    form_class = forms.BodyForm

    def get_page_title(self):
        return str(self.body) if "body_id" in self.kwargs else _("A subordinate body")

    def get_form_kwargs(self):
        found = {**super().get_form_kwargs(), "agencies": self.agencies}
        return found | ({"instance": self.body} if "body_id" in self.kwargs else {})

    def act(self, form):
        form.save()
        return _("The body is kept.")


class FilingView(OfBodies):
    """A body has published its report of a year."""

    form_class = forms.FilingForm

    def get_page_title(self):
        return _("Report of %(year)d: %(body)s") % {"year": self.kwargs["year"], "body": self.body}

    def dispatch(self, request, *args, **kwargs):
        if not FIRST_YEAR <= kwargs["year"] <= LAST_YEAR:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        year = self.kwargs["year"]
        instance = self.body.filings.filter(year=year).first() or ReportFiling(body=self.body, year=year)
        return {**super().get_form_kwargs(), "instance": instance}

    def get_success_url(self):
        return f"{url('bodies')}?year={self.kwargs['year']}"

    def act(self, form):
        form.instance.by_name = display_name(self.request.user)
        form.save()
        return _("The publication is recorded.")
