"""E004: Wagtail's own apps that the package works with. Imports no model, since without these apps none loads."""

from django.apps import apps
from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import request_started

REQUIRED_APPS = [
    "wagtail.admin",
    "wagtail.contrib.forms",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.sites",
    "wagtail.snippets",
    "wagtail.users",
]


def missing():
    return [name for name in REQUIRED_APPS if not apps.is_installed(name)]


@register("wagtail_disclosure")
def check_required_apps(app_configs, **kwargs):
    """E004: apps of Wagtail that are not in ``INSTALLED_APPS``."""
    return [
        Error(
            f"wagtail_disclosure needs {name!r} in INSTALLED_APPS.",
            hint=f'Add "{name}" to INSTALLED_APPS, after "wagtail_disclosure".',
            id="wagtail_disclosure.E004",
        )
        for name in missing()
    ]


def refuse_requests():
    """A server that starts without the checks answers nothing: without the package's models there is no gate."""
    request_started.connect(_refuse, dispatch_uid="wagtail_disclosure.required_apps")


def _refuse(**kwargs):
    raise ImproperlyConfigured(" ".join(f"{each.msg} {each.hint}" for each in check_required_apps(None)))
