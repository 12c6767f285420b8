"""Differences between the supported Wagtail releases, in one place."""

from django.conf import settings

# Wagtail 8 lets a project swap the base page model; 7.4 does not know the setting.
PAGE_MODEL = getattr(settings, "WAGTAIL_PAGE_MODEL", "wagtailcore.Page")
