"""What people do with deliveries. Each locks what it changes, is one event or more, and refuses with a sentence.

All raise ``ValidationError`` and then have changed nothing.
"""

import hashlib
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...casework import attachments
from ...casework.public_forms import check_text
from ...casework.receipts.numbers import next_serial
from ...casework.storage import case_files
from ...departments.names import person_name
from ...publishing.models import PublishedItem
from ..models import Delivery, DeliveryBatch, DeliveryEvent, ReadingPoint
from . import due, notes

State, Kind, Action = Delivery.State, Delivery.Kind, DeliveryEvent.Action
# So many lines on one note; a person has to check each.
MOST_LINES = 300
# Titles that a message names.
SHOWN = 5


@dataclass(frozen=True)
class _Doing:
    """Who does what when."""

    by: object
    at: object

    def note(self, action, *, batch=None, deliveries=(), reason="", data=None):
        """Append an event to ``batch``, or one to each of ``deliveries``."""
        common = {
            "action": action,
            "at": self.at,
            "actor": self.by,
            "actor_name": person_name(self.by),
            "reason": reason,
            "data": data or {},
            "batch": batch,
        }
        rows = [DeliveryEvent(delivery=each, **common) for each in deliveries] or [DeliveryEvent(**common)]
        DeliveryEvent.objects.bulk_create(rows)


def _reason(text):
    text = (text or "").strip()
    if not text:
        raise ValidationError({"reason": _("Say why.")})
    check_text(text)
    return text[:500]


def _titles(deliveries):
    named = "".join(_("“%(title)s”") % {"title": each.title} for each in deliveries[:SHOWN])
    left = len(deliveries) - SHOWN
    if left <= 0:
        return named
    return f"{named} " + ngettext("and %(count)d more", "and %(count)d more", left) % {"count": left}


# A delivery note


@transaction.atomic
def make_batch(point, keys, by, *, at=None):
    """Put the due deliveries with these ``keys`` on a new delivery note for ``point`` and return it.

    Refused when one of them was put on another note meanwhile, is not needed any more or not public at the moment; the
    number is not used up then.
    """
    doing = _Doing(by, at or timezone.now())
    point = ReadingPoint.objects.select_for_update().select_related("agency").get(pk=point.pk)
    keys = list(dict.fromkeys(keys))
    if not keys:
        raise ValidationError(_("Choose what goes on the delivery note."), code="none")
    if len(keys) > MOST_LINES:
        raise ValidationError(
            _("A delivery note has %(most)d lines at most; make another one for the rest."),
            code="too_many",
            params={"most": MOST_LINES},
        )
    # Counted first: of two that make a note for one point at once, one waits here.
    year = due.day_of(doing.at).year
    serial = next_serial(f"delivery|{point.pk}|{year}")
    rows = list(
        Delivery.objects.select_for_update(of=("self",))
        .select_related("batch")
        .filter(point=point, pk__in=keys)
        .order_by("published_on", "pk")
    )
    _check_lines(rows, len(keys))
    batch = DeliveryBatch(
        agency=point.agency,
        point=point,
        year=year,
        serial=serial,
        number=notes.number(year, serial),
        made_at=doing.at,
        made_by=by,
        made_by_name=person_name(by),
    )
    notes.freeze(batch, rows)
    batch.save()
    Delivery.objects.filter(pk__in=[each.pk for each in rows]).update(state=State.BATCHED, batch=batch)
    doing.note(Action.MAKE, batch=batch)
    doing.note(Action.MAKE, batch=batch, deliveries=rows)
    return batch


def _check_lines(rows, wanted):
    if len(rows) != wanted:
        raise ValidationError(_("Some of what was chosen is not there. Load the page again."), code="unknown")
    taken = [each for each in rows if each.batch is not None]
    if taken:
        raise ValidationError(
            _("On the delivery note %(number)s of %(name)s already: %(titles)s. Load the page again."),
            code="taken",
            params={
                "number": taken[0].batch.number,
                "name": taken[0].batch.made_by_name,
                "titles": _titles(taken),
            },
        )
    over = [each for each in rows if each.state != State.DUE]
    if over:
        raise ValidationError(
            _("Not to be delivered any more: %(titles)s. Load the page again."),
            code="over",
            params={"titles": _titles(over)},
        )
    keys = [each.page_id for each in rows if not each.is_recall]
    public = set(PublishedItem.objects.filter(pk__in=keys).values_list("pk", flat=True))
    hidden = [each for each in rows if not each.is_recall and each.page_id not in public]
    if hidden:
        raise ValidationError(
            _("Not public at the moment: %(titles)s. Leave it out until it is shown again."),
            code="not_public",
            params={"titles": _titles(hidden)},
        )


