"""Many new drafts in few statements, row for row what the page API would have written one by one.

Nothing here can make anything public: the rows are drafts, and the gate judges them when they are to go live.
"""

import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connections, models, router
from django.db.models import CharField, F, OuterRef, Subquery
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from modelcluster.models import get_all_child_relations
from wagtail.models import PageLogEntry, ReferenceIndex, Revision, TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_submitted

from ...catalogue.models import DepartmentFolderPage, EntryPage
from ...compat import PAGE_MODEL
from ...publishing.evidence import step_applies, user_key, workflow_for
from ...publishing.models import Contribution, ReviewTask

PAGES = apps.get_model(PAGE_MODEL)


# SQLite's cache while much is written, in KiB: what was written is hardly read again.
CACHE = 8192


@contextmanager
def small_cache():
    """Keep SQLite from filling its cache with what an import writes, however large the site made it."""
    connection = connections[router.db_for_write(PAGES)]
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA cache_size").fetchone()[0]
        cursor.execute(f"PRAGMA cache_size=-{CACHE}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size={int(before)}")


class TreeFull(Exception):
    """A folder takes no more items."""


def insert(model, objects):
    """Insert ``objects`` into the table of ``model`` alone, as saving does for each table of a page."""
    using = router.db_for_write(model)
    pk = model._meta.pk
    fields = [each for each in model._meta.local_concrete_fields if not each.generated]
    if pk.auto_created and not pk.is_relation:
        fields.remove(pk)
    returning = model._meta.db_returning_fields
    # One statement takes so many values.
    size = max(1, connections[using].ops.bulk_batch_size(fields, objects))
    for start in range(0, len(objects), size):
        some = objects[start : start + size]
        results = model._base_manager._insert(some, fields=fields, returning_fields=returning, using=using)
        for each, values in zip(some, results or (), strict=False):
            for returned, value in zip(returning, values, strict=True):
                setattr(each, returned.attname, value)


def insert_pages(pages):
    """Insert the rows of ``pages`` (of one class, with their places in the tree) into each of its tables."""
    model = type(pages[0])
    for table in [*reversed(model._meta.get_parent_list()), model]:
        for page in pages:
            for above, link in table._meta.parents.items():
                if link is not None:
                    setattr(page, link.attname, getattr(page, above._meta.pk.attname))
        insert(table, pages)


@dataclass
class Steps:
    """How the review of new items in one folder begins."""

    workflow: object
    # Tasks that do not apply and are skipped, then the one that waits.
    skipped: list = field(default_factory=list)
    first: object = None
    # Whether the tasks are ours, so that their beginning is known; otherwise they begin one by one.
    known: bool = True


def place(folder, pages):
    """Give ``pages`` the next places below ``folder``, which must be locked."""
    last = PAGES.objects.filter(path__startswith=folder.path, depth=folder.depth + 1).order_by("-path")
    path = last.values_list("path", flat=True).first()
    step = PAGES._str2int(path[-PAGES.steplen :]) if path else 0
    if step + len(pages) >= len(PAGES.alphabet) ** PAGES.steplen:
        raise TreeFull(_("The folder “%(folder)s” takes no more items.") % {"folder": folder})
    for number, page in enumerate(pages, step + 1):
        page.depth, page.numchild = folder.depth + 1, 0
        page.path = PAGES._get_path(folder.path, page.depth, number)
        page.url_path = f"{folder.url_path}{page.slug}/"
    PAGES.objects.filter(pk=folder.pk).update(numchild=F("numchild") + len(pages))


def lock_folders(keys):
    """The folders with these keys, locked in one order against other writers."""
    found = DepartmentFolderPage.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    return {folder.pk: folder for folder in found}


