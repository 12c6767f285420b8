"""Where the files of cases lie: never below MEDIA_ROOT, never with an address of their own.

``CASE_STORAGE`` names an alias of Django's ``STORAGES``, for example a private bucket. Without it they lie on the disk,
in ``CASE_FILES_ROOT`` or beside MEDIA_ROOT.
"""

from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import FileSystemStorage, InvalidStorageError, storages
from django.core.signals import setting_changed
from django.utils.functional import LazyObject, empty

from .. import conf

FOLDER = "disclosure-case-files"


def default_root():
    """The folder on the disk: that of the setting, else one beside MEDIA_ROOT."""
    named = conf.get("CASE_FILES_ROOT")
    if named:
        return Path(named)
    media = Path(settings.MEDIA_ROOT).resolve() if settings.MEDIA_ROOT else None
    return (media.parent if media else Path.cwd()) / FOLDER


class PrivateFiles(FileSystemStorage):
    """Files on the disk that only the server's own user may read."""

    def __init__(self):
        super().__init__(
            location=default_root(), file_permissions_mode=0o600, directory_permissions_mode=0o700
        )

    def url(self, name):
        raise SuspiciousOperation("Files of cases have no address of their own.")


class CaseStorage(LazyObject):
    """The storage that the settings name, looked up when it is needed."""

    def _setup(self):
        alias = conf.get("CASE_STORAGE")
        try:
            self._wrapped = storages[alias] if alias else PrivateFiles()
        except InvalidStorageError:
            # ``manage.py check`` says so (E014); until then nothing lies where the public might read it.
            self._wrapped = PrivateFiles()


case_files = CaseStorage()


def case_storage():
    """For the ``storage`` of file fields: migrations name this function and no place on any machine."""
    return case_files


def _forget(*, setting, **kwargs):
    if setting in ("WAGTAIL_DISCLOSURE", "STORAGES", "MEDIA_ROOT"):
        case_files._wrapped = empty


setting_changed.connect(_forget)
