"""Hooks of the portal: the chooser of a column's categories, and what the catalogue shows of the places."""

from wagtail import hooks

from .blocks import guide_of
from .choosers import column_category_chooser
from .outline import outline_of


@hooks.register("register_admin_viewset")
def register_viewsets():
    return [column_category_chooser]


@hooks.register("disclosure_sitemap_places")
def sitemap_places(scope):
    return [place.url for place in outline_of(scope).places]


@hooks.register("disclosure_request_office")
def request_office(scope):
    """The office that the guide names, the guide and its application form, the page that the section names."""
    outline = outline_of(scope)
    section = outline.platform
    guide = guide_of(outline, section)
    found = {"request_url": section.facts["request_url"] if section else ""}
    if guide is not None:
        found |= {
            "contact": guide.facts["office"],
            "application_form": guide.facts["application_form"],
            "guide": {"title": guide.title, "url": guide.url},
        }
    return found
