"""Addresses outside the page tree, for sites that want them: ``path("", include("wagtail_disclosure.urls"))``.

Everything works without them below the catalogue page. They add ``/robots.txt``, ``/sitemap-disclosure.xml``, and
``/number/…/``, an address of index numbers that outlives a move of the catalogue.
"""

from django.urls import path

from .required_apps import missing

app_name = "wagtail_disclosure"
urlpatterns = []
if not missing():
    from .catalogue import stable
    from .portal.robots import robots

    urlpatterns += [
        path("robots.txt", robots, name="robots"),
        path("sitemap-disclosure.xml", stable.sitemap, name="sitemap"),
        path("number/", stable.number, name="number_form"),
        path("number/<path:number>/", stable.number, name="number"),
    ]
