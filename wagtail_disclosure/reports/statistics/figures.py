"""Counting a period: items by category, department, class and month; full text; requests; letters. A query for each."""

import datetime

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, TextField
from django.db.models.functions import Cast, TruncMonth
from django.utils import timezone
from wagtail.models import Locale

from ...catalogue.models import Attachment, AttributeDetermination, Category, CategoryScheme, EntryPage
from ...departments.models import Department
from ...mailboxes import outcomes
from ...mailboxes.models import CitizenLetter
from ...publishing.models import PublishedItem, PublishedItemCategory
from ...requests.models import DisclosureRequest
from ...rules.annual_report.versions import CASES, form_for, forms
from ..profile import jurisdiction, profile

TOTAL, FULL_TEXT = "items/total", "items/full_text"
CATEGORY, DEPARTMENT, CLASS, MONTH = "items/category/", "items/department/", "items/class/", "items/month/"
REQUESTS, LETTERS = "requests/", "letters/"
RECEIVED, ANSWERED, ON_TIME = "received", "answered", "on_time"
# Items that stand in no group of an axis.
NOWHERE = "none"
# What the body of an entry without text is stored as.
EMPTY_BODIES = ("", "[]", "null")


def items_of(agency, first, last):
    """The items that became public for the first time between two days, each once whatever languages it has."""
    # Days are those of the agency, also for a reader whose account has another time zone.
    zone = timezone.get_default_timezone()
    begin = datetime.datetime.combine(first, datetime.time.min, zone)
    end = datetime.datetime.combine(last + datetime.timedelta(days=1), datetime.time.min, zone)
    return PublishedItem.objects.filter(
        site=agency.site_id,
        language=Locale.get_default().language_code,
        attribute=AttributeDetermination.Attribute.PROACTIVE,
        date_published__gte=begin,
        date_published__lt=end,
    ).order_by()


def first_level(agency):
    """The categories of the first level of the agency's catalogue."""
    return Category.objects.filter(
        scheme__kind=CategoryScheme.Kind.AGENCY, scheme__agency=agency, parent=None
    ).order_by("sort_order", "code")


def without_text(items):
    """Those of ``items`` that have neither text nor a file: their full text is not online."""
    empty = EntryPage.objects.annotate(text=Cast("body", TextField())).filter(
        text__in=EMPTY_BODIES, pk=OuterRef("pk")
    )
    return items.filter(Exists(empty), ~Exists(Attachment.objects.filter(page=OuterRef("pk"))))


def count(agency, first, last):
    """The numbers of a period by their code."""
    items = items_of(agency, first, last)
    total = items.count()
    found = {TOTAL: total, FULL_TEXT: total - without_text(items).count()}
    found |= _by_category(agency, items)
    found |= {
        f"{DEPARTMENT}{key or NOWHERE}": number
        for key, number in items.values_list("department_id").annotate(Count("pk"))
    }
    classes = dict.fromkeys((item.code for item in profile().reporting_classes), 0)
    classes |= {key or NOWHERE: n for key, n in items.values_list("reporting_class").annotate(Count("pk"))}
    found |= {f"{CLASS}{key}": number for key, number in classes.items()}
    months = dict.fromkeys(_months(first, last), 0)
    zone = timezone.get_default_timezone()
    by_month = items.annotate(month=TruncMonth("date_published", tzinfo=zone))
    rows = by_month.values_list("month").annotate(Count("pk"))
    months |= {timezone.localtime(month, zone).strftime("%Y-%m"): number for month, number in rows}
    found |= {f"{MONTH}{key}": number for key, number in months.items()}
    return found | _requests(agency, first, last) | _letters(agency, first, last)


def _months(first, last):
    place, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return [f"{each // 12:04d}-{each % 12 + 1:02d}" for each in range(place, end + 1)]


def _by_category(agency, items):
    keys = list(first_level(agency).values_list("pk", flat=True))
    found = dict.fromkeys((f"{CATEGORY}{key}" for key in keys), 0)
    rows = PublishedItemCategory.objects.filter(category_id__in=keys, item__in=items.values("pk")).order_by()
    return found | {f"{CATEGORY}{key}": n for key, n in rows.values_list("category_id").annotate(Count("pk"))}


def request_kinds(year):
    """The kinds of case that are requests for information, as the annual report has it."""
    # What lies before the first form is counted as that one has it.
    first = min((form.from_year for form in forms(jurisdiction())), default=year)
    return [
        kind
        for table in form_for(jurisdiction(), max(year, first)).tables
        if table.source == CASES
        for kind in table.facts["case_kinds"]
    ]


def requests_of(agency, first, last):
    """The requests received, and those answered, in the period, as two querysets."""
    kinds = request_kinds(last.year)
    found = DisclosureRequest.objects.filter(agency=agency, case_kind__in=kinds)
    return found.filter(received_on__range=(first, last)), found.filter(closed_on__range=(first, last))


def letters_of(agency, first, last):
    """The same of letters; what is none, such as spam, counts nowhere."""
    found = CitizenLetter.objects.filter(agency=agency).exclude(outcome__in=outcomes.uncounted())
    return found.filter(received_on__range=(first, last)), found.filter(answered_on__range=(first, last))


def _requests(agency, first, last):
    return _cases(REQUESTS, "closed_on", *requests_of(agency, first, last))


def _letters(agency, first, last):
    return _cases(LETTERS, "answered_on", *letters_of(agency, first, last))


def _cases(name, day, received, answered):
    # Where no limit ran, nothing was late.
    on_time = Q(due_on=None) | Q(**{f"{day}__lte": F("due_on")})
    counts = answered.aggregate(answered=Count("pk"), on_time=Count("pk", filter=on_time))
    return {
        f"{name}{RECEIVED}": received.count(),
        f"{name}{ANSWERED}": counts["answered"],
        f"{name}{ON_TIME}": counts["on_time"],
    }


def labels_of(agency, codes):
    """What departments, categories and classes among ``codes`` are called now, ``{code: {language: text}}``."""
    languages = [code for code, _name in getattr(settings, "WAGTAIL_CONTENT_LANGUAGES", settings.LANGUAGES)]
    found = {f"{CLASS}{item.code}": dict(item.labels) for item in profile().reporting_classes}
    for prefix, model in ((CATEGORY, Category), (DEPARTMENT, Department)):
        keys = [code.removeprefix(prefix) for code in codes if code.startswith(prefix)]
        rows = model.objects.in_bulk([int(key) for key in keys if key.isdigit()])
        found |= {
            f"{prefix}{key}": {language: row.local_name(language) for language in languages}
            for key, row in rows.items()
        }
    return found
