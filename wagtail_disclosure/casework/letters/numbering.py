"""Numbers of letters (发文字号): without gaps within agency and year, allotted with the letter and never again."""

from django.utils.translation import override

from ... import conf
from ..receipts.numbers import next_serial
from . import texts


def allot(case, day):
    """``(scope, serial, number)`` for the next letter of the agency in the year of ``day``.

    Called inside the transaction that stores the letter: the count is locked until it ends, and goes back with it.
    """
    scope = f"letter|{case.agency_id}|{day.year}"
    serial = next_serial(scope)
    return scope, serial, number_of(case.agency, day.year, serial)


def number_of(agency, year, serial):
    """The number as it is written: ``LETTER_NUMBER_FORMAT``, or the format of the jurisdiction."""
    form = conf.get("LETTER_NUMBER_FORMAT") or texts.texts()["number_format"]
    return form.format(mark=mark_of(agency), year=year, serial=serial)


def mark_of(agency):
    """The mark of the agency in numbers (发文机关代字): its own, or one made of its name."""
    with override(texts.languages()[0]):
        return agency.letter_mark or texts.texts()["mark"].format(agency=agency.issuing_name)
