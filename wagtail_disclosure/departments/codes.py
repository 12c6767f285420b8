"""The codes of an agency as Django validates them: a wrong form is an error, a doubtful code a warning."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ..rules.characters import check_code, folded_code
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


def check_record_code(instance, others):
    """Raise ``ValidationError`` unless the code of a department or category can be read and ``others`` lack it.

    A code in another width or case would be another row of the table, and the same for everybody who reads it.
    """
    try:
        check_code(instance.code)
    except RuleError as error:
        raise ValidationError({"code": str(error)}) from error
    same = folded_code(instance.code)
    for other in others.exclude(pk=instance.pk):
        if folded_code(other.code) == same:
            message = _("“%(name)s” has this code. Give it another one first.")
            raise ValidationError({"code": ValidationError(message, params={"name": other})})


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
