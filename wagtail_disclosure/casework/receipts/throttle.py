"""How often something may be tried: per sender and by everybody together, counted in the cache.

Each count runs for a fixed time. When the cache is down, or keeps nothing, each process counts for itself: nobody is
locked out by that, and nobody may try without end.
"""

import logging
import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from django.core.cache import cache

from ... import conf

logger = logging.getLogger("wagtail_disclosure.throttle")
PREFIX = "disclosure-throttle"
KEPT = 10_000


@dataclass(frozen=True)
class Limit:
    """At most ``most`` in ``seconds``."""

    name: str
    most: int
    seconds: int


def limit(name):
    """The :class:`Limit` that the setting ``CASE_LIMITS`` sets for ``name``, or its default. Raises ``KeyError``."""
    most, seconds = {**conf.DEFAULTS["CASE_LIMITS"], **conf.get("CASE_LIMITS")}[name]
    return Limit(name, most, seconds)


def allows(name, key="", cost=1):
    """Count one try of ``name`` by ``key`` (a sender, a number; empty for everybody) and say whether it may be."""
    bound = limit(name)
    return _counted(f"{PREFIX}:{name}:{key}", bound.seconds, cost) <= bound.most


def _counted(key, seconds, cost):
    try:
        cache.add(key, 0, seconds)
        found = cache.incr(key, cost)
        if isinstance(found, int):
            return found
    except ValueError:
        # It ended in this moment, or the cache keeps nothing.
        pass
    except Exception:
        # Whatever a cache raises that is down.
        logger.exception("The cache cannot count; this process counts for itself.")
    return _memory.add(key, seconds, cost)


class _Memory:
    """Counts of this process, the oldest forgotten first."""

    def __init__(self):
        self._lock, self._counts = Lock(), OrderedDict()

    def add(self, key, seconds, cost):
        now = time.monotonic()
        with self._lock:
            count, until = self._counts.pop(key, (0, 0))
            if until <= now:
                count, until = 0, now + seconds
            self._counts[key] = (count + cost, until)
            while len(self._counts) > KEPT:
                self._counts.popitem(last=False)
            return count + cost

    def clear(self):
        with self._lock:
            self._counts.clear()


_memory = _Memory()
