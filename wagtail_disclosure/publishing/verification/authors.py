"""Nobody reviews their own work: who worked on a published draft, as Wagtail itself remembers it, against its approvals.

The gate asks the package's own record of who worked on what. A row that is taken out of it is missed here.
"""

from collections import defaultdict

from wagtail.models import ModelLogEntry, PageLogEntry, Revision

from ..models import Contribution, Seal
from .chunks import chunks
from .findings import Finding
from .items import key_of


def check(only=None):
    """Yield a :class:`Finding` for each publication approved by somebody who worked on it since the one before."""
    seals = Seal.objects.filter(authority=Seal.Authority.REVIEW, opened_at__isnull=False)
    if only is not None:
        seals = seals.filter(content_type=only[0], object_id=only[1])
    for batch in chunks(seals.select_related("content_type").prefetch_related("approvals")):
        yield from _judged(batch)


def _judged(seals):
    authors = _Authors(seals)
    for seal in seals:
        wrote = authors.of(seal)
        names = [each.user_name for each in seal.approvals.all() if each.people & wrote]
        if names:
            facts = {"row": f"{seal._meta.verbose_name} “{seal}” ({seal.pk})", "people": ", ".join(names)}
            yield Finding("own_work", facts, (seal.content_type_id, seal.object_id))


class _Authors:
    """Who worked on the items of a batch of seals, and when; read at once."""

    def __init__(self, seals):
        self.opened, self.work = defaultdict(list), defaultdict(list)
        about = {
            "content_type__in": {seal.content_type_id for seal in seals},
            "object_id__in": {seal.object_id for seal in seals},
        }
        for content_type, key, at in Seal.objects.filter(opened_at__isnull=False, **about).values_list(
            "content_type", "object_id", "opened_at"
        ):
            self.opened[content_type, key].append(at)
        revisions = Revision.objects.filter(pk__in=[seal.revision_id for seal in seals if seal.revision_id])
        self.revised = {
            pk: (object_id, str(user))
            for pk, object_id, user in revisions.values_list("pk", "object_id", "user")
        }
        rows = Contribution.objects.filter(**about)
        for content_type, key, user, at in rows.values_list("content_type", "object_id", "user_key", "at"):
            self.work[content_type, key].append((user, at))
        self._read_logs(seals)

    def _read_logs(self, seals):
        """Changes of content in the history of pages and snippets; publishing is nobody's authorship."""
        pages, snippets = {}, defaultdict(dict)
        for seal in seals:
            item, model = (seal.content_type_id, seal.object_id), seal.content_type.model_class()
            if model is None or key_of(model, seal) is None:
                # The seal itself was changed, which is said elsewhere.
                continue
            if hasattr(model, "url_path"):
                pages[seal.object_id] = item
            else:
                snippets[seal.content_type_id][seal.object_id] = item
        if pages:
            rows = PageLogEntry.objects.filter(page__in=pages)
            self._add(rows, "page", pages)
        for content_type, items in snippets.items():
            rows = ModelLogEntry.objects.filter(content_type=content_type, object_id__in=items)
            self._add(rows, "object_id", items)

    def _add(self, rows, name, items):
        rows = rows.filter(content_changed=True, user__isnull=False).exclude(
            action__startswith="wagtail.publish"
        )
        for key, user, at in rows.values_list(name, "user", "timestamp"):
            self.work[items[str(key)]].append((str(user), at))

    def of(self, seal):
        """The keys of those who worked on what ``seal`` published, since the publication before it."""
        item = (seal.content_type_id, seal.object_id)
        since = max((at for at in self.opened[item] if at < seal.opened_at), default=None)
        found = {
            user for user, at in self.work[item] if at <= seal.opened_at and (since is None or at > since)
        }
        object_id, author = self.revised.get(seal.revision_id, (None, ""))
        if object_id == seal.object_id:
            found.add(author)
        return found
