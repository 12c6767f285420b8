"""What is known about how an item came to be public. Rows are added, and never edited by hand."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..database_seal.kinds import AppendOnly, OnlyGrows
from .items import AboutItem, ItemQuerySet


class LedgerEntry(AboutItem):
    """One link of the hash chain. Written by ``publishing.ledger.append`` alone."""

    class Kind(models.TextChoices):
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("returned")
        ACKNOWLEDGED = "acknowledged", _("finding acknowledged")
        VOIDED = "voided", _("approval void")
        PUBLISHED = "published", _("published")
        INSTALLED = "installed", _("installed by setup")
        WITHDRAWN = "withdrawn", _("withdrawn")
        EXPIRED = "expired", pgettext_lazy("disclosure", "expired")
        FILED = "filed", _("filed without publication")
        UNFILED = "unfiled", _("taken off the filing register")
        POLICY = "policy", _("required review changed")
        DELEGATED = "delegated", _("review delegated")
        DELEGATION_ENDED = "delegation_ended", _("delegation ended")
        # Leaving
        TAKEN_DOWN = "taken_down", _("taken down")
        RATIFIED = "ratified", _("takedown ratified")
        NOT_RATIFIED = "not_ratified", _("takedown refused")
        ESCALATED = "escalated", _("takedown not ratified in time")
        VALIDITY_PROPOSED = "validity_proposed", _("change of validity proposed")
        VALIDITY_DECLINED = "validity_declined", _("change of validity declined")
        VALIDITY = "validity", _("validity changed")
        WITHHELD = "withheld", _("withheld after verification")
        RELEASED = "released", _("shown again after verification")

    sequence = models.PositiveBigIntegerField(_("sequence"), unique=True)
    kind = models.CharField(_("event"), max_length=20, choices=Kind)
    digest = models.CharField(_("content digest"), max_length=64, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("person"),
    )
    actor_name = models.CharField(pgettext_lazy("disclosure", "name"), max_length=255, blank=True)
    at = models.DateTimeField(_("time"))
    data = models.JSONField(_("details"), default=dict, encoder=DjangoJSONEncoder)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)
    mac = models.CharField(max_length=64)

    database_seal = AppendOnly()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["sequence"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="disclosure_ledger_item")]

    def __str__(self):
        return f"{self.sequence} {self.kind}"


class LedgerHead(models.Model):
    """The end of the chain: one row, locked while an entry is appended."""

    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    database_seal = OnlyGrows("sequence")


class Approval(AboutItem):
    """One step of review passed, for exactly one digest, by one person."""

    digest = models.CharField(_("content digest"), max_length=64)
    task = models.ForeignKey(
        "wagtailcore.Task",
        verbose_name=_("step"),
        on_delete=models.PROTECT,
        related_name="disclosure_approvals",
    )
    step_name = models.CharField(_("step name"), max_length=255)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="disclosure_approvals",
    )
    # Survives the deletion of the account, so that nobody can approve twice by being recreated.
    user_key = models.CharField(max_length=64)
    user_name = models.CharField(pgettext_lazy("disclosure", "name"), max_length=255)
    # The holder of the step for whom a deputy decided; empty where the holder decided in person.
    acted_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("acted for"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    acted_for_key = models.CharField(max_length=64, blank=True)
    acted_for_name = models.CharField(_("acted for"), max_length=255, blank=True)
    comment = models.TextField(pgettext_lazy("disclosure", "comment"), blank=True)
    details = models.JSONField(_("what was checked"), default=dict, blank=True)
    approved_at = models.DateTimeField(_("approved at"))
    voided_at = models.DateTimeField(_("void since"), null=True, blank=True)
    # When the person was told that it is void, and what had changed.
    told_at = models.DateTimeField(null=True, blank=True)
    ledger_entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="approval")

    # Whether somebody was told yet is no evidence.
    NOT_WITNESSED = ("told_at",)

    database_seal = AppendOnly(later=("voided_at", "told_at"))

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["approved_at", "pk"]
        indexes = [
            models.Index(fields=["content_type", "object_id", "digest"], name="disclosure_approval_item")
        ]

    def __str__(self):
        return f"{self.step_name}: {self.user_name}"

    @property
    def people(self):
        """The keys of all to whom it counts: a deputy and the person stood in for are both spent by it."""
        return {self.user_key, self.acted_for_key} - {""}

    @property
    def ledger_key(self):
        # By the entry that records it; that entry itself is about to be written.
        return "approval" if self.ledger_entry_id is None else f"approval:{self.ledger_entry.sequence}"


class SeenContent(AboutItem):
    """A draft as reviewers decided about it, kept until it is public so that they can be shown what changed since.

    Revisions do not do: autosave overwrites them.
    """

    digest = models.CharField(_("content digest"), max_length=64)
    content = models.JSONField(encoder=DjangoJSONEncoder)
    files = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "digest"], name="disclosure_seen_content_once"
            )
        ]


class Contribution(AboutItem):
    """Somebody worked on a draft. Kept apart from revisions, which autosave overwrites and purges."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="disclosure_contributions",
    )
    user_key = models.CharField(max_length=64)
    at = models.DateTimeField()

    database_seal = AppendOnly()

    class Meta:
        indexes = [
            models.Index(fields=["content_type", "object_id", "at"], name="disclosure_contribution_item")
        ]


