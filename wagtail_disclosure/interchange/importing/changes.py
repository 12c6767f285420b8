"""Rows that changed since they were imported: a new draft of the item, through the page API like anybody's edit."""

import hashlib

from ...catalogue import attribute, numbers
from ...catalogue.models import Attachment, AttributeDetermination, DisclosurePage
from ...departments.roles import collection_of
from ...publishing import actions, ledger
from ..models import ImportedItem
from .bulk import PAGES
from .items import determination_of, store_document
from .plan import complete_items, why_kept
from .rows import page_values

# The item has this very content already: an import that was taken up again.
DONE = "done"


def apply(target, row, batch):
    """Write ``row`` as a new draft of its item and send it into review.

    Returns ``(why it was left as it is, {(task, department): 1})``; the reason is empty when it was written.
    """
    # The order of locks is that of every other decision: the ledger, then the page.
    ledger.hold()
    PAGES.objects.select_for_update().get(pk=row.page_id)
    record = ImportedItem.objects.filter(site=target.site, source_key=row.key)
    fields = ("source_key", "page_id", "content_hash", "revision_id", "page__translation_key")
    found = {each["source_key"]: each for each in record.values(*fields)}
    if not found:
        return "kept_edited", {}
    if found[row.key]["content_hash"] == row.content_hash:
        return DONE, {}
    reason = why_kept(complete_items(found)[row.key])
    if reason:
        return reason, {}
    if not target.may_change(row.page_id):
        return "kept_foreign", {}
    page = DisclosurePage.objects.get(pk=row.page_id).specific.get_latest_revision_as_object()
    stated = row.data["determination"]
    current = AttributeDetermination.current(page.translation_key)
    differs = current is None or (current.attribute, current.ground) != (
        stated["attribute"],
        stated["ground"],
    )
    if differs and PAGES.objects.filter(translation_key=page.translation_key, live=True).exists():
        # In any of its languages.
        return "kept_public", {}
    for name, value in page_values(row.data["values"], row.data["body"]).items():
        setattr(page, name, value)
    page.attachments.set(_attachments(page, row, batch))
    if differs:
        planned = determination_of(row, page, batch, batch.started_at)
        attribute.determine(
            page,
            batch.user,
            attribute=planned.attribute,
            ground=planned.ground,
            note=planned.note,
            review_by=planned.review_by,
        )
    if row.number:
        numbers.reserve_imported(row.number, page, note=batch.file_name)
    # Past the page's own way of saving, which would replace the department's name as it stands in the file.
    revision = super(DisclosurePage, page).save_revision(user=batch.user, log_action=True)
    record.update(
        batch=batch,
        line=row.line,
        content_hash=row.content_hash,
        revision_id=revision.pk,
        findings=row.findings,
        imported_at=batch.started_at,
    )
    return "", {} if batch.draft_only else _submit(page, batch.user)


def _submit(page, user):
    state = actions.submit(type(page).objects.get(pk=page.pk), user)
    task_state = state.current_task_state
    return {(task_state.task.specific, page.department_id): 1} if task_state else {}


def _attachments(page, row, batch):
    """The attachments of the row; files that are the same as before stay the documents they are."""
    before = {each.document.get_file_hash(): each for each in page.attachments.all()}
    found = []
    for order, (name, data) in enumerate(row.files):
        known = before.get(hashlib.sha1(data, usedforsecurity=False).hexdigest())
        document = (
            known.document
            if known
            else store_document(name, data, collection_of(page.department), batch.user)
        )
        found.append(Attachment(sort_order=order, document=document))
    return found
