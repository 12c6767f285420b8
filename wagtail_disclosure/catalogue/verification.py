"""What verification asks the catalogue: does all that is derived from the public items agree with them?"""

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _
from wagtail import hooks

from ..compat import Page
from ..publishing.models import PublishedItem
from ..publishing.verification.chunks import chunks
from ..publishing.verification.findings import Finding, shortened
from ..rules.index_numbers import lookup_key
from . import counters
from .models import IndexNumber

# Said by the verification itself.
KNOWN = "live without a seal"


@hooks.register("disclosure_verify")
def derived(read_files):
    """The register, its counters, the search, and the index numbers."""
    pages = ContentType.objects.get_for_model(Page, for_concrete_model=False)
    for drift in counters.check(search=read_files):
        if drift.kind == KNOWN:
            continue
        item = (pages.pk, drift.key) if drift.key.isdigit() else None
        title = _title(drift.key) if item else ""
        text = _("Derived data, %(kind)s: found “%(found)s”, expected “%(expected)s”.") % {
            "kind": drift.kind if item else f"{drift.kind} {drift.key}",
            "found": shortened(drift.found),
            "expected": shortened(drift.expected),
        }
        yield Finding("derived", {"text": text}, item, title)
    yield from _numbers(pages)


def _title(key):
    return Page.objects.filter(pk=key).values_list("title", flat=True).first() or ""


def _numbers(pages):
    """Index numbers: folded as they are looked up, issued, and each public item under its own."""
    for batch in chunks(IndexNumber.objects.all()):
        for row in batch:
            if row.key != lookup_key(row.number):
                yield _number(row, _("Index number %(number)s is not found under its own key."))
    for batch in chunks(PublishedItem.objects.only("pk", "title", "index_number", "translation_key")):
        keys = {item.translation_key for item in batch}
        issued = IndexNumber.objects.filter(translation_key__in=keys, state=IndexNumber.State.ISSUED)
        numbers = dict(issued.values_list("translation_key", "number"))
        for item in batch:
            if numbers.get(item.translation_key) != item.index_number:
                text = _("It is listed under the index number “%(listed)s”; issued is “%(issued)s”.") % {
                    "listed": item.index_number,
                    "issued": numbers.get(item.translation_key, ""),
                }
                yield Finding("derived", {"text": text}, (pages.pk, str(item.pk)), item.title)


def _number(row, text):
    return Finding("derived", {"text": text % {"number": row.number}})
