"""How public pages of the catalogue are served: their context, conditional requests, and access in one query."""

from http import HTTPMethod

from django.db.models import Q
from wagtail.models import PageViewRestriction


class OneRestrictionQuery:
    """A page for reading. Its view restrictions, those of its ancestors and of what they are aliases of take one query."""

    allowed_http_methods = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS]

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
