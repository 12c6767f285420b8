"""What the gate says when it refuses. Every view and API of Wagtail turns these into a message."""

from django.core.exceptions import PermissionDenied


class GateRefused(PermissionDenied):
    """The write would change what the public sees without a complete review or decision."""


class ReviewRequired(GateRefused):
    """Publishing lacks an approval of exactly this content."""


class NotReady(GateRefused):
    """The item cannot enter review yet; ``reason`` is the ``ValidationError`` that says why."""

    def __init__(self, reason):
        super().__init__(" ".join(reason.messages))
        self.reason = reason


class WithdrawalRequired(GateRefused):
    """Something public leaves only by a withdrawal decision or at its approved expiry."""


class NotYourReview(GateRefused):
    """The person may not pass this step of this item."""


class StaleReview(GateRefused):
    """The item changed after the reviewer opened it."""
