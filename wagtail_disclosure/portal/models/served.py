"""How places are served: their context, conditional requests, access in one query."""

from django.apps import apps
from wagtail.models import get_page_models

from ...catalogue.models.served import OneRestrictionQuery


class ServedPlace(OneRestrictionQuery):
    """A page whose template is given what ``portal.contexts`` knows of it.

    ``holds`` names the types of places that may stand below it; types of the site that inherit from them may, too.
    """

    holds = ()

    @classmethod
    def clean_subpage_models(cls):
        held = tuple(apps.get_model("wagtail_disclosure", name) for name in cls.holds)
        return [model for model in get_page_models() if issubclass(model, held)]

    def get_context(self, request, *args, **kwargs):
        from ..contexts import context_of

        return {**super().get_context(request, *args, **kwargs), **context_of(self, request)}

    def serve(self, request, *args, **kwargs):
        from ..contexts import answer

        return answer(self, request, lambda: super(ServedPlace, self).serve(request, *args, **kwargs))
