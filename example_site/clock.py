"""The clock of the demonstration: it replays three years of an agency's work in a few minutes.

Inside :func:`moment` the whole process takes the given time for now, so that drafts, approvals, publications, index
numbers and the ledger bear the times at which they are said to have happened. Only the loader of the demonstration
uses it; the package itself has no way to be told another time.
"""

from contextlib import contextmanager
from unittest import mock

from django.utils import timezone


@contextmanager
def moment(at):
    """Everything in this block happens at ``at`` (an aware datetime)."""
    with mock.patch.object(timezone, "now", lambda: at):
        yield at
