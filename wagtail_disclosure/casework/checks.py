"""System checks of casework: keys, where files lie, text messages."""

from pathlib import Path

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.core.files.storage import FileSystemStorage, InvalidStorageError, storages

from .. import conf
from . import sms
from .storage import default_root

TAG = "wagtail_disclosure"


@register(TAG, deploy=True)
def check_field_keys(app_configs, **kwargs):
    """W027: what identifies people is encrypted with a key that is made of SECRET_KEY."""
    if conf.get("FIELD_KEYS"):
        return []
    return [
        Warning(
            "FIELD_KEYS is not set: personal data of applicants is encrypted with a key derived from SECRET_KEY. "
            "Whoever changes SECRET_KEY makes it unreadable.",
            hint="Let the settings read secrets of their own from the environment, the current one first: "
            'WAGTAIL_DISCLOSURE = {"FIELD_KEYS": [os.environ["FIELD_KEY"], …]}. Before that, keep SECRET_KEY in '
            "SECRET_KEY_FALLBACKS and add it to FIELD_KEYS as the last; then run python manage.py "
            "disclosure_rotate_keys.",
            id=f"{TAG}.W027",
        )
    ]


@register(TAG)
def check_case_storage(app_configs, **kwargs):
    """E014: files of cases where the public might read them, or nowhere."""
    complaint = _why_not_private()
    if not complaint:
        return []
    return [
        Error(
            complaint,
            hint="Name a private storage with CASE_STORAGE, or with CASE_FILES_ROOT a folder outside MEDIA_ROOT and "
            "STATIC_ROOT that no web server hands out.",
            id=f"{TAG}.E014",
        )
    ]


def _why_not_private():
    alias = conf.get("CASE_STORAGE")
    if not alias:
        return _why_not_here(default_root())
    if alias in ("default", "staticfiles"):
        return f"CASE_STORAGE is {alias!r}: that storage hands out files to everybody."
    try:
        storage = storages[alias]
    except InvalidStorageError as error:
        return f"CASE_STORAGE names {alias!r}, which cannot be used: {error}"
    return _why_not_here(Path(storage.location)) if isinstance(storage, FileSystemStorage) else ""


def _why_not_here(folder):
    folder = folder.resolve()
    for name in ("MEDIA_ROOT", "STATIC_ROOT"):
        public = getattr(settings, name, None)
        if public and folder.is_relative_to(Path(public).resolve()):
            return f"Files of cases lie in {name}, where everybody may read them."
    return ""


@register(TAG)
def check_sms_backend(app_configs, **kwargs):
    """E016: text messages through something that cannot send any."""
    try:
        backend = sms.backend_class()
        fault = "" if backend is None or callable(getattr(backend, "send", None)) else "it has no method send"
    except Exception as error:
        # A module may raise anything while it is imported.
        fault = f"{type(error).__name__}: {error}"
    if not fault:
        return []
    return [
        Error(
            f"SMS_BACKEND names {conf.get('SMS_BACKEND')!r}, which cannot be used: {fault}.",
            hint="Name a class with send(number, text), or None.",
            id=f"{TAG}.E016",
        )
    ]


@register(Tags.database, deploy=True)
def check_keys_in_use(app_configs, databases=None, **kwargs):
    """W028: values that are under an old key, or under one that is not there."""
    from django.db import DatabaseError, router

    from . import rotation

    found = []
    for model in rotation.encrypted_models():
        if router.db_for_read(model) not in (databases or []):
            continue
        try:
            if rotation.waiting(model).exists():
                found.append(model._meta.label)
        except DatabaseError:
            continue
    if not found:
        return []
    return [
        Warning(
            f"Encrypted under another key than the current one: {', '.join(found)}.",
            hint="Run python manage.py disclosure_rotate_keys; it says which values have lost their key. Only then "
            "take old keys out of FIELD_KEYS.",
            id=f"{TAG}.W028",
        )
    ]
