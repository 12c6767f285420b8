"""What has to be submitted: each public item once for each content, each change, each departure.

Planning compares the register with what was submitted and writes what is missing. It may be repeated and broken off:
each block of items is one transaction, in which the row of the platform is locked, so nobody plans an item twice.
"""

import hashlib
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from ..models.upward import UpwardPlatform, UpwardSubmission
from .moves import By, move
from .records import records, rows_of, wanted

State, Kind = UpwardSubmission.State, UpwardSubmission.Kind
BLOCK = 200
COLUMNS = ("title", "index_number", "path", "department_id", "department_name", "date_published", "language")


class _OnlyCounted(Exception):
    """Takes back what was written of a block."""

    def __init__(self, count):
        super().__init__(count)
        self.count = count


def plan(platform, by="", keys=None, only_count=False):
    """Write the submissions to ``platform`` that are missing, of all items or of those with ``keys``.

    Returns how many were written, or with ``only_count`` would be. Nothing is for a platform that is out of use.
    """
    if not platform.active:
        return 0
    if keys is None:
        keys = list(wanted(platform).order_by("position").values_list("pk", flat=True))
        known = UpwardSubmission.objects.filter(platform=platform).order_by()
        keys += sorted(set(known.values_list("page_id", flat=True).distinct()) - set(keys))
    by = By(by or "disclosure_push_upward")
    return sum(
        _plan_block(platform.pk, keys[first : first + BLOCK], by, only_count)
        for first in range(0, len(keys), BLOCK)
    )


def _plan_block(platform_pk, keys, by, only_count):
    try:
        with transaction.atomic():
            count = _write_block(platform_pk, keys, by)
            if only_count:
                raise _OnlyCounted(count)
            return count
    except _OnlyCounted as counted:
        return counted.count


def _write_block(platform_pk, keys, by):
    platform = UpwardPlatform.objects.select_for_update().get(pk=platform_pk)
    histories = {key: [] for key in keys}
    for row in UpwardSubmission.objects.filter(platform=platform, page_id__in=keys).order_by("serial"):
        histories[row.page_id].append(row)
    public = rows_of(keys)
    chosen, kept = (
        set(wanted(platform, of_any_time=each).filter(pk__in=keys).values_list("pk", flat=True))
        for each in (False, True)
    )
    made = records(platform, [public[key] for key in keys if key in chosen])
    return sum(
        _Item(platform, key, histories[key], by).plan(made.get(key), is_taken=key in kept) for key in keys
    )


@dataclass
class _Item:
    platform: UpwardPlatform
    key: int
    history: list
    by: By

    def plan(self, record, *, is_taken):
        """Write what is missing of this item. Returns 1 where something was."""
        if record is not None:
            return self._publish(record)
        if not is_taken:
            # It has left, or its department or category is not for this platform any more: of what is changed here,
            # the platform would be told no more, and would show the former words for ever.
            return self._withdraw()
        # Published earlier than what is submitted from now on.
        self._overtake(lambda row: row.kind != Kind.WITHDRAW and not row.was_handed_over)
        return 0

    @property
    def is_there(self):
        """Whether the platform has some version of the item, or may have it."""
        there = False
        for row in self.history:
            if row.was_handed_over and row.state != State.REFUSED:
                there = row.kind != Kind.WITHDRAW
        return there

    def _overtake(self, which):
        for row in self.history:
            if row.state == State.WAITING and which(row):
                # Of somebody else's read the row is locked here.
                fresh = UpwardSubmission.objects.select_for_update().get(pk=row.pk)
                if fresh.state == State.WAITING:
                    move(fresh, State.SUPERSEDED, self.by)
                row.state = State.SUPERSEDED

    def _publish(self, record):
        digest = record.digest
        # A withdrawal that nobody was told of is not needed any more.
        self._overtake(lambda row: row.kind == Kind.WITHDRAW and not row.was_handed_over)
        standing = [row for row in self.history if row.state != State.SUPERSEDED]
        if standing and standing[-1].kind != Kind.WITHDRAW and standing[-1].digest == digest:
            return 0
        kind = Kind.UPDATE if self.is_there else Kind.PUBLISH
        self._overtake(lambda row: True)
        row = record.row
        return self._write(
            kind,
            digest,
            translation_key=row.translation_key,
            **{name: getattr(row, name) for name in COLUMNS},
        )

    def _withdraw(self):
        if not self.is_there:
            self._overtake(lambda row: row.kind != Kind.WITHDRAW)
            return 0
        if self.history[-1].kind == Kind.WITHDRAW and self.history[-1].state != State.SUPERSEDED:
            return 0
        last = self.history[-1]
        self._overtake(lambda row: True)
        digest = hashlib.sha256(f"withdraw {last.serial} {last.digest}".encode()).hexdigest()
        return self._write(
            Kind.WITHDRAW,
            digest,
            translation_key=last.translation_key,
            **{name: getattr(last, name) for name in COLUMNS},
        )

    def _write(self, kind, digest, **columns):
        last = self.history[-1].serial if self.history else 0
        submission = UpwardSubmission(
            platform=self.platform,
            page_id=self.key,
            serial=last + 1,
            kind=kind,
            digest=digest,
            created_at=timezone.now(),
            **columns,
        )
        move(submission, State.WAITING, self.by)
        return 1
