"""Rows written straight into the register, for measuring and for lists longer than a test could publish.

They go past the gate, so nothing but lists and searches may be judged by them.
"""

import random
import uuid
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import Page

from wagtail_disclosure.catalogue import counters, versions
from wagtail_disclosure.catalogue.models import SearchDocument
from wagtail_disclosure.catalogue.search.documents import document_for
from wagtail_disclosure.publishing.models import PublishedItem, PublishedItemCategory
from wagtail_disclosure.publishing.register import position_of

BATCH = 1000
GENRES = ("通知", "公告", "报告", "意见")


def fill(
    world, count, *, language="zh-hans", days=3 * 365, end=None, titles=None, bodies=None, site=None, seed=1
):
    """Put ``count`` items into the register, evenly over ``days`` up to ``end``, and return their keys.

    ``titles`` and ``bodies`` are called with the item's number; documents to search are written with ``bodies`` only.
    """
    dice = random.Random(seed)
    end = end or timezone.now()
    keys, begun = (
        [],
        Page.objects.filter(depth=world.folder.depth + 1, path__startswith=world.folder.path).count(),
    )
    departments = [world.office, world.other]
    for first in range(0, count, BATCH):
        numbers = range(first, min(first + BATCH, count))
        pages = _pages(world, numbers, begun)
        items = []
        for number, page in zip(numbers, pages, strict=True):
            published = end - timedelta(days=days * number / count, milliseconds=number)
            items.append(
                PublishedItem(
                    page=page,
                    site_id=(site or world.site).pk,
                    language=language,
                    translation_key=page.translation_key,
                    kind="entrypage",
                    title=titles(number) if titles else f"第{number}号文件",
                    summary="",
                    path=f"/catalogue/01/{page.slug}/",
                    index_number=f"620700036/{published.year}-{page.pk:05d}",
                    issuing_body="市发展改革委",
                    department_id=dice.choice(departments).pk,
                    department_name="办公室",
                    category_id=world.category.pk,
                    attribute="proactive",
                    genre=dice.choice(GENRES),
                    validity="valid",
                    date_published=published,
                    date_updated=published,
                    year=timezone.localtime(published).year,
                    position=position_of(published, page.pk),
                )
            )
        PublishedItem.objects.bulk_create(items)
        _place(world, items)
        if bodies:
            SearchDocument.objects.bulk_create(
                document_for(item, bodies(number), [world.category.pk, world.parent_category.pk])
                for number, item in zip(numbers, items, strict=True)
            )
        keys += [item.pk for item in items]
    counters.rebuild_counters()
    versions.bump(world.site.pk)
    return keys


def _pages(world, numbers, begun):
    folder = world.folder
    content_type = ContentType.objects.get_for_model(Page)
    pages = [
        Page(
            path=Page._get_path(folder.path, folder.depth + 1, begun + number + 1),
            depth=folder.depth + 1,
            title=f"行{number}",
            draft_title=f"行{number}",
            slug=f"row-{begun + number}",
            url_path=f"{folder.url_path}row-{begun + number}/",
            content_type=content_type,
            locale_id=folder.locale_id,
            translation_key=uuid.uuid4(),
            live=True,
        )
        for number in numbers
    ]
    return Page.objects.bulk_create(pages)


def _place(world, items):
    PublishedItemCategory.objects.bulk_create(
        PublishedItemCategory(
            item=item,
            category_id=node.pk,
            site_id=item.site_id,
            language=item.language,
            position=item.position,
        )
        for item in items
        for node in (world.category, world.parent_category)
    )
