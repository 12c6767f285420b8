"""Text messages, through a backend that the site names: the package itself sends none.

A backend is a class with ``send(number, text)``, made without arguments for each message; it raises whatever it likes
when the message cannot be sent. ``SMS_BACKEND`` is its dotted path.
"""

import logging
import re

from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from .. import conf

logger = logging.getLogger("wagtail_disclosure.sms")
# One message of 16-bit characters.
LONGEST = 70
ALWAYS = "always"
NUMBER = re.compile(r"\+?\d{7,15}")


class ConsoleBackend:
    """Prints messages in place of sending them, for a demonstration."""

    def send(self, number, text):
        print(f"SMS → {number}: {text}")


class LocmemBackend:
    """Keeps messages in ``outbox``, for tests."""

    outbox = []

    def send(self, number, text):
        self.outbox.append((number, text))


def backend_class():
    """The class that the setting names, or None. Raises ``ImportError`` for a path that leads nowhere."""
    path = conf.get("SMS_BACKEND")
    return import_string(path) if path else None


def is_wanted(mailed):
    """Whether somebody who got a mail (or did not) gets a message as well."""
    return bool(conf.get("SMS_BACKEND")) and (not mailed or conf.get("SMS_WHEN") == ALWAYS)


def number_of(text):
    """The number that ``text`` is, without spaces and hyphens; empty where it is none."""
    plain = re.sub(r"[\s()（）\-‐–—.]", "", text or "")
    return plain if NUMBER.fullmatch(plain) else ""


def text_about(case, what):
    """``what`` happened to ``case``, with its number and the name of the site: no personal data, no code."""
    text = _("%(what)s (%(number)s). Look it up on the website with your number and code.") % {
        "what": what,
        "number": case.number,
    }
    site = case.agency.issuing_name
    room = LONGEST - len(text) - 2
    if room < 2:
        text = f"{what} {case.number}"
        room = LONGEST - len(text) - 2
    if len(site) > room:
        site = f"{site[: room - 1]}…" if room > 1 else ""
    return (f"【{site}】{text}" if site else text)[:LONGEST]


def send(case, phone, text):
    """Send ``text``. Returns whether it was handed over; a failure is logged without number and text."""
    number = number_of(phone)
    if not number:
        return False
    try:
        backend_class()().send(number, text)
    except Exception as error:
        logger.error("A message about case %s was not sent: %s", case.number, type(error).__name__)
        return False
    return True