def _held(batch, *states):
    """The note, locked, where it is in one of ``states``."""
    found = DeliveryBatch.objects.select_for_update(of=("self",)).select_related("point").get(pk=batch.pk)
    if found.state not in states:
        raise ValidationError(
            _("Somebody was faster: the delivery note is “%(state)s” now. Load the page again."),
            code="state",
            params={"state": found.get_state_display()},
        )
    return found


def _check_day(field, day, earliest, today):
    if day is None:
        raise ValidationError({field: _("Enter the day.")})
    if day > today:
        raise ValidationError({field: _("The day lies ahead.")})
    if day < earliest:
        raise ValidationError({field: _("The day lies before that of the step before.")})


def _lines(batch):
    return list(batch.deliveries.select_for_update(of=("self",)).select_related("point").order_by("pk"))


@transaction.atomic
def mark_delivered(batch, by, *, on, delivered_by, taken_out=(), at=None):
    """Record that the note was delivered on ``on``.

    What left the public pages since it was printed was either taken out before (its keys in ``taken_out``), or is there
    now and is recalled.
    """
    doing = _Doing(by, at or timezone.now())
    batch = _held(batch, batch.State.MADE)
    _check_day("delivered_on", on, due.day_of(batch.made_at), due.day_of(doing.at))
    if not delivered_by.strip():
        raise ValidationError({"delivered_by": _("Say who delivered it.")})
    batch.state, batch.delivered_on = batch.State.DELIVERED, on
    batch.delivered_by = delivered_by.strip()[:100]
    batch.save(update_fields=["state", "delivered_on", "delivered_by"])
    doing.note(Action.DELIVER, batch=batch)
    taken_out = set(taken_out)
    for each in _lines(batch):
        out = each.has_left and each.pk in taken_out
        each.state = State.CANCELLED if out else State.DELIVERED
        each.delivered_on = None if out else on
        each.save(update_fields=["state", "delivered_on"])
        if out:
            doing.note(Action.TAKEN_OUT, batch=batch, deliveries=[each])
        elif each.has_left:
            due.recall_left(each, doing.at)
    return batch


@transaction.atomic
def record_receipt(batch, by, *, on, received_by, note="", upload=None, returned=None, at=None):
    """Record who received the note, with the scanned receipt if there is one.

    ``returned`` maps keys of lines that came back to the reason; all others are received.
    """
    doing, returned = _Doing(by, at or timezone.now()), returned or {}
    batch = _held(batch, batch.State.DELIVERED)
    _check_day("received_on", on, batch.delivered_on, due.day_of(doing.at))
    if not received_by.strip():
        raise ValidationError({"received_by": _("Say who received it.")})
    reasons = {key: _reason(text) for key, text in returned.items()}
    lines = [each for each in _lines(batch) if each.state == State.DELIVERED]
    if set(reasons) - {each.pk for each in lines}:
        raise ValidationError(_("Some of what was chosen is not there. Load the page again."), code="unknown")
    batch.state, batch.received_on = batch.State.RECEIVED, on
    batch.received_by, batch.receipt_note = received_by.strip()[:100], note.strip()[:500]
    changed = _keep_receipt(batch, upload)
    batch.save(update_fields=["state", "received_on", "received_by", "receipt_note", *changed])
    doing.note(Action.RECEIVE, batch=batch)
    for each in lines:
        each.reason = reasons.get(each.pk, "")
        each.state = State.RETURNED if each.pk in reasons else State.RECEIVED
        each.received_on = None if each.pk in reasons else on
        each.save(update_fields=["state", "received_on", "reason"])
        if each.pk in reasons:
            doing.note(Action.RETURN, batch=batch, deliveries=[each], reason=each.reason)
    return batch


def _keep_receipt(batch, upload):
    """Examine and keep a scanned receipt; the former file goes when the transaction is over. Returns what changed."""
    if not upload:
        return ()
    try:
        name, data, _kind = attachments.examine(upload)
    except ValidationError as error:
        raise ValidationError({"receipt": error}) from error
    former = batch.receipt.name
    batch.receipt.save(name, ContentFile(data), save=False)
    batch.receipt_name, batch.receipt_sha256 = name, hashlib.sha256(data).hexdigest()
    if former:
        transaction.on_commit(lambda: case_files.delete(former), robust=True)
    return ("receipt", "receipt_name", "receipt_sha256")


