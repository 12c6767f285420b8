"""The second pass: write what was planned, in batches of one transaction each, and begin the reviews.

A batch is written whole or not at all. An import that stops between two batches is taken up by starting it again:
what is there already is recognised by its source key.
"""

import re
import uuid
from collections import Counter

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ...catalogue.models import Attachment, AttributeDetermination, EntryPage, IndexNumber
from ...departments.models import Agency
from ...departments.roles import collection_of
from ...publishing.evidence import user_key
from ...publishing.ledger import display_name
from ...publishing.review import mail
from ...rules.index_numbers import lookup_key
from ..models import ImportBatch, ImportedItem
from . import changes, findings
from .bulk import PAGES, Drafts, TreeFull, lock_folders, place, small_cache
from .items import determination_of, give_keys, store_document
from .plan import CHANGED, KEPT, NEW, UNCHANGED
from .rows import page_values

# More rows at once are hardly faster, and take memory.
BATCH = 250
# Problems that are kept with the batch; the report has them all.
MOST_KEPT = 500


class ImportStopped(Exception):
    """An import could not go on. What was written before stays; starting it again goes on from there."""


def new_batch(plan, user, file_name, *, skip_bad_rows=False, at=None):
    """A saved :class:`ImportBatch` that says what ``plan`` would do."""
    return ImportBatch.objects.create(
        site=plan.target.site,
        user=user,
        user_name=display_name(user),
        # Its name, not where it lies on the server or on somebody's machine.
        file_name=re.split(r"[\\/]", file_name)[-1][-255:],
        draft_only=plan.draft_only,
        skip_bad_rows=skip_bad_rows,
        created_at=at or timezone.now(),
        counts=dict(plan.counts),
        notices=list(map(str, plan.notices)),
        problems=[
            {"line": each.line, "field": each.field, "reason": each.reason, "value": each.value}
            for each in plan.problems[:MOST_KEPT]
        ],
    )


