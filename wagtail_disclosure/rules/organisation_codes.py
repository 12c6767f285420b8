"""Codes that identify a public body: organisation code, region code, website identification code.

A code of the wrong form is an error. A wrong check character is only a warning: numbers in official use
break it, because the first part of an index number is often a region code with a serial instead of a real
organisation code.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from .errors import RuleError

GB11714 = "gb11714"
GB32100 = "gb32100"

GB11714_FORM = re.compile(r"[0-9A-Z]{8}[0-9X]")
GB11714_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
# GB 32100 leaves out I, O, S, V and Z.
GB32100_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
GB32100_FORM = re.compile(rf"[{GB32100_ALPHABET}]{{2}}\d{{6}}[{GB32100_ALPHABET}]{{10}}", re.ASCII)

# First two digits of GB/T 2260: the province-level divisions.
PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46".split()
    + "50 51 52 53 54 61 62 63 64 65 71 81 82".split()
)
REGION_FORM = re.compile(r"\d{6}", re.ASCII)
SITE_FORM = re.compile(r"[0-9A-Za-z]{10}", re.ASCII)
# A ministry's site (bm + 8 digits), or a region's: region code and serial.
KNOWN_SITE_FORM = re.compile(r"bm\d{8}|\d{10}", re.ASCII | re.IGNORECASE)


class InvalidCode(RuleError):
    """The text does not have the form of such a code."""


@dataclass(frozen=True)
class CheckedCode:
    """A code in its normal form. ``warnings`` are messages about what looks wrong but is in use."""

    value: str
    standard: str
    warnings: tuple = ()

    def __str__(self):
        return self.value


def _fold(text):
    return unicodedata.normalize("NFKC", text or "").strip()


def gb11714_check_character(body):
    """Return the check character that GB 11714 prescribes for the first eight characters."""
    total = sum(int(char, 36) * weight for char, weight in zip(body, GB11714_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def gb32100_check_character(body):
    """Return the check character that GB 32100 prescribes for the first seventeen characters."""
    total = sum(GB32100_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(body))
    return GB32100_ALPHABET[-total % 31]


def check_organisation_code(text):
    """Return the ``CheckedCode`` of an organisation code (GB 11714, 9 characters) or a unified social credit
    code (GB 32100, 18 characters).

    Full-width characters, small letters, and hyphens or spaces between the characters are normalised. Raises
    ``InvalidCode`` for any other form; a wrong check character is a warning.
    """
    value = re.sub(r"[\s\-‐-―−]", "", _fold(text)).upper()
    if GB11714_FORM.fullmatch(value):
        standard, expected = GB11714, gb11714_check_character(value[:-1])
    elif GB32100_FORM.fullmatch(value):
        standard, expected = GB32100, gb32100_check_character(value[:-1])
    else:
        raise InvalidCode(
            _("“%(value)s” is neither an organisation code of 9 characters nor a social credit code of 18."),
            "organisation_code",
            value=str(text or ""),
        )
    if value[-1] == expected:
        return CheckedCode(value, standard)
    warning = RuleError(
        _(
            "The check character of %(value)s should be %(expected)s. Keep the code if it is the one in official use."
        ),
        "check_character",
        value=value,
        expected=expected,
    )
    return CheckedCode(value, standard, (warning,))


def check_region_code(text):
    """Return the ``CheckedCode`` of a region code (GB/T 2260, six digits); ``InvalidCode`` for another
    form.
    """
    value = _fold(text)
    if not REGION_FORM.fullmatch(value):
        raise InvalidCode(
            _("“%(value)s” is not a region code of 6 digits."), "region_code", value=str(text or "")
        )
    if value[:2] in PROVINCES:
        return CheckedCode(value, "gbt2260")
    warning = RuleError(
        _("No province has a region code that begins with %(value)s."), "province", value=value[:2]
    )
    return CheckedCode(value, "gbt2260", (warning,))


def check_site_id_code(text):
    """Return the ``CheckedCode`` of a website identification code (10 characters, such as ``bm01000001``).

    Raises ``InvalidCode`` for another form; a form not seen on official sites is a warning.
    """
    value = _fold(text)
    if not SITE_FORM.fullmatch(value):
        raise InvalidCode(
            _("“%(value)s” is not a website identification code of 10 characters."),
            "site_id_code",
            value=str(text or ""),
        )
    if KNOWN_SITE_FORM.fullmatch(value):
        return CheckedCode(value.lower(), "site")
    warning = RuleError(
        _("%(value)s is neither “bm” with 8 digits nor a region code with a serial number."),
        "site_form",
        value=value,
    )
    return CheckedCode(value, "site", (warning,))
