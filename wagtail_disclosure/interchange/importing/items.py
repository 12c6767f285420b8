"""What a row of a manifest becomes: its address, its determination, its attachments."""

import hashlib
import uuid

from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model

from ...catalogue.attribute import default_review_by
from ...catalogue.header_checks import make_slug
from ...catalogue.models import AttributeDetermination
from ...publishing.ledger import display_name
from ...rules.profiles import WITHHELD
from .bulk import PAGES
from .rows import title_of_file


def store_document(name, data, collection, user):
    """Keep an attachment as a document of the department."""
    document = get_document_model()(
        title=title_of_file(name), collection=collection, uploaded_by_user=user, file_size=len(data)
    )
    document.file_hash = hashlib.sha1(data, usedforsecurity=False).hexdigest()
    document.file.save(name, ContentFile(data), save=False)
    document.save()
    return document


def determination_of(row, page, batch, at):
    """The determination that the manifest states, with a note on where it comes from."""
    stated = row.data["determination"]
    origin = _("Stated in the import file “%(file)s”, line %(line)d.") % {
        "file": batch.file_name,
        "line": row.line,
    }
    if not stated["stated"]:
        origin += " " + _("The ground was not stated; the usual one was entered.")
    return AttributeDetermination(
        translation_key=page.translation_key,
        attribute=stated["attribute"],
        ground=stated["ground"],
        note="\n".join(filter(None, [stated["note"], origin])),
        title=page.title,
        department_name=page.department_name,
        decided_by=batch.user,
        decided_by_name=display_name(batch.user),
        decided_at=at,
        review_by=default_review_by(timezone.localdate(at)) if stated["attribute"] == WITHHELD else None,
    )


def give_keys(pages, folder):
    """Addresses as the editor makes them: of the day and the key of the document. Namesakes get another key."""
    today = timezone.localdate()
    while True:
        by_slug = {}
        for page in pages:
            page.slug = make_slug(today, page.translation_key)
            by_slug.setdefault(page.slug, []).append(page)
        there = PAGES.objects.child_of(folder).filter(slug__in=by_slug).values_list("slug", flat=True)
        clashing = [page for slug in there for page in by_slug[slug]]
        clashing += [page for some in by_slug.values() for page in some[1:]]
        if not clashing:
            return
        for page in clashing:
            page.translation_key = uuid.uuid4()
