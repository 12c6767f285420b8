"""Runs of the verification: kept with what they found, told to those who must know, acted upon where that is wanted."""

import logging
from contextlib import suppress

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from ... import conf
from ..models import LedgerEntry, VerificationFinding, VerificationRun, Withholding
from ..models.items import base_content_type
from . import mail, withholding
from .findings import FOR_WANT_OF_KEY, FOR_WANT_OF_STORAGE, shortened
from .verify import Verification

logger = logging.getLogger("wagtail_disclosure.verification")
# Differences that a run keeps; all are counted.
MOST_KEPT = 1_000
State = VerificationRun.State


def run(
    *, read_files=True, item=None, anchor=None, anchor_name="", by="", withhold=None, tell=None, progress=None
):
    """Verify, keep the result, and return the finished :class:`VerificationRun`.

    ``tell`` is called with each finding. ``withhold`` says whether tampered items are withheld; None asks the
    setting ``VERIFY_WITHHOLDS``. What stops a run is kept with it and raised.
    """
    record = VerificationRun.objects.create(
        started_at=timezone.now(),
        requested_by_name=by,
        with_files=read_files,
        complete=item is None,
        anchor=anchor_name[:255],
    )
    try:
        verification = Verification(read_files=read_files, item=item, anchor=anchor, progress=progress)
        outcome = _Outcome(record)
        for finding in verification.findings():
            outcome.add(finding)
            if tell is not None:
                tell(finding)
        _finish(record, verification, outcome)
    except BaseException as error:
        record.state, record.finished_at = State.FAILED, timezone.now()
        record.failure = f"{type(error).__name__}: {error}"
        with suppress(Exception):
            record.save()
        raise
    if withhold is None:
        withhold = conf.get("VERIFY_WITHHOLDS")
    _act(record, verification, outcome, withhold)
    mail.tell_if_new(record)
    return record


class _Outcome:
    """What a run has found so far."""

    def __init__(self, record):
        self.record, self.count = record, 0
        self.tampered, self.codes = {}, {}
        before = VerificationRun.objects.filter(complete=True, finished_at__isnull=False)
        self.before = before.exclude(state=State.FAILED).order_by("-started_at", "-pk").first()
        self.known = set(_identities(self.before)) if self.before else set()

    def add(self, finding):
        self.count += 1
        if finding.item is not None and finding.withholds:
            self.tampered[finding.item] = finding.title
            self.codes.setdefault(finding.item, set()).add(finding.code)
        if self.count <= MOST_KEPT:
            kept = _kept(self.record, finding)
            kept.is_new = _identity(kept) not in self.known
            kept.save()


def _kept(record, finding):
    content_type, key = finding.item or (None, "")
    return VerificationFinding(
        run=record,
        code=finding.code,
        content_type_id=content_type,
        object_id=key,
        title=finding.title or _title(finding.item),
        params={
            name: value if isinstance(value, int | list) else str(value)
            for name, value in finding.params.items()
        },
    )


def _title(key):
    """What people call the item that a difference in the evidence is about; empty where there is none."""
    item = _item(key) if key is not None else None
    return shortened(getattr(item, "title", None) or item) if item is not None else ""


def _identity(row):
    return (row.code, row.content_type_id, row.object_id, str(sorted(row.params.items())))


def _identities(record):
    return [_identity(row) for row in record.findings.all()]


def _finish(record, verification, outcome):
    record.finished_at = timezone.now()
    record.state = State.DIFFERS if outcome.count else State.AGREES
    record.differences = outcome.count
    record.items, record.files = verification.public.items, verification.public.files
    record.entries = verification.chain.entries
    if record.complete:
        record.ledger_sequence, record.ledger_hash = (
            verification.chain.last_sequence,
            verification.chain.last_hash,
        )
        if not LedgerEntry.objects.filter(sequence=record.ledger_sequence, hash=record.ledger_hash).exists():
            # A ledger whose end is in doubt is no measure for the next run.
            record.ledger_hash = ""
    record.save()


# Withholding


def _act(record, verification, outcome, withhold):
    """Withhold what was tampered with, and show again what was looked at in full and is right."""
    if withhold and not verification.chain.key_lost:
        excused = _excused(verification)
        for key in outcome.tampered:
            if outcome.codes[key] <= excused:
                continue
            item = _item(key)
            if item is not None and getattr(item, "live", False):
                withholding.withhold(item, record, outcome.codes[key])
    if not record.with_files or verification.chain.key_lost:
        # Without the key nothing proves that what is withheld is right again.
        return
    # What another run withheld meanwhile was perhaps looked at here before it was tampered with.
    rows = Withholding.objects.in_force().filter(since__lte=record.started_at)
    if verification.item is not None:
        rows = rows.filter(
            content_type=base_content_type(verification.item), object_id=str(verification.item.pk)
        )
    for row in rows:
        if (row.content_type_id, row.object_id) not in outcome.tampered:
            withholding.release(row)


def _excused(verification):
    """Differences that a mistake in the settings makes in all items at once: they would take the whole site away."""
    excused = set()
    if verification.chain.key_replaced:
        excused |= FOR_WANT_OF_KEY
    if verification.item is None and verification.public.is_storage_away:
        excused |= FOR_WANT_OF_STORAGE
    return excused


def _item(key):
    model = ContentType.objects.get_for_id(key[0]).model_class()
    row = model._base_manager.filter(pk=key[1]).first() if model else None
    return getattr(row, "specific", row)


# What screens and checks ask


def last_run():
    """The last run over everything that came to its end, or None."""
    runs = VerificationRun.objects.filter(complete=True, state__in=(State.AGREES, State.DIFFERS))
    return runs.order_by("-started_at", "-pk").first()


def is_overdue(record):
    """Whether the last verification is longer ago than ``VERIFY_DAYS``."""
    days = conf.get("VERIFY_DAYS")
    return record is None or (timezone.now() - record.started_at).days >= days
