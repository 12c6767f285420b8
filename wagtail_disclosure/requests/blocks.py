"""A request form in a StreamField of any page: ``("request_form", RequestFormBlock())``."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.blocks import SnippetChooserBlock


class RequestFormBlock(SnippetChooserBlock):
    """Chooses a request form and shows it, ready to be filled in."""

    class Meta:
        icon = "form"
        label = _("Request form")

    def __init__(self, target_model="wagtail_disclosure.RequestForm", **options):
        super().__init__(target_model, **options)

    def render(self, value, context=None):
        from .wizard import embedded

        return embedded(value, (context or {}).get("request"))
