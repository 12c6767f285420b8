"""System checks of the site: its languages, what a deployment needs, what the database holds."""

from django.apps import apps
from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections, router
from django.utils import timezone

from . import compat, conf
from .installation import advice
from .publishing.database_seal import triggers
from .publishing.safety.scanner import ScannerUnavailable, get_scanner, logged

TAG = "wagtail_disclosure"
SQLITE_SNIPPET = """DATABASES["default"]["OPTIONS"] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}"""
# Codes of old for Chinese, as many projects still have them.
OLD_CODES = {
    "zh-cn": "zh-hans",
    "zh-sg": "zh-hans",
    "zh": "zh-hans",
    "zh-hans-cn": "zh-hans",
    "zh-tw": "zh-hant",
    "zh-hk": "zh-hant",
}


@register(TAG)
def check_translation(app_configs, **kwargs):
    """W001, W002, W007, W016: languages of the content."""
    installed = apps.is_installed("wagtail_localize")
    if installed and compat.PAGE_MODEL != "wagtailcore.Page":
        return [
            Warning(
                f"wagtail_localize does not find pages whose base model is {compat.PAGE_MODEL!r}.",
                hint="It knows wagtailcore.Page only. Do without it, or without WAGTAIL_PAGE_MODEL.",
                id=f"{TAG}.W007",
            )
        ]
    if not installed:
        return _check_without_localize()
    found = []
    if getattr(settings, "WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE", True):
        found.append(
            Warning(
                "wagtail_localize tries to publish each new translation at once; the review refuses that.",
                hint="Set WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False: translations then arrive as "
                "drafts and are approved per language.",
                id=f"{TAG}.W002",
            )
        )
    if not apps.is_installed("wagtail_localize.locales"):
        found.append(
            Warning(
                "wagtail_localize is installed without wagtail_localize.locales: languages cannot be kept in step "
                "in the admin.",
                hint='Add "wagtail_localize.locales" to INSTALLED_APPS, in place of "wagtail.locales" where that '
                "is there.",
                id=f"{TAG}.W016",
            )
        )
    return found


def _check_without_localize():
    if not getattr(settings, "WAGTAIL_I18N_ENABLED", False):
        return []
    return [
        Warning(
            "WAGTAIL_I18N_ENABLED is True, but wagtail_localize is not installed: documents cannot be "
            "translated and reviewed language by language.",
            hint='Add "wagtail_localize" and "wagtail_localize.locales" to INSTALLED_APPS, the second '
            'in place of "wagtail.locales".',
            id=f"{TAG}.W001",
        )
    ]


def _warnings(number, *found):
    return [Warning(each.text, hint=each.how, id=f"{TAG}.{number}") for each in found if each is not None]


@register(TAG)
def check_addresses_of_languages(app_configs, **kwargs):
    """W008: several languages at one address."""
    return _warnings("W008", advice.about_addresses_of_languages())


@register(TAG)
def check_language_codes(app_configs, **kwargs):
    """W015: Chinese under a code that Django has no translations for."""
    codes = {settings.LANGUAGE_CODE, *(code for code, _name in settings.LANGUAGES)}
    return [
        Warning(
            f"Neither Django nor Wagtail is translated under the language code {code!r}.",
            hint=f'Write "{OLD_CODES[folded]}" in LANGUAGE_CODE, LANGUAGES and WAGTAIL_CONTENT_LANGUAGES.',
            id=f"{TAG}.W015",
        )
        for code in sorted(map(str, codes))
        if (folded := code.lower().replace("_", "-")) in OLD_CODES
    ]


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
    if conf.get("LEDGER_KEY"):
        return []
    return [
        Warning(
            "The key of the ledger is derived from SECRET_KEY: after a change of SECRET_KEY, earlier "
            "entries can no longer be verified.",
            hint='Set WAGTAIL_DISCLOSURE = {"LEDGER_KEY": …} to a secret of its own that is kept for ever. Where there '
            "are entries already, put the present SECRET_KEY into LEDGER_KEY_FALLBACKS.",
            id=f"{TAG}.W006",
        )
    ]


@register(TAG)
def check_upload_size(app_configs, **kwargs):
    """W009: a text that the editor allows is refused before the editor sees it."""
    most, longest = settings.DATA_UPLOAD_MAX_MEMORY_SIZE, conf.get("TEXT_MAX_BYTES")
    if most is None or most >= longest:
        return []
    return [
        Warning(
            f"DATA_UPLOAD_MAX_MEMORY_SIZE ({most}) is below TEXT_MAX_BYTES ({longest}): whoever saves a long text "
            "gets a bare error page and loses it.",
            hint=f"Set DATA_UPLOAD_MAX_MEMORY_SIZE well above, for example to {10 * longest}.",
            id=f"{TAG}.W009",
        )
    ]


@register(TAG, deploy=True)
def check_time_zone(app_configs, **kwargs):
    """W012: days counted in another zone than the law's."""
    return _warnings("W012", advice.about_time_zone())


@register(TAG, deploy=True)
def check_mails(app_configs, **kwargs):
    """W013, W014: mails that lead to an example, or come from nowhere."""
    return _warnings("W013", advice.about_admin_address()) + _warnings("W014", advice.about_sender())


@register(Tags.database)
def check_agency(app_configs, databases=None, **kwargs):
    """W010: nothing was set up yet."""
    from .models import Agency

    if _in_database(Agency, databases, lambda: Agency.objects.exists()) is not False:
        return []
    return [
        Warning(
            "There is no agency yet: wagtail_disclosure is installed, but nothing can be entered or published.",
            hint='Run python manage.py disclosure_setup --name "…" --code ….',
            id=f"{TAG}.W010",
        )
    ]


