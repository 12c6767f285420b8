"""Reading dates that people and old systems wrote, without ever guessing one."""

import datetime
import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from .errors import RuleError

FIRST_YEAR, LAST_YEAR = 1900, 2100

FORMS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"(\d{4})-(\d{1,2})-(\d{1,2})",
        r"(\d{4})/(\d{1,2})/(\d{1,2})",
        r"(\d{4})\.(\d{1,2})\.(\d{1,2})",
        r"(\d{4})年(\d{1,2})月(\d{1,2})日",
        r"(\d{4})(\d{2})(\d{2})",
    )
)
TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
NUMERALS = "〇○零一二三四五六七八九十"
# A whole date in Chinese numerals: nothing lost, only another form.
IN_NUMERALS = re.compile(rf"[{NUMERALS}]{{4}}年[{NUMERALS}]{{1,2}}月[{NUMERALS}]{{1,3}}日")
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
WRITTEN = re.compile(
    rf"(?:(?P<before>\d{{1,2}}) )?(?:{MONTHS})(?: (?P<after>\d{{1,2}}),)? (?P<year>\d{{4}})", re.ASCII
)
# Nothing but numbers and date signs, or a row of digits of the wrong length: part of a date is gone.
REMAINS = re.compile(
    rf"[\d{NUMERALS}年月日/. -]*[年月日][\d{NUMERALS}年月日/. -]*|\d{{5,7}}|\d{{9,}}", re.ASCII
)


class InvalidDate(RuleError):
    """The text is not a date in one of the accepted forms.

    ``code`` is the reason: ``empty``, ``lost_digits``, ``impossible``, ``out_of_range`` or ``unknown_form``.
    """


def _prepare(text):
    if not isinstance(text, str) or not text.strip():
        raise InvalidDate(_("The date is empty."), "empty")
    return unicodedata.normalize("NFKC", text).strip()


def _reason(value):
    shown = value[:40]
    if REMAINS.fullmatch(value) and not IN_NUMERALS.fullmatch(value):
        return InvalidDate(
            _("“%(value)s” seems to have lost digits or signs. Look the date up in the original."),
            "lost_digits",
            value=shown,
        )
    return InvalidDate(
        _("“%(value)s” is not a date. Write it as 2010-12-18, 2010/12/18, 2010年12月18日 or 20101218."),
        "unknown_form",
        value=shown,
    )


def parse_date_strict(text):
    """Return the ``date`` written as 2010-12-18, 2010/12/18, 2010.12.18, 2010年12月18日 or 20101218.

    Month and day may have one digit where signs separate them; full-width characters are accepted.
    Everything else raises ``InvalidDate``, a ``ValueError`` with the reason as ``code``: no date is ever
    completed or guessed.
    """
    value = _prepare(text)
    match = next((found for form in FORMS if (found := form.fullmatch(value))), None)
    if not match:
        raise _reason(value)
    year, month, day = map(int, match.groups())
    try:
        parsed = datetime.date(year, month, day)
    except ValueError:
        raise InvalidDate(_("There is no such day as “%(value)s”."), "impossible", value=value) from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidDate(
            _("The year of “%(value)s” is not between %(first)s and %(last)s."),
            "out_of_range",
            value=value,
            first=FIRST_YEAR,
            last=LAST_YEAR,
        )
    return parsed


def parse_moment_strict(text):
    """Return the naive ``datetime`` of a strict date followed by a space and HH:MM or HH:MM:SS.

    A date alone is midnight. Raises ``InvalidDate`` like ``parse_date_strict``.
    """
    value = _prepare(text)
    day, _space, clock = value.partition(" ")
    time = TIME.fullmatch(clock.strip()) if clock else None
    if clock and not time:
        raise _reason(value)
    parsed = parse_date_strict(day)
    hour, minute, second = (int(part or 0) for part in time.groups()) if time else (0, 0, 0)
    return datetime.datetime(parsed.year, parsed.month, parsed.day, hour, minute, second)


def is_day(text):
    """Whether ``text`` is nothing but a day as a document is signed with: also 二〇二六年九月十七日, 17 September 2026."""
    value = _prepare(text) if text.strip() else ""
    if IN_NUMERALS.fullmatch(value):
        return True
    if match := WRITTEN.fullmatch(value):
        return 1 <= int(match["before"] or match["after"] or 0) <= 31
    try:
        return bool(parse_date_strict(value))
    except InvalidDate:
        return False


def written_date(date, language):
    """A date as people write it: 2026年3月2日 in Chinese, 2 March 2026 in English, else 2026-03-02."""
    language = (language or "").lower()
    if language.startswith("zh"):
        return f"{date.year}年{date.month}月{date.day}日"
    if language.startswith("en"):
        return f"{date.day} {MONTHS.split('|')[date.month - 1]} {date.year}"
    return date.isoformat()
