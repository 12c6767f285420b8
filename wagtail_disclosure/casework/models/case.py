"""The abstract case: whose it is, its receipt, and caches of what its events say."""

from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import Exists, OuterRef, ProtectedError, Q
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ...catalogue.models.kept import Kept, KeptQuerySet
from ...departments.models import Agency, Department, DepartmentMember
from ...rules.text import bare
from ..encryption import EncryptedTextField

# What only ``record`` writes, together with the event that says the same.
FROM_EVENTS = (
    *("state", "received_on", "due_on", "due_is_provisional", "answer_due_on", "closed_on"),
    *("keep_until", "anonymised_at", "legal_hold", "is_supervised"),
)
# Those of them that follow from the events and the calendar.
DATES = ("due_on", "due_is_provisional", "answer_due_on")
_recording = ContextVar("disclosure_case_recording", default=False)


@contextmanager
def recording():
    """Inside, the caches of a case may be written. For ``record`` and nobody else."""
    token = _recording.set(True)
    try:
        yield
    finally:
        _recording.reset(token)


class CaseQuerySet(KeptQuerySet):
    def visible_to(self, user, *, involved=False):
        """The cases that ``user`` may see (P7); see ``scope``.

        ``involved``: with those whose page opens to ``user`` for a task of another department.
        """
        from .. import scope

        return self.filter(scope.condition(user, self.model, involved=involved))

    def open(self):
        return self.filter(closed_on=None)

    def overdue(self, day=None):
        return self.open().filter(due_on__lt=day or timezone.localdate())

    def waiting(self):
        """Open cases that nobody works on: not assigned, or whoever had them has left."""
        return self.open().filter(unassigned())

    def numbered(self, number):
        """Cases with that number, however it was typed."""
        return self.filter(number_key=bare(number))

    def update(self, **values):
        fixed = {*FROM_EVENTS, "number", "number_key", "submitted_at", "channel", "case_kind"}
        closed = sorted(set(values) & fixed)
        if closed and not _recording.get():
            raise ProtectedError(_("A case changes by its events alone: %s.") % ", ".join(closed), set())
        return super().update(**values)

    update.alters_data = True


