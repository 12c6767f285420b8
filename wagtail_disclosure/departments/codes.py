"""The codes of an agency as Django validates them: a wrong form is an error, a doubtful code a warning."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ..rules.errors import RuleError
from ..rules.organisation_codes import check_organisation_code, check_region_code, check_site_id_code

# Field of the agency -> the rule for its code.
CHECKS = {
    "organisation_code": check_organisation_code,
    "region_code": check_region_code,
    "site_id_code": check_site_id_code,
}


def normal_form(field, text):
    """The code as it is stored. Raises ``ValidationError`` for a wrong form; empty stays empty."""
    if not (text or "").strip():
        return ""
    try:
        return CHECKS[field](text).value
    except RuleError as error:
        raise ValidationError(str(error), code=error.code) from error


def warnings_about(agency):
    """Sentences about codes of ``agency`` that have the right form and yet look wrong."""
    found = []
    for field, check in CHECKS.items():
        value = getattr(agency, field)
        if value:
            try:
                found += [str(warning) for warning in check(value).warnings]
            except RuleError as error:
                found.append(str(error))
    return found


def _validate(field, value):
    # Stored codes stand in their normal form, so that numbers made from them do not differ in spelling.
    normal = normal_form(field, value)
    if normal != value:
        raise ValidationError(_("Write the code as %(normal)s."), params={"normal": normal})


def validate_organisation_code(value):
    _validate("organisation_code", value)


def validate_region_code(value):
    _validate("region_code", value)


def validate_site_id_code(value):
    _validate("site_id_code", value)
