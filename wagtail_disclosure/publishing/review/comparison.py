"""The difference between two states of an item, with Wagtail's comparisons and nothing left out."""

import json
from functools import partial

from wagtail.admin import compare
from wagtail.admin.panels import get_edit_handler
from wagtail.fields import StreamField
from wagtail.models import Revision, WorkflowState

from ..digest import VOLATILE, digest_of
from ..models import LedgerEntry
from .blocks import StreamComparison
from .values import ValueComparison

# Ledger events after which a reviewer may have seen the content named there.
SEEN = (LedgerEntry.Kind.APPROVED, LedgerEntry.Kind.REJECTED)


def differences(before, after, request):
    """Comparisons of Wagtail's edit panels that changed, then of fields that no panel shows."""
    before, after = _one_newline(before), _one_newline(after)
    handler = (
        after.get_edit_handler() if hasattr(after, "get_edit_handler") else get_edit_handler(type(after))
    )
    panels = handler.get_bound_panel(instance=after, request=request, form=None).get_comparison()
    compared = [_shown(comparison, before, after) for comparison in panels]
    shown = {comparison.field.name for comparison in compared if comparison.is_field}
    for field in after._meta.concrete_fields:
        if field.name not in shown | VOLATILE and not field.primary_key and not field.is_relation:
            compared.append(ValueComparison(field, before, after))
    return [comparison for comparison in compared if comparison.has_changed()]


def _shown(make, before, after):
    """What a panel would compare, by a class of ours where Wagtail's shows raw values or unchanged blocks."""
    comparison = make(before, after)
    if not comparison.is_field:
        comparison.field_comparisons = [partial(_shown, each) for each in comparison.field_comparisons]
    elif isinstance(comparison, compare.StreamFieldComparison):
        return StreamComparison(comparison.field, before, after)
    elif type(comparison) is compare.FieldComparison:
        return ValueComparison(comparison.field, before, after)
    return comparison


def _one_newline(item):
    """A copy of ``item`` with one way to end a line: forms send two characters, imports and scripts one."""
    content = item.serializable_data()
    for field in type(item)._meta.concrete_fields:
        if isinstance(field, StreamField) and isinstance(content.get(field.name), str):
            content[field.name] = json.dumps(_joined(json.loads(content[field.name])), ensure_ascii=False)
    return item.with_content_json(_joined(content))


def _joined(value):
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, list):
        return [_joined(each) for each in value]
    if isinstance(value, dict):
        return {key: _joined(each) for key, each in value.items()}
    return value


def last_seen(item, digest):
    """What reviewers last decided about other than ``digest``: ``(ledger entry, item as it was or None)``.

    None when nobody has decided about anything else since the item was last public.
    """
    entries = LedgerEntry.objects.about(item).order_by("-sequence")
    for entry in entries:
        if entry.kind == LedgerEntry.Kind.PUBLISHED:
            return None
        if entry.kind in SEEN and entry.digest != digest:
            return entry, _content_with(item, entry.digest)
    return None


def _content_with(item, digest):
    """The item as the revision with that digest has it, if the revision is still kept."""
    reviews = WorkflowState.objects.filter(
        base_content_type=item.get_base_content_type(), object_id=str(item.pk)
    )
    revisions = Revision.objects.filter(task_states__workflow_state__in=reviews).distinct().order_by("-pk")
    for revision in revisions[:10]:
        candidate = revision.as_object()
        if digest_of(candidate).value == digest:
            return candidate
    return None
