"""Counting views without writing to the database for each: they wait in the cache and are added up now and then.

A cache that all processes share holds them until ``disclosure_flush_views`` runs. A cache of one process cannot be
seen by that command, so each process keeps its own count and stores it itself, once in ``INTERVAL`` seconds at most.
"""

import time
from collections import Counter
from threading import Lock

from django.core.cache import DEFAULT_CACHE_ALIAS, cache, caches
from django.db import DatabaseError, transaction
from django.db.models import F

from .models import ViewCount

INTERVAL = 300  # seconds
LOCK_SECONDS = 60
PREFIX = "disclosure-views"
# Caches of one process, and one that would itself write to the database.
HELD_BY_PROCESS = ("LocMemCache", "DummyCache", "DatabaseCache")


class ProcessBuffer:
    """Views counted in the memory of this process."""

    def __init__(self):
        self._lock, self._counts, self._stored_at = Lock(), Counter(), time.monotonic()

    def add(self, page_id):
        with self._lock:
            self._counts[page_id] += 1
            due = time.monotonic() - self._stored_at >= INTERVAL
        if due:
            flush()

    def waiting(self, page_id):
        return self._counts[page_id]

    def take(self):
        with self._lock:
            taken, self._counts = self._counts, Counter()
            self._stored_at = time.monotonic()
        return taken

    def give_back(self, taken):
        with self._lock:
            self._counts.update(taken)

    def settle(self, taken):
        """Nothing is left to do: what was taken is no longer counted here."""


class CacheBuffer:
    """Views counted in a cache that all processes share: a numbered log of page keys, and a count for each page."""

    def add(self, page_id):
        cache.add(f"{PREFIX}:last", 0, timeout=None)
        number = cache.incr(f"{PREFIX}:last")
        cache.set(f"{PREFIX}:log:{number}", page_id, timeout=None)
        cache.add(f"{PREFIX}:page:{page_id}", 0, timeout=None)
        cache.incr(f"{PREFIX}:page:{page_id}")

    def waiting(self, page_id):
        return max(cache.get(f"{PREFIX}:page:{page_id}", 0), 0)

    def take(self):
        if not cache.add(f"{PREFIX}:lock", 1, timeout=LOCK_SECONDS):
            return Counter()
        first, last = cache.get(f"{PREFIX}:taken", 0), cache.get(f"{PREFIX}:last", 0)
        keys = [f"{PREFIX}:log:{number}" for number in range(first + 1, last + 1)]
        found = cache.get_many(keys)
        cache.set(f"{PREFIX}:taken", last, timeout=None)
        cache.delete_many(keys)
        return Counter(found.values())

    def give_back(self, taken):
        for page_id, count in taken.items():
            for _view in range(count):
                number = cache.incr(f"{PREFIX}:last")
                cache.set(f"{PREFIX}:log:{number}", page_id, timeout=None)
        cache.delete(f"{PREFIX}:lock")

    def settle(self, taken):
        for page_id, count in taken.items():
            cache.decr(f"{PREFIX}:page:{page_id}", count)
        cache.delete(f"{PREFIX}:lock")


_process_buffer = ProcessBuffer()


def buffer():
    kind = type(caches[DEFAULT_CACHE_ALIAS]).__name__
    return _process_buffer if kind in HELD_BY_PROCESS else CacheBuffer()


def count(page_id):
    """Count one view of a public item."""
    buffer().add(page_id)


def views_of(page_id):
    """How often a public item was read: stored views and those that wait."""
    key = f"{PREFIX}:stored:{page_id}"
    stored = cache.get(key)
    if stored is None:
        stored = ViewCount.objects.filter(pk=page_id).values_list("count", flat=True).first() or 0
        cache.set(key, stored, INTERVAL)
    return stored + buffer().waiting(page_id)


def flush():
    """Store the views that wait. Returns how many there were; if the database refuses, they go on waiting."""
    waiting = buffer()
    taken = waiting.take()
    try:
        with transaction.atomic():
            for page_id, views in sorted(taken.items()):
                if not ViewCount.objects.filter(pk=page_id).update(count=F("count") + views):
                    ViewCount.objects.get_or_create(pk=page_id)
                    ViewCount.objects.filter(pk=page_id).update(count=F("count") + views)
    except DatabaseError:
        waiting.give_back(taken)
        return 0
    waiting.settle(taken)
    cache.delete_many([f"{PREFIX}:stored:{page_id}" for page_id in taken])
    return taken.total()
