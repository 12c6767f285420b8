"""What a name or another line of text must not have in it, and how codes are compared."""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from .errors import RuleError

# Control characters, marks that turn the direction, halves of characters, and what is no character.
NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
# What XML cannot hold: in feeds, Word documents and messages it is left out.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Letters that show nothing.
FILLERS = set("\u115f\u1160\u2800\u3164\uffa0")
CODE = re.compile(r"[^\W_](?:[\w.\-]*[^\W_])?")


def is_visible(text):
    """Whether there is anything to be seen in ``text``."""
    return any(unicodedata.category(char)[0] not in "CZM" and char not in FILLERS for char in text)


def check_line(text):
    """Raise ``RuleError`` for a text with characters that are none, or with nothing to be seen; empty is allowed."""
    bad = NOT_TEXT.search(text)
    if bad:
        raise RuleError(
            _("There is a character that is no text: U+%(number)s."),
            "not_text",
            number=f"{ord(bad.group()):04X}",
        )
    if text and not is_visible(text):
        raise RuleError(_("There is nothing to be seen in this text."), "invisible")


def folded_code(text):
    """``text`` as codes are compared: width and case do not matter."""
    return unicodedata.normalize("NFKC", text).casefold()


def check_code(text):
    """Raise ``RuleError`` unless ``text`` can be the code of a department or category."""
    normal = unicodedata.normalize("NFKC", text)
    if normal != text and CODE.fullmatch(normal):
        raise RuleError(_("Write the code as %(normal)s."), "width", normal=normal)
    if not CODE.fullmatch(text):
        raise RuleError(
            _("A code has letters, digits, points and hyphens, and starts and ends with a letter or digit."),
            "form",
        )
