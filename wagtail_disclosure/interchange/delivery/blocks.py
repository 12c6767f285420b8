"""Places for citizens in a StreamField of any page: ``("reading_points", ReadingPointsBlock())`` and the like."""

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from ..models import IntakePoint, ReadingPoint
from . import places

TEMPLATE = "wagtail_disclosure/interchange/places.html"


class PlacesBlock(blocks.StructBlock):
    """Lists the places of the agency that are in use today, in the language of the page."""

    heading = blocks.CharBlock(required=False, max_length=200, label=_("Heading"))
    place_model = None

    def render(self, value, context=None):
        return rendered(self.place_model, (context or {}).get("request"), heading=value.get("heading") or "")


class ReadingPointsBlock(PlacesBlock):
    place_model = ReadingPoint

    class Meta:
        icon = "home"
        label = _("Reading points")


class IntakePointsBlock(PlacesBlock):
    place_model = IntakePoint

    class Meta:
        icon = "form"
        label = _("Intake points")


def rendered(model, request, *, heading="", level=2):
    """The list as HTML: for the blocks and for the template tags. Empty where there is no place."""
    found = places.public(model, request)
    if not found:
        return ""
    # One below the heading, or in its stead.
    context = {"places": found, "heading": heading, "level": level, "below": level + bool(heading)}
    return render_to_string(TEMPLATE, context, request=request)
