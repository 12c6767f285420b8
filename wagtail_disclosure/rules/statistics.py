"""Comparing published numbers: differences, rates of change, shares. Rounded half up, as printed reports are."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def percent(part, whole):
    """``part`` of ``whole`` in per cent with two decimals; None without a whole. Shares need not add up to 100."""
    if part is None or not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Change:
    """From ``before`` to ``now``: the difference, and the rate in per cent where there was something before."""

    now: int | None
    before: int | None

    @property
    def difference(self):
        """None where one of the two is not known, which is not 0."""
        return None if self.now is None or self.before is None else self.now - self.before

    @property
    def rate(self):
        return None if self.difference is None else percent(self.difference, self.before)
