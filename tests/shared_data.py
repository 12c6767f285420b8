"""Data that a module builds once: in a transaction that is taken back at its end, with a savepoint for every test."""

from contextlib import contextmanager

from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.db import transaction


@contextmanager
def taken_back(blocker):
    """Inside, a fixture of a module writes; ``blocker`` is pytest-django's."""
    with blocker.unblock(), transaction.atomic():
        for cache in caches.all():
            cache.clear()
        yield
        transaction.set_rollback(True)
    ContentType.objects.clear_cache()
