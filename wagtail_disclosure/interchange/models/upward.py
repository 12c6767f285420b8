"""Upper platforms (S4-8, Art. 24), and what was submitted to them of each item, by link or by entry."""

import datetime
import hashlib
import secrets
import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import ProtectedError, Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from ...casework.encryption import EncryptedTextField
from ...casework.scope import overseen_by
from ...catalogue.models import Category
from ...catalogue.models.kept import Kept, KeptQuerySet
from ...departments.models import Agency, Department
from ...publishing.database_seal.kinds import AppendOnly
from ...rules.characters import NOT_TEXT
from ..upward.addresses import validate_endpoint
from ..upward.vocabulary import versions
from .places import FIRST_YEAR

# A run that has said nothing for so long is taken for ended.
SILENCE = datetime.timedelta(minutes=10)
LARGEST_BATCH = 500


MAPPED = ("category", "department", "genre", "topic")


def why_no_mapping(value):
    """What is wrong with the words of a platform; None for nothing."""
    if not isinstance(value, dict) or set(value) - set(MAPPED):
        return _("Name only these fields: %(fields)s.") % {"fields": ", ".join(MAPPED)}
    for words in value.values():
        if not isinstance(words, dict) or not all(
            isinstance(each, str) and each and not NOT_TEXT.search(each) for each in words.values()
        ):
            return _("Each field maps our codes to texts of the platform.")
    return None


def schema_versions():
    return [(each, each) for each in versions()]


def newest_version():
    return versions()[-1]


