"""What is looked at. Each check takes an :class:`Inspected` site and an item of the list, and yields what it found.

The number of queries of a check does not depend on how much the site holds.
"""

import datetime

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, CharField, Count, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, TruncDate
from django.urls import reverse
from django.utils import timezone

from ...catalogue.models import AttributeDetermination
from ...compat import PAGE_MODEL
from ...mailboxes.models import Mailbox, MailboxPage
from ...portal.models import ServiceGuidePage
from ...publishing.models import Seal
from ...publishing.verification.withholding import visible
from . import links
from .context import Found

# Of a finding about many items so many are named.
EXAMPLES = 20
# Of each kind of finding about single items so many are kept: a site with more has one problem, not thousands.
MOST = 500


def edit_url(key):
    return reverse("wagtailadmin_pages:edit", args=[key])


def impossible_dates(site, item):
    """Dates of documents that cannot be, and dates of publication that are not those of the evidence."""
    seals = Seal.objects.filter(
        content_type=ContentType.objects.get_for_model(apps.get_model(PAGE_MODEL)),
        object_id=Cast(OuterRef("pk"), CharField()),
        opened_at__isnull=False,
    ).order_by("opened_at")
    earliest = datetime.date.fromisoformat(item.fact("earliest"))
    items = site.items.annotate(
        first=Subquery(seals.values("opened_at")[:1]), published_day=TruncDate("date_published")
    )
    conditions = {
        "not_the_evidence": Q(first__isnull=False) & ~Q(first=F("date_published")),
        "future": Q(date_published__gt=site.at),
        "signed_after": Q(date_signed__gt=F("published_day")),
        "generated_after": Q(date_generated__gt=F("date_published")),
        "too_early": Q(date_signed__lt=earliest),
    }
    found = items.annotate(
        wrong=Case(
            *(When(condition, then=Value(kind)) for kind, condition in conditions.items()),
            default=Value(""),
            output_field=CharField(),
        )
    ).exclude(wrong="")
    for row in found.values("pk", "title", "department_id", "path", "wrong")[:MOST]:
        yield Found(
            f"{row['pk']}:{row['wrong']}",
            title=row["title"],
            department_id=row["department_id"],
            facts={"kind": row["wrong"]},
            url=row["path"],
            admin_url=edit_url(row["pk"]),
        )


def _days_since(site, moment):
    return (site.today - timezone.localdate(moment)).days


def home_stale(site, item):
    """Nothing on the site is newer than the home page may be old."""
    limit = site.stale_after("home")
    newest = site.items.order_by("-date_updated").values_list("date_updated", flat=True).first()
    changed = max(filter(None, [newest, site.root.last_published_at]), default=None)
    if limit is None or changed is None or _days_since(site, changed) <= limit:
        return
    yield Found(
        "home",
        title=site.root.title,
        department_id=site.office_id,
        facts={"days": _days_since(site, changed), "limit": limit},
        url=site.scope.root_url or "/",
        admin_url=edit_url(site.root.pk),
    )


def columns_stale(site, item):
    """Columns of the given types that have not changed for longer than their type may stand still."""
    for place in site.columns:
        limit = site.stale_after(place.column_type)
        changed = site.last_change(place) if place.column_type in item.fact("column_types") else None
        if limit is None or changed is None or _days_since(site, changed) <= limit:
            continue
        facts = {"days": _days_since(site, changed), "limit": limit, "type": place.column_type}
        yield _about_column(site, place, facts)


def _about_column(site, place, facts=None):
    return Found(
        place.key,
        title=place.title,
        department_id=site.department_of(place),
        facts=facts,
        url=place.url,
        admin_url=edit_url(place.key),
    )


def columns_empty(site, item):
    """Columns that must not be empty and show neither items nor text nor sub-columns."""
    for place in site.columns:
        if (
            site.must_not_be_empty(place.column_type)
            and site.last_change(place) is None
            and not site.outline.below(place.path, in_menu=False)
        ):
            yield _about_column(site, place)


def no_channel(site, item):
    """Nobody can ask anything online: no mailbox of the agency has a public page."""
    pages = visible(MailboxPage.objects.live().filter(mailbox__agency=site.agency, mailbox__live=True))
    if not pages.exists():
        yield Found("mailbox", department_id=site.office_id, admin_url=reverse(_list_of(Mailbox)))


