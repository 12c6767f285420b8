"""What was imported, by whom and from which file, so that an import can be repeated and answered for."""

import datetime

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.models import Site

from ...compat import PAGE_MODEL

ADD = "wagtail_disclosure.add_importbatch"
# A running import that has written nothing for so long is taken for ended.
SILENCE = datetime.timedelta(minutes=10)
# A plan that nobody confirmed is dropped after this time: it holds texts.
PLAN_LIVES = datetime.timedelta(days=7)


class ImportBatchQuerySet(models.QuerySet):
    def seen_by(self, user):
        """The imports that ``user`` may look at: their own, or all."""
        if user.has_perm("wagtail_disclosure.view_importbatch"):
            return self
        return self.filter(user=user)

    def discard(self):
        """Drop plans that have not begun, with the texts they hold."""
        batches = list(self.filter(state__in=[ImportBatch.State.PLANNED, ImportBatch.State.FAILED]))
        ImportPart.objects.filter(batch__in=batches).delete()
        return self.filter(pk__in=[each.pk for each in batches]).update(state=ImportBatch.State.DISCARDED)

    def forgotten(self):
        return self.filter(state=ImportBatch.State.PLANNED, created_at__lt=timezone.now() - PLAN_LIVES)


class ImportBatch(models.Model):
    """One import: planned, then carried out or discarded."""

    class State(models.TextChoices):
        PLANNED = "planned", _("waits for confirmation")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("stopped")
        DISCARDED = "discarded", _("discarded")

    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("imported by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    user_name = models.CharField(_("imported by"), max_length=255)
    file_name = models.CharField(_("file"), max_length=255)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    draft_only = models.BooleanField(_("drafts stay out of review"), default=False)
    skip_bad_rows = models.BooleanField(_("rows with errors are left out"), default=False)
    created_at = models.DateTimeField(_("read at"))
    started_at = models.DateTimeField(pgettext_lazy("disclosure", "started at"), null=True)
    progress_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(pgettext_lazy("disclosure", "finished at"), null=True)
    # Rows by outcome: "new", "changed", "unchanged", "kept", "bad".
    counts = models.JSONField(_("rows"), default=dict)
    done = models.PositiveIntegerField(_("rows written"), default=0)
    notices = models.JSONField(_("notes"), default=list)
    # Rows with errors as they were reported, in the language of the operator.
    problems = models.JSONField(_("errors"), default=list, encoder=DjangoJSONEncoder)
    error = models.TextField(_("why it stopped"), blank=True)

    objects = ImportBatchQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("add", "view")

    def __str__(self):
        return self.file_name

    @property
    def is_open(self):
        """Whether it waits for somebody to confirm or discard it."""
        return self.state == self.State.PLANNED

    @property
    def may_go_on(self):
        """Whether it stopped half-way and can be taken up again; what is there already stays."""
        if not self.parts.exists():
            return False
        if self.state == self.State.FAILED:
            return True
        # The process that ran it may have been ended.
        seen = self.progress_at or self.started_at
        return self.state == self.State.RUNNING and seen is not None and timezone.now() - seen > SILENCE

    def fail(self, reason):
        """Record why the import stopped."""
        self.state, self.error = self.State.FAILED, str(reason)[:2000]
        self.finished_at = timezone.now()
        self.save(update_fields=["state", "error", "finished_at"])

    def count(self, outcome):
        return self.counts.get(outcome, 0)

    def outcome(name):
        return property(lambda self: self.count(name))

    new, changed, unchanged = outcome("new"), outcome("changed"), outcome("unchanged")
    kept, bad = outcome("kept"), outcome("bad")
    del outcome

    @property
    def rows(self):
        return sum(self.counts.values())


class ImportPart(models.Model):
    """A piece of what a planned import will write. Kept in the database, where every worker finds it."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="parts")
    position = models.PositiveIntegerField()
    data = models.BinaryField()

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="disclosure_import_part_once")
        ]


class ImportedItem(models.Model):
    """Which row of which import a page came from. A page that is deleted takes its record along."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    source_key = models.CharField(_("source key"), max_length=200)
    page = models.OneToOneField(
        PAGE_MODEL, verbose_name=_("page"), on_delete=models.CASCADE, related_name="disclosure_import"
    )
    batch = models.ForeignKey(
        ImportBatch, verbose_name=_("import"), on_delete=models.PROTECT, related_name="items"
    )
    line = models.PositiveIntegerField(_("line"))
    # Of the row with its text and files: an equal hash means nothing to do.
    content_hash = models.CharField(max_length=64)
    # The draft that the import wrote: another one since then is somebody's work.
    revision_id = models.BigIntegerField(null=True)
    findings = models.JSONField(_("findings"), default=list)
    imported_at = models.DateTimeField(_("imported at"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("imported item")
        verbose_name_plural = _("imported items")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["site", "source_key"], name="disclosure_source_key_once")
        ]

    def __str__(self):
        return self.source_key