class UpwardPlatform(models.Model):
    """A platform of a higher level that takes what the agency publishes."""

    class Direction(models.TextChoices):
        PUSH = "push", _("the site sends")
        FETCH = "fetch", _("the platform fetches")
        MANUAL = "manual", _("by hand, with files")

    class Format(models.TextChoices):
        JSON = "json", "JSON"
        XML = "xml", "XML"

    class Content(models.TextChoices):
        LINK = "link", _("by link: the record and its address")
        ENTRY = "entry", _("by entry: also the text and the files")

    agency = models.ForeignKey(Agency, verbose_name=_("agency"), on_delete=models.PROTECT, related_name="+")
    name = models.CharField(pgettext_lazy("disclosure", "name"), max_length=255)
    code = models.SlugField(
        _("code"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9-]+\Z", _("Small letters, digits and hyphens."))],
        help_text=_("Part of the addresses at which the platform fetches and reports."),
    )
    direction = models.CharField(
        pgettext_lazy("upward feed", "direction"), max_length=10, choices=Direction, default=Direction.PUSH
    )
    format = models.CharField(
        pgettext_lazy("upward feed", "format"), max_length=4, choices=Format, default=Format.JSON
    )
    content = models.CharField(
        _("how items are submitted"), max_length=5, choices=Content, default=Content.LINK
    )
    departments = models.ManyToManyField(
        Department,
        verbose_name=_("departments"),
        blank=True,
        related_name="+",
        help_text=_("None means all."),
    )
    categories = models.ManyToManyField(
        Category, verbose_name=_("categories"), blank=True, related_name="+", help_text=_("None means all.")
    )
    language = models.CharField(
        _("language"), max_length=20, blank=True, help_text=_("Empty means every language.")
    )
    since = models.DateField(
        _("published from"),
        null=True,
        blank=True,
        help_text=_("Items that were published earlier are not submitted."),
    )
    endpoint = models.CharField(
        _("address to send to"), max_length=500, blank=True, validators=[validate_endpoint]
    )
    # Signs what is sent, and what the platform reports.
    secret = EncryptedTextField(_("shared secret"), blank=True, default="")
    access_key_hash = models.CharField(max_length=64, blank=True, editable=False)
    access_key_hint = models.CharField(max_length=8, blank=True, editable=False)
    access_key_expires_on = models.DateField(_("access key is valid until"), null=True, blank=True)
    batch_size = models.PositiveSmallIntegerField(
        _("items in one message"),
        default=50,
        validators=[MinValueValidator(1), MaxValueValidator(LARGEST_BATCH)],
    )
    schema_version = models.CharField(
        _("version of the schema"), max_length=10, choices=schema_versions, default=newest_version
    )
    mapping = models.JSONField(
        _("words of the platform"),
        default=dict,
        blank=True,
        help_text=_(
            'Codes of the platform for our own, by field: {"category": {"0101": "A01"}}. '
            "Fields are category, department, genre and topic."
        ),
    )
    active = models.BooleanField(_("in use"), default=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("upper platform")
        verbose_name_plural = _("upper platforms")
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        if (fault := why_no_mapping(self.mapping)) is not None:
            raise ValidationError({"mapping": fault})
        if self.since and self.since.year < FIRST_YEAR:
            raise ValidationError({"since": gettext("This day lies too far back.")})
        if self.pushes and not self.endpoint:
            raise ValidationError({"endpoint": _("Say where the site sends to.")})

    @property
    def pushes(self):
        return self.direction == self.Direction.PUSH

    @property
    def fetches(self):
        return self.direction == self.Direction.FETCH

    def renew_access_key(self):
        """Make a new key for the fetching side and return it: it is shown once, and only its hash is kept."""
        key = secrets.token_urlsafe(32)
        self.access_key_hash = hashlib.sha256(key.encode()).hexdigest()
        self.access_key_hint = key[-4:]
        self.save(update_fields=["access_key_hash", "access_key_hint"])
        return key

    def key_has_expired(self, today=None):
        last = self.access_key_expires_on
        return last is not None and last < (today or timezone.localdate())

    def opens_with(self, key):
        """Whether ``key`` is the access key of the platform, and still valid."""
        given = hashlib.sha256(key.encode()).hexdigest()
        right = bool(self.access_key_hash) and constant_time_compare(given, self.access_key_hash)
        return right and not self.key_has_expired()


class SubmissionQuerySet(KeptQuerySet):
    def seen_by(self, user):
        """The submissions that ``user`` may look at: those of their departments, or of their agency."""
        return self._of(user, "wagtail_disclosure.view_upwardsubmission")

    def handled_by(self, user):
        """Those that ``user`` may mark and send again."""
        return self._of(user, "wagtail_disclosure.change_upwardsubmission")

    def _of(self, user, permission):
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        own = Q(department_id__in=Department.objects.looked_after_by(user).values("pk"))
        return self.filter(own | Q(platform__agency__in=overseen_by(user, permission)))

    def due(self, now):
        """What waits and may be tried at ``now``."""
        ready = Q(next_try_at=None) | Q(next_try_at__lte=now)
        return self.filter(ready, state=UpwardSubmission.State.WAITING)

    def submitted(self):
        """Items that were submitted: one for each item, however often it was changed since."""
        return self.filter(kind=UpwardSubmission.Kind.PUBLISH, sent_at__isnull=False)

    def adopted(self):
        """Items that the platform has adopted, each counted once."""
        return self.filter(counts_as_adopted=True)


class UpwardSubmission(Kept):
    """One version of an item for one platform. The next version, and a withdrawal, are submissions of their own."""

    class Kind(models.TextChoices):
        PUBLISH = "publish", pgettext_lazy("upward feed", "new")
        UPDATE = "update", pgettext_lazy("upward feed", "changed")
        WITHDRAW = "withdraw", pgettext_lazy("upward feed", "withdrawal")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("upward feed", "waiting")
        SENT = "sent", pgettext_lazy("upward feed", "sent")
        ACCEPTED = "accepted", pgettext_lazy("upward feed", "accepted")
        ADOPTED = "adopted", pgettext_lazy("upward feed", "adopted")
        REFUSED = "refused", pgettext_lazy("upward feed", "refused")
        FAILED = "failed", pgettext_lazy("upward feed", "given up")
        CONFIRMED = "confirmed", pgettext_lazy("upward feed", "withdrawal confirmed")
        SUPERSEDED = "superseded", pgettext_lazy("upward feed", "overtaken")

    class Route(models.TextChoices):
        PUSH = "push", pgettext_lazy("upward feed", "sent by the site")
        FETCH = "fetch", pgettext_lazy("upward feed", "fetched by the platform")
        ENTRY = "entry", pgettext_lazy("upward feed", "entered by hand")
        LINK = "link", pgettext_lazy("upward feed", "linked by hand")

    # Names this version to the platform: whoever gets it twice knows it again.
    key = models.UUIDField(
        pgettext_lazy("upward feed", "key"), default=uuid.uuid4, unique=True, editable=False
    )
    platform = models.ForeignKey(
        UpwardPlatform,
        verbose_name=pgettext_lazy("upward feed", "platform"),
        on_delete=models.PROTECT,
        related_name="submissions",
    )
    page_id = models.BigIntegerField()
    translation_key = models.UUIDField()
    language = models.CharField(_("language"), max_length=20)
    serial = models.PositiveIntegerField(pgettext_lazy("upward feed", "version"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    digest = models.CharField(max_length=64)
    # As they were when this was submitted.
    title = models.CharField(_("title"), max_length=255)
    index_number = models.CharField(_("index number"), max_length=100, blank=True)
    path = models.CharField(max_length=1000, blank=True)
    department_id = models.BigIntegerField(null=True)
    department_name = models.CharField(_("responsible department"), max_length=255, blank=True)
    date_published = models.DateTimeField(_("date published"), null=True)
    state = models.CharField(_("status"), max_length=10, choices=State, default=State.WAITING)
    route = models.CharField(pgettext_lazy("upward feed", "way"), max_length=5, choices=Route, blank=True)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    reference = models.CharField(_("number at the platform"), max_length=200, blank=True)
    reference_url = models.CharField(_("address at the platform"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("entered at"))
    attempts = models.PositiveSmallIntegerField(pgettext_lazy("upward feed", "attempts"), default=0)
    attempted_at = models.DateTimeField(pgettext_lazy("upward feed", "last attempt"), null=True)
    next_try_at = models.DateTimeField(pgettext_lazy("upward feed", "next attempt"), null=True)
    sent_at = models.DateTimeField(pgettext_lazy("upward feed", "sent at"), null=True)
    # When the platform says that what it reported last happened.
    reported_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(_("status since"), null=True)
    adopted_at = models.DateTimeField(pgettext_lazy("upward feed", "adopted at"), null=True)
    counts_as_adopted = models.BooleanField(default=False)

    wagtail_reference_index_ignore = True
    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("upward feed", "submission")
        verbose_name_plural = _("submissions to upper platforms")
        ordering = ["-pk"]
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "page_id", "serial"], name="disclosure_upward_version_once"
            )
        ]
        indexes = [
            models.Index(fields=["platform", "state", "next_try_at"], name="disclosure_upward_due"),
            models.Index(fields=["page_id", "platform", "-serial"], name="disclosure_upward_item"),
            models.Index(fields=["department_id", "sent_at"], name="disclosure_upward_counted"),
        ]

    def __str__(self):
        return f"{self.title} → {self.platform}"

    @property
    def was_handed_over(self):
        """Whether the platform has this version, or may have it."""
        return self.attempted_at is not None or self.sent_at is not None

    @property
    def url(self):
        """The public address of the item."""
        return f"{self.platform.agency.site.root_url}{self.path}" if self.path else ""


class EventQuerySet(KeptQuerySet):
    def update(self, **values):
        raise ProtectedError(gettext("The history of a submission is not changed."), set())

    update.alters_data = True


class UpwardEvent(Kept):
    """One thing that happened to a submission. Rows are added and never changed."""

    database_seal = AppendOnly()

    submission = models.ForeignKey(UpwardSubmission, on_delete=models.PROTECT, related_name="events")
    state = models.CharField(_("status"), max_length=10, choices=UpwardSubmission.State)
    at = models.DateTimeField(pgettext_lazy("upward feed", "at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # The person, or what ran: the platform itself, a command, a task.
    by_name = models.CharField(pgettext_lazy("upward feed", "by"), max_length=255)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    data = models.JSONField(default=dict)

    wagtail_reference_index_ignore = True
    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event of a submission")
        verbose_name_plural = _("events of submissions")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self):
        return f"{self.submission_id}: {self.state}"

    def save(self, *args, **kwargs):
        if self.pk is not None and type(self)._base_manager.filter(pk=self.pk).exists():
            raise ProtectedError(gettext("The history of a submission is not changed."), {self})
        super().save(*args, **kwargs)


class UpwardRun(models.Model):
    """One run of sending to a platform. While one runs there is no other; what it found stands here."""

    class State(models.TextChoices):
        RUNNING = "running", pgettext_lazy("upward feed", "running")
        DONE = "done", pgettext_lazy("upward feed", "done")
        STOPPED = "stopped", pgettext_lazy("upward feed", "stopped")
        LOST = "lost", pgettext_lazy("upward feed", "broken off")

    platform = models.ForeignKey(UpwardPlatform, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField()
    progress_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    by_name = models.CharField(max_length=255)
    # Submissions by state, and what was noticed: ``[{"code": …, "detail": …}]``.
    counts = models.JSONField(default=dict)
    findings = models.JSONField(default=list)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("run of the upward feed")
        verbose_name_plural = _("runs of the upward feed")
        ordering = ["-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["platform"], condition=Q(state="running"), name="disclosure_upward_one_run"
            )
        ]

    def __str__(self):
        return f"{self.platform}, {self.started_at:%Y-%m-%d %H:%M}"