@transaction.atomic
def void(batch, by, *, reason, at=None):
    """Make a note void that was not delivered: its number stays, and its lines are due again."""
    doing, reason = _Doing(by, at or timezone.now()), _reason(reason)
    batch = _held(batch, batch.State.MADE)
    batch.state = batch.State.VOID
    batch.save(update_fields=["state"])
    lines = _lines(batch)
    doing.note(Action.VOID, batch=batch, reason=reason)
    for each in lines:
        each.state, each.batch = State.CANCELLED if each.has_left else State.DUE, None
        each.save(update_fields=["state", "batch"])
    if lines:
        doing.note(Action.VOID, batch=batch, deliveries=lines, reason=reason)
    return batch


@transaction.atomic
def correct(batch, by, *, reason, upload=None, at=None, **values):
    """Correct what was entered of delivery and receipt (``DeliveryBatch.LATER``). The former values stay in the event."""
    doing, reason = _Doing(by, at or timezone.now()), _reason(reason)
    batch = _held(batch, batch.State.DELIVERED, batch.State.RECEIVED)
    before = {name: getattr(batch, name) for name in values}
    for name, value in values.items():
        setattr(batch, name, value.strip() if isinstance(value, str) else value)
    today = due.day_of(doing.at)
    _check_day("delivered_on", batch.delivered_on, due.day_of(batch.made_at), today)
    if batch.state == batch.State.RECEIVED:
        _check_day("received_on", batch.received_on, batch.delivered_on, today)
    for name in ("delivered_by", *(("received_by",) if batch.state == batch.State.RECEIVED else ())):
        if not getattr(batch, name):
            raise ValidationError({name: _("This field cannot be emptied.")})
    data = {name: [old, getattr(batch, name)] for name, old in before.items() if old != getattr(batch, name)}
    file = {"receipt_name": batch.receipt_name, "receipt_sha256": batch.receipt_sha256}
    kept = _keep_receipt(batch, upload)
    data |= {name: [file[name], getattr(batch, name)] for name in file if name in kept}
    if not data:
        raise ValidationError(_("Nothing was changed."), code="unchanged")
    batch.save(update_fields=[*values, *kept])
    batch.deliveries.filter(state__in=Delivery.THERE).update(delivered_on=batch.delivered_on)
    batch.deliveries.filter(state=State.RECEIVED).update(received_on=batch.received_on)
    doing.note(Action.CORRECT, batch=batch, reason=reason, data=data)
    return batch


# A single delivery


def _held_delivery(delivery, *states):
    found = Delivery.objects.select_for_update(of=("self",)).select_related("point").get(pk=delivery.pk)
    if found.state not in states:
        raise ValidationError(
            _("Somebody was faster: the delivery is “%(state)s” now. Load the page again."),
            code="state",
            params={"state": found.get_state_display()},
        )
    return found


@transaction.atomic
def cancel(delivery, by, *, reason, at=None):
    """Say that a due item, or a recall, is not needed at the point. It does not become due there again by itself."""
    doing, reason = _Doing(by, at or timezone.now()), _reason(reason)
    delivery = _held_delivery(delivery, State.DUE)
    delivery.state, delivery.reason = State.CANCELLED, reason
    delivery.save(update_fields=["state", "reason"])
    doing.note(Action.CANCEL, deliveries=[delivery], reason=reason)
    return delivery


@transaction.atomic
def deliver_again(delivery, by, *, reason, at=None):
    """Enter the item anew for the same point: it came back, was struck off by mistake, or reads otherwise now.

    What is at the point already is replaced. Returns the new delivery.
    """
    doing, reason = _Doing(by, at or timezone.now()), _reason(reason)
    delivery = _held_delivery(delivery, State.RETURNED, State.CANCELLED, *Delivery.THERE)
    if delivery.is_recall or delivery.ended_at is not None:
        raise ValidationError(_("Another delivery has taken the place of this one."), code="ended")
    item = PublishedItem.objects.filter(pk=delivery.page_id).first()
    if item is None:
        raise ValidationError(_("The item is not public."), code="not_public")
    delivery.ended_at = doing.at
    delivery.save(update_fields=["ended_at"])
    doing.note(Action.AGAIN, deliveries=[delivery], reason=reason)
    if delivery.state in Delivery.THERE:
        due.recall(delivery, doing.at, Kind.REPLACE, reason)
    return due.enter(delivery.point, item, doing.at)
