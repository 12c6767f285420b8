"""What the lists are compared with: the obvious Wagtail list, a bare view with one query, and no query at all."""

from django.core.paginator import Paginator
from django.db import connections
from django.http import HttpResponse
from django.template import engines
from django.urls import include, path
from wagtail.models import Page

from benchmarks import harness
from tests.urls import urlpatterns as site_urls

ROWS = "{% for row in rows %}<li><a href='{{ row.0 }}'>{{ row.1 }}</a></li>{% endfor %}"
CHILDREN = "{% for row in rows %}<li><a href='{% load wagtailcore_tags %}{% pageurl row %}'>{{ row.title }}</a></li>{% endfor %}"


def hello(request):
    return HttpResponse("hello, world")


def bare(request):
    """One indexed query on the register, twenty rows, a template."""
    with connections[harness._alias].cursor() as cursor:
        cursor.execute(
            "SELECT path, title FROM wagtail_disclosure_publisheditem WHERE site_id = %s AND language = 'zh-hans' "
            "ORDER BY position DESC LIMIT 20",
            [request.GET["site"]],
        )
        rows = cursor.fetchall()
    return HttpResponse(engines["django"].from_string(ROWS).render({"rows": rows}))


def obvious(request):
    """A page that lists its live children, newest first, with a paginator: what one writes first."""
    parent = Page.objects.get(pk=request.GET["parent"])
    children = Page.objects.live().child_of(parent).order_by("-first_published_at", "-pk")
    page = Paginator(children, 20).get_page(request.GET.get("page"))
    return HttpResponse(engines["django"].from_string(CHILDREN).render({"rows": page}, request))


urlpatterns = [
    path("hello/", hello),
    path("bare/", bare),
    path("obvious/", obvious),
    path("", include(site_urls)),
]
