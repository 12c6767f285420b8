"""Pages that have left: the notice at their address, also for a type of the site outside the catalogue, and how the
admin calls them.
"""

from functools import wraps

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from wagtail.url_routing import RouteResult

from ..publishing import guard
from ..publishing.departures import SUSPENDED, WITHDRAWN, departure_of
from .models import CatalogueIndexPage
from .scope import scope_of

STATES = {WITHDRAWN: _("withdrawn"), SUSPENDED: _("taken down")}


def install():
    """Let guarded page types answer for pages that have left. Called once when the apps are ready."""
    for model in guard.guarded_models():
        if hasattr(model, "url_path"):
            answer_for(model)


def answer_for(model):
    if not getattr(model.route, "disclosure_departed", False):
        model.route = _answering(model.route)
        model.status_string = property(_called(model.status_string))


def state_of(page):
    """How a page that is not public any more left, in one or two words; empty for one that was never public."""
    if page.live or not page.first_published_at:
        return ""
    left = departure_of([page])
    return str(STATES.get(left.status, "")) if left else ""


def _called(status_string):
    """What lists of the admin call the page, instead of "draft"."""

    def called(self):
        found = "" if self.expired or self.approved_schedule else state_of(self)
        return found or status_string.fget(self)

    return called


def _answering(route):
    @wraps(route)
    def routed(self, request, path_components):
        try:
            return route(self, request, path_components)
        except Http404:
            catalogue = None if path_components or self.live else catalogue_beside(self)
            if catalogue is None or departure_of([self]) is None:
                raise
            # The catalogue answers, so that nothing of the page itself is ever rendered.
            return RouteResult(catalogue, args=(catalogue.left_item, [self.pk], {}))

    routed.disclosure_departed = True
    return routed


def catalogue_beside(page):
    """The public catalogue of the site and language of ``page``, or any of the site; None where there is none."""
    if isinstance(page, CatalogueIndexPage) or not guard.is_guarded(type(page)):
        return None
    scope = scope_of(page)
    catalogue = scope.directory.catalogue if scope else None
    if catalogue is not None and catalogue.live:
        return catalogue
    parts = page.get_url_parts()
    found = CatalogueIndexPage.objects.filter(live=True)
    return next((each for each in found if parts and (each.get_url_parts() or (0,))[0] == parts[0]), None)