class Case(Kept):
    """A case is what its events say. ``state``, ``due_on`` and the like are caches that can be rebuilt from them.

    A concrete case says what it is: ``kind`` in the count of its numbers, ``number_prefix`` in the numbers, and
    ``person_relations`` to the rows about people. Its events have the related name ``events``, its files
    ``attachments``.
    """

    kind = "case"
    # Code of its transition table and clock in the profile (``case_kinds``); empty for a kind without.
    table = ""
    # Name of its viewset in the admin; empty without.
    admin_name = ""
    # Its place among the panels of the start page of the admin.
    panel_place = 0
    # The index of references would name cases to whoever looks up where a department is used (P7).
    wagtail_reference_index_ignore = True
    # Relations whose rows identify people, that of the applicant first; see ``retention``.
    person_relations = ()
    # Fields by which the same request of somebody else is recognised: its words, the title first, and exact numbers.
    described_by = ()
    identifying_fields = ()
    # Fields of the case itself that may identify people.
    personal_fields = ()
    # Whether whoever wrote agreed to publication; a kind of case that asks for it has a field for it.
    consents_to_publication = False

    agency = models.ForeignKey(
        Agency, verbose_name=gettext_lazy("agency"), on_delete=models.PROTECT, related_name="+"
    )
    department = models.ForeignKey(
        Department,
        verbose_name=gettext_lazy("responsible department"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    number = models.CharField(gettext_lazy("receipt number"), max_length=60, unique=True, editable=False)
    number_key = models.CharField(max_length=120, unique=True, editable=False)
    # scrypt of the secret code, encrypted as well: see ``receipts.codes``.
    code_hash = EncryptedTextField(editable=False, blank=True)
    # Of a code that takes the place of the other when it is first used: see ``receipts.renewal``.
    pending_code_hash = EncryptedTextField(editable=False, blank=True, default="")
    channel = models.CharField(gettext_lazy("channel"), max_length=20)
    language = models.CharField(gettext_lazy("language"), max_length=20, blank=True)
    submitted_at = models.DateTimeField(gettext_lazy("submitted at"))
    received_on = models.DateField(gettext_lazy("received on"), null=True, blank=True)
    state = models.CharField(gettext_lazy("state"), max_length=40, editable=False, db_index=True)
    due_on = models.DateField(gettext_lazy("due"), null=True, blank=True, editable=False, db_index=True)
    due_is_provisional = models.BooleanField(default=False, editable=False)
    # The first day by which somebody who is asked has to answer, while that is awaited.
    answer_due_on = models.DateField(null=True, blank=True, editable=False, db_index=True)
    closed_on = models.DateField(gettext_lazy("closed on"), null=True, blank=True, editable=False)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("disclosure", "officer in charge"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    is_supervised = models.BooleanField(
        pgettext_lazy("disclosure", "under supervision"), default=False, editable=False
    )
    legal_hold = models.BooleanField(
        gettext_lazy("legal hold"),
        default=False,
        editable=False,
        help_text=gettext_lazy(
            "Nothing is anonymised while reconsideration, a lawsuit or an inquiry needs it."
        ),
    )
    # The label of the case of another kind that it goes on as, if it does; see ``reclassify``.
    moved_to = models.CharField(max_length=100, blank=True, default="", editable=False)
    keep_until = models.DateField(gettext_lazy("kept until"), null=True, blank=True, editable=False)
    anonymised_at = models.DateTimeField(gettext_lazy("anonymised at"), null=True, blank=True, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-submitted_at", "-pk"]
        default_permissions = ("add", "change", "view")

    def __str__(self):
        return self.number

    @property
    def label(self):
        """How other rows name this case: ``wagtail_disclosure.disclosurerequest:12``."""
        return f"{self._meta.label_lower}:{self.pk}"

    @classmethod
    def seen_besides(cls, user):
        """A condition: cases of this kind that ``user`` may see for another reason than those of ``scope``."""
        return nothing()

    @classmethod
    def is_open_besides(cls, user):
        """Whether the list of this kind of case opens to ``user`` for such a reason."""
        return False

    def further_roles(self, user):
        """Roles of the transition table that ``user`` has in this case beside those of ``moves.roles_of``."""
        return set()

    @classmethod
    def further_queues(cls):
        """Queues of this kind of case alone: ``{name: (label, condition)}``."""
        return {}

    def further_facts(self, standing, actor):
        """Facts that the guards of this kind of case alone look at. ``actor`` is the key of a user, or None."""
        return {}

    def given_terms(self, data=None):
        """The terms that the time limit of this case has when it comes in, where they are its own.

        ``data`` is what an event states that gives it others.
        """
        return ()

    def changes_with(self, action, data):
        """Fields of this case that change with ``action`` (a code), by what its event states."""
        return {}

    def applicant_facts(self):
        """Pairs of label and text: what the applicant asked for, in their own words, on the page they follow it by."""
        return []

    @property
    def is_closed(self):
        return self.closed_on is not None

    def is_overdue(self, day=None):
        return not self.is_closed and self.due_on is not None and self.due_on < (day or timezone.localdate())

    def people(self):
        """The rows about people that belong to the case, those that exist: applicant, parties."""
        return [row for name in self.person_relations for row in self._rows(name)]

    @property
    def applicant_person(self):
        """The row of who wrote, or None; never one of those who are consulted."""
        return next(iter(self._rows(*self.person_relations[:1])), None)

    def consulted(self):
        """The rows of those who are consulted."""
        return self._rows("parties") if "parties" in self.person_relations else []

    def _rows(self, *names):
        found = []
        for name in names:
            try:
                related = getattr(self, name)
            except ObjectDoesNotExist:
                continue
            found += list(related.all()) if hasattr(related, "all") else [related]
        return found

    @property
    def case_kind(self):
        """Code of what it is, in ``case_kinds`` of the profile. A model that takes several kinds has a field for it."""
        return self.table

    def compute_due(self):
        """``(day, provisional)`` from the events; ``(None, False)`` before receipt or without a clock."""
        from ..reprojection import due_of

        return due_of(self) if self.table else (None, False)

    def compute_dates(self):
        """Values of ``DATES`` from the events."""
        from ..standing import Standing

        return dict(zip(DATES, Standing(self).dates() if self.table else (None, False, None), strict=True))

    def save(self, *args, **kwargs):
        self.number_key = bare(self.number)
        super().save(*args, **kwargs)


@receiver(pre_save)
def _check_before_writing(sender, instance, raw=False, update_fields=None, **kwargs):
    """P4: nothing but ``record`` writes what the events say, and the receipt never changes."""
    if not isinstance(instance, Case) or raw or instance.pk is None or _recording.get():
        return
    stored = sender._base_manager.filter(pk=instance.pk).first()
    if stored is None:
        return
    fixed = [*FROM_EVENTS, "number", "agency_id", "submitted_at", "channel", "case_kind"]
    changed = [name for name in fixed if getattr(stored, name) != getattr(instance, name)]
    if update_fields is not None:
        changed = [name for name in changed if name in update_fields]
    if changed:
        raise ProtectedError(_("A case changes by its events alone: %s.") % ", ".join(changed), {instance})


def left():
    """A condition: the officer in charge has no account any more, or is officer of no department."""
    officers = DepartmentMember.objects.filter(user=OuterRef("officer"), role=DepartmentMember.Role.OFFICER)
    return Q(officer__isnull=False) & (Q(officer__is_active=False) | ~Exists(officers))


def unassigned():
    """A condition: nobody works on the case."""
    return Q(officer=None) | left()


def nothing():
    """A condition that no case meets."""
    return Q(pk__in=[])
