"""The delivery ledger (Art. 25): which item is due where, on which note it went, who received it, what came back."""

import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import ProtectedError, Q
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ...casework.storage import case_storage
from ...catalogue.models.kept import Kept, KeptQuerySet
from ...departments.models import Agency, Department
from ...publishing.database_seal.kinds import AppendOnly
from .places import Form, ReadingPoint


class DeliveryQuerySet(KeptQuerySet):
    def due(self):
        """What waits to be put on a delivery note, the oldest first."""
        return self.filter(state=Delivery.State.DUE).order_by("due_on", "pk")

    def open(self):
        """What is on its way: due, on a note, or delivered without a receipt."""
        return self.filter(state__in=Delivery.OPEN)

    def overdue(self, today=None):
        """Open ones that had to be delivered before ``today``."""
        today = today or timezone.localdate()
        return self.filter(state__in=[Delivery.State.DUE, Delivery.State.BATCHED], due_on__lt=today)

    def current(self):
        """Deliveries of items that were neither recalled nor replaced: one at most for each item and point."""
        return self.filter(kind=Delivery.Kind.DELIVER, ended_at=None)


class Delivery(Kept):
    """One item for one reading point, as it was on the day it became due; or its recall.

    What tells of the item is a copy: it stays true when the item is withdrawn.
    """

    wagtail_reference_index_ignore = True

    class Kind(models.TextChoices):
        DELIVER = "deliver", pgettext_lazy("delivery", "deliver")
        TAKE_BACK = "take_back", pgettext_lazy("delivery", "take back")
        REPLACE = "replace", pgettext_lazy("delivery", "replace")

    class State(models.TextChoices):
        DUE = "due", pgettext_lazy("delivery", "to be delivered")
        BATCHED = "batched", pgettext_lazy("delivery", "on a delivery note")
        DELIVERED = "delivered", pgettext_lazy("delivery", "delivered")
        RECEIVED = "received", pgettext_lazy("delivery", "received")
        RETURNED = "returned", pgettext_lazy("delivery", "returned")
        CANCELLED = "cancelled", pgettext_lazy("delivery", "not needed")

    OPEN = (State.DUE, State.BATCHED, State.DELIVERED)
    # What is at the point.
    THERE = (State.DELIVERED, State.RECEIVED)

    point = models.ForeignKey(
        ReadingPoint, verbose_name=_("reading point"), on_delete=models.PROTECT, related_name="deliveries"
    )
    kind = models.CharField(
        pgettext_lazy("delivery", "what is done"), max_length=20, choices=Kind, default=Kind.DELIVER
    )
    # The page may be gone: what was delivered is not.
    page_id = models.BigIntegerField(db_index=True)
    department = models.ForeignKey(
        Department,
        verbose_name=_("responsible department"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    title = models.CharField(pgettext_lazy("disclosure", "title"), max_length=255)
    index_number = models.CharField(_("index number"), max_length=100)
    document_number = models.CharField(_("document number"), max_length=100, blank=True)
    published_on = models.DateField(_("date published"))
    files = models.PositiveSmallIntegerField(_("attachments"), default=0)
    note = models.CharField(pgettext_lazy("delivery", "note"), max_length=500, blank=True)
    made_at = models.DateTimeField(pgettext_lazy("delivery", "entered at"))
    due_on = models.DateField(pgettext_lazy("delivery", "due on"))
    state = models.CharField(
        pgettext_lazy("disclosure", "state"), max_length=20, choices=State, default=State.DUE
    )
    batch = models.ForeignKey(
        "DeliveryBatch",
        verbose_name=_("delivery note"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="deliveries",
    )
    form = models.CharField(
        pgettext_lazy("delivery", "form"), max_length=20, choices=Form, default=Form.PAPER
    )
    copies = models.PositiveSmallIntegerField(_("copies"), default=1)
    delivered_on = models.DateField(_("delivered on"), null=True, blank=True)
    received_on = models.DateField(_("received on"), null=True, blank=True)
    reason = models.CharField(pgettext_lazy("delivery", "reason"), max_length=500, blank=True)
    # When the item left the public pages, or another delivery took the place of this one.
    ended_at = models.DateTimeField(null=True, blank=True)
    recalls = models.OneToOneField(
        "self",
        verbose_name=_("recalls the delivery"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="recall",
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("delivery", "delivery")
        verbose_name_plural = pgettext_lazy("delivery", "deliveries")
        ordering = ["due_on", "pk"]
        default_permissions = ("view",)
        permissions = [("manage_deliveries", _("Can deliver to reading points"))]
        indexes = [models.Index(fields=["point", "state", "due_on"], name="disclosure_delivery_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["point", "page_id"],
                condition=Q(kind="deliver", ended_at=None),
                name="disclosure_delivered_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["batched", "delivered", "received"]) | Q(batch__isnull=False),
                name="disclosure_delivery_on_note",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_recall(self):
        return self.kind != self.Kind.DELIVER

    @property
    def has_left(self):
        """Whether the item left the public pages while the delivery was on its way."""
        return self.kind == self.Kind.DELIVER and self.ended_at is not None

    @property
    def is_overdue(self):
        return self.state in (self.State.DUE, self.State.BATCHED) and self.due_on < timezone.localdate()


def receipt_place(instance, filename):
    """Where a receipt is stored: nothing of the name that somebody gave it."""
    key = uuid.uuid4().hex
    return f"{key[:2]}/{key}-receipt"


class DeliveryBatch(Kept):
    """A delivery note (送达清单): what goes to one point at one time, frozen when it is made.

    Numbers have no gaps within year and point. A note that is void keeps its number.
    """

    wagtail_reference_index_ignore = True

    class State(models.TextChoices):
        MADE = "made", pgettext_lazy("delivery", "to be delivered")
        DELIVERED = "delivered", pgettext_lazy("delivery", "delivered")
        RECEIVED = "received", pgettext_lazy("delivery", "received")
        VOID = "void", pgettext_lazy("delivery", "void")

    # What is entered later, and may be corrected with a reason.
    LATER = ("delivered_on", "delivered_by", "received_on", "received_by", "receipt_note")

    database_seal = AppendOnly(free=("state", "receipt", "receipt_name", "receipt_sha256", *LATER))

    agency = models.ForeignKey(Agency, verbose_name=_("agency"), on_delete=models.PROTECT, related_name="+")
    point = models.ForeignKey(
        ReadingPoint, verbose_name=_("reading point"), on_delete=models.PROTECT, related_name="batches"
    )
    year = models.PositiveSmallIntegerField(_("year"))
    serial = models.PositiveIntegerField()
    number = models.CharField(pgettext_lazy("delivery", "number"), max_length=40)
    state = models.CharField(
        pgettext_lazy("disclosure", "state"), max_length=20, choices=State, default=State.MADE
    )
    made_at = models.DateTimeField(pgettext_lazy("delivery", "made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_by_name = models.CharField(pgettext_lazy("delivery", "made by"), max_length=255)
    # As printed: a reprint is the same, whatever has become of its lines.
    html = models.TextField()
    sha256 = models.CharField(max_length=64)
    lines = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    delivered_on = models.DateField(_("delivered on"), null=True, blank=True)
    delivered_by = models.CharField(_("delivered by"), max_length=100, blank=True)
    received_on = models.DateField(_("received on"), null=True, blank=True)
    received_by = models.CharField(_("received by"), max_length=100, blank=True)
    receipt_note = models.CharField(_("note of the receipt"), max_length=500, blank=True)
    receipt = models.FileField(
        _("signed receipt"), storage=case_storage, upload_to=receipt_place, max_length=100, blank=True
    )
    receipt_name = models.CharField(_("file name"), max_length=150, blank=True)
    receipt_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("delivery note")
        verbose_name_plural = _("delivery notes")
        ordering = ["-made_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["point", "year", "serial"], name="disclosure_note_number_once")
        ]

    def __str__(self):
        return gettext("%(point)s %(number)s") % {"point": self.point, "number": self.number}


class DeliveryEventQuerySet(KeptQuerySet):
    def update(self, **values):
        raise ProtectedError(gettext("What happened is not changed afterwards."), set())

    update.alters_data = True


class DeliveryEvent(Kept):
    """What happened to a note or a delivery, by whom and why. Rows are added and never changed."""

    wagtail_reference_index_ignore = True

    class Action(models.TextChoices):
        MAKE = "make", pgettext_lazy("delivery", "put on a delivery note")
        DELIVER = "deliver", pgettext_lazy("delivery", "delivered")
        RECEIVE = "receive", pgettext_lazy("delivery", "receipt recorded")
        RETURN = "return", pgettext_lazy("delivery", "returned")
        VOID = "void", pgettext_lazy("delivery", "delivery note made void")
        CORRECT = "correct", pgettext_lazy("delivery", "corrected")
        CANCEL = "cancel", pgettext_lazy("delivery", "not needed")
        AGAIN = "again", pgettext_lazy("delivery", "delivered anew")
        LEFT = "left", pgettext_lazy("delivery", "item withdrawn")
        TAKEN_OUT = "taken_out", pgettext_lazy("delivery", "taken out before delivery")
        RECALL = "recall", pgettext_lazy("delivery", "to be recalled")

    database_seal = AppendOnly()

    batch = models.ForeignKey(
        DeliveryBatch, null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
    delivery = models.ForeignKey(
        Delivery, null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
    action = models.CharField(pgettext_lazy("delivery", "event"), max_length=20, choices=Action)
    at = models.DateTimeField(pgettext_lazy("delivery", "at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    actor_name = models.CharField(pgettext_lazy("delivery", "by"), max_length=255, blank=True)
    reason = models.CharField(pgettext_lazy("delivery", "reason"), max_length=500, blank=True)
    # Of a correction: ``{field: [before, after]}``.
    data = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)

    objects = DeliveryEventQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("delivery", "event of a delivery")
        verbose_name_plural = pgettext_lazy("delivery", "events of deliveries")
        ordering = ["at", "pk"]
        default_permissions = ()

    def __str__(self):
        return f"{self.get_action_display()} {self.at:%Y-%m-%d}"


@receiver(pre_save, sender=DeliveryEvent)
def _added_only(sender, instance, raw=False, **kwargs):
    if not raw and instance.pk is not None and sender._base_manager.filter(pk=instance.pk).exists():
        raise ProtectedError(gettext("What happened is not changed afterwards."), {instance})
