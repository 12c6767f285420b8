"""How public pages of the catalogue are served: their context, conditional requests, and access in one query."""

from django.db.models import Q
from wagtail.models import PageViewRestriction


class OneRestrictionQuery:
    """Looks up view restrictions of a page, its ancestors and what they are aliases of with one query."""

    def get_view_restrictions(self):
        paths = [self.path[: length * self.steplen] for length in range(1, self.depth + 1)]
        concerned = Q()
        for relation in ("page", "page__aliases", "page__aliases__aliases"):
            concerned |= Q(**{f"{relation}__path__in": paths})
        return PageViewRestriction.objects.filter(concerned).distinct()


class ServedDocument(OneRestrictionQuery):
    """A document's page: header, attachments, related items, meta tags, view counter, entity tag."""

    def get_context(self, request, *args, **kwargs):
        from ..entry import context_of

        return {**super().get_context(request, *args, **kwargs), **context_of(self, request)}

    def serve(self, request, *args, **kwargs):
        from ..entry import answer

        return answer(self, request, lambda: super(ServedDocument, self).serve(request, *args, **kwargs))
