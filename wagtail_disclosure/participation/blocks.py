"""Consultations and surveys in a StreamField of any page: ``("participation", ParticipationBlock())``."""

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .models.periods import Phase


class ParticipationBlock(blocks.StructBlock):
    """Lists what is open in the language of the page, and if wished what is planned or over."""

    heading = blocks.CharBlock(required=False, max_length=200, label=_("Heading"))
    only_open = blocks.BooleanBlock(required=False, default=True, label=_("Only what is open"))

    class Meta:
        icon = "group"
        label = _("Consultations and surveys")

    def render(self, value, context=None):
        context = context or {}
        return rendered(
            context.get("request"),
            context.get("page"),
            heading=value.get("heading") or "",
            only_open=value.get("only_open"),
        )


def rendered(request, page=None, *, heading="", only_open=True):
    """The list as HTML: for the block and for the template tag."""
    from . import listing

    found = listing.groups(
        request,
        locale=getattr(page, "locale", None),
        root=listing.root_of(page, request),
        only=(Phase.OPEN,) if only_open else (),
    )
    return render_to_string(
        "wagtail_disclosure/participation/includes/embedded.html",
        {"groups": found, "heading": heading, "only_open": only_open},
        request=request,
    )
