"""The agency of the site, for headers, footers and meta tags."""

from django import template
from django.utils.html import format_html_join
from django.utils.translation import get_language
from wagtail.models import Site

from wagtail_disclosure.catalogue.meta import tags_of_site
from wagtail_disclosure.departments.context import agency_for_request

register = template.Library()


@register.simple_tag(takes_context=True)
def disclosure_agency(context):
    """``{% disclosure_agency as agency %}``: the agency that runs the requested site, or None.

    ``agency.local_name`` is its name in the active language; ``sponsor``, ``icp_number``, ``police_number``,
    ``site_id_code`` and ``ipv6_notice`` belong into the footer.
    """
    return agency_for_request(context.get("request"))


@register.simple_tag(takes_context=True)
def disclosure_site_tags(context):
    """``{% disclosure_site_tags %}``: the national meta tags of the site, for the head of every page.

    Nothing where the page brings its own, as those of the package do (``meta_tags`` in the context).
    """
    request = context.get("request")
    agency = agency_for_request(request)
    if agency is None or context.get("meta_tags"):
        return ""
    tags = tags_of_site(agency, Site.find_for_request(request).root_url, get_language())
    return format_html_join("\n", '<meta name="{}" content="{}">', tags)


@register.inclusion_tag("wagtail_disclosure/includes/agency_footer.html", takes_context=True)
def agency_footer(context, sitemap_url="", contact_url="", accessibility_url="", file_check_url=""):
    """``{% agency_footer %}``: sponsor, contact, site identification code, filing numbers, IPv6 notice."""
    return {
        "agency": agency_for_request(context.get("request")),
        "sitemap_url": sitemap_url,
        "contact_url": contact_url,
        "accessibility_url": accessibility_url,
        "file_check_url": file_check_url,
    }