class SealQuerySet(ItemQuerySet):
    def in_force(self):
        return self.filter(opened_at__isnull=False, closed_at__isnull=True)


class Seal(AboutItem):
    """The publication of one digest: what the public row must be, and by whose authority."""

    class Authority(models.TextChoices):
        REVIEW = "review", _("review")
        SETUP = "setup", _("setup")
        ALIAS = "alias", _("alias of an approved item")

    digest = models.CharField(_("content digest"), max_length=64)
    # The same content at another place or in an alias: without key, slug, parent and locale.
    body_digest = models.CharField(max_length=64)
    authority = models.CharField(_("authority"), max_length=10, choices=Authority, default=Authority.REVIEW)
    # What the content refers to: files with their hashes.
    manifest = models.JSONField(_("files"), default=list, encoder=DjangoJSONEncoder)
    revision_id = models.BigIntegerField(null=True)
    prepared_at = models.DateTimeField()
    opened_at = models.DateTimeField(_("public since"), null=True)
    closed_at = models.DateTimeField(_("public until"), null=True)
    approvals = models.ManyToManyField(Approval, related_name="seals", blank=True)

    objects = SealQuerySet.as_manager()
    database_seal = AppendOnly(later=("revision_id", "opened_at", "closed_at"))

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        indexes = [
            models.Index(fields=["content_type", "object_id", "closed_at"], name="disclosure_seal_item")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"],
                condition=models.Q(opened_at__isnull=False, closed_at__isnull=True),
                name="disclosure_one_seal_in_force",
            )
        ]

    def __str__(self):
        return self.digest[:12]

    def ledger_facts(self):
        if self.pk is None:
            return []
        approvals = self.approvals.all()
        if "approvals" not in getattr(self, "_prefetched_objects_cache", {}):
            approvals = approvals.select_related("ledger_entry")
        return sorted(each.ledger_entry.sequence for each in approvals)


class FileUse(models.Model):
    """A document, an image or a row that several items show, held by a seal: it stays while the seal is in force.

    Of a file ``sha256`` is the hash of its bytes, of a shared row that of its fields. A file in a field of the item
    itself stands here under the key of the item.
    """

    seal = models.ForeignKey(Seal, on_delete=models.CASCADE, related_name="files")
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)

    database_seal = AppendOnly()

    class Meta:
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="disclosure_file_use"),
            models.Index(fields=["sha256"], name="disclosure_file_hash"),
        ]
