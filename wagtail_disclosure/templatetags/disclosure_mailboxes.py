"""Mailboxes in templates of the site."""

from django import template

from wagtail_disclosure.casework.wizard.embedding import by_code
from wagtail_disclosure.mailboxes.models import Mailbox
from wagtail_disclosure.mailboxes.wizard import embedded

register = template.Library()


@register.simple_tag(takes_context=True)
def disclosure_mailbox(context, mailbox, heading=2):
    """``{% disclosure_mailbox "leader" %}``: the mailbox with that code, or a ``Mailbox``, ready to be written to.

    The mailbox in the language of the page is shown where there is one. Nothing is shown for a code that does not
    exist. ``heading`` is the level of its heading; 0 leaves it out.
    """
    definition = mailbox if isinstance(mailbox, Mailbox) else by_code(Mailbox, mailbox, context.get("page"))
    return embedded(definition, context.get("request"), heading=heading)
