"""System checks of the settings: each thing a webmaster can get wrong, with a hint. ``docs/checks.md`` lists them.

``site_checks`` has those about languages, deployment and the database.
"""

from difflib import get_close_matches

from django.apps import apps
from django.conf import settings
from django.core.checks import Error, Warning, register
from django.db.models import ManyToManyField
from django.template import TemplateDoesNotExist, TemplateSyntaxError, engines
from django.template.backends.django import DjangoTemplates
from django.template.loader_tags import BlockNode, ExtendsNode
from modelcluster.fields import ParentalManyToManyField
from wagtail.models import WorkflowMixin

from . import compat, conf
from .publishing.guard import REVIEWABLE, guarded_models

TAG = "wagtail_disclosure"


@register(TAG)
def check_setting_names(app_configs, **kwargs):
    """E001: settings that do not exist would be ignored without a word."""
    configured = getattr(settings, "WAGTAIL_DISCLOSURE", None)
    if configured is not None and not isinstance(configured, dict):
        return [
            Error(
                f"WAGTAIL_DISCLOSURE is a {type(configured).__name__}, not a dictionary.",
                hint='Write it as WAGTAIL_DISCLOSURE = {"PAGE_SIZE": 20}.',
                id=f"{TAG}.E001",
            )
        ]
    return [
        Error(
            f"WAGTAIL_DISCLOSURE has no setting {name!r}.",
            hint=_nearest(str(name)),
            id=f"{TAG}.E001",
        )
        for name in conf.configured()
        if name not in conf.DEFAULTS
    ]


def _nearest(name):
    near = get_close_matches(name.upper(), conf.DEFAULTS, n=1, cutoff=0.5)
    if near:
        return f"Did you mean {near[0]!r}?"
    return f"The settings are: {', '.join(sorted(conf.DEFAULTS))}."


@register(TAG)
def check_setting_values(app_configs, **kwargs):
    """E002: values of the wrong kind."""
    found = []
    for name, value in conf.configured().items():
        complaint = conf.RULES[name](value) if name in conf.RULES else None
        if complaint:
            shown = "The value given" if name in conf.SECRET else repr(value)
            found.append(
                Error(
                    f'WAGTAIL_DISCLOSURE["{name}"] {complaint}.',
                    hint=f"{shown} cannot be used; the default is {conf.DEFAULTS[name]!r}.",
                    id=f"{TAG}.E002",
                )
            )
    return found


@register(TAG)
def check_base_template(app_configs, **kwargs):
    """E003: the template that every public page of the package extends, and its block."""
    name = conf.get("BASE_TEMPLATE")
    complaint = _why_no_base(name)
    if not complaint:
        return []
    return [
        Error(
            f"{complaint}; no public page of wagtail_disclosure can be shown.",
            hint="Name the template that the pages of your site extend, one with a block content: "
            'WAGTAIL_DISCLOSURE = {"BASE_TEMPLATE": "…"}.',
            id=f"{TAG}.E003",
        )
    ]


def _why_no_base(name):
    """What is wrong with the base template ``name``; empty when pages can extend it."""
    for engine in engines.all():
        try:
            found = engine.get_template(name)
        except TemplateDoesNotExist as error:
            # A template that exists may extend one that does not; that is said when it is rendered.
            if error.tried and str(error) != name:
                return f"The base template {name!r} extends {str(error)!r}, which does not exist"
            continue
        except TemplateSyntaxError as error:
            return f"The base template {name!r} cannot be read ({error})"
        if isinstance(engine, DjangoTemplates) and not _has_block(found.template, "content"):
            return f"The base template {name!r} has no block content"
        return ""
    return f"The base template {name!r} does not exist"


def _has_block(template, name, depth=20):
    """Whether ``template``, or one that it extends, has the block ``name``."""
    if any(block.name == name for block in template.nodelist.get_nodes_by_type(BlockNode)):
        return True
    for node in template.nodelist.get_nodes_by_type(ExtendsNode):
        parent = node.parent_name.var
        if not isinstance(parent, str):
            # Known only when the page is shown.
            return True
        try:
            above = template.engine.get_template(parent)
        except (TemplateDoesNotExist, TemplateSyntaxError):
            return False
        return depth > 0 and _has_block(above, name, depth - 1)
    return False


@register(TAG)
def check_guarded_models(app_configs, **kwargs):
    """E005, E006: models of the site that are to pass the gate."""
    return [error for name in conf.get("GUARDED_MODELS") for error in _check_guarded_model(name)]


def _check_guarded_model(name):
    try:
        model = apps.get_model(name)
    except (LookupError, ValueError):
        known = [m._meta.label for m in apps.get_models() if issubclass(m, WorkflowMixin)]
        near = get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]!r}?" if near else 'Write it as "app_label.ModelName".'
        return [Error(f"GUARDED_MODELS names {name!r}, which does not exist.", hint=hint, id=f"{TAG}.E005")]
    missing = [mixin.__name__ for mixin in REVIEWABLE if not issubclass(model, mixin)]
    if not missing:
        return []
    return [
        Error(
            f"{name} cannot be guarded: it has no drafts that could be reviewed.",
            hint=f"Let the model inherit from {', '.join(missing)} (pages do), and add the migration.",
            obj=model,
            id=f"{TAG}.E006",
        )
    ]


@register(TAG)
def check_choices(app_configs, **kwargs):
    """W022: many-to-many fields of guarded models that have no drafts."""
    return [
        Warning(
            f"{model._meta.label}.{field.name} is a ManyToManyField: what is chosen in a draft is stored at once.",
            hint="Make it a ParentalManyToManyField, whose choices are part of the draft. Until then they cannot "
            "change while an item is public.",
            obj=model,
            id=f"{TAG}.W022",
        )
        for model in guarded_models()
        for field in model._meta.local_many_to_many
        if isinstance(field, ManyToManyField) and not isinstance(field, ParentalManyToManyField)
    ]


@register(TAG)
def check_workflow_enabled(app_configs, **kwargs):
    """E007: without workflows nothing could ever be approved."""
    if getattr(settings, "WAGTAIL_WORKFLOW_ENABLED", True):
        return []
    return [
        Error(
            "WAGTAIL_WORKFLOW_ENABLED is False: nothing can be reviewed, so nothing can be published.",
            hint="Remove WAGTAIL_WORKFLOW_ENABLED from the settings or set it to True.",
            id=f"{TAG}.E007",
        )
    ]


@register(TAG)
def check_base_page(app_configs, **kwargs):
    """E008: a base page model of the project without the usual fields of Wagtail's."""
    names = {field.name for field in compat.Page._meta.get_fields()}
    missing = sorted({"seo_title", "search_description", "show_in_menus"} - names)
    if not missing:
        return []
    return [
        Error(
            f"The base page model {compat.PAGE_MODEL!r} has no {', '.join(missing)}.",
            hint="Let it inherit from wagtail.models.pages.DefaultBasePageMixin, and add the migration.",
            obj=compat.Page,
            id=f"{TAG}.E008",
        )
    ]
