"""Events that no action of a transition table makes: they move nothing, and each has its own name."""

from django.utils.translation import gettext_lazy as _

REPROJECTED = "reprojected"
ANONYMISED = "anonymised"
CODE_RENEWED = "code_renewed"
LABELS = {
    REPROJECTED: _("Due date computed anew after the calendar changed"),
    ANONYMISED: _("Personal data taken out"),
    CODE_RENEWED: _("New secret code made"),
}


def label(type_):
    """The name of an event without an action."""
    return str(LABELS.get(type_, type_))
