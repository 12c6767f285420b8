"""``python -m tests.routes.stock``: the table of ``ordinary`` on a site without the package, in a database in memory.

It writes what the admin answered and what a visitor was served after each line, as JSON.
"""

import json
import os

import django
from django.apps import apps
from django.core.management import call_command
from django.test.utils import setup_test_environment


def main():
    from django.contrib.auth import get_user_model
    from wagtail.models import Page, Site

    from tests.routes.ordinary import journey

    assert not apps.is_installed("wagtail_disclosure")
    call_command("migrate", verbosity=0)
    user = get_user_model().objects.create_superuser("root", "root@agency.example", "password")
    home = Page.objects.get(pk=Site.objects.get(is_default_site=True).root_page_id)
    print(json.dumps(journey(user, home)))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.routes.stock_settings"
    django.setup()
    setup_test_environment()
    main()
