"""Differences between projects and between the supported Wagtail releases, in one place."""

import wagtail.models  # noqa: F401  (registers the base page model where no project swaps it)
from django.apps import apps
from django.conf import settings
from django.db import models

try:
    from wagtail.permissions import policy_registry, register_permission_policy
except ImportError:
    # Wagtail 7.4 asks the viewset of a model.
    policy_registry = register_permission_policy = None

# Wagtail 8 lets a project swap the base page model; 7.4 does not know the setting.
PAGE_MODEL = getattr(settings, "WAGTAIL_PAGE_MODEL", "wagtailcore.Page")

# The project's base page model, for queries.
Page = apps.get_model(PAGE_MODEL, require_ready=False)


class PageType(Page):
    """What the package's page types inherit from: the project's base page.

    The link to the base row has one name whatever the base model is called, so one migration fits every project.
    """

    page_ptr = models.OneToOneField(
        Page, on_delete=models.CASCADE, parent_link=True, primary_key=True, serialize=False
    )

    class Meta:
        abstract = True


def asks(policy):
    """Class decorator of a viewset: its screens ask ``policy``."""

    def decorate(viewset_class):
        if register_permission_policy is None:
            viewset_class.permission_policy = policy
        else:
            register_permission_policy(policy.model, policy)
        return viewset_class

    return decorate


def snippet_policy(model):
    """The permission policy by which the screens of a snippet ask."""
    if policy_registry is None:
        return model.snippet_viewset.permission_policy
    return policy_registry.get_by_type(model)


def use_snippet_policy(model, policy):
    """Let the screens of a snippet that has Wagtail's own policy ask ``policy``."""
    if policy_registry is None:
        # The class may serve other snippets: this one gets a class of its own.
        viewset = model.snippet_viewset
        viewset.__class__ = type(type(viewset).__name__, (type(viewset),), {"permission_policy": policy})
    else:
        policy_registry.fallback_policies[model] = policy
