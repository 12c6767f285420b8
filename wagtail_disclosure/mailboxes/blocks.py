"""A mailbox in a StreamField of any page: ``("mailbox", MailboxBlock())``."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.blocks import SnippetChooserBlock


class MailboxBlock(SnippetChooserBlock):
    """Chooses a mailbox and shows it, ready to be written to."""

    class Meta:
        icon = "mail"
        label = _("Mailbox")

    def __init__(self, target_model="wagtail_disclosure.Mailbox", **options):
        super().__init__(target_model, **options)

    def render(self, value, context=None):
        from .wizard import embedded

        return embedded(value, (context or {}).get("request"))
