"""The fixed blocks of the section 政府信息公开: guide, rules, statutory content, annual reports, requests."""

from django.utils.translation import gettext as _

from ..catalogue import addresses
from .outline import GUIDE


def blocks_of(scope, outline, section, current=""):
    """The four fixed blocks and the link to requests of ``section`` (a place), for the page at ``current``.

    A block without a page of its own leads to the part of the section that shows the same; without a guide, the
    steps of a request say how information is obtained.
    """
    targets, guide = section.facts["targets"], guide_of(outline, section)

    def url(name, otherwise):
        return targets[name][1] if name in targets else otherwise

    found = [
        (
            _("Disclosure guide"),
            _("What is published, where it is found, and how to ask for more"),
            url("guide_page", guide.url if guide else request_url(scope, section) or section.url),
        ),
        (
            _("Disclosure rules"),
            _("The rules under which information is reviewed and published"),
            url("rules_page", f"{section.url}#disclosure-rules"),
        ),
        (
            _("Content the law requires to be published"),
            _("Information of the heads that Article 20 lists"),
            f"{section.url}#disclosure-statutory",
        ),
        (
            _("Annual reports on disclosure"),
            _("What was published, requested and answered in each year"),
            url("reports_page", f"{section.url}#disclosure-reports"),
        ),
        (
            _("Disclosure on request"),
            _("Information that is provided to those who request it"),
            request_url(scope, section),
        ),
    ]
    return [
        {"title": title, "description": description, "url": target, "current": target == current}
        for title, description, target in found
    ]


def request_url(scope, section):
    """Where information is requested: the page that the section names, else the list of on-request information."""
    named = section.facts["request_url"] if section is not None else ""
    return named or (addresses.on_request(scope) if scope.directory.catalogue else "")


def guide_of(outline, section):
    """The guide of ``section``, else any guide of the site, or None."""
    guides = outline.of_kind(GUIDE)
    near = [each for each in guides if section is not None and each.path.startswith(section.path)]
    return next(iter(near or guides), None)