class Drafts:
    """Writes the rows that belong to new pages. ``user`` counts as their author."""

    def __init__(self, user, at=None):
        self.user, self.at = user, at or timezone.now()
        self.page_type = ContentType.objects.get_for_model(PAGES)
        self.own_type = ContentType.objects.get_for_model(EntryPage)
        self._relations = [rel.get_accessor_name() for rel in get_all_child_relations(EntryPage)]
        self._steps = {}

    def write(self, pages, children=()):
        """Insert ``pages`` with their child rows, first revisions, log entries, references and authorship."""
        insert_pages(pages)
        for page in pages:
            page._state.adding = False
            page._state.db = router.db_for_write(EntryPage)
        self._children(pages)
        self._revisions(pages)
        self._references(pages)
        self._log(pages, "wagtail.create", content_changed=True)
        Contribution.objects.bulk_create(
            Contribution(
                content_type=self.page_type,
                object_id=str(page.pk),
                user=self.user,
                user_key=user_key(self.user),
                at=self.at,
            )
            for page in pages
        )

    def _children(self, pages):
        found = {}
        for page in pages:
            related = getattr(page, "_cluster_related_objects", None) or {}
            for name in self._relations:
                # An empty list spares the question for rows that cannot be there yet.
                for child in related.setdefault(name, []):
                    found.setdefault(type(child), []).append(child)
                    setattr(child, _parent_field(child, page), page)
            page._cluster_related_objects = related
        for model, rows in found.items():
            model._base_manager.bulk_create(rows)

    def _revisions(self, pages):
        revisions = Revision.objects.bulk_create(
            Revision(
                content_type=self.own_type,
                base_content_type=self.page_type,
                object_id=str(page.pk),
                user=self.user,
                created_at=self.at,
                object_str=str(page),
                # The flag is set after the first revision, not in it.
                content=page.serializable_data() | {"has_unpublished_changes": False},
            )
            for page in pages
        )
        for page, revision in zip(pages, revisions, strict=True):
            page.latest_revision, page.latest_revision_created_at = revision, self.at
        latest = Revision.objects.filter(
            base_content_type=self.page_type, object_id=Cast(OuterRef("pk"), CharField())
        )
        PAGES.objects.filter(pk__in=[page.pk for page in pages]).update(
            latest_revision=Subquery(latest.order_by("-pk").values("pk")[:1]),
            latest_revision_created_at=self.at,
        )

    def _references(self, pages):
        ReferenceIndex.objects.bulk_create(
            ReferenceIndex(
                content_type=self.own_type,
                base_content_type=self.page_type,
                object_id=page.pk,
                to_content_type_id=to_type,
                to_object_id=to_id,
                model_path=model_path,
                content_path=content_path,
                content_path_hash=ReferenceIndex._get_content_path_hash(content_path),
            )
            for page in pages
            for to_type, to_id, model_path, content_path in set(
                ReferenceIndex._extract_references_from_object(page)
            )
        )

    def _log(self, pages, action, data=None, **options):
        PageLogEntry.objects.bulk_create(
            PageLogEntry(
                content_type=self.own_type,
                page=page,
                label=page.get_admin_display_title(),
                action=action,
                timestamp=self.at,
                uuid=uuid.uuid4(),
                user=self.user,
                data=data(page) if data else {},
                **options | ({"revision": page.latest_revision} if data else {}),
            )
            for page in pages
        )

    # Review

    def submit(self, pages, folder):
        """Begin the review of ``pages`` in ``folder``; returns ``{task: number of pages that wait for it}``."""
        waiting = {}
        for important in (False, True):
            some = [page for page in pages if page.important == important]
            if not some:
                continue
            steps = self._steps_of(some[0], folder)
            if steps.known:
                self._begin(some, steps)
                waiting[steps.first] = waiting.get(steps.first, 0) + len(some)
            else:
                for page in some:
                    state = steps.workflow.start(page, self.user)
                    if state.current_task_state is not None:
                        task = state.current_task_state.task.specific
                        waiting[task] = waiting.get(task, 0) + 1
        return waiting

    def _steps_of(self, page, folder):
        key = folder.pk, page.important
        if key not in self._steps:
            self._steps[key] = _first_steps(page)
        return self._steps[key]

    def _begin(self, pages, steps):
        states = WorkflowState.objects.bulk_create(
            WorkflowState(
                content_type=self.own_type,
                base_content_type=self.page_type,
                object_id=str(page.pk),
                workflow=steps.workflow,
                status=WorkflowState.STATUS_IN_PROGRESS,
                requested_by=self.user,
            )
            for page in pages
        )
        tasks = []
        for task in [*steps.skipped, steps.first]:
            is_first = task is steps.first
            tasks += [
                TaskState(
                    workflow_state=state,
                    revision=page.latest_revision,
                    task=task.task_ptr,
                    status=TaskState.STATUS_IN_PROGRESS if is_first else TaskState.STATUS_SKIPPED,
                    finished_at=None if is_first else self.at,
                )
                for page, state in zip(pages, states, strict=True)
            ]
        TaskState.objects.bulk_create(tasks)
        waiting = TaskState.objects.filter(
            workflow_state=OuterRef("pk"), status=TaskState.STATUS_IN_PROGRESS
        ).values("pk")[:1]
        WorkflowState.objects.filter(pk__in=[state.pk for state in states]).update(
            current_task_state=Subquery(waiting)
        )
        open_states = tasks[-len(pages) :]
        for state, task_state in zip(states, open_states, strict=True):
            state.current_task_state = task_state
        data = _start_data(steps, {int(state.object_id): state for state in states})
        self._log(pages, "wagtail.workflow.start", data)
        self._tell(tasks, states)

    def _tell(self, tasks, states):
        """What listens to reviews hears of these as of all others."""
        for task_state in tasks:
            task_submitted.send(sender=TaskState, instance=task_state, user=self.user)
        for state in states:
            workflow_submitted.send(sender=WorkflowState, instance=state, user=self.user)


def _parent_field(child, page):
    return next(
        each.name
        for each in child._meta.get_fields()
        if isinstance(each, models.ForeignKey)
        and type(each).__name__ == "ParentalKey"
        and isinstance(page, each.related_model)
    )


def _first_steps(page):
    """Which tasks of the workflow of ``page`` are skipped, and which waits first."""
    workflow = workflow_for(page)
    steps = Steps(workflow)
    for task in workflow.tasks.filter(active=True):
        task = task.specific
        if type(task).start is not ReviewTask.start:
            steps.known = False
            return steps
        if step_applies(task, page):
            steps.first = task
            return steps
        steps.skipped.append(task)
    steps.known = False
    return steps


def _start_data(steps, states):
    """What Wagtail logs about the beginning of a workflow."""

    def data(page):
        state = states[page.pk]
        return {
            "workflow": {
                "id": steps.workflow.pk,
                "title": steps.workflow.name,
                "status": state.status,
                "next": {"id": steps.first.pk, "title": steps.first.name},
                "task_state_id": state.current_task_state_id,
            }
        }

    return data
