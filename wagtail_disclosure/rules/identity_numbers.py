"""Numbers of identity documents. The law asks for proof of identity (Art. 29), not for a well-formed number:
what looks wrong is a warning for the officer and a question to the applicant, never a refusal.
"""

import datetime
import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from .errors import RuleError
from .organisation_codes import PROVINCES, CheckedCode, InvalidCode, check_organisation_code
from .personal_numbers import id_check_character

GB11643 = "gb11643"
# Residence permits of people from Hong Kong, Macao and Taiwan begin with 81, 82 and 83.
REGIONS = PROVINCES | {"83"}
FORM = re.compile(r"\d{17}[\dX]", re.ASCII)
OLD_FORM = re.compile(r"\d{15}", re.ASCII)
FIRST_BIRTH = datetime.date(1880, 1, 1)


def check_identity_number(document, text, today):
    """Return the ``CheckedCode`` of the number of an identity document.

    ``document`` is an item of ``profile.identity_documents``; its ``check`` says which standard its numbers
    follow. Full-width characters and small letters are normalised, spaces and hyphens between digits taken
    out where a standard has none. All that looks wrong is in ``warnings``; nothing is raised.
    """
    value = unicodedata.normalize("NFKC", text or "").strip().upper()
    standard = document.fact("check")
    if standard == GB11643:
        value = re.sub(r"[\s\-]", "", value)
        return CheckedCode(value, standard, tuple(_resident_warnings(value, today)))
    if standard:
        try:
            return check_organisation_code(value)
        except InvalidCode as error:
            return CheckedCode(value, standard, (error,))
    return CheckedCode(value, "", () if value else (_missing(),))


def _missing():
    return RuleError(_("The number of the identity document is missing."), "missing")


def _resident_warnings(value, today):
    if not value:
        yield _missing()
        return
    if OLD_FORM.fullmatch(value):
        yield RuleError(
            _("An identity number of 15 digits is out of use since 2013; ask for the present one."),
            "old_form",
        )
        return
    if not FORM.fullmatch(value):
        yield RuleError(
            _(
                "A resident identity number has 17 digits and a digit or X; this one has %(length)s characters."
            ),
            "form",
            length=len(value),
        )
        return
    if value[:2] not in REGIONS:
        yield RuleError(
            _("No region has identity numbers that begin with %(value)s."), "region", value=value[:2]
        )
    if not _is_birth_date(value[6:14], today):
        yield RuleError(_("The identity number contains no possible date of birth."), "birth_date")
    if id_check_character(value[:17]) != value[17]:
        yield RuleError(
            _("The check character of the identity number is wrong; compare it with the document."),
            "check_character",
        )


def _is_birth_date(digits, today):
    try:
        born = datetime.datetime.strptime(digits, "%Y%m%d").date()
    except ValueError:
        return False
    return FIRST_BIRTH <= born <= today
