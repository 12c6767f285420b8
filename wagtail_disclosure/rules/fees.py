"""Fees for processing information: progressive tiers by case or by page, as data of the profile.

China: 政府信息公开信息处理费管理办法 (国办函〔2020〕109号). A case is charged by one method, never by both. Cases
are counted per applicant and calendar month.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from .errors import RuleError
from .labels import citation, label

LARGEST = 10_000_000


@dataclass(frozen=True)
class Tier:
    """Units up to number ``through`` at ``price`` each; ``None`` is without end.

    With ``every``, the tier is cut into blocks of so many units, each dearer than the last by ``rise``.
    """

    price: int
    through: int | None = None
    every: int | None = None
    rise: int = 0


@dataclass(frozen=True)
class FeeLine:
    """Units number ``first`` to ``last`` at one ``price``."""

    first: int
    last: int
    price: int

    @property
    def units(self):
        return self.last - self.first + 1

    @property
    def amount(self):
        return self.units * self.price


@dataclass(frozen=True)
class Fee:
    """A fee with the lines it is made of, those free of charge included."""

    currency: str
    lines: tuple

    @property
    def amount(self):
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True)
class FeeMethod:
    """One way to charge. ``window`` says over what units add up: ``calendar_month`` or ``case``."""

    code: str
    labels: Mapping[str, str]
    units: Mapping[str, str]
    window: str
    tiers: tuple
    currency: str
    article: str = ""
    law: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_data(cls, raw, schedule):
        """Build a method; ``RuleError`` when its tiers do not cover all units in order."""
        method = cls(
            code=raw["code"],
            labels=raw["label"],
            units=raw["unit"],
            window=raw["window"],
            tiers=tuple(Tier(**tier) for tier in raw["tiers"]),
            currency=schedule["currency"],
            article=raw.get("article", ""),
            law=schedule.get("law", {}),
        )
        ends = [tier.through for tier in method.tiers]
        if not ends or None in ends[:-1] or ends[-1] is not None or ends[:-1] != sorted(set(ends[:-1])):
            raise RuleError(f"Fee method {raw['code']}: tiers out of order", "fee_data")
        return method

    def label(self, language=None):
        return label(self, language)

    def citation(self, language=None):
        return citation(self.law, self.article, language)

    def fee(self, units, before=0):
        """The ``Fee`` for ``units`` more units when ``before`` have been counted in the same window.

        Raises ``RuleError`` for what is no whole number, negative or absurdly large.
        """
        for number in (units, before):
            if type(number) is not int or not 0 <= number <= LARGEST:
                raise RuleError(
                    _("A number to charge for is a whole number from 0 to %(most)s, not “%(number)s”."),
                    "number",
                    number=str(number)[:40],
                    most=LARGEST,
                )
        return Fee(self.currency, tuple(self._lines(before + 1, before + units)))

    def _lines(self, first, last):
        start = 1
        for tier in self.tiers:
            price, size = tier.price, tier.every
            while start <= last:
                end = start + size - 1 if size else tier.through or last
                if end >= first:
                    yield FeeLine(max(start, first), min(end, last), price)
                start, price = end + 1, price + tier.rise
                if not size:
                    break


@dataclass(frozen=True)
class FeeSchedule:
    """The ways to charge from ``valid_from`` on."""

    code: str
    valid_from: datetime.date
    methods: Mapping[str, FeeMethod]

    @classmethod
    def from_data(cls, raw):
        methods = [FeeMethod.from_data(each, raw) for each in raw["methods"]]
        valid_from = datetime.date.fromisoformat(raw["valid_from"])
        return cls(raw["code"], valid_from, {method.code: method for method in methods})

    def method(self, code):
        """The ``FeeMethod`` of that code; ``KeyError`` when there is none."""
        return self.methods[code]
