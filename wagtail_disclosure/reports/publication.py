"""From a frozen report to a page: a draft with numbers, words and files, that goes through the review like any other."""

import hashlib

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model

from ..catalogue.models import Attachment, DepartmentFolderPage
from ..departments.roles import collection_of
from ..publishing import ledger
from ..publishing.signals import register_entered, register_left
from . import charts
from .exports import files
from .figures.report import stored
from .models import AnnualReport, AnnualReportPage
from .profile import jurisdiction

State = AnnualReport.State
YEARS_COMPARED = 5
# What is attached to the page, of those formats that can be made here.
ATTACHED = (files.XLSX, files.DOCX, files.PDF)


def folders_for(report, user):
    """The places of the catalogue to which ``user`` may add the report."""
    places = DepartmentFolderPage.objects.filter(department__agency=report.agency).order_by("path")
    return [each for each in places if each.permissions_for_user(user).can_add_subpage()]


def content_of(report, language):
    """What of a frozen report is published and exported."""
    texts = {each.section: each.text for each in report.texts.all()}
    return files.content_of(report, stored(report.figures), texts, language)


@transaction.atomic
def make_draft(report, *, by, folder=None, category=None, reason=""):
    """Make a draft of the frozen report, or a new edition of its page. Returns the page.

    ``reason`` says on the page why public numbers or words are changed. Raises ``ValidationError`` while the numbers are
    not frozen, or where they change without a reason, and ``PermissionDenied`` for whoever may not work there.
    """
    # The order of locks is that of every other decision: the ledger, then pages.
    ledger.hold()
    report = AnnualReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if report.is_working:
        raise ValidationError(_("Freeze the numbers first: what is published is what was frozen."))
    if report.page_id:
        page = report.page.get_latest_revision_as_object()
        if not page.permissions_for_user(by).can_edit():
            raise PermissionDenied
    else:
        page = _new_page(report, by, folder, category)
    content = content_of(report, page.locale.language_code)
    page.title = content.title
    page.figures, page.texts = content.numbers, content.texts
    page.earlier = _earlier(report)
    page.corrections = _corrections(report, page, reason)
    page.attachments.set(
        [
            Attachment(
                document=_document(content, kind, page.department, by), title=content.title, sort_order=place
            )
            for place, kind in enumerate(kind for kind in ATTACHED if kind in files.available())
        ]
    )
    page.save_revision(user=by, log_action=True)
    if report.page_id != page.pk:
        report.page_id = page.pk
        report.save(update_fields=["page"])
    return page


def _earlier(report):
    """The numbers of the years before that charts show, as they are public today."""
    codes = charts.needed(report.form)
    before = AnnualReport.objects.filter(
        agency_id=report.agency_id, year__lt=report.year, page__live=True
    ).select_related("page")
    return {
        str(each.year): {code: each.page.figures.get(code) for code in codes}
        for each in before.order_by("-year")[: YEARS_COMPARED - 1]
        if any(code in each.page.figures for code in codes)
    }


def changes(report, content=None):
    """What another edition changes of what was public: ``(numbers, words)``, as a correction of the page keeps them."""
    public = AnnualReportPage.objects.filter(pk=report.page_id).exclude(first_published_at=None).first()
    if public is None:
        return {}, []
    content = content or content_of(report, public.locale.language_code)
    numbers, words = content.numbers, content.texts
    return (
        {
            code: [public.figures.get(code), value]
            for code, value in numbers.items()
            if public.figures.get(code) != value
        },
        sorted(code for code, text in words.items() if public.texts.get(code, "") != text),
    )


def _corrections(report, page, reason):
    """The corrections that stand on the page, with that of this edition; a draft made anew replaces its own."""
    if not report.page_id:
        return []
    numbers, words = changes(report, content_of(report, page.locale.language_code))
    public = AnnualReportPage.objects.get(pk=report.page_id).corrections
    if not numbers and not words:
        return public
    if not reason.strip():
        raise ValidationError(_("Say why what is public is changed; the page shows it."))
    own = {
        "on": timezone.localdate().isoformat(),
        "reason": reason.strip(),
        "numbers": numbers,
        "words": words,
    }
    return [*public, own]


def _new_page(report, by, folder, category):
    if folder is None or not folder.permissions_for_user(by).can_add_subpage():
        raise PermissionDenied
    page = AnnualReportPage(
        title=report.form.title(folder.locale.language_code, agency=report.agency, year=report.year),
        department=folder.department,
        category=category,
        locale=folder.locale,
        owner=by,
        live=False,
        year=report.year,
        profile_code=jurisdiction(),
        form_code=report.form_code,
        date_generated=timezone.now(),
    )
    page.full_clean(exclude=["path", "depth", "slug", "url_path"])
    folder.add_child(instance=page)
    return page


def _document(content, kind, department, user):
    data = files.make(content, kind)
    name = f"annual-report-{content.year}.{kind}"
    document = get_document_model()(
        title=f"{content.title}.{kind}"[:255],
        collection=collection_of(department),
        uploaded_by_user=user,
        file_size=len(data),
    )
    document.file_hash = hashlib.sha1(data, usedforsecurity=False).hexdigest()
    document.file.save(name, ContentFile(data), save=False)
    document.save()
    return document


@receiver(register_entered)
def _published(sender, published, item, **kwargs):
    """The page is public: so is the report, where its numbers are those that were frozen."""
    if not isinstance(item, AnnualReportPage):
        return
    report = AnnualReport.objects.filter(page=item.pk).first()
    if report is None:
        return
    report.published_on = timezone.localdate(published.date_published, timezone.get_default_timezone())
    frozen = {code: each["value"] for code, each in report.figures.items()}
    if report.state == State.FROZEN and frozen == item.figures:
        report.state = State.PUBLISHED
    report.save(update_fields=["published_on", "state"])


@receiver(register_left)
def _left(sender, page_id, **kwargs):
    gone = AnnualReport.objects.filter(page=page_id)
    gone.filter(state=State.PUBLISHED).update(state=State.FROZEN)
    gone.update(published_on=None)
