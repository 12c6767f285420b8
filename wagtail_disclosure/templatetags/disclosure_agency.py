"""The agency of the site, for headers, footers and meta tags."""

from django import template

from wagtail_disclosure.departments.context import agency_for_request

register = template.Library()


@register.simple_tag(takes_context=True)
def disclosure_agency(context):
    """``{% disclosure_agency as agency %}``: the agency that runs the requested site, or None.

    ``agency.local_name`` is its name in the active language; ``sponsor``, ``icp_number``, ``police_number``,
    ``site_id_code`` and ``ipv6_notice`` belong into the footer.
    """
    return agency_for_request(context.get("request"))


@register.inclusion_tag("wagtail_disclosure/includes/agency_footer.html", takes_context=True)
def agency_footer(context, sitemap_url="", contact_url="", accessibility_url=""):
    """``{% agency_footer %}``: sponsor, contact, site identification code, filing numbers, IPv6 notice."""
    return {
        "agency": agency_for_request(context.get("request")),
        "sitemap_url": sitemap_url,
        "contact_url": contact_url,
        "accessibility_url": accessibility_url,
    }
