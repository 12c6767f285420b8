"""The portal in any page of the site: columns, sub-sites, the newest items, the fixed blocks."""

from django import template

from wagtail_disclosure.portal.home import portal_for

register = template.Library()
ITEMS = 6


def _portal(context):
    return portal_for(context.get("page"), context.get("request"))


@register.simple_tag(takes_context=True)
def disclosure_portal(context):
    """``{% disclosure_portal as portal %}``: the portal of the page's site and language, or None.

    It has ``columns``, ``subsites``, ``guides``, ``blocks``, ``latest``, ``platform_url`` and ``catalogue_url``.
    """
    return _portal(context)


@register.simple_tag(takes_context=True)
def disclosure_latest(context, count=ITEMS, department=None):
    """``{% disclosure_latest 8 as items %}``: the newest items of the catalogue or of a department (its code)."""
    portal = _portal(context)
    return portal.latest(count, department) if portal else []


@register.inclusion_tag("wagtail_disclosure/portal/includes/column_panel.html", takes_context=True)
def disclosure_column(context, column, count=ITEMS, heading="h2"):
    """``{% disclosure_column "news" 6 %}``: a column, named by its slug or page, with its newest items.

    Nothing where the column is not public. ``heading`` is the level that fits the page: "h2", "h3" or "h4".
    """
    portal = _portal(context)
    panels = portal.panels([column], count) if portal else []
    return {"panel": panels[0] if panels else None, "heading": heading if heading in ("h3", "h4") else "h2"}


@register.inclusion_tag("wagtail_disclosure/portal/includes/subsite_list.html", takes_context=True)
def disclosure_subsites(context):
    """``{% disclosure_subsites %}``: links to the departments' sub-sites."""
    portal = _portal(context)
    return {"subsites": portal.subsites if portal else []}
