"""What the public reads of statistics and duties, below the page of a site that shows them."""

import datetime

from django.http import Http404
from django.template.response import TemplateResponse
from django.utils import timezone

from ..casework.wizard.addresses import way_to
from ..catalogue import meta
from ..catalogue.scope import scope_of
from ..departments.models import Agency
from .duties.matrix import matrix, parted
from .models import StatisticsPeriod
from .statistics.showing import Statistics, headings
from .statistics.views import as_csv

FOLDER = "wagtail_disclosure/reports"
# Years before the present one whose coverage can be looked at.
YEARS_SHOWN = 5


def _frame(page, request):
    """The context of every address below the page. Raises ``Http404`` where the site has no agency."""
    scope = scope_of(page)
    agency = Agency.objects.filter(site=scope.site_id).first() if scope is not None else None
    if agency is None:
        raise Http404
    base = page.get_url(request) or ""
    return agency, {
        **page.get_context(request),
        "agency": agency,
        "base": base,
        "duties_url": f"{base}duties/",
        "breadcrumbs": way_to(page, request),
        "meta_tags": meta.site_tags(scope),
    }


def _public_periods(agency):
    return StatisticsPeriod.objects.filter(agency=agency, state=StatisticsPeriod.State.PUBLISHED)


def _period(agency, first, last):
    try:
        days = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
    except ValueError as error:
        raise Http404 from error
    found = (
        _public_periods(agency).filter(first_day=days[0], last_day=days[1]).select_related("agency").first()
    )
    if found is None:
        raise Http404
    return found


def statistics_page(page, request, first, last):
    """The numbers of the given period, or of the newest that is public."""
    agency, context = _frame(page, request)
    periods = list(_public_periods(agency).defer("figures")[:100])
    if first is not None:
        period = _period(agency, first, last)
    else:
        period = _public_periods(agency).select_related("agency").first()
    if period is not None:
        statistics = Statistics(period, public=True)
        context |= {
            "period": period,
            "statistics": statistics,
            "headings": headings(),
            "corrected": statistics.corrected(),
            "file_url": f"{context['base']}{period.first_day}/{period.last_day}/csv/",
        }
    context["periods"] = [
        {"period": each, "url": f"{context['base']}{each.first_day}/{each.last_day}/"} for each in periods
    ]
    return TemplateResponse(request, f"{FOLDER}/figures_page.html", context)


def statistics_csv(page, request, first, last):
    agency, _context = _frame(page, request)
    return as_csv(Statistics(_period(agency, first, last), public=True))


def duties_page(page, request, year):
    """What has to be published, when last and by whom: without duties within the agency."""
    agency, context = _frame(page, request)
    this_year = timezone.localdate().year
    year = int(year) if year else this_year
    if not this_year - YEARS_SHOWN <= year <= this_year:
        raise Http404
    duties, others = parted(matrix(agency, year, public_only=True))
    # Before anything had to be published there is nothing to leaf back to.
    first = min((row.duty.since.year for row in duties), default=this_year)
    context |= {
        "year": year,
        "years": [
            (each, f"{context['duties_url']}{each}/")
            for each in range(this_year, max(first, this_year - YEARS_SHOWN) - 1, -1)
        ],
        "duties": duties,
        "others": others,
    }
    return TemplateResponse(request, f"{FOLDER}/duties_page.html", context)
