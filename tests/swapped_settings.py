"""A project that swaps the base page model of Wagtail 8 for one of its own.

wagtail-localize looks pages up through ``wagtail.models.Page``, so such a project does without it.
"""

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS

WAGTAIL_PAGE_MODEL = "swapped.BasePage"
WAGTAIL_I18N_ENABLED = False
WITHOUT = {"tests.testapp", "wagtail_localize", "wagtail_localize.locales"}
INSTALLED_APPS = ["tests.swapped", *[app for app in INSTALLED_APPS if app not in WITHOUT]]
WAGTAIL_DISCLOSURE = {}
