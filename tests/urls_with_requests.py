"""Addresses of a site that includes those of the package."""

from django.urls import include, path

from tests.urls import urlpatterns as plain

urlpatterns = [path("", include("wagtail_disclosure.urls")), *plain]
