"""What is done to an annual report: begun, numbers entered and corrected, words written, frozen, taken up again."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..departments.names import own_language
from ..publishing.ledger import display_name
from ..rules.annual_report import drafting
from ..rules.annual_report.identities import ERROR
from .figures.report import figures_of, findings_of, frozen, is_entered, newest_cells, stored
from .models import AnnualReport, ReportCell, ReportText
from .models.reports import LARGEST

Kind = ReportCell.Kind


def _locked(report):
    """The report as it stands now, held until the transaction ends; ``ValidationError`` unless it is being worked on."""
    held = AnnualReport.objects.select_for_update().select_related("agency").get(pk=report.pk)
    if not held.is_working:
        raise ValidationError(_("The numbers of this report are frozen. Take it up again to change them."))
    return held


def _checked(cell, value):
    """``value`` as a number that the cell can have; None stays."""
    if value is None:
        return None
    value = Decimal(value)
    if abs(value) >= LARGEST:
        raise ValidationError(_("%(cell)s: the number is too large.") % {"cell": cell.label()})
    if value < 0 and cell.column.code != "change":
        raise ValidationError(_("%(cell)s: a number below 0 cannot be.") % {"cell": cell.label()})
    if value != round(value, cell.decimals):
        if cell.decimals:
            raise ValidationError(
                _("%(cell)s: at most %(places)d decimal places.")
                % {"cell": cell.label(), "places": cell.decimals}
            )
        raise ValidationError(_("%(cell)s: a whole number is counted here.") % {"cell": cell.label()})
    return value


@transaction.atomic
def enter(report, values, *, by, source):
    """Enter numbers by the code of their cell, all from ``source``. What stays as it was is not entered anew.

    ``None`` says that there is no number, which is not 0. Raises ``ValidationError`` and enters nothing where a cell is
    computed, a number impossible, or the source missing. Returns how many were new.
    """
    report = _locked(report)
    if not source.strip():
        raise ValidationError({"source": _("Say where the numbers come from.")})
    cells, before, rows = report.form.by_code(), newest_cells(report), []
    for code, value in values.items():
        cell = cells[code]
        if not is_entered(report, cell):
            raise ValidationError(
                _("%(cell)s is computed; it can be corrected, with a reason.") % {"cell": cell.label()}
            )
        value = _checked(cell, value)
        known = before.get(code)
        if known is not None and known.value == value or known is None and value is None:
            continue
        rows.append(_row(report, code, Kind.ENTERED, value, by, source=source))
    ReportCell.objects.bulk_create(rows)
    return len(rows)


@transaction.atomic
def correct(report, code, value, *, by, reason):
    """Let ``value`` stand in place of what is computed; the reason stays visible beside it."""
    report = _locked(report)
    cell = report.form.by_code()[code]
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the computed number is not right.")})
    row = _row(report, code, Kind.CORRECTED, _checked(cell, value), by, reason=reason)
    row.save()
    return row


@transaction.atomic
def take_back(report, code, *, by, reason=""):
    """Let the computed number stand again. The correction stays in the history of the cell."""
    report = _locked(report)
    row = _row(report, code, Kind.TAKEN_BACK, None, by, reason=reason)
    row.save()
    return row


def _row(report, code, kind, value, by, **fields):
    return ReportCell(
        report=report,
        code=code,
        kind=kind,
        value=value,
        by=by,
        by_name=display_name(by),
        at=timezone.now(),
        **fields,
    )


# Words


def texts_of(report, values, language=None):
    """The words of every section: as somebody wrote them, or drafted with the figures in place."""
    language = language or own_language()
    written = {each.section: each.text for each in report.texts.all()}
    words = {"agency": report.agency.local_name(language), "year": report.year}
    return {
        section.code: written.get(section.code, drafting.draft(section, values, language, **words))
        for section in report.form.sections
    }


@transaction.atomic
def write(report, section, text, *, by):
    """Keep the words of a section; empty words let it be drafted again."""
    report = _locked(report)
    if not text.strip():
        report.texts.filter(section=section).delete()
        return None
    values = {"text": text, "by_name": display_name(by), "at": timezone.now()}
    return ReportText.objects.update_or_create(report=report, section=section, defaults=values)[0]


# Freezing


@transaction.atomic
def freeze(report, *, by, despite=False):
    """Fix the numbers and the words as they are now.

    Raises ``ValidationError`` with what is wrong while an identity does not hold, unless ``despite`` says that this was
    seen.
    """
    report = _locked(report)
    figures = figures_of(report)
    texts = texts_of(report, figures.values)
    wrong = [str(each) for each in findings_of(report, figures, texts) if each.severity == ERROR]
    if wrong and not despite:
        raise ValidationError(wrong)
    for section, text in texts.items():
        ReportText.objects.get_or_create(
            report=report,
            section=section,
            defaults={"text": text, "by_name": display_name(by), "at": timezone.now()},
        )
    report.figures = frozen(figures)
    report.frozen_at, report.frozen_by, report.frozen_by_name = timezone.now(), by, display_name(by)
    report.state = AnnualReport.State.FROZEN
    report.save()
    return report


def _drafted(report):
    """Sections of a frozen report whose words are those of the draft with the frozen numbers."""
    language, values = own_language(), stored(report.figures)
    words = {"agency": report.agency.local_name(language), "year": report.year}
    kept = {each.section: each.text for each in report.texts.all()}
    return [
        section.code
        for section in report.form.sections
        if kept.get(section.code) == drafting.draft(section, values, language, **words)
    ]


@transaction.atomic
def take_up(report, *, by):
    """Work on a frozen or published report again. What is public stays until another edition passes its review.

    Words that nobody wrote are drafted anew: freezing alone had kept them.
    """
    held = AnnualReport.objects.select_for_update(of=("self",)).select_related("agency").get(pk=report.pk)
    if not held.is_working:
        held.texts.filter(section__in=_drafted(held)).delete()
    held.state = AnnualReport.State.WORKING
    held.save(update_fields=["state"])
    return held
