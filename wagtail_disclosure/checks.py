"""System checks: each thing a webmaster can get wrong, with a hint. ``docs/checks.md`` lists them."""

from difflib import get_close_matches

from django.apps import apps
from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.db import DatabaseError, connections, router
from django.template import TemplateDoesNotExist, engines
from wagtail.models import DraftStateMixin, RevisionMixin, WorkflowMixin

from . import compat, conf

TAG = "wagtail_disclosure"
REQUIRED_APPS = [
    "wagtail.admin",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.sites",
    "wagtail.snippets",
    "wagtail.users",
]
SQLITE_SNIPPET = """DATABASES["default"]["OPTIONS"] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}"""


def _configured():
    return getattr(settings, "WAGTAIL_DISCLOSURE", None) or {}


def _readable():
    """The configured settings; none where they are not a dictionary, which only E001 reports."""
    configured = _configured()
    return configured if isinstance(configured, dict) else {}


# What a value has to be: each function returns a sentence about what is wrong, or None.


def _positive_integer(value):
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        return "must be a whole number of at least 1"


def _text(value):
    if not isinstance(value, str) or not value.strip():
        return "must be a text that is not empty"


def _one_of(*choices):
    def rule(value):
        if value not in choices:
            return f"must be one of {', '.join(map(repr, choices))}"

    return rule


def _summary_length(value):
    if _positive_integer(value) or not 100 <= value <= 500:
        return "must be a whole number between 100 and 500 (characters)"


def _model_names(value):
    if not isinstance(value, list | tuple) or not all(isinstance(name, str) for name in value):
        return 'must be a list of model names such as "news.NewsPage"'


def _key(value):
    if value is not None and not (isinstance(value, str | bytes) and len(value) >= 32):
        return "must be None or a secret of at least 32 characters"


def _content_language(value):
    languages = [code for code, _name in getattr(settings, "WAGTAIL_CONTENT_LANGUAGES", settings.LANGUAGES)]
    if value is not None and value not in languages:
        return f"must be None or one of the languages of the site ({', '.join(languages)})"


RULES = {
    "GUARDED_MODELS": _model_names,
    "BASE_TEMPLATE": _text,
    "JURISDICTION": _text,
    "LEDGER_KEY": _key,
    "PAGE_SIZE": _positive_integer,
    "CONDITIONAL_REQUESTS": _one_of(True, False),
    "SUMMARY_MAX_LENGTH": _summary_length,
    "RECEIPT_SHOWS": _one_of("role", "name"),
    "TEXT_MAX_BYTES": _positive_integer,
    "IMPORT_MAX_FIELD_BYTES": _positive_integer,
    "IMPORT_MAX_FILE_BYTES": _positive_integer,
    "IMPORT_MAX_UPLOAD_BYTES": _positive_integer,
    "CONTENT_LANGUAGE": _content_language,
}


@register(TAG)
def check_setting_names(app_configs, **kwargs):
    """E001: settings that do not exist would be ignored without a word."""
    configured = _configured()
    if not isinstance(configured, dict):
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
        for name in configured
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
    for name, value in _readable().items():
        complaint = RULES[name](value) if name in RULES else None
        if complaint:
            shown = "The value given" if name == "LEDGER_KEY" else repr(value)
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
    """E003: the template that every public page of the package extends."""
    name = _readable().get("BASE_TEMPLATE", conf.DEFAULTS["BASE_TEMPLATE"])
    if _text(name) or _template_exists(name):
        return []
    return [
        Error(
            f"The base template {name!r} does not exist; no public page of wagtail_disclosure can be shown.",
            hint="Name the template that the pages of your site extend, one with a block content: "
            'WAGTAIL_DISCLOSURE = {"BASE_TEMPLATE": "…"}.',
            id=f"{TAG}.E003",
        )
    ]


def _template_exists(name):
    for engine in engines.all():
        try:
            engine.get_template(name)
        except TemplateDoesNotExist:
            continue
        return True
    return False


@register(TAG)
def check_required_apps(app_configs, **kwargs):
    """E004: Wagtail's own apps that the package works with."""
    return [
        Error(
            f"wagtail_disclosure needs {name!r} in INSTALLED_APPS.",
            hint=f'Add "{name}" to INSTALLED_APPS, after "wagtail_disclosure".',
            id=f"{TAG}.E004",
        )
        for name in REQUIRED_APPS
        if not apps.is_installed(name)
    ]


@register(TAG)
def check_guarded_models(app_configs, **kwargs):
    """E005, E006: models of the site that are to pass the gate."""
    names = _readable().get("GUARDED_MODELS", [])
    if _model_names(names):
        return []
    return [error for name in names for error in _check_guarded_model(name)]


def _check_guarded_model(name):
    try:
        model = apps.get_model(name)
    except (LookupError, ValueError):
        known = [m._meta.label for m in apps.get_models() if issubclass(m, WorkflowMixin)]
        near = get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]!r}?" if near else 'Write it as "app_label.ModelName".'
        return [Error(f"GUARDED_MODELS names {name!r}, which does not exist.", hint=hint, id=f"{TAG}.E005")]
    needed = (DraftStateMixin, RevisionMixin, WorkflowMixin)
    missing = [mixin.__name__ for mixin in needed if not issubclass(model, mixin)]
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


