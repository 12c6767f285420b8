"""Numbers of persons in a text: identity cards, mobile telephones, bank cards."""

import re
from dataclasses import dataclass

# The 18 characters of a resident identity number with its check character (GB 11643).
ID_NUMBER = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"
)
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
MOBILE_NUMBER = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
# Cards of UnionPay and the usual foreign ones, also in groups of four; the last digit is checked.
BANK_CARD = re.compile(r"(?<![\d.])(?:62|4\d|5[1-5])\d{2}([ -]?)(?:\d{4}\1){2}\d{4}(?:\1?\d{1,3})?(?![\d.])")


@dataclass(frozen=True)
class PersonalNumber:
    """A number in a text: ``kind`` is ``id_number``, ``mobile_number`` or ``bank_card``."""

    kind: str
    start: int
    end: int


def id_check_character(body):
    """Return the check character that GB 11643 prescribes for the first seventeen digits."""
    total = sum(int(digit) * weight for digit, weight in zip(body, ID_WEIGHTS, strict=True))
    return ID_CHECKS[total % 11]


def is_id_number(text):
    """Whether the check character of an identity number is right."""
    return id_check_character(text[:17]) == text[17].upper()


def has_luhn_digit(text):
    """Whether the last digit of a card number is right (ISO/IEC 7812-1)."""
    digits = [int(each) for each in reversed(text) if each.isdigit()]
    doubled = (sum(divmod(2 * each, 10)) for each in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def find_personal_numbers(text):
    """Yield each :class:`PersonalNumber` in ``text``, identity cards first."""
    taken = set()
    for match in ID_NUMBER.finditer(text):
        if is_id_number(match.group()):
            taken.add(match.start())
            yield PersonalNumber("id_number", *match.span())
    for match in MOBILE_NUMBER.finditer(text):
        yield PersonalNumber("mobile_number", *match.span())
    for match in BANK_CARD.finditer(text):
        if match.start() not in taken and has_luhn_digit(match.group()):
            yield PersonalNumber("bank_card", *match.span())


def masked(number):
    """A number of a person with its middle left out, enough to find it again in the file."""
    ends = 3 if len(number) > 8 else 1
    return number[:ends] + "*" * (len(number) - ends - 2) + number[-2:]
