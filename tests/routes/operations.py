"""Every operation that Wagtail, wagtail-localize and simple translation offer, found by walking the running project."""

from importlib import import_module

from django.apps import apps
from django.core.management import find_commands
from django.urls import URLPattern
from wagtail import hooks
from wagtail.admin import action_menu as page_menu
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.snippets import action_menu as snippet_menu
from wagtail.snippets.models import get_snippet_models

from tests.testapp.models import Notice

from . import urls

OURS = ("wagtail_disclosure", "disclosure_")
# Applications whose commands are walked: all that come with Wagtail, and what Django has for rows.
COMMAND_APPS = ("wagtail", "wagtail_localize", "modelsearch", "modelcluster", "taggit")
DATA_COMMANDS = ("loaddata",)
# Snippets of the test app, and of ours, have the screens that Wagtail makes for any snippet.
SNIPPETS = ("wagtailsnippets_", "wagtailsnippetchoosers_")


def everything():
    """The names of all operations, as a route says what it covers."""
    return {*addresses(), *session_api(), *token_api(), *bulk_actions(), *menus(), *commands()}


def addresses():
    """Named URL patterns, ours left out: their tests are those of the package."""
    return {
        name
        for name in map(in_general, _names(urls.urlpatterns))
        if not name.startswith((*OURS, "wagtailapi_v3:"))
    }


def _names(patterns, namespace=""):
    for each in patterns:
        if isinstance(each, URLPattern):
            if each.name:
                yield namespace + each.name
        else:
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from _names(each.url_patterns, inner)


def in_general(name):
    """The screens of one snippet stand for those of all."""
    for prefix in SNIPPETS:
        if name.startswith(prefix):
            return prefix.rstrip("_") + ":" + name.rpartition(":")[2]
    return name


def session_api():
    return {f"wagtailadmin_api:pages:action:{name}" for name in PagesAdminAPIViewSet.actions}


def token_api():
    """The operations of the third API by their ids."""
    if not urls.HAS_V3:
        return set()
    schema = urls.api.get_openapi_schema(path_prefix="/")
    return {
        f"v3:{operation['operationId']}" for path in schema["paths"].values() for operation in path.values()
    }


def bulk_actions():
    """By the model; those of snippets are for every snippet."""
    return {
        f"bulk:{'snippets' if model in get_snippet_models() else model._meta.label_lower}:{action.action_type}"
        for action in hooks.get_hooks("register_bulk_action")
        for model in action.models
    }


def menus():
    """What the footers of the editors offer: Wagtail's own items and those of hooks."""
    found = {
        each.__name__
        for module in (page_menu, snippet_menu)
        for each in vars(module).values()
        if _is_item(each)
    }
    for hook, args in (
        ("register_page_action_menu_item", ()),
        ("register_snippet_action_menu_item", (Notice,)),
    ):
        found |= {type(item).__name__ for make in hooks.get_hooks(hook) if (item := make(*args)) is not None}
    return {f"menu:{name}" for name in found}


def _is_item(each):
    bases = (page_menu.ActionMenuItem, snippet_menu.ActionMenuItem)
    return isinstance(each, type) and issubclass(each, bases) and each not in bases


def commands():
    found = {f"command:{name}" for name in DATA_COMMANDS}
    for config in apps.get_app_configs():
        if config.name.split(".")[0] in COMMAND_APPS:
            path = f"{import_module(config.name).__path__[0]}/management"
            found |= {f"command:{name}" for name in find_commands(path)}
    return found
