"""Events that no action of a transition table makes: they move nothing, and each has its own name."""

from django.utils.translation import gettext_lazy as _

REPROJECTED = "reprojected"
ANONYMISED = "anonymised"
CODE_RENEWED = "code_renewed"
# A notification that reached nobody; its data name the notification, the recipient and the channel.
NOT_SENT = "notification_not_sent"
# A link that an officer had sent again.
LINK_SENT = "consultation_link_sent"
LABELS = {
    REPROJECTED: _("Due date computed anew after the calendar changed"),
    ANONYMISED: _("Personal data taken out"),
    CODE_RENEWED: _("New secret code made"),
    NOT_SENT: _("A notification could not be sent"),
    LINK_SENT: _("A new link was sent to a consulted party"),
}


def label(type_):
    """The name of an event without an action."""
    return str(LABELS.get(type_, type_))