@register(Tags.database, deploy=True)
def check_host(app_configs, databases=None, **kwargs):
    """W011: a site that still has the host name it was made with."""
    from .models import Agency

    agencies = _in_database(Agency, databases, lambda: list(Agency.objects.select_related("site")))
    return _warnings("W011", *(advice.about_host(each.site) for each in agencies or []))


@register(Tags.database)
def check_policies(app_configs, databases=None, **kwargs):
    """W005: a catalogue below which nothing can ever be published."""
    from .models import CatalogueIndexPage

    def uncovered():
        return [page for page in CatalogueIndexPage.objects.all() if not _has_steps(page)]

    return [
        Warning(
            f"No review policy covers the catalogue {page.title!r} ({page.url_path}): nothing in it can be published.",
            hint="Run python manage.py disclosure_setup, or add a review policy to the page or one above it.",
            obj=page,
            id=f"{TAG}.W005",
        )
        for page in _in_database(CatalogueIndexPage, databases, uncovered) or []
    ]


@register(Tags.database)
def check_database_seal(app_configs, databases=None, **kwargs):
    """E009, W018: the setting and the triggers of the database disagree."""
    from .models import Seal

    alias = router.db_for_write(Seal)
    # Asked for a row first: before the first migration there is nothing to seal.
    found = _in_database(
        Seal, databases, lambda: Seal.objects.exists() is not None and triggers.state(connections[alias])
    )
    if found is None:
        return []
    if not conf.get("DATABASE_SEAL"):
        if not found.is_installed:
            return []
        return [
            Error(
                "The database is sealed, but DATABASE_SEAL is off: nothing can be published, changed or withdrawn.",
                hint='Set WAGTAIL_DISCLOSURE = {"DATABASE_SEAL": True}, or run python manage.py disclosure_seal remove.',
                id=f"{TAG}.E009",
            )
        ]
    if found.is_current:
        return []
    concerned = ", ".join((*found.outdated, *found.missing))
    return [
        Warning(
            f"DATABASE_SEAL is on, but the seal of the database is not complete: {concerned}."
            if found.is_installed
            else "DATABASE_SEAL is on, but the database is not sealed.",
            hint="Run python manage.py disclosure_seal install.",
            id=f"{TAG}.W018",
        )
    ]


def _has_steps(page):
    from .publishing.evidence import policies_for

    return any(policy.steps.exists() for policy in policies_for(page))


def _in_database(model, databases, ask):
    """What ``ask()`` returns; None where the database is not to be asked or has no tables yet."""
    if router.db_for_read(model) not in (databases or []):
        return None
    try:
        return ask()
    except DatabaseError:
        # Before the first migration, or between two releases.
        return None


@register(TAG)
def check_documents_are_asked_for(app_configs, **kwargs):
    """W017: files of drafts whose addresses lead past Wagtail."""
    method = getattr(settings, "WAGTAILDOCS_SERVE_METHOD", None)
    if method not in ("direct", "redirect"):
        return []
    return [
        Warning(
            f"WAGTAILDOCS_SERVE_METHOD is {method!r}: whoever has the address of a file in storage reads it, "
            "also while only a draft uses it.",
            hint='Set WAGTAILDOCS_SERVE_METHOD = "serve_view". Where the storage signs its addresses and they '
            'expire soon, "redirect" is safe as well: silence this check then.',
            id=f"{TAG}.W017",
        )
    ]


@register(TAG, deploy=True)
def check_virus_scanner(app_configs, **kwargs):
    """E012, W025, W026: a scanner that is configured has to answer, or nothing can be uploaded or approved."""
    try:
        scanner = get_scanner()
        version = logged(scanner.version) if scanner is not None else None
    except (ImproperlyConfigured, ScannerUnavailable) as error:
        return [
            Error(
                f"The virus scanner cannot be used: {error}",
                hint="Until it answers, no file is uploaded and nothing is submitted or approved. See docs/files.md.",
                id=f"{TAG}.E012",
            )
        ]
    if scanner is None:
        return []
    return [*_old_signatures(version), *_small_scanner(scanner)]


def _old_signatures(version):
    most = conf.get("VIRUS_SIGNATURES_MAX_DAYS")
    if version.signatures_at is not None and (timezone.now() - version.signatures_at).days > most:
        yield Warning(
            f"The virus signatures are older than {most} days ({version.text}).",
            hint="Let freshclam run, or bring its files by hand.",
            id=f"{TAG}.W025",
        )


def _small_scanner(scanner):
    most, taken = conf.get("FILE_MAX_BYTES"), getattr(scanner, "max_bytes", None)
    if taken is not None and taken < most:
        yield Warning(
            f"The virus scanner takes files of {taken} bytes, the site of {most}: those between are refused.",
            hint="Raise StreamMaxLength in clamd.conf and max_bytes in VIRUS_SCANNER, or lower FILE_MAX_BYTES.",
            id=f"{TAG}.W026",
        )


@register(Tags.database, deploy=True)
def check_verification(app_configs, databases=None, **kwargs):
    """W021: nobody has looked for a while whether what is public is what was approved."""
    from .publishing.models import Seal
    from .publishing.verification.runs import is_overdue, last_run

    def overdue():
        return Seal.objects.in_force().exists() and is_overdue(last_run())

    if not _in_database(Seal, databases, overdue):
        return []
    return [
        Warning(
            f"What is public was not compared with what was approved in the last {conf.get('VERIFY_DAYS')} days: raw "
            "SQL and overwritten files would not have been noticed.",
            hint="Let cron run python manage.py disclosure_verify, daily with --fast and weekly without.",
            id=f"{TAG}.W021",
        )
    ]
