"""Hooks of casework: the address by which officers have files."""

from django.urls import path
from wagtail import hooks

from .downloads import download


@hooks.register("register_admin_urls")
def file_address():
    return [path("disclosure/case-file/<uuid:key>/", download, name="wagtail_disclosure_admin_case_file")]
