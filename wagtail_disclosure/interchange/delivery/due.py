"""What becomes due at reading points, and what is taken back from them (Art. 25).

A published item is due at every point that takes it, an item that left the public pages is cancelled or recalled there.
Both follow the register after each commit; :func:`catch_up` does what was missed. Everything may be repeated.
"""

import datetime

from django.db import transaction
from django.db.models import Count, Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from ...casework.standing import calendar
from ...catalogue.models import Attachment
from ...compat import Page
from ...departments.names import own_language
from ...publishing.models import PublishedItem, PublishedItemCategory, Withdrawal
from ...publishing.signals import register_entered, register_left
from ...rules.profiles import PROACTIVE
from ...rules.working_days import add_working_days
from ..models import Delivery, DeliveryEvent, ReadingPoint

BATCH = 500
State, Kind, Action = Delivery.State, Delivery.Kind, DeliveryEvent.Action


def day_of(moment=None):
    """The day by the agency's clock, whatever time zone the account of a person has."""
    return timezone.localdate(moment, timezone.get_default_timezone())


def install():
    """Follow the register. Called once when the apps are ready."""
    uid = "wagtail_disclosure.delivery"
    register_entered.connect(_entered, dispatch_uid=uid)
    register_left.connect(_left, dispatch_uid=uid)


def _entered(sender, published, **kwargs):
    _later(published.pk)


def _left(sender, page_id, **kwargs):
    _later(page_id)


def _later(page_id):
    # Nothing that goes wrong here holds up a publication; the next run catches up.
    transaction.on_commit(lambda: settle(page_id), robust=True)


def settle(page_id, at=None):
    """Bring the deliveries of one item in line with the register."""
    if not PublishedItem.objects.filter(pk=page_id).exists():
        return _settle_left([page_id], at)
    return sum(enter_due(point, at, page_id=page_id) for point in _points(at))


def catch_up(at=None):
    """Enter all that is due and recall all that has left. Returns how many of each: ``(due, left)``."""
    left = _settle_left(list(_gone().values_list("page_id", flat=True).distinct()), at)
    return sum(enter_due(point, at) for point in _points(at)), left


def _points(at):
    return ReadingPoint.objects.in_use(day_of(at)).select_related("agency")


def items_for(point):
    """The published items that ``point`` takes: proactive ones with an index number, in the agency's own language."""
    zone = timezone.get_default_timezone()
    since = datetime.datetime.combine(point.delivers_from, datetime.time.min, tzinfo=zone)
    found = PublishedItem.objects.filter(
        site=point.agency.site_id, language=own_language(), attribute=PROACTIVE, date_published__gte=since
    ).exclude(index_number="")
    departments = list(point.departments.values_list("pk", flat=True))
    if departments:
        found = found.filter(department_id__in=departments)
    categories = list(point.categories.values_list("pk", flat=True))
    if categories:
        # An item stands under each ancestor of its categories.
        rows = PublishedItemCategory.objects.filter(item=OuterRef("pk"), category_id__in=categories)
        found = found.filter(Exists(rows))
    return found


def enter_due(point, at=None, *, page_id=None):
    """Enter what ``point`` takes and has not yet, or of it one item. Returns how many that were."""
    at = at or timezone.now()
    known = Delivery.objects.current().filter(point=point, page_id=OuterRef("pk"))
    found = items_for(point).filter(~Exists(known), date_published__lte=at).order_by("position")
    if page_id is not None:
        found = found.filter(pk=page_id)
    number, days = 0, _Days()
    items = list(found)
    for first in range(0, len(items), BATCH):
        part = items[first : first + BATCH]
        files = _files_of(part)
        rows = [_row(point, item, files.get(item.pk, 0), days, at) for item in part]
        before = Delivery.objects.filter(point=point).count()
        # Two that do this at once enter each item once.
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)
        number += Delivery.objects.filter(point=point).count() - before
    return number


