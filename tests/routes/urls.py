"""The addresses of a site that has everything on: both public APIs, the stable addresses, snippets with a page."""

from django.http import Http404, HttpResponse
from django.urls import include, path
from django.utils.html import escape
from wagtail import VERSION as WAGTAIL_VERSION
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.documents.api.v2.views import DocumentsAPIViewSet
from wagtail.images.api.v2.views import ImagesAPIViewSet

from tests.testapp.models import Memo, Notice
from tests.urls import urlpatterns as base

HAS_V3 = WAGTAIL_VERSION >= (8,)

v2 = WagtailAPIRouter("wagtailapi")
v2.register_endpoint("pages", PagesAPIViewSet)
v2.register_endpoint("images", ImagesAPIViewSet)
v2.register_endpoint("documents", DocumentsAPIViewSet)


def snippet(model):
    """What a site does with its snippets: it shows those that are live."""

    def view(request, key):
        row = model.objects.filter(pk=key, live=True).first()
        if row is None:
            raise Http404
        lines = [line.text for line in row.lines.all()] if hasattr(row, "lines") else []
        return HttpResponse(escape("\n".join([row.text, *lines])))

    return view


urlpatterns = [
    path("api/v2/", v2.urls),
    path("notices/<int:key>/", snippet(Notice)),
    path("memos/<int:key>/", snippet(Memo)),
    path("", include("wagtail_disclosure.urls")),
    *base,
]
if HAS_V3:
    from wagtail.api.v3.urls import api

    urlpatterns.insert(0, path("api/v3/", api.urls))
