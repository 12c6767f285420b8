"""What is data of the upward feed: versions of its schema, which state follows which, when something is tried again."""

import datetime
from functools import cache

from ...rules.data import load


@cache
def feed():
    return load("upward_feed.json")


def versions():
    return list(feed()["versions"])


def may_move(kind, before, after):
    """Whether a submission of ``kind`` goes from state ``before`` to ``after``."""
    possible = feed()["withdrawal_states" if kind == "withdraw" else "publication_states"]
    return after in possible and after in feed()["moves"][before]


def state_of_report(status):
    """The state that a platform means by ``status``, or None for a word that it does not have."""
    return feed()["reports"].get(status) if isinstance(status, str) else None


def wait_after(attempts):
    """How long to wait after so many attempts without an answer; None where it is given up."""
    steps = feed()["backoff_seconds"]
    return datetime.timedelta(seconds=steps[attempts - 1]) if attempts <= len(steps) else None
