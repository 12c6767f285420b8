"""Addresses of a site with several languages, as docs/new-site.md has them."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls

from tests.urls import urlpatterns as plain

urlpatterns = plain[:-1] + i18n_patterns(path("", include(wagtail_urls)), prefix_default_language=False)