class Writer:
    """Carries out a planned import as ``batch``, in the name of ``batch.user``."""

    def __init__(self, target, spool, batch, *, size=BATCH, progress=None):
        self.target, self.spool, self.batch, self.size = target, spool, batch, size
        self._progress = progress
        self.counts = Counter(batch.counts)
        self.problems = []
        self._waiting = Counter()

    def run(self):
        """Write everything and return the batch. Raises :class:`ImportStopped`."""
        self._save(state=ImportBatch.State.RUNNING, started_at=timezone.now(), done=0)
        try:
            with mail.suppress(), small_cache():
                for rows in self.spool.batches(self.size, NEW):
                    self._write_new(rows)
                    # Not kept while the next batch is read.
                    del rows
                for rows in self.spool.batches(self.size, CHANGED):
                    for row in rows:
                        self._write_changed(row)
        except (IntegrityError, TreeFull) as error:
            self.batch.fail(
                _("Something else was written at the same time, or there is no room: %(error)s")
                % {"error": error}
            )
            raise ImportStopped(self.batch.error) from error
        except Exception as error:
            self.batch.fail(f"{type(error).__name__}: {error}")
            raise
        self._tell_reviewers()
        self._save(state=ImportBatch.State.DONE, finished_at=timezone.now(), counts=dict(self.counts))
        self.batch.parts.all().delete()
        return self.batch

    def _save(self, **values):
        for name, value in values.items():
            setattr(self.batch, name, value)
        self.batch.save(update_fields=list(values))

    def _count(self, rows):
        self._save(done=self.batch.done + rows, progress_at=timezone.now())

    def _show_progress(self):
        if self._progress:
            self._progress(self.batch.done, self.counts[NEW] + self.counts[CHANGED])

    def _move(self, row, outcome, note=None):
        """A row that was planned as something else."""
        self.counts[row.outcome] -= 1
        self.counts[outcome] += 1
        row.outcome = outcome
        if note:
            row.findings = [*row.findings, findings.note(note)]

    # New items

    def _write_new(self, rows):
        files = []
        try:
            with transaction.atomic():
                # One import of an agency at a time writes a batch, so that each sees what the other wrote.
                Agency.objects.select_for_update().get(pk=self.target.agency.pk)
                rows = self._not_yet_there(rows)
                waiting = self._insert(rows, files) if rows else {}
                self._count(len(rows))
        except BaseException:
            # Files are not part of the transaction.
            for stored in files:
                stored.storage.delete(stored.name)
            raise
        self._waiting.update(waiting)
        self._show_progress()

    def _not_yet_there(self, rows):
        """Leave out what another import has written since the plan was made."""
        keys = [row.key for row in rows]
        there = set(
            ImportedItem.objects.filter(site=self.target.site, source_key__in=keys).values_list(
                "source_key", flat=True
            )
        )
        for row in rows:
            if row.key in there:
                self._move(row, UNCHANGED)
        return [row for row in rows if row.key not in there]

    def _insert(self, rows, files):
        drafts = Drafts(self.batch.user)
        folders = lock_folders({row.data["folder"] for row in rows})
        self.target.check_still_open(folders.values())
        by_folder = {}
        for row in rows:
            by_folder.setdefault(row.data["folder"], []).append(row)
        pages = {}
        for key, some in by_folder.items():
            made = [self._page(row, folders[key], drafts) for row in some]
            give_keys(made, folders[key])
            place(folders[key], made)
            for row, page in zip(some, made, strict=True):
                page._cluster_related_objects = {"attachments": self._attachments(row, page, files)}
                pages[row.line] = page
        drafts.write([pages[row.line] for row in rows])
        self._determine(rows, pages, drafts.at)
        self._reserve(rows, pages, drafts.at)
        self._record(rows, pages, drafts.at)
        waiting = Counter()
        if not self.batch.draft_only:
            for key, some in by_folder.items():
                submitted = [pages[row.line] for row in some]
                for task, count in drafts.submit(submitted, folders[key]).items():
                    waiting[task, submitted[0].department_id] += count
        return waiting

    def _page(self, row, folder, drafts):
        page = EntryPage(
            content_type=drafts.own_type,
            owner=self.batch.user,
            locale=folder.locale,
            live=False,
            has_unpublished_changes=True,
            translation_key=uuid.UUID(row.translation_key) if row.translation_key else uuid.uuid4(),
            **page_values(row.data["values"], row.data["body"]),
        )
        page.draft_title = page.title
        return page

    def _attachments(self, row, page, files):
        if not row.files:
            return []
        collection = collection_of(page.department)
        found = []
        for order, (name, data) in enumerate(row.files):
            document = store_document(name, data, collection, self.batch.user)
            files.append(document.file)
            found.append(Attachment(sort_order=order, document=document))
        return found

    def _determine(self, rows, pages, at):
        AttributeDetermination.objects.bulk_create(
            determination_of(row, pages[row.line], self.batch, at) for row in rows
        )

    def _reserve(self, rows, pages, at):
        """Reserve the numbers as they stand. Numbers that wait for a document are given to it."""
        numbered = {lookup_key(row.number): row for row in rows if row.number}
        there = {each.key: each for each in IndexNumber.objects.filter(key__in=numbered).select_for_update()}
        new = []
        for key, row in numbered.items():
            page = pages[row.line]
            if key in there:
                if not _may_have(page, there[key], self.target.agency):
                    raise IntegrityError(
                        _("The index number %(number)s was taken in the meantime.") % {"number": row.number}
                    )
                there[key].translation_key = page.translation_key
                there[key].save()
            else:
                new.append(
                    IndexNumber(
                        agency=self.target.agency,
                        number=row.number,
                        key=key,
                        imported=True,
                        translation_key=page.translation_key,
                        note=self.batch.file_name,
                        reserved_at=at,
                    )
                )
        IndexNumber.objects.bulk_create(new)

    def _record(self, rows, pages, at):
        ImportedItem.objects.bulk_create(
            ImportedItem(
                site=self.target.site,
                source_key=row.key,
                page_id=pages[row.line].pk,
                batch=self.batch,
                line=row.line,
                content_hash=row.content_hash,
                revision_id=pages[row.line].latest_revision_id,
                findings=row.findings,
                imported_at=at,
            )
            for row in rows
        )

    # Reviewers

    def _tell_reviewers(self):
        """One mail for each person, however many items wait for them."""
        people = Counter()
        mine = user_key(self.batch.user)
        for (task, department), count in self._waiting.items():
            for person in task.reviewers(EntryPage(department_id=department)):
                if user_key(person) != mine:
                    people[person] += count
        mail.send_summary(people)

    # Changed items

    def _write_changed(self, row):
        with transaction.atomic():
            reason, waiting = changes.apply(self.target, row, self.batch)
        if reason:
            done = reason == changes.DONE
            self._move(row, UNCHANGED if done else KEPT, None if done else reason)
            return
        self._count(1)
        self._waiting.update(waiting)
        self._show_progress()


def _may_have(page, number, agency):
    """Whether a number of the ledger is or can become that of ``page``."""
    if number.translation_key is None:
        return number.state == IndexNumber.State.RESERVED and number.agency_id == agency.pk
    if number.translation_key != page.translation_key or number.state == IndexNumber.State.VOID:
        return False
    # The draft of which it was left over is gone; another import may have taken it up since the check.
    others = PAGES.objects.filter(translation_key=page.translation_key).exclude(pk=page.pk)
    return not others.exists()
