"""The catalogue record above a document: label and value pairs in a fixed order; empty values keep their label."""

import re

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from . import addresses
from .filters import attribute_name


def fields_of(page, published, scope, validity=None):
    """The eight fields of practice first (索引号 to 是否有效), then the wider record of the national guide.

    ``published`` is the item's row in the register, or None for a draft. ``validity`` is the state that holds today,
    where it is known; else that of the page itself.
    """
    wider = [{**field, "more": True} for field in _wider(page, published, scope)]
    return [*_eight(page, published, scope, validity or page.get_validity_display()), *wider]


def _field(label, value, url=None):
    return {"label": str(label), "value": value or "", "url": url, "more": False}


def _eight(page, published, scope, validity):
    number = published.index_number if published else page.index_number
    determination = None if published else page.determination
    attribute = published.attribute if published else (determination.attribute if determination else "")
    return [
        _field(_("Index number"), number),
        _field(_("Document number"), page.document_number),
        _field(_("Keywords"), pgettext("between keywords", "; ").join(keywords(page))),
        _field(_("Issuing body"), page.issuing_body),
        _field(_("Disclosure attribute"), capfirst(attribute_name(attribute)) if attribute else ""),
        _field(_("Responsible department"), page.department_name, _department_url(page, scope)),
        _field(_("Date generated"), moment(page.date_generated, seconds=True)),
        _field(_("Validity"), capfirst(validity)),
    ]


def keywords(page):
    """The keywords of ``page``, whichever sign separates them."""
    return [word for part in re.split(r"[;；,，、]", page.keywords) if (word := part.strip())]


def _wider(page, published, scope):
    return [
        _category(_("Category"), page.category_id, scope),
        _category(_("Statutory head"), page.statutory_head_id, scope),
        _category(_("Topic"), page.topic_id, scope),
        _category(_("Genre"), page.genre_id, scope),
        _field(_("Date signed"), page.date_signed.isoformat() if page.date_signed else ""),
        _field(_("Date published"), moment(published.date_published) if published else ""),
        _field(pgettext("disclosure", "Source"), page.source),
    ]


def _category(label, key, scope):
    node = scope.directory.category_by_id.get(key) if scope and key else None
    if node is None:
        return _field(label, "")
    return _field(label, node.local_name(), addresses.category(scope, node))


def _department_url(page, scope):
    department = scope.directory.department_by_id.get(page.department_id) if scope else None
    return addresses.department(scope, department) if department else None


def moment(value, seconds=False):
    """A local time to the minute (发布日期) or the second (生成日期)."""
    return (
        timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")
        if value
        else ""
    )
