"""What verification asks the catalogue: does all that is derived from the public items agree with them?"""

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
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
# Kinds of differences in words; those of a column of the register are named by the column.
WORDS = {
    "missing in the register": gettext_lazy("It is public and missing in the register."),
    "in the register but not public": gettext_lazy("It stands in the register and is not public."),
    "register: categories": gettext_lazy("It stands in the register under other categories than its own."),
    "register: place of categories": gettext_lazy("Its place in the lists of its categories is wrong."),
    "counter": gettext_lazy("The counter %(key)s says %(found)s; there are %(expected)s."),
    "the search index does not exist": gettext_lazy("The search index of the database does not exist."),
    "missing in the search": gettext_lazy("It is missing in the search."),
    "in the search but no document": gettext_lazy("It stands in the search and is no document."),
    "search document": gettext_lazy("The search finds it by other words than its own."),
}
COLUMN = gettext_lazy("In the register, %(column)s is “%(found)s” instead of “%(expected)s”.")


@hooks.register("disclosure_verify")
def derived(read_files):
    """The register, its counters, the search, and the index numbers."""
    pages = ContentType.objects.get_for_model(Page, for_concrete_model=False)
    for drift in counters.check(search=read_files):
        if drift.kind == KNOWN:
            continue
        is_item = drift.key.isdigit()
        item = (pages.pk, drift.key) if is_item else None
        yield Finding("derived", {"text": words_of(drift)}, item, _title(drift.key) if is_item else "")
    yield from _numbers(pages)


def words_of(drift):
    """What is wrong, as a sentence in the active language."""
    facts = {"key": drift.key, "found": shortened(drift.found), "expected": shortened(drift.expected)}
    known = WORDS.get(drift.kind)
    if known is not None:
        return str(known) % facts
    name = drift.kind.removeprefix("register: ")
    try:
        column = PublishedItem._meta.get_field(name).verbose_name
    except FieldDoesNotExist:
        column = name
    return str(COLUMN) % {**facts, "column": column}


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
