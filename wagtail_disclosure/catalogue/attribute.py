"""Determining the disclosure attribute of a document (属性审核), and what follows from it (Arts. 13–18)."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Revision

from .. import conf
from ..compat import Page
from ..departments.models import Department
from ..publishing import ledger, watch
from ..publishing.guard import child_relations
from ..publishing.models import LedgerEntry
from ..rules.profiles import PROACTIVE, WITHHELD, get_profile
from .models.attribute import AttributeDetermination, FiledItem

# Header fields that say what a document is about.
TEXTS = ("summary", "keywords")


def may_determine(user, page):
    """Whether ``user`` may determine the attribute of ``page``: officers of its department, and the office."""
    if not user.is_active:
        return False
    if user.has_perm("wagtail_disclosure.add_attributedetermination"):
        return True
    drafted = Department.objects.drafted_by(user)
    return page.department_id is not None and drafted.filter(pk=page.department_id).exists()


def default_review_by(day=None):
    """The day by which a document withheld on ``day`` is to be re-assessed (Art. 18), or None."""
    months = get_profile(conf.get("JURISDICTION")).attribute(WITHHELD).fact("review_within_months")
    return _add_months(day or timezone.localdate(), months) if months else None


def _add_months(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (datetime.date(year + month // 11, (month + 1) % 12 + 1, 1) - datetime.timedelta(days=1)).day
    return datetime.date(year, month + 1, min(day.day, last))


def documents_of(page):
    """The pages of one document, in all its languages, in their own classes."""
    return [
        each.specific for each in Page.objects.filter(translation_key=page.translation_key).order_by("pk")
    ]


@transaction.atomic
def determine(page, user, *, attribute, ground, note="", review_by=None, at=None):
    """Record the attribute of the document ``page`` with its ground, and return the determination.

    Approvals given under another attribute or ground become void. Raises ``ValidationError`` for a ground that
    the attribute does not have, a withheld document without a date of re-assessment (Art. 18), a public document
    (it has to be withdrawn first), and a state secret, which must not be in this system at all.
    """
    at = at or timezone.now()
    # The order of locks is that of an approval: the ledger, then the pages.
    ledger.hold()
    pages = [
        each.specific
        for each in Page.objects.select_for_update()
        .filter(translation_key=page.translation_key)
        .order_by("pk")
    ]
    row = AttributeDetermination(
        translation_key=page.translation_key,
        attribute=attribute,
        ground=ground,
        note=note.strip(),
        decided_by=user,
        decided_by_name=ledger.display_name(user),
        decided_at=at,
        review_by=review_by if attribute == WITHHELD else None,
    )
    _check_ground(row)
    _check_review_date(row, timezone.localdate(at))
    if row.is_filed_here:
        draft = page.get_latest_revision_as_object()
        row.title, row.department_name = draft.title, draft.department_name
    else:
        _check_nothing_is_stored(pages)
    _check_not_public(pages, row)
    row.save()
    for each in pages:
        watch.record_contribution(each, user)
        watch.void_outdated(each.get_latest_revision_as_object(), user)
    FiledItem.objects.open().filter(translation_key=page.translation_key, attribute=attribute).update(
        review_by=row.review_by
    )
    return row


def _check_ground(row):
    try:
        get_profile(conf.get("JURISDICTION")).ground(row.attribute, row.ground)
    except LookupError as error:
        raise ValidationError({"ground": _("Choose a ground of the disclosure attribute.")}) from error


def _check_review_date(row, today):
    if row.attribute != WITHHELD:
        return
    if row.review_by is None:
        raise ValidationError(
            {"review_by": _("Say by when the withheld document is to be re-assessed (Art. 18).")}
        )
    if row.review_by <= today:
        raise ValidationError({"review_by": _("The date of re-assessment lies in the future.")})


def _check_not_public(pages, row):
    public = next((each for each in pages if each.live), None)
    current = AttributeDetermination.current(row.translation_key)
    same = current is not None and (current.attribute, current.ground) == (row.attribute, row.ground)
    if public is None or same:
        return
    if row.attribute == PROACTIVE:
        message = _(
            "“%(title)s” is public under the ground determined before. Withdraw it to change the ground."
        )
    else:
        message = _(
            "“%(title)s” is public. Withdraw it first: what is not disclosed proactively cannot stay public."
        )
    raise ValidationError(message % {"title": public.title}, code="public")


def _check_nothing_is_stored(pages):
    """State secrets must never be stored here, not even in the history of a draft."""
    for page in pages:
        drafts = [page, *(each.as_object() for each in Revision.objects.for_instance(page))]
        if any(has_content(each) for each in drafts):
            raise ValidationError(
                _(
                    "This document, or its history, holds text or files. State secrets must never be stored in this "
                    "system: stop, report it to the secrecy office and have the document deleted."
                ),
                code="classified",
            )


def has_content(page):
    """Whether there is anything in a draft besides its header."""
    if any(getattr(page, name, "") for name in TEXTS):
        return True
    own = [field for field in page._meta.local_concrete_fields if not field.is_relation]
    if any(_is_filled(getattr(page, field.attname), field) for field in own):
        return True
    return any(getattr(page, each.get_accessor_name()).exists() for each in child_relations(type(page)))


def _is_filled(value, field):
    return bool(value) and value != field.get_default()


# After the review


@transaction.atomic
def file(page, approvals, digest, *, at=None):
    """Enter a reviewed draft that is not to be published in the filing register, and return the row.

    An entry of the same page made before is closed. Called by ``DisclosurePage.publish`` alone.
    """
    at = at or timezone.now()
    current = page.determination
    ledger.append(
        LedgerEntry.Kind.FILED,
        page,
        digest=digest,
        data={
            "attribute": current.attribute,
            "ground": current.ground,
            "approvals": [each.ledger_entry.sequence for each in approvals],
        },
        at=at,
    )
    FiledItem.objects.open().filter(page_id=page.pk).update(closed_at=at, close_reason=_("filed anew"))
    row = FiledItem.objects.create(
        translation_key=page.translation_key,
        page_id=page.pk,
        site_id=page.get_url_parts()[0],
        language=page.locale.language_code,
        title=page.title,
        document_number=page.document_number,
        date_signed=page.date_signed,
        issuing_body=page.issuing_body,
        department_id=page.department_id,
        department_name=page.department_name,
        genre=page.genre.code if page.genre_id else "",
        attribute=current.attribute,
        ground=current.ground,
        index_number=page.index_number,
        digest=digest,
        filed_at=at,
        review_by=current.review_by,
    )
    row.approvals.set(approvals)
    return row


def close_published(page, at):
    """A document that was filed has become public."""
    FiledItem.objects.open().filter(page_id=page.pk).update(closed_at=at, close_reason=_("published"))


@transaction.atomic
def close(row, user, *, reason, at=None):
    """Take an entry out of the filing register or off the on-request list, with a reason.

    Raises ``ValidationError`` without a reason and for an entry that is closed already.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the entry is closed.")})
    ledger.hold()
    row = FiledItem.objects.select_for_update().get(pk=row.pk)
    if row.closed_at is not None:
        raise ValidationError(_("The entry is closed already."))
    row.closed_at, row.close_reason = at or timezone.now(), reason.strip()[:255]
    row.closed_by_name = ledger.display_name(user)
    row.save()
    page = Page.objects.filter(pk=row.page_id).first() or Page(pk=row.page_id)
    ledger.append(
        LedgerEntry.Kind.UNFILED,
        page,
        digest=row.digest,
        actor=user,
        data={"reason": row.close_reason},
        at=row.closed_at,
    )
    return row
