"""Virus scanners: what one has to offer, and which one the setting ``VIRUS_SCANNER`` names.

A scanner that is configured and does not answer lets nothing pass.
"""

import datetime
import logging
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from ... import conf

logger = logging.getLogger("wagtail_disclosure.scanner")


class ScannerUnavailable(Exception):
    """The scanner did not answer, or could not scan the file. ``reason`` is for the log and for webmasters."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


class NotScanned(Exception):
    """The scanner answers, but takes no file like this one. ``reason`` is shown to people."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Version:
    """Engine and signatures in one line, and the day of the signatures where the scanner knows it."""

    text: str
    signatures_at: datetime.datetime | None = None


class VirusScanner:
    """Inherit from this to connect another scanner."""

    def version(self):
        """The :class:`Version` now. Raises :class:`ScannerUnavailable`."""
        raise NotImplementedError

    def scan(self, data):
        """The name of the virus in the bytes ``data``; empty for a clean file.

        Raises :class:`ScannerUnavailable`, and :class:`NotScanned` for a file that it does not take.
        """
        raise NotImplementedError


def get_scanner():
    """The scanner of the setting ``VIRUS_SCANNER``, or None when none is set.

    The setting is a dotted path, or a dictionary with ``BACKEND`` and ``OPTIONS``. Raises
    ``ImproperlyConfigured`` for one that cannot be made.
    """
    named = conf.get("VIRUS_SCANNER")
    if named is None:
        return None
    try:
        path, options = (
            (named, {}) if isinstance(named, str) else (named["BACKEND"], named.get("OPTIONS", {}))
        )
        return import_string(path)(**options)
    except (ImportError, TypeError, ValueError, KeyError, AttributeError) as error:
        raise ImproperlyConfigured(f"VIRUS_SCANNER: {error}") from error


class Session:
    """The configured scanner for a number of files: asked for its version once."""

    def __init__(self):
        self.scanner, self._version = logged(get_scanner), None
        # Why the scanner took no file the last time.
        self.limit = ""

    def __bool__(self):
        return self.scanner is not None

    @property
    def version(self):
        if self._version is None:
            self._version = logged(self.scanner.version)
        return self._version

    def scan(self, data):
        try:
            return logged(self.scanner.scan, data)
        except NotScanned as error:
            self.limit = error.reason
            raise


def logged(call, *args):
    """Whatever goes wrong with a scanner is a :class:`ScannerUnavailable`, and stands in the log."""
    try:
        return call(*args)
    except (ScannerUnavailable, NotScanned) as error:
        logger.error("The virus scanner did not scan: %s", error.reason)
        raise
    except Exception as error:
        logger.exception("The virus scanner failed.")
        raise ScannerUnavailable(type(error).__name__) from error


def message():
    """What people are told when nothing was scanned."""
    return _(
        "The virus scanner does not answer, so nothing was accepted. Try again later or tell the webmaster."
    )
