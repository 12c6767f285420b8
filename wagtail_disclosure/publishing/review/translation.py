"""A translation and its original, text beside text."""

from collections import defaultdict
from itertools import zip_longest

from django.utils.text import capfirst

from .findings import texts_of


def side_by_side(original, draft):
    """Rows ``(label, text of the original, text of the translation)``, in the order of the fields."""
    before, after = _by_label(original), _by_label(draft)
    return [
        (label, old, new)
        for label in dict.fromkeys([*before, *after])
        for old, new in zip_longest(before.get(label, []), after.get(label, []), fillvalue="")
    ]


def _by_label(item):
    found = defaultdict(list)
    # The last part of the address is made by rule and not translated.
    slug = capfirst(item._meta.get_field("slug").verbose_name) if hasattr(item, "slug") else None
    for label, text in texts_of(item):
        if label != slug:
            found[label].append(text.strip())
    return found
