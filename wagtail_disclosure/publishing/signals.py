"""Sent by the gate inside the publishing transaction."""

from django.dispatch import Signal

# An item entered the published register or was rewritten in it. Provides: published (PublishedItem), item.
register_entered = Signal()

# An item left the register. Provides: page_id.
register_left = Signal()

# A step of review waits for reviewers, was passed, or returned the item. Provides: task_state, item, user.
review_waiting = Signal()
review_passed = Signal()
review_returned = Signal()

# Approvals became void because the item or one of its files changed. Provides: approvals, item, user.
approvals_voided = Signal()

# A delegation was entered or ended. Provides: delegation, user.
delegation_changed = Signal()

# A takedown was made, ratified or refused (takedown), or nobody decided in time (escalated, a list).
takedown_changed = Signal()

# A change of validity was proposed, confirmed or declined. Provides: change.
validity_changed = Signal()
# An item is withheld from visitors after a verification, or shown again. Provides: item.
withholding_changed = Signal()
