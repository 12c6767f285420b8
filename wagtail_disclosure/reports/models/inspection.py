"""What an inspection of the website would find (国办秘函〔2019〕19号), and who puts it right."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ...departments.models import Agency, Department
from ..profile import profile


class InspectionRun(models.Model):
    """A look at the whole site of an agency: when, and how many findings each item of the list has."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(_("looked at"))
    counts = models.JSONField(default=dict)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        ordering = ["-at", "-pk"]
        default_permissions = ()

    def __str__(self):
        return f"{self.agency} {self.at:%Y-%m-%d}"


class FindingQuerySet(models.QuerySet):
    def open(self):
        return self.filter(gone_at=None)

    def without_task(self):
        """Those for which no correction task waits."""
        waiting = CorrectionTask.objects.exclude(state=CorrectionTask.State.CONFIRMED)
        return self.filter(~Exists(waiting.filter(finding=OuterRef("pk"))))


class InspectionFinding(models.Model):
    """One thing that an inspection would find. It is the same from one look to the next, until it is there no more."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="+")
    item = models.CharField(_("item of the list"), max_length=40)
    # What the finding is about, the same in every run.
    key = models.CharField(max_length=200)
    department = models.ForeignKey(
        Department,
        verbose_name=_("responsible department"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    title = models.CharField(pgettext_lazy("disclosure", "title"), max_length=255, blank=True)
    # What its sentence says: numbers, days, names.
    facts = models.JSONField(default=dict)
    url = models.CharField(max_length=1000, blank=True)
    admin_url = models.CharField(max_length=500, blank=True)
    found_at = models.DateTimeField(_("first found"))
    seen_at = models.DateTimeField(_("last seen"))
    gone_at = models.DateTimeField(_("gone since"), null=True)

    wagtail_reference_index_ignore = True
    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding of an inspection")
        verbose_name_plural = _("findings of inspections")
        ordering = ["item", "-found_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "item", "key"], condition=Q(gone_at=None), name="disclosure_inspected_once"
            )
        ]
        indexes = [models.Index(fields=["agency", "gone_at", "item"], name="disclosure_inspected_open")]

    def __str__(self):
        return self.sentence

    @property
    def listed(self):
        """Its item of the inspection list, or None for one that is listed no more."""
        return profile().inspection.find(self.item)

    @property
    def sentence(self):
        """What was found, in the active language."""
        item = self.listed
        if item is None:
            return self.title
        facts = dict(self.facts)
        if (kind := facts.get("kind")) is not None:
            from ...rules.labels import text_in

            facts["what"] = text_in(item.fact("kinds", {}).get(kind, {}))
        if "fields" in facts:
            from ..inspection.words import field_names

            facts["what"] = field_names(facts["fields"])
        try:
            return item.text("says") % {"title": self.title, "what": "", "detail": "", **facts}
        except (KeyError, TypeError, ValueError):
            # The list was changed since: the next run writes what its sentence needs now.
            return self.title or item.label()


class CorrectionTask(models.Model):
    """整改任务: a department is to put something right by a day, and says when it has."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("correction task", "open")
        DONE = "done", pgettext_lazy("correction task", "done, to be confirmed")
        CONFIRMED = "confirmed", pgettext_lazy("correction task", "confirmed")

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="+")
    department = models.ForeignKey(
        Department, verbose_name=_("department"), on_delete=models.PROTECT, related_name="+"
    )
    finding = models.ForeignKey(
        InspectionFinding, null=True, blank=True, on_delete=models.SET_NULL, related_name="tasks"
    )
    what = models.CharField(_("what is to be put right"), max_length=500)
    due_on = models.DateField(pgettext_lazy("correction task", "to be done by"))
    state = models.CharField(
        pgettext_lazy("correction task", "state"), max_length=10, choices=State, default=State.OPEN
    )
    made_at = models.DateTimeField(_("assigned at"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("correction task")
        verbose_name_plural = _("correction tasks")
        ordering = ["due_on", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["finding"],
                condition=~Q(state="confirmed") & Q(finding__isnull=False),
                name="disclosure_one_open_task",
            )
        ]

    def __str__(self):
        return self.what


class CorrectionStep(models.Model):
    """What happened to a task: assigned, done, returned, confirmed; by whom, when, with which words."""

    class Kind(models.TextChoices):
        ASSIGNED = "assigned", pgettext_lazy("correction task", "assigned")
        DONE = "done", pgettext_lazy("correction task", "reported as done")
        RETURNED = "returned", pgettext_lazy("correction task", "returned")
        CONFIRMED = "confirmed", pgettext_lazy("correction task", "confirmed")

    task = models.ForeignKey(CorrectionTask, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind)
    note = models.CharField(_("note"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=255, blank=True)
    at = models.DateTimeField()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("step of a correction task")
        verbose_name_plural = _("steps of correction tasks")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self):
        return self.get_kind_display()


class WeeklyDigest(models.Model):
    """That a person was sent the digest of a week, so that nobody gets it twice."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # The Monday of the week.
    week = models.DateField()
    claimed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("weekly digest")
        verbose_name_plural = _("weekly digests")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "week"], name="disclosure_one_digest_a_week")]

    def __str__(self):
        return f"{self.user_id} {self.week}"
