"""Tells people whose approval became void what has changed since they gave it.

They are told when the content changes under their approval, and else when the item that was taken back or returned
is submitted again; once for each approval, however often the draft is saved meanwhile.
"""

from collections import defaultdict

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import override
from wagtail.admin.utils import get_admin_base_url
from wagtail.models import WorkflowState
from wagtail.signals import workflow_submitted
from wagtail.users.models import UserProfile

from .. import seen
from ..digest import digest_of
from ..ledger import display_name
from ..models import Approval, LedgerEntry
from ..models.items import base_content_type
from ..signals import approvals_voided
from . import mail
from .access import may_see
from .comparison import PUBLIC, changed_labels, file_changes


def install():
    """Connect the mails. Called once when the apps are ready."""
    uid = "wagtail_disclosure.voided"
    approvals_voided.connect(_after_change, dispatch_uid=uid)
    workflow_submitted.connect(_after_submission, sender=WorkflowState, dispatch_uid=uid)


def _after_change(sender, item, **kwargs):
    if not mail.is_held():
        mail.on_commit(tell, base_content_type(item).pk, str(item.pk))


def _after_submission(sender, instance, **kwargs):
    if mail.is_ours(instance) and not mail.is_held():
        mail.on_commit(tell, instance.base_content_type_id, instance.object_id)


def tell(content_type_id, key):
    """Mail everybody whose approval of the item is void, of other content than it has now, and who was not told."""
    model = ContentType.objects.get_for_id(content_type_id).model_class()
    item = model._base_manager.filter(pk=key).first()
    if item is None:
        return
    item = getattr(item, "specific", item)
    draft = item.get_latest_revision_as_object()
    digest = digest_of(draft)
    for person, approvals in _to_tell(item, digest.value).items():
        if may_see(person, item, draft):
            _mail(person, approvals, item, draft, digest)


def _to_tell(item, digest):
    """The void approvals by the people they concern: who gave it, and for whom. Each is claimed here."""
    ended = LedgerEntry.objects.about(item).filter(kind__in=PUBLIC).order_by("-sequence")
    since = ended.values_list("sequence", flat=True).first() or 0
    rows = Approval.objects.about(item).filter(told_at=None, ledger_entry__sequence__gt=since)
    rows = rows.exclude(voided_at=None).exclude(digest=digest).select_related("user", "acted_for")
    found = defaultdict(list)
    for row in rows.order_by("pk"):
        if Approval.objects.filter(pk=row.pk, told_at=None).update(told_at=timezone.now()):
            for person in {row.user, row.acted_for} - {None}:
                if person.is_active:
                    found[person].append(row)
    return found


def _mail(person, approvals, item, draft, digest):
    from .views import item_url

    last = approvals[-1]
    kept = seen.seen(item, last.digest)
    author = getattr(item.get_latest_revision(), "user", None)
    with override(UserProfile.get_for_user(person).get_preferred_language()):
        labels, files = None, ()
        if kept is not None:
            before, files_before = kept
            labels = changed_labels(before, draft, person)
            files = file_changes(files_before, digest.files)
        context = {
            "title": str(draft),
            "approvals": approvals,
            "labels": labels,
            "files": files,
            "author": display_name(author) if author else "",
            "under_review": item.workflow_in_progress,
            "url": get_admin_base_url() + item_url("history", item),
        }
    mail.send("voided", [person], "submitted", context)
