"""A project that swaps the base page model of Wagtail 8 for one of its own, here the one of Wagtail's own tests."""

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS

WAGTAIL_PAGE_MODEL = "basepage.BasePage"
INSTALLED_APPS = ["wagtail.test.basepage", *[app for app in INSTALLED_APPS if app != "tests.testapp"]]
