"""System checks of mailboxes."""

from django.core.checks import Tags, register

from ..casework.wizard import checks
from .models import Mailbox


@register(Tags.database)
def check_addresses_of_mailboxes(app_configs, databases=None, **kwargs):
    """W029: a public mailbox to which nobody can write."""
    return checks.without_address(Mailbox, databases, "mailbox")