def _list_of(model):
    return model.snippet_viewset.get_url_name("list")


def mailboxes(site, item):
    """What the monitor of mailboxes finds, as far as this item of the list is about it."""
    for each in site.mailbox_findings:
        if each.code == item.fact("monitor"):
            yield Found(
                each.mailbox.translation_key,
                title=each.mailbox.title,
                department_id=site.office_id,
                facts={"detail": each.detail},
                admin_url=each.url,
            )


def service_guides(site, item):
    """Service guides that lack as many elements as the item says."""
    blank = sum(
        (
            Case(When(**{f"{name}__exact": ""}, then=1), default=0, output_field=IntegerField())
            for name in ServiceGuidePage.EIGHT_FIELDS
        ),
        Value(0),
    )
    guides = ServiceGuidePage.objects.live().filter(path__startswith=site.root.path).annotate(blank=blank)
    rows = guides.filter(blank__gte=item.fact("missing")).values("pk", "title", "department_id", "blank")
    for row in rows[:MOST]:
        yield Found(
            row["pk"],
            title=row["title"],
            department_id=row["department_id"],
            facts={"count": row["blank"]},
            admin_url=edit_url(row["pk"]),
        )


def broken_links(site, item):
    for page, target in links.broken(site)[:MOST]:
        yield _about_page(site, page, target)


def missing_files(site, item):
    for page, target in links.missing_files(site)[:MOST]:
        yield _about_page(site, page, target)


def _about_page(site, page, target):
    return Found(
        f"{page['pk']}:{links.short(target)}",
        title=page["title"],
        department_id=page["department_id"] or site.office_id,
        facts={"target": target[:300]},
        url=page["url"],
        admin_url=edit_url(page["pk"]),
    )


def site_tags(site, item):
    """What the tags of every page need of the agency."""
    missing = [
        name
        for name, value in (
            ("site_name", site.agency.name),
            ("site_domain", site.site.hostname),
            ("site_id_code", site.agency.site_id_code),
        )
        if not value
    ]
    if missing:
        yield Found(
            "site",
            department_id=site.office_id,
            facts={"fields": missing},
            admin_url=reverse(type(site.agency).snippet_viewset.get_url_name("edit"), args=[site.agency.pk]),
        )


def column_tags(site, item):
    """Columns whose keywords or description nobody has written."""
    for place in site.columns:
        page = site.column_pages.get(place.key)
        if page is None:
            continue
        missing = [] if page.keywords else ["keywords"]
        missing += [] if page.search_description or page.introduction else ["description"]
        if missing:
            yield _about_column(site, place, {"fields": missing})


# Element, and when it is missing.
ELEMENTS = {
    "index_number": Q(index_number=""),
    "summary": Q(summary=""),
    "date_generated": Q(date_generated=None),
    "issuing_body": Q(issuing_body=""),
}


def item_metadata(site, item):
    """Items without an element that Art. 12 or the rules for meta data require, by department."""
    items = site.items.filter(attribute=AttributeDetermination.Attribute.PROACTIVE).order_by()
    counts = {name: Count("pk", filter=condition) for name, condition in ELEMENTS.items()}
    for row in items.values("department_id").annotate(**counts).order_by("department_id"):
        for name in ELEMENTS:
            if row[name]:
                yield Found(
                    f"{row['department_id'] or ''}:{name}",
                    department_id=row["department_id"] or site.office_id,
                    facts={
                        "count": row[name],
                        "fields": [name],
                        "lacking": {"element": name, "department": row["department_id"]},
                    },
                )


def lacking(site, element, department_id):
    """The items behind a finding of :func:`item_metadata`, a few of them."""
    found = site.items.filter(ELEMENTS[element], department_id=department_id)
    return list(found.values("pk", "title", "path")[:EXAMPLES])


CHECKS = {
    check.__name__: check
    for check in (
        *(impossible_dates, home_stale, columns_stale, columns_empty, no_channel, mailboxes, service_guides),
        *(broken_links, missing_files, site_tags, column_tags, item_metadata),
    )
}
