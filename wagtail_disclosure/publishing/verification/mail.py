"""Mail to the superusers when a verification finds what the one before did not."""

from functools import partial

from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse
from wagtail.admin.utils import get_admin_base_url

# At most so many differences stand in the mail; the report has all.
SHOWN = 20


def tell_if_new(record):
    """Mail each superuser once the transaction is committed, if ``record`` has new differences."""
    if record.findings.filter(is_new=True).exists():
        transaction.on_commit(partial(_send, record))


def _send(record):
    from ..review.mail import send

    new = record.findings.filter(is_new=True)
    path = reverse("wagtail_disclosure_review:verification", args=[record.pk])
    context = {
        "run": record,
        "new": list(new[:SHOWN]),
        "count": new.count(),
        "url": (get_admin_base_url() or "") + path,
    }
    users = get_user_model()._default_manager.filter(is_superuser=True, is_active=True).order_by("pk")
    send("verification", users, None, context)
