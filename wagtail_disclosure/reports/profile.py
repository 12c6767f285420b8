"""Which jurisdiction's forms are used."""

from .. import conf


def jurisdiction():
    """The code of the jurisdiction profile in force."""
    return conf.get("JURISDICTION")
