"""Reading points and intake points in templates of the site."""

from django import template

from wagtail_disclosure.interchange.delivery import places
from wagtail_disclosure.interchange.delivery.blocks import rendered
from wagtail_disclosure.interchange.models import IntakePoint, ReadingPoint

register = template.Library()


@register.simple_tag(takes_context=True)
def disclosure_reading_points(context, heading="", level=2):
    """``{% disclosure_reading_points %}``: where citizens read what is public (Art. 25), in the active language.

    Nothing where no place is in use. ``heading`` stands above the list; ``level`` is that of the first heading.
    """
    return rendered(ReadingPoint, context.get("request"), heading=heading, level=level)


@register.simple_tag(takes_context=True)
def disclosure_intake_points(context, heading="", level=2):
    """``{% disclosure_intake_points %}``: where a request is handed in in person (Art. 29), as above."""
    return rendered(IntakePoint, context.get("request"), heading=heading, level=level)


@register.simple_tag(takes_context=True)
def disclosure_places(context):
    """``{% disclosure_places as places %}``: both lists as data, for a layout of one's own.

    ``places.reading_points`` and ``places.intake_points`` are lists of ``name``, ``kind``, ``department``, ``address``,
    ``office_hours``, ``directions``, ``phone``, ``fax``, ``email`` and ``accepts``; what is not known is empty.
    """
    request = context.get("request")
    return {
        "reading_points": places.public(ReadingPoint, request),
        "intake_points": places.public(IntakePoint, request),
    }
