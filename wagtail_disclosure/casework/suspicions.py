"""What in a text that is to be made public may identify people: numbers, and the people of the case (P8)."""

from django.utils.translation import gettext as _

from ..rules.personal_numbers import find_personal_numbers, masked
from . import identity
from .encryption import PersonalField

KINDS = {
    "id_number": lambda: _("identity number"),
    "mobile_number": lambda: _("mobile telephone"),
    "bank_card": lambda: _("bank card"),
}


def suspected(text, case):
    """Sentences about what in ``text`` may be personal data: numbers of any person, and data of the case's people.

    Neither a number nor a name is handed out in full; the comparison is made by the machine, so nothing is logged.
    """
    text = text or ""
    found = [
        f"{KINDS[each.kind]()}: {masked(text[each.start : each.end])}" for each in find_personal_numbers(text)
    ]
    for person in case.people():
        for field in person._meta.concrete_fields:
            value = getattr(person, field.name) if isinstance(field, PersonalField) else None
            if value and identity.is_in(value, text):
                found.append(
                    _("of a person of this case: %(field)s (%(value)s)")
                    % {"field": field.verbose_name, "value": value}
                )
    return list(dict.fromkeys(found))
