"""Caches in front of the site (wagtail.contrib.frontend_cache): what has left or changed is purged on commit."""

import logging
from functools import partial

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import Site

from .manifest import own_files

logger = logging.getLogger("wagtail_disclosure.front_cache")


def is_used():
    return apps.is_installed("wagtail.contrib.frontend_cache")


def purge(urls):
    """Purge these addresses once the transaction is through. A cache that cannot be reached undoes nothing."""
    urls = sorted({url for url in urls if url})
    if urls and is_used():
        transaction.on_commit(partial(_purge, urls), robust=True)


def _purge(urls):
    from wagtail.contrib.frontend_cache.utils import purge_urls_from_cache

    try:
        purge_urls_from_cache(urls)
    except Exception:
        logger.exception("%d addresses could not be purged from the cache in front", len(urls))


def purge_item(item, manifest=()):
    """Purge the address of ``item`` and those of the files that ``manifest`` (of a seal) names."""
    if not is_used():
        return
    parts = item.get_url_parts() if hasattr(item, "get_url_parts") else None
    roots = [parts[1]] if parts else [site.root_url for site in Site.objects.all()]
    urls = {item.get_full_url()} if parts else set()
    addresses = [stored.url for _path, stored in own_files(item)]
    for each in manifest:
        addresses += _addresses_of(each)
    for address in addresses:
        urls |= {address} if "://" in address else {root + address for root in roots}
    purge(urls)


def _addresses_of(entry):
    """The addresses of a document, or of an image with its renditions."""
    if "content_type" not in entry:
        # A file in a field of the item itself; those are purged with the item.
        return
    app_label, model_name = entry["content_type"].split(".")
    model = ContentType.objects.get_by_natural_key(app_label, model_name).model_class()
    row = model._base_manager.filter(pk=entry["object_id"]).first() if model else None
    if row is None:
        return
    if hasattr(row, "renditions"):
        yield row.file.url
        yield from (rendition.file.url for rendition in row.renditions.all())
    else:
        yield row.url
