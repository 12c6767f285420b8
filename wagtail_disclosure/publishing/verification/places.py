"""Where public items stand: addresses, and privacy settings that keep the public from what was approved for it."""

from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from ...compat import Page
from ..manifest import referenced_files
from .findings import shortened


class Places:
    """Looks up the pages above a batch of items at once; privacy settings, of which there are few, once a run."""

    def __init__(self):
        self._pages = {}
        self._restricted = self._collections = None

    def load(self, items):
        """Read the pages above ``items``. Items that are no pages have no place."""
        self._pages = {}
        paths = {
            item.path[: length * item.steplen]
            for item in items
            if hasattr(item, "url_path")
            for length in range(1, item.depth)
        }
        if paths:
            rows = Page._base_manager.filter(path__in=paths).values_list("path", "slug", "title")
            self._pages = {path: (slug, title) for path, slug, title in rows}

    def differences(self, item, entry):
        """Yield what differs between the place of ``item`` and the one its ledger ``entry`` tells of."""
        if not hasattr(item, "url_path"):
            return
        given = self._given(item)
        if given != item.url_path:
            yield "address_stored", {"public": item.url_path, "approved": given}
        approved = entry.data.get("place", {}) if entry is not None else {}
        if approved.get("url_path", item.url_path) != item.url_path:
            yield "address", {"public": item.url_path, "approved": approved["url_path"]}
        key = str(item.translation_key)
        if approved.get("translation_key", key) != key:
            yield "document_key", {}

    def _given(self, item):
        """The address that the slugs of the pages above and the item's own give."""
        parts = []
        for length in range(2, item.depth):
            row = self._pages.get(item.path[: length * item.steplen])
            parts.append(row[0] if row else "?")
        return "/" + "".join(f"{slug}/" for slug in [*parts, item.slug]) if item.depth > 1 else "/"

    # Privacy

    def restrictions(self, item):
        """Yield the privacy settings that keep the public from reading the page ``item``."""
        if not hasattr(item, "url_path"):
            return
        if self._restricted is None:
            self._restricted = list(_restricted_pages())
        for path, title in self._restricted:
            if item.path.startswith(path):
                yield "restricted", {"page": shortened(title)}

    def hidden_files(self, item):
        """Yield the files of ``item`` that lie where the public may not read them."""
        if self._collections is None:
            self._collections = dict(_restricted_collections())
        if not self._collections:
            return
        for _model, _key, row in referenced_files(item):
            name = self._collections.get(getattr(row, "collection_id", None))
            if name is not None:
                yield "file_restricted", {"file": shortened(row), "collection": shortened(name)}


def _restricted_pages():
    rules = PageViewRestriction.objects.exclude(restriction_type=PageViewRestriction.NONE)
    for rule in rules.select_related("page"):
        yield rule.page.path, rule.page.title
        # A restriction holds for the aliases of a page, too.
        yield from rule.page.aliases.values_list("path", "title")


def _restricted_collections():
    rules = CollectionViewRestriction.objects.exclude(restriction_type=CollectionViewRestriction.NONE)
    for rule in rules.select_related("collection"):
        below = Collection.objects.filter(path__startswith=rule.collection.path)
        for key in below.values_list("pk", flat=True):
            yield key, rule.collection.name
