"""What is said of an item to an upper platform: read from the published register, and from nothing else that is not public.

Names follow the header of the national catalogue (索引号 to 是否有效); see ``docs/upward-feed.md``.
"""

import datetime
import hashlib
import json
from dataclasses import dataclass

from django.utils import timezone

from ...catalogue.header import keywords
from ...catalogue.models import Category, DisclosurePage, SearchDocument
from ...departments.models import Department
from ...publishing.models import PublishedItem, PublishedItemCategory
from ..models.upward import UpwardPlatform

CONTENT = UpwardPlatform.Content


def wanted(platform, *, of_any_time=False):
    """The public items that ``platform`` is to get, as rows of the register; or with those published too early."""
    found = PublishedItem.objects.filter(site_id=platform.agency.site_id)
    if platform.language:
        found = found.filter(language=platform.language)
    if platform.since and not of_any_time:
        midnight = datetime.datetime.combine(platform.since, datetime.time.min)
        found = found.filter(
            date_published__gte=timezone.make_aware(midnight, timezone.get_default_timezone())
        )
    departments = [each.pk for each in platform.departments.all()]
    if departments:
        found = found.filter(department_id__in=departments)
    categories = [each.pk for each in platform.categories.all()]
    if categories:
        places = PublishedItemCategory.objects.filter(category_id__in=categories)
        found = found.filter(pk__in=places.values("item_id"))
    return found


@dataclass(frozen=True)
class Record:
    """One public item as a platform gets it, and the digest by which a change of it is noticed."""

    row: PublishedItem
    data: dict

    @property
    def digest(self):
        text = json.dumps(self.data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def records(platform, rows):
    """The :class:`Record` of each register row, by its key. A handful of queries however many rows there are."""
    rows = list(rows)
    keys = [row.pk for row in rows]
    pages = {
        page.pk: page
        for page in DisclosurePage.objects.filter(pk__in=keys, live=True).prefetch_related(
            "attachments__document"
        )
    }
    by_entry = platform.content == CONTENT.ENTRY
    texts = dict(SearchDocument.objects.filter(pk__in=keys).values_list("pk", "body")) if by_entry else {}
    codes = _Codes(rows)
    root = platform.agency.site.root_url
    found = {}
    for row in rows:
        data = _header(row, codes, root)
        page = pages.get(row.pk)
        data["keywords"] = keywords(page) if page else []
        if by_entry:
            data["text"] = texts.get(row.pk, "")
            data["files"] = _files(page, root) if page else []
        found[row.pk] = Record(row, data)
    return found


class _Codes:
    """Codes of categories and departments that rows of the register name by key."""

    def __init__(self, rows):
        asked = {row.category_id for row in rows}
        self.categories = dict(Category.objects.filter(pk__in=asked).values_list("pk", "code"))
        asked = {row.department_id for row in rows}
        self.departments = dict(Department.objects.filter(pk__in=asked).values_list("pk", "code"))


def _header(row, codes, root):
    return {
        "id": f"{row.translation_key}:{row.language}",
        "indexNumber": row.index_number,
        "title": row.title,
        "documentNumber": row.document_number,
        "issuingBody": row.issuing_body,
        "responsibleDepartment": {
            "code": codes.departments.get(row.department_id, ""),
            "name": row.department_name,
        },
        "category": codes.categories.get(row.category_id, ""),
        "topic": row.topic,
        "genre": row.genre,
        "disclosureAttribute": row.attribute,
        "validity": row.validity_now,
        "summary": row.summary,
        "language": row.language,
        "dateGenerated": row.date_generated.isoformat() if row.date_generated else "",
        "dateSigned": row.date_signed.isoformat() if row.date_signed else "",
        "datePublished": row.date_published.isoformat(),
        "dateUpdated": row.date_updated.isoformat(),
        "url": f"{root}{row.path}",
    }


def _files(page, root):
    return [
        {
            "title": each.title or each.document.title,
            "url": _whole(each.document.url, root),
        }
        for each in page.attachments.all()
    ]


def _whole(url, root):
    return f"{root}{url}" if url.startswith("/") else url


def with_words_of(platform, data):
    """``data`` with the platform's own codes beside ours, where it has any. They are no part of the digest."""
    ours = {
        "category": data.get("category"),
        "department": data.get("responsibleDepartment", {}).get("code"),
        "genre": data.get("genre"),
        "topic": data.get("topic"),
    }
    found = {
        name: words[ours[name]]
        for name, words in sorted(platform.mapping.items())
        if ours.get(name) and ours[name] in words
    }
    return {**data, "platformCodes": found} if found else data


def rows_of(keys):
    """Register rows of the pages with these keys, by key."""
    return {row.pk: row for row in PublishedItem.objects.filter(pk__in=keys).defer("data")}
