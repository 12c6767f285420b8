"""The migrated SQLite database, kept between runs: migrating takes longer than most tests, and its result is the same.

The copy is named after all that migrations are made of, so that a changed one is migrated anew. ``migrate`` runs on the
copy as well.
"""

import hashlib
import importlib
import os
import pkgutil
import sqlite3
import sys
import tempfile
from pathlib import Path

import django
import wagtail
from django.apps import apps
from django.db.backends.signals import connection_created


def _copy():
    """Where the copy for the migrations of now lies."""
    found = hashlib.sha256(
        repr((sys.version, sqlite3.sqlite_version, django.VERSION, wagtail.VERSION)).encode()
    )
    for config in apps.get_app_configs():
        found.update(config.label.encode())
        for path in _migration_files(config):
            found.update(path.read_bytes())
    folder = Path(tempfile.gettempdir()) / f"wagtail-disclosure-tests-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{found.hexdigest()}.sqlite3"


def _migration_files(config):
    try:
        package = importlib.import_module(f"{config.name}.migrations")
    except ModuleNotFoundError:
        return []
    names = sorted(each.name for each in pkgutil.iter_modules(package.__path__))
    return [Path(package.__path__[0]) / f"{name}.py" for name in names]


class Migrated:
    """Fills each empty database in memory from the copy, and keeps one where there is none."""

    def __init__(self):
        self.path = _copy()
        connection_created.connect(self.fill)

    def fill(self, sender, connection, **kwargs):
        if connection.vendor != "sqlite" or not self.path.exists() or self.is_filled(connection):
            return
        if connection.is_in_memory_db():
            with sqlite3.connect(self.path) as source:
                source.backup(connection.connection)
            source.close()

    @staticmethod
    def is_filled(connection):
        return connection.connection.execute("SELECT 1 FROM sqlite_master").fetchone() is not None

    def keep(self, connection):
        connection_created.disconnect(self.fill)
        if connection.vendor != "sqlite" or self.path.exists():
            return
        unfinished = self.path.with_suffix(f".{os.getpid()}")
        with sqlite3.connect(unfinished) as target:
            connection.connection.backup(target)
        target.close()
        unfinished.rename(self.path)
