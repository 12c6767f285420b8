"""How long a case is kept: data, by the code of its outcome, in the setting ``CASE_RETENTION_YEARS``."""

from .. import conf


def keep_until(closed_on, outcome=""):
    """The last day on which a case closed on that day keeps its personal data; None where it has no end."""
    years = conf.get("CASE_RETENTION_YEARS")
    number = years.get(outcome, years.get("default"))
    if number is None:
        return None
    try:
        return closed_on.replace(year=closed_on.year + number)
    except ValueError:
        # 29 February.
        return closed_on.replace(year=closed_on.year + number, day=28)
