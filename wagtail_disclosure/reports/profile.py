"""Which jurisdiction's forms are used."""

from .. import conf
from ..rules.profiles import get_profile


def jurisdiction():
    """The code of the jurisdiction profile in force."""
    return conf.get("JURISDICTION")


def profile():
    """The jurisdiction profile in force."""
    return get_profile(jurisdiction())
