"""The first pass: read and check every row, and find out what the import would do. Nothing is written."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.models import WorkflowState

from ...catalogue import numbers
from ...catalogue.models import DepartmentFolderPage, DisclosurePage, EntryPage, IndexNumber
from ...catalogue.sheets import Problem
from ...publishing.evidence import required_steps, workflow_for
from ...rules.index_numbers import lookup_key
from ...rules.profiles import PROACTIVE
from ..models import ImportedItem
from . import findings
from .manifest import BY_KEY, ManifestError, open_manifest
from .rows import RowReader
from .spool import MOST_BYTES, Spool

NEW, CHANGED, UNCHANGED, KEPT, BAD = "new", "changed", "unchanged", "kept", "bad"
OUTCOMES = (NEW, CHANGED, UNCHANGED, KEPT, BAD)
# Problems that are kept for the report; more are only counted.
MOST_PROBLEMS = 10_000
WINDOW = 500


@dataclass
class Plan:
    """What an import would do. Close it when it is no longer needed."""

    target: object
    spool: Spool
    draft_only: bool = False
    counts: Counter = field(default_factory=Counter)
    findings: Counter = field(default_factory=Counter)
    problems: list = field(default_factory=list)
    problem_count: int = 0
    notices: list = field(default_factory=list)
    # The manifest itself could not be read, or not to its end.
    broken: bool = False

    def add_problems(self, problems):
        self.problem_count += len(problems)
        self.problems += problems[: max(0, MOST_PROBLEMS - len(self.problems))]

    def may_proceed(self, skip_bad_rows=False):
        """Whether anything may be written: everything is right, or the good rows were asked for."""
        return not self.broken and (not self.problem_count or skip_bad_rows)

    @property
    def to_write(self):
        return self.counts[NEW] + self.counts[CHANGED]

    def close(self):
        self.spool.close()


def make_plan(target, handle, name, files, *, draft_only=False, progress=None):
    """Read the manifest ``handle`` and return the :class:`Plan`. Whatever is wrong is in its ``problems``."""
    plan = Plan(target, Spool(), draft_only)
    has_default = target.departments.fallback is not None
    required = ["title", "body_file", "category", "disclosure_attribute"]
    try:
        manifest = open_manifest(
            handle, name, required if has_default else [*required, "responsible_department"]
        )
        plan.notices += manifest.notices
        total = manifest.count() if progress else 0
        _Planner(plan, files, progress and (lambda done: progress(done, total))).run(manifest)
    except ManifestError as error:
        plan.broken = True
        plan.add_problems(error.problems)
        return plan
    if not sum(plan.counts.values()):
        plan.broken = True
        plan.add_problems([Problem(None, "", _("The file has no lines below its header."))])
    return plan


class _Planner:
    def __init__(self, plan, files, progress):
        self.plan, self.target = plan, plan.target
        self.reader = RowReader(plan.target, files)
        self.progress = progress or (lambda count: None)
        self._keys, self._numbers, self._steps, self._ready = {}, {}, {}, {}

    def run(self, manifest):
        try:
            self._read(manifest)
        finally:
            self.reader.close()

    def _read(self, manifest):
        window, size = [], 0
        for line, cells, extra in manifest.rows():
            row = self.reader.read(line, cells, extra)
            self._check_once(row)
            window.append(row)
            size += row.size + 1000
            if len(window) >= WINDOW or size > MOST_BYTES:
                self._judge(window)
                window, size = [], 0
        if window:
            self._judge(window)

    # Within the file

    def _check_once(self, row):
        """A source key and an index number stand in one row only."""
        for seen, value, column in (
            (self._keys, row.key, "source_key"),
            (self._numbers, lookup_key(row.number), "index_number"),
        ):
            if not value:
                continue
            before = seen.setdefault(hashlib.sha256(value.encode("utf-8", "replace")).digest()[:16], row.line)
            if before != row.line:
                if column == "source_key" and row.key.startswith("auto:") and row.number:
                    # The number says it already.
                    continue
                shown = row.number if column == "index_number" else row.key
                reason = _("It stands in line %(line)d already.")
                if row.key.startswith("auto:") and column == "source_key":
                    reason = _("The same title and text file stand in line %(line)d already.")
                    shown = row.title
                row.problems.append(Problem(row.line, _label(column), reason % {"line": before}, shown))

    # Against the database

    def _judge(self, window):
        good = [row for row in window if not row.problems]
        items = _items(self.target.site, good)
        holders = _holders(good)
        for row in good:
            self._check_review(row)
            self._check_number(row, holders.get(lookup_key(row.number)), items.get(row.key))
            if not row.problems:
                self._compare(row, items.get(row.key))
        for row in window:
            self._enter(row)
        self.progress(sum(self.plan.counts.values()))

    def _enter(self, row):
        plan = self.plan
        if row.problems:
            row.outcome = BAD
            plan.add_problems(row.problems)
        if row.outcome not in (NEW, CHANGED):
            row.data, row.files, row.size = {}, [], 0
        plan.counts[row.outcome] += 1
        plan.findings.update(each["kind"] for each in row.findings)
        plan.spool.add(row)

    def _check_review(self, row):
        """A review has to be set up where the item will stand."""
        if self.plan.draft_only:
            return
        important = row.data["values"]["important"]
        key = row.data["folder"], important
        if key not in self._steps:
            self._steps[key] = _has_review(row.data["folder"], important)
        if not self._steps[key]:
            reason = _("No review is set up here. Run disclosure_setup or add a review policy.")
            row.problems.append(Problem(row.line, _label("responsible_department"), reason))
        elif not row.data["values"]["category_id"]:
            reason = _("The item stands in no category.")
            row.problems.append(Problem(row.line, _label("category"), reason))
        elif not row.data["body"] and not row.files:
            row.problems.append(Problem(row.line, _label("body_file"), _("The item has no text.")))
        elif reason := self._why_not_ready(row):
            row.problems.append(Problem(row.line, "", reason))

    def _why_not_ready(self, row):
        """What would keep the item out of review: the same for all of one department and category."""
        values, stated = row.data["values"], row.data["determination"]
        needs_number = stated["attribute"] == PROACTIVE and not row.number
        key = values["department_id"], values["category_id"], needs_number
        if key not in self._ready:
            self._ready[key] = _why_not_ready(*key)
        return self._ready[key]

    def _check_number(self, row, holder, item):
        if item is not None and row.number and item["number"] not in ("", lookup_key(row.number)):
            reason = _("The document has another index number already, and it never changes.")
            row.problems.append(Problem(row.line, _label("index_number"), reason, row.number))
        elif holder is not None:
            key = str(holder.translation_key or "")
            own = item is not None and key == item["translation_key"]
            if own or _is_free(holder, self.target.agency):
                # A number that waits for its document, or whose draft was deleted, goes with this row.
                row.translation_key = key
            else:
                reason = " ".join(numbers.NumberTaken(holder).messages)
                row.problems.append(Problem(row.line, _label("index_number"), reason, row.number))

    def _compare(self, row, item):
        if item is None:
            return
        row.page_id, row.outcome = item["page_id"], CHANGED
        if not self.target.may_change(item["page_id"]):
            reason = _("You may not edit the item that was imported under this key.")
            row.problems.append(Problem(row.line, _label("source_key"), reason, row.key))
        elif item["content_hash"] == row.content_hash:
            row.outcome = UNCHANGED
            row.findings = []
        elif reason := why_kept(item):
            row.outcome = KEPT
            row.findings = [findings.note(reason)]


def why_kept(item):
    """Why an item imported before is not changed: the kind of a note, or an empty string."""
    if item["in_review"]:
        return "kept_in_review"
    if item["latest"] != item["revision_id"]:
        return "kept_edited"
    return ""


def _label(column):
    return str(BY_KEY[column].label)


def _items(site, rows):
    """What was imported before under the keys of ``rows``."""
    records = ImportedItem.objects.filter(site=site, source_key__in=[row.key for row in rows])
    found = {
        each["source_key"]: each
        for each in records.values(
            "source_key", "page_id", "content_hash", "revision_id", "page__translation_key"
        )
    }
    return complete_items(found) if found else {}


def complete_items(found):
    """Add to the records ``found`` what their pages are like now."""
    pages = {each["page_id"] for each in found.values()}
    latest = dict(DisclosurePage.objects.filter(pk__in=pages).values_list("pk", "latest_revision_id"))
    states = WorkflowState.objects.filter(
        base_content_type=EntryPage().get_base_content_type(),
        object_id__in=[str(pk) for pk in pages],
        status=WorkflowState.STATUS_IN_PROGRESS,
    )
    in_review = set(states.values_list("object_id", flat=True))
    keys = [each["page__translation_key"] for each in found.values()]
    held = IndexNumber.objects.filter(translation_key__in=keys).exclude(state=IndexNumber.State.VOID)
    held = dict(held.values_list("translation_key", "key"))
    for each in found.values():
        each["latest"] = latest.get(each["page_id"])
        each["in_review"] = str(each["page_id"]) in in_review
        each["number"] = held.get(each["page__translation_key"], "")
        each["translation_key"] = str(each["page__translation_key"])
    return found


def _holders(rows):
    """The numbers of the ledger that ``rows`` name: ``{key: IndexNumber}``."""
    keys = {lookup_key(row.number) for row in rows if row.number}
    return {holder.key: holder for holder in IndexNumber.objects.filter(key__in=keys)} if keys else {}


def _is_free(holder, agency):
    """Whether a number waits for a document: reserved, of this agency, and no page has it."""
    if holder.state != IndexNumber.State.RESERVED or holder.agency_id != agency.pk:
        return False
    if holder.translation_key is None:
        return True
    return not DisclosurePage.objects.filter(translation_key=holder.translation_key).exists()


def sample_page(folder, important=False):
    """An item as it would stand in ``folder``, for asking what review is required there."""
    path = folder._get_path(folder.path, folder.depth + 1, 1)
    return EntryPage(path=path, depth=folder.depth + 1, locale=folder.locale, important=important)


def _why_not_ready(department_id, category_id, needs_number):
    """Why an item of this department and category cannot enter review; empty when it can."""
    page = EntryPage(department_id=department_id, category_id=category_id)
    try:
        page.check_department()
        if needs_number:
            numbers.check_can_be_numbered(page)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _has_review(folder_id, important):
    sample = sample_page(DepartmentFolderPage.objects.get(pk=folder_id), important)
    return workflow_for(sample) is not None and bool(required_steps(sample))
