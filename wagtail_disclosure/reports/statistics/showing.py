"""Statistics as tables and charts: each number with what it is compared with, small numbers of letters not shown."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.utils import formats
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from ...mailboxes.statistics.tables import smallest
from ...rules.labels import text_in
from ...rules.periods import same_period_before
from ...rules.small_numbers import is_small
from ...rules.statistics import Change, percent
from . import actions
from .charts import bars
from .figures import (
    ANSWERED,
    CATEGORY,
    CLASS,
    DEPARTMENT,
    FULL_TEXT,
    LETTERS,
    MONTH,
    NOWHERE,
    ON_TIME,
    RECEIVED,
    REQUESTS,
    TOTAL,
)

UNKNOWN = "—"


def shown(number, decimals=0, signed=False):
    """A number as it is read; a dash for one that is not known."""
    if number is None:
        return UNKNOWN
    text = formats.number_format(number, decimals, force_grouping=True)
    return f"+{text}" if signed and number > 0 else text


def rate_shown(rate, signed=False):
    return (
        UNKNOWN if rate is None else pgettext("statistics", "%(rate)s %%") % {"rate": shown(rate, 2, signed)}
    )


@dataclass(frozen=True)
class Row:
    """A number with its name, its share of the whole and the change since the same days of the year before."""

    code: str
    label: str
    value: int | None
    change: Change
    whole: int | None = None
    preceding: Change | None = None
    correction: object = None
    hidden: bool = False

    def texts(self):
        """Number, share, number of the year before, difference, rate."""
        if self.hidden:
            few = _("fewer than %(number)d") % {"number": smallest()}
            return [few, *[UNKNOWN] * 4]
        return [
            shown(self.value),
            rate_shown(percent(self.value, self.whole)) if self.whole is not None else UNKNOWN,
            shown(self.change.before),
            shown(self.change.difference, signed=True),
            rate_shown(self.change.rate, signed=True),
        ]


@dataclass(frozen=True)
class Table:
    name: str
    heading: str
    rows: tuple
    is_drawn: bool = False

    @property
    def chart(self):
        """The chart of the table, for those that have one."""
        return bars(self.rows) if self.is_drawn else None


class Statistics:
    """What a period says: for the admin everything, for the public (``public``) without small numbers of letters."""

    def __init__(self, period, public=False):
        self.period, self.public = period, public
        self.values = actions.values_of(period)
        compared = actions.compared_with(period)
        self.before, self.preceding = compared[actions.YEAR_BEFORE], compared[actions.SPAN_BEFORE]
        self.labels = actions.labels(period, {**self.values, **self.before})
        self._entered, corrected = self._sorted_corrections()
        self.corrections = {each.code: each for each in corrected}
        self._counted_before = self._was_counted_before()
        self.tables = [each for each in self._tables() if each.rows]

    def _sorted_corrections(self):
        """The first numbers of a period that is entered by hand, and what was corrected: each in the order it came."""
        found = list(self.period.corrections.all()) if self.period.pk else []
        entered = [each for each in found if actions.is_entry(self.period, each)]
        return entered, [each for each in found if not actions.is_entry(self.period, each)]

    def _was_counted_before(self):
        """Whether the numbers of the year before were counted, so that what is not among them is 0."""
        if not self.before:
            return False
        days = same_period_before(self.period.first_day, self.period.last_day)
        known = actions.period_of(self.period.agency, *days)
        return known is None or not known.by_hand

    def row(self, code, label, whole=None):
        value = self.values.get(code)
        before, preceding = (
            None if self._are_few(code, each) else each.get(code) for each in (self.before, self.preceding)
        )
        if code.startswith(DEPARTMENT):
            # Departments are counted that have something; all others have nothing, which is 0.
            value = 0 if value is None and not self.period.by_hand else value
            before = 0 if before is None and self._counted_before else before
        return Row(
            code,
            label,
            value,
            Change(value, before),
            whole,
            Change(value, preceding),
            self.corrections.get(code),
            hidden=self._are_few(code, self.values),
        )

    def _are_few(self, code, values):
        """Whether the public is not shown ``code`` among ``values``, for somebody could be made out behind it."""
        if not self.public or not code.startswith(LETTERS):
            return False
        return any(
            is_small(values.get(f"{LETTERS}{each}") or 0, smallest())
            for each in (RECEIVED, ANSWERED, ON_TIME)
        )

    def _corrected_shown(self, code, number):
        return shown(None if self._are_few(code, {code: number}) else number)

    @property
    def total(self):
        return self.row(TOTAL, _("Items published"))

    @property
    def full_text(self):
        return self.row(FULL_TEXT, _("with their full text online"), self.values.get(TOTAL))

    def _tables(self):
        yield Table("month", _("By month"), tuple(self._months()), is_drawn=True)
        yield Table("category", _("By category"), tuple(self._group(CATEGORY)), is_drawn=True)
        yield Table("department", _("By department"), tuple(self._group(DEPARTMENT)))
        yield Table("class", _("By reporting class"), tuple(self._group(CLASS)))
        yield Table("requests", _("Requests for information"), tuple(self._cases(REQUESTS)))
        yield Table("letters", _("Letters"), tuple(self._cases(LETTERS)))

    def _codes(self, prefix):
        """The codes of a group in the order in which they were counted, those of the year before that are gone last."""
        return [code for code in {**self.values, **self.before} if code.startswith(prefix)]

    def _group(self, prefix):
        for code in self._codes(prefix):
            yield self.row(code, self._label(prefix, code), self.values.get(TOTAL) or 0)

    def _label(self, prefix, code):
        key = code.removeprefix(prefix)
        if key == NOWHERE:
            return _("in none of them")
        language = get_language() or settings.LANGUAGE_CODE
        return text_in(self.labels.get(code, {}), language) or key

    def _months(self):
        """A month beside that of the year before."""
        for code in sorted(code for code in self.values if code.startswith(MONTH)):
            year, month = map(int, code.removeprefix(MONTH).split("-"))
            value, before = self.values[code], self.before.get(f"{MONTH}{year - 1:04d}-{month:02d}")
            label = formats.date_format(datetime.date(year, month, 1), "YEAR_MONTH_FORMAT")
            yield Row(
                code,
                label,
                value,
                Change(value, before),
                self.values.get(TOTAL) or 0,
                None,
                self.corrections.get(code),
            )

    def _cases(self, prefix):
        names = {
            RECEIVED: _("received"),
            ANSWERED: _("answered"),
            ON_TIME: _("answered within the time limit"),
        }
        for name, label in names.items():
            whole = self.values.get(f"{prefix}{ANSWERED}") if name == ON_TIME else None
            yield self.row(f"{prefix}{name}", label, whole)

    def is_known(self, code):
        """Whether a number of this code can be entered for the period."""
        known = {TOTAL, FULL_TEXT, *(row.code for table in self.tables for row in table.rows)}
        return code in known

    def label_of(self, code):
        """What a number is called, where it stands alone."""
        if code == TOTAL:
            return self.total.label
        if code == FULL_TEXT:
            return self.full_text.label
        for table in self.tables:
            for row in table.rows:
                if row.code == code:
                    return f"{table.heading} · {row.label}"
        return code

    def corrected(self):
        """Every correction, the newest first; none of a number that is not shown."""
        return [
            each
            for each in map(self._described, reversed(list(self.period.corrections.all())))
            if not each["is_entry"] and not self._are_few(each["row"].code, self.values)
        ]

    def history(self, code):
        """What was entered and corrected of one number, the newest first."""
        rows = reversed(list(self.period.corrections.filter(code=code)))
        return [self._described(each) for each in rows]

    def _described(self, row):
        return {
            "label": self.label_of(row.code),
            "row": row,
            "before": self._corrected_shown(row.code, row.before),
            "value": self._corrected_shown(row.code, row.value),
            "is_entry": actions.is_entry(self.period, row),
        }

    def sources(self):
        """Where the numbers of a period come from that is entered by hand: each source once, with the day."""
        found = {}
        for each in self._entered:
            found.setdefault(each.reason, each.at)
        return list(found.items())

    def lines(self):
        """Everything as lines of texts, for a file."""
        yield [pgettext("statistics", "Period"), str(self.period.first_day), str(self.period.last_day)]
        for heading, rows in [
            ("", [self.total, self.full_text]),
            *((each.heading, each.rows) for each in self.tables),
        ]:
            yield []
            yield [heading, *headings()]
            for row in rows:
                yield [row.label, *row.texts()]
        for reason, at in self.sources():
            yield []
            yield [_("Numbers entered by hand"), reason, f"{at:%Y-%m-%d}"]
        corrected = self.corrected()
        if corrected:
            yield []
            yield [_("Corrections"), _("before"), pgettext("statistics", "now"), _("Reason"), _("on")]
            for each in corrected:
                row = each["row"]
                yield [each["label"], each["before"], each["value"], row.reason, f"{row.at:%Y-%m-%d}"]


def headings():
    return [
        pgettext("statistics", "Number"),
        _("Share"),
        _("Same days of last year"),
        pgettext("statistics", "Difference"),
        pgettext("statistics", "Change"),
    ]