@register(TAG)
def check_translation(app_configs, **kwargs):
    """W001, W002, W007: languages of the content."""
    installed = apps.is_installed("wagtail_localize")
    if installed and compat.PAGE_MODEL != "wagtailcore.Page":
        return [
            Warning(
                f"wagtail_localize does not find pages whose base model is {compat.PAGE_MODEL!r}.",
                hint="It knows wagtailcore.Page only. Do without it, or without WAGTAIL_PAGE_MODEL.",
                id=f"{TAG}.W007",
            )
        ]
    if getattr(settings, "WAGTAIL_I18N_ENABLED", False) and not installed:
        return [
            Warning(
                "WAGTAIL_I18N_ENABLED is True, but wagtail_localize is not installed: documents cannot be "
                "translated and reviewed language by language.",
                hint='Add "wagtail_localize" and "wagtail_localize.locales" to INSTALLED_APPS, the second '
                'in place of "wagtail.locales".',
                id=f"{TAG}.W001",
            )
        ]
    if installed and getattr(settings, "WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE", True):
        return [
            Warning(
                "wagtail_localize tries to publish each new translation at once; the review refuses that.",
                hint="Set WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False: translations then arrive as "
                "drafts and are approved per language.",
                id=f"{TAG}.W002",
            )
        ]
    return []


@register(TAG)
def check_locale_middleware(app_configs, **kwargs):
    """W003: several languages, but no way to choose one."""
    # Django's own default lists every language it knows: only languages that the site chose count.
    chosen = settings.LANGUAGES if settings.is_overridden("LANGUAGES") else []
    middleware = "django.middleware.locale.LocaleMiddleware"
    if len(chosen) < 2 or middleware in settings.MIDDLEWARE:
        return []
    return [
        Warning(
            "LANGUAGES names several languages, but LocaleMiddleware is missing: visitors always get "
            f"{settings.LANGUAGE_CODE!r}.",
            hint=f'Add "{middleware}" to MIDDLEWARE, after SessionMiddleware and before CommonMiddleware.',
            id=f"{TAG}.W003",
        )
    ]


@register(TAG, deploy=True)
def check_sqlite(app_configs, **kwargs):
    """W004: with Django's defaults SQLite answers concurrent forms with "database is locked"."""
    return [
        Warning(
            f"The SQLite database {alias!r} starts its transactions deferred: when several people "
            'write at once, some will see "database is locked".',
            hint=f"Paste into the settings:\n{SQLITE_SNIPPET}",
            id=f"{TAG}.W004",
        )
        for alias in connections
        if _defers(connections[alias].settings_dict)
    ]


def _defers(database):
    mode = database["OPTIONS"].get("transaction_mode") or "DEFERRED"
    return database["ENGINE"].endswith("sqlite3") and mode.upper() == "DEFERRED"


@register(TAG, deploy=True)
def check_ledger_key(app_configs, **kwargs):
    """W006: a ledger that can no longer be verified once SECRET_KEY is replaced."""
    if _readable().get("LEDGER_KEY"):
        return []
    return [
        Warning(
            "The key of the ledger is derived from SECRET_KEY: after a change of SECRET_KEY, earlier "
            "entries can no longer be verified.",
            hint='Set WAGTAIL_DISCLOSURE = {"LEDGER_KEY": …} to a secret of its own that is kept for ever.',
            id=f"{TAG}.W006",
        )
    ]


@register(TAG)
def check_upload_size(app_configs, **kwargs):
    """W009: a text that the editor allows is refused before the editor sees it."""
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    longest = _readable().get("TEXT_MAX_BYTES", conf.DEFAULTS["TEXT_MAX_BYTES"])
    if most is None or _positive_integer(longest) or most >= longest:
        return []
    return [
        Warning(
            f"DATA_UPLOAD_MAX_MEMORY_SIZE ({most}) is below TEXT_MAX_BYTES ({longest}): whoever saves a long text "
            "gets a bare error page and loses it.",
            hint=f"Set DATA_UPLOAD_MAX_MEMORY_SIZE well above, for example to {10 * longest}.",
            id=f"{TAG}.W009",
        )
    ]


@register(Tags.database)
def check_policies(app_configs, databases=None, **kwargs):
    """W005: a catalogue below which nothing can ever be published."""
    from .models import CatalogueIndexPage, ReviewPolicyStep

    if router.db_for_read(CatalogueIndexPage) not in (databases or []):
        return []
    try:
        uncovered = [
            page for page in CatalogueIndexPage.objects.all() if not _has_steps(page, ReviewPolicyStep)
        ]
    except DatabaseError:
        # Before the first migration, or between two releases: the tables are not there yet.
        return []
    return [
        Warning(
            f"No review policy covers the catalogue {page.title!r} ({page.url_path}): nothing in it can be published.",
            hint="Run python manage.py disclosure_setup, or add a review policy to the page or one above it.",
            obj=page,
            id=f"{TAG}.W005",
        )
        for page in uncovered
    ]


def _has_steps(page, steps):
    above = page.get_ancestors(inclusive=True).values("pk")
    return steps.objects.filter(policy__page__in=above).exists()
