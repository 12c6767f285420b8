"""Publishing the numbers of a period and correcting them; what a period says now and what it is compared with."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ...publishing.ledger import display_name
from ...rules.periods import same_period_before, span_before
from ..models import StatisticsCorrection, StatisticsPeriod
from .figures import count, labels_of

State = StatisticsPeriod.State
YEAR_BEFORE, SPAN_BEFORE = "year_before", "span_before"


def corrections_of(period):
    """The newest correction of each number, by its code."""
    if period.pk is None:
        return {}
    return {each.code: each for each in period.corrections.all()}


def original(period):
    """The numbers without corrections: as published, or as they are now. None of them for a period by hand."""
    if period.is_public:
        return dict(period.figures.get("values", {}))
    return {} if period.by_hand else count(period.agency, period.first_day, period.last_day)


def values_of(period):
    """The numbers as they stand, corrected."""
    found = original(period)
    return found | {code: each.value for code, each in corrections_of(period).items()}


def is_entry(period, correction):
    """Whether this is no correction, but the first number of a period that is entered by hand, before it was public."""
    in_time = period.published_at is None or correction.at <= period.published_at
    return period.by_hand and correction.before is None and in_time


def period_of(agency, first, last):
    return StatisticsPeriod.objects.filter(agency=agency, first_day=first, last_day=last).first()


def values_between(agency, first, last, counted=True):
    """The numbers of any span: those of a period that was published or entered for just these days, else ``counted``."""
    known = period_of(agency, first, last)
    if known is not None and (known.is_public or known.by_hand):
        return values_of(known)
    return count(agency, first, last) if counted else {}


def compared_with(period):
    """The numbers of the same days of the year before, and of the span before: ``{name: {code: number}}``."""
    if period.is_public:
        return {name: period.figures.get(name, {}) for name in (YEAR_BEFORE, SPAN_BEFORE)}
    days = period.first_day, period.last_day
    # What lies before a period that had to be entered by hand was not counted either: nothing is known, which is not 0.
    return {
        name: values_between(period.agency, *span, counted=not period.by_hand)
        for name, span in ((YEAR_BEFORE, same_period_before(*days)), (SPAN_BEFORE, span_before(*days)))
    }


def labels(period, values):
    """What groups are called: as published, else as they are called now."""
    return period.figures["labels"] if period.is_public else labels_of(period.agency, values)


@transaction.atomic
def publish(period, *, by):
    """Freeze the numbers, those they are compared with, and what everything is called. From now on they are public."""
    period = (
        StatisticsPeriod.objects.select_for_update(of=("self",)).select_related("agency").get(pk=period.pk)
    )
    if period.is_public:
        raise ValidationError(_("These numbers are public already. Correct single ones."))
    if period.last_day >= timezone.localdate():
        raise ValidationError(_("The period has not ended yet."))
    values, compared = original(period), compared_with(period)
    names = labels_of(period.agency, {*values, *corrections_of(period), *compared[YEAR_BEFORE]})
    period.figures = {"values": values, "labels": names, **compared}
    period.state = State.PUBLISHED
    period.published_at, period.published_by = timezone.now(), by
    period.published_by_name = display_name(by)
    period.save()
    return period


@transaction.atomic
def correct(period, code, value, *, by, reason):
    """Let ``value`` stand for a number, with the reason. What stood there before stays visible."""
    period = (
        StatisticsPeriod.objects.select_for_update(of=("self",)).select_related("agency").get(pk=period.pk)
    )
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, or where the number comes from.")})
    if value is not None and value < 0:
        raise ValidationError({"value": _("A number below 0 cannot be.")})
    before = values_of(period).get(code)
    if before == value:
        raise ValidationError({"value": _("This is the number that stands there already.")})
    return StatisticsCorrection.objects.create(
        period=period,
        code=code,
        before=before,
        value=value,
        reason=reason.strip(),
        by=by,
        by_name=display_name(by),
        at=timezone.now(),
    )