class _Days:
    """Days so many working days after another, each counted once."""

    def __init__(self):
        self.known, self.calendar = {}, None

    def after(self, day, number):
        if (day, number) not in self.known:
            self.calendar = self.calendar or calendar()
            self.known[day, number] = add_working_days(day, number, self.calendar)
        return self.known[day, number]


def _files_of(items):
    rows = Attachment.objects.filter(page__in=[item.pk for item in items]).order_by()
    return dict(rows.values_list("page").annotate(number=Count("pk")))


def _row(point, item, files, days, at):
    published_on = day_of(item.date_published)
    return Delivery(
        point=point,
        page_id=item.pk,
        department_id=item.department_id,
        title=item.title,
        index_number=item.index_number,
        document_number=item.document_number,
        published_on=published_on,
        files=files,
        made_at=at,
        due_on=days.after(published_on, point.days),
        form=point.form,
        copies=point.copies,
    )


def enter(point, item, at):
    """Enter one published item for ``point``, due within its days from today on. Returns the delivery."""
    row = _row(point, item, _files_of([item]).get(item.pk, 0), _Days(), at)
    row.due_on = _Days().after(day_of(at), point.days)
    row.save()
    return row


# What has left


def _gone():
    """Deliveries of items that are not public any more. What is only withheld for a while is public still."""
    return Delivery.objects.current().filter(~Exists(Page.objects.filter(pk=OuterRef("page_id"), live=True)))


def _settle_left(page_ids, at):
    return sum(_leave(page_id, at or timezone.now()) for page_id in page_ids)


@transaction.atomic
def _leave(page_id, at):
    """Cancel or recall the deliveries of an item that has left. Returns how many that were."""
    number = 0
    for each in _gone().filter(page_id=page_id).select_for_update(of=("self",)).select_related("point"):
        each.ended_at = at
        if each.state == State.DUE:
            each.state = State.CANCELLED
            with override(own_language()):
                each.reason = _("Withdrawn before it was delivered.")
        each.save(update_fields=["ended_at", "state", "reason"])
        DeliveryEvent.objects.create(delivery=each, batch=each.batch, action=Action.LEFT, at=at)
        if each.state in Delivery.THERE:
            recall_left(each, at)
        number += 1
    return number


def recall_left(delivery, at):
    """Recall an item that has left, or let it be replaced by its successor."""
    return recall(delivery, at, *_successor_of(delivery.page_id))


def recall(delivery, at, kind=Kind.TAKE_BACK, note=""):
    """Enter the recall of what is at a point already, once. Called in the transaction that ends the delivery."""
    found, made = Delivery.objects.get_or_create(
        recalls=delivery,
        defaults={
            "point": delivery.point,
            "kind": kind,
            "page_id": delivery.page_id,
            "department_id": delivery.department_id,
            "title": delivery.title,
            "index_number": delivery.index_number,
            "document_number": delivery.document_number,
            "published_on": delivery.published_on,
            "files": delivery.files,
            "note": note[:500],
            "made_at": at,
            "due_on": _Days().after(day_of(at), delivery.point.days_to_recall),
            "form": delivery.form,
            "copies": delivery.copies,
        },
    )
    if made:
        DeliveryEvent.objects.create(delivery=delivery, action=Action.RECALL, at=at)
    return found


def _successor_of(page_id):
    """Whether the point takes back or replaces it, and by what: the successor that the withdrawal names."""
    page = Page(pk=page_id)
    row = Withdrawal.objects.about(page).order_by("-decided_at", "-pk").select_related("successor").first()
    if row is None or not (row.successor_id or row.successor_url):
        return Kind.TAKE_BACK, ""
    instead = PublishedItem.objects.filter(pk=row.successor_id).first()
    name = f"{instead.index_number} {instead.title}".strip() if instead else row.successor_url
    if not name and row.successor is not None:
        name = row.successor.title
    return Kind.REPLACE, name
