"""The difference between two states of an item, with Wagtail's comparisons and nothing left out."""

import json
from dataclasses import dataclass
from functools import partial

from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail.admin import compare
from wagtail.admin.panels import get_edit_handler
from wagtail.fields import StreamField
from wagtail.models import Revision, WorkflowState

from ..digest import VOLATILE, digest_of
from ..models import LedgerEntry
from ..seen import seen
from .blocks import StreamComparison
from .values import ValueComparison

# Ledger events after which a reviewer may have seen the content named there.
SEEN = (LedgerEntry.Kind.APPROVED, LedgerEntry.Kind.REJECTED)
PUBLIC = (LedgerEntry.Kind.PUBLISHED, LedgerEntry.Kind.INSTALLED)


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


@dataclass(frozen=True)
class FileChange:
    """What happened to a document or image of the item. ``kind`` is ``added``, ``removed`` or ``changed``."""

    title: str
    kind: str
    label: str
    hashes: tuple = ()


def file_changes(before, after):
    """The :class:`FileChange` list between two lists of files as digests and seals hold them."""
    old, new = _by_key(before), _by_key(after)
    found = [FileChange(each["title"], "added", _("added")) for key, each in new.items() if key not in old]
    found += [
        FileChange(each["title"], "removed", _("removed")) for key, each in old.items() if key not in new
    ]
    for key in new.keys() & old.keys():
        was, now = old[key], new[key]
        if was["sha256"] != now["sha256"]:
            hashes = was["sha256"][:12], now["sha256"][:12]
            found.append(FileChange(now["title"], "changed", _("another file"), hashes))
        elif was != now:
            found.append(FileChange(now["title"], "changed", _("title or description changed")))
    return sorted(found, key=lambda each: (each.kind, each.title))


def _by_key(files):
    return {(each["content_type"], each["object_id"]): each for each in files}


@dataclass(frozen=True)
class Seen:
    """Content that reviewers decided about and that is not the draft's any more.

    ``decisions`` are the ledger entries, the newest first; ``mine`` says that the reader took one of them.
    ``before`` is the item as it was, None where it is no longer kept, and ``files`` what it used then.
    """

    decisions: tuple
    mine: bool
    before: object
    files: list | None

    @property
    def at(self):
        return self.decisions[0].at


def seen_before(item, digest, people=()):
    """The :class:`Seen` of every other content that the last decision of a step, or of one of ``people``, was about.

    ``people`` are keys of users: the reader. Theirs come first, then the newest. Nothing from before the item was
    last public counts: the reader compares with what is public.
    """
    last, mine = {}, {}
    for entry in LedgerEntry.objects.about(item).order_by("-sequence"):
        if entry.kind in PUBLIC:
            break
        if entry.kind not in SEEN:
            continue
        last.setdefault(entry.data.get("task"), entry)
        if not mine and people and str(entry.actor_id) in people:
            mine[entry.digest] = entry
    found = {}
    for entry in [*mine.values(), *last.values()]:
        if entry.digest != digest:
            found.setdefault(entry.digest, {})[entry.pk] = entry
    return sorted(
        (_seen(item, each, entries.values(), each in mine) for each, entries in found.items()),
        key=lambda each: (each.mine, each.at),
        reverse=True,
    )


def _seen(item, digest, entries, mine):
    decisions = tuple(sorted(entries, key=lambda entry: entry.sequence, reverse=True))
    before, files = seen(item, digest) or (_content_with(item, digest), None)
    return Seen(decisions, mine, before, files)


def changed_labels(before, after, user):
    """The names of the fields that differ between two states of an item, for a mail."""
    request = HttpRequest()
    request.user = user
    return [str(each.field_label()) for each in differences(before, after, request)]


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
