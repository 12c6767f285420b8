"""The day of receipt: the time limit runs from it, and each channel has its own (Art. 31)."""

import datetime

from django.utils.translation import gettext_lazy as _

from .errors import RuleError

# What may be known of a request that came in, in the order in which it can happen.
FACTS = {
    "submitted_on": _("day of submission"),
    "arrived_on": _("day of arrival"),
    "signed_on": _("day it was signed for"),
    "confirmed_on": _("day it was confirmed"),
}


def deciding_fact(channel):
    """The name of the fact that makes the day of receipt for a channel of ``profile.request_channels``."""
    return channel.fact("basis")


def receipt_date(channel, facts):
    """Return the day of receipt of a request; ``None`` while the deciding fact is not known.

    ``channel`` is an item of ``profile.request_channels``; ``facts`` maps names of ``FACTS`` to dates (or
    ``None``). In China a request sent over the internet or by fax, or by ordinary mail, is received on the
    day both sides confirm it, so what was only submitted has no day of receipt yet. Raises ``RuleError`` for
    an unknown fact, for what is no date, and for a fact that lies before one that comes first.
    """
    unknown = sorted(set(facts) - set(FACTS))
    if unknown:
        raise RuleError(_("Unknown fact of receipt: %(names)s."), "unknown_fact", names=", ".join(unknown))
    known = [(name, facts[name]) for name in FACTS if facts.get(name) is not None]
    for name, date in known:
        if not isinstance(date, datetime.date) or isinstance(date, datetime.datetime):
            raise RuleError(_("“%(name)s” is not a date."), "date", name=FACTS[name])
    for (name, date), (later_name, later) in zip(known, known[1:], strict=False):
        if later < date:
            raise RuleError(
                _("“%(later)s” (%(later_date)s) lies before “%(name)s” (%(date)s)."),
                "before",
                name=FACTS[name],
                later=FACTS[later_name],
                date=date.isoformat(),
                later_date=later.isoformat(),
            )
    return facts.get(deciding_fact(channel))


def confirmation_due(channel, facts):
    """The day on which the agency is to confirm receipt with the applicant; ``None`` where none is set.

    An ordinary letter is confirmed on the day it arrives (Art. 31).
    """
    return facts.get(channel.fact("confirm_on")) if channel.fact("confirm_on") else None
