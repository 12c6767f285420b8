"""A migration finds the database without the seal, and puts it back: SQLite rebuilds tables, and their triggers go."""

from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

from . import triggers

# Databases whose seal was opened for the migration that is running.
_opened = set()


def install(app_config):
    uid = "wagtail_disclosure.database_seal"
    pre_migrate.connect(_before, sender=app_config, dispatch_uid=uid)
    post_migrate.connect(_after, sender=app_config, dispatch_uid=uid)


def _before(sender, using, plan=(), verbosity=1, stdout=None, **kwargs):
    if plan and triggers.remove(connections[using]):
        _opened.add(using)
        _say("The database seal is open while migrations run.", verbosity, stdout)


def _after(sender, using, verbosity=1, stdout=None, **kwargs):
    if using in _opened:
        _opened.discard(using)
        triggers.install(connections[using])
        _say("The database seal is closed again.", verbosity, stdout)


def _say(text, verbosity, stdout):
    if verbosity >= 1 and stdout is not None:
        stdout.write(f"  {text}\n")
