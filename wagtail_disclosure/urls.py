"""Addresses outside the page tree, for sites that want them: ``path("", include("wagtail_disclosure.urls"))``.

Everything works without them below the catalogue page. They add ``/sitemap-disclosure.xml``, which search engines and
robots.txt can be told, and ``/number/…/``, an address of index numbers that outlives a move of the catalogue.
"""

from django.urls import path

from .catalogue import stable

app_name = "wagtail_disclosure"
urlpatterns = [
    path("sitemap-disclosure.xml", stable.sitemap, name="sitemap"),
    path("number/<path:number>/", stable.number, name="number"),
]
