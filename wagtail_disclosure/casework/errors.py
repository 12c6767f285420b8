"""Errors of casework, each with a sentence for whoever meets it."""


class CaseRefused(Exception):
    """What was asked for is not done; the message says why."""


class TrackingRefused(CaseRefused):
    """Number and code do not belong together, or the case does not exist: one error for all.

    ``retry_at`` is the time by which trying is open again, where there were too many tries; None otherwise.
    """

    retry_at = None
