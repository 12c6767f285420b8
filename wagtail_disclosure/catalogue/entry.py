"""What the page of one document shows besides its own text."""

import os

import segno
from django.core.cache import cache
from django.utils import timezone
from django.utils.safestring import mark_safe
from wagtail.coreutils import get_content_languages

from ..publishing.models import PublishedItem
from . import addresses, contexts, header, meta, validity, visits
from .conditional import conditional
from .models import RelatedItem
from .scope import scope_of

INTERPRETATION = RelatedItem.Kind.INTERPRETATION
KEPT_SECONDS = 24 * 60 * 60


def context_of(page, request):
    """The context of ``catalogue/document.html`` for a public item, or for a draft that is previewed."""
    scope = getattr(request, "disclosure_scope", None) or scope_of(page)
    facts = _facts(page, scope, preview=getattr(request, "is_preview", False))
    published = facts.pop("published")
    translations = facts.pop("languages")
    return {
        "header_fields": header.fields_of(page, published, scope, facts["validity"]["label"]),
        "source": page.source,
        "date_published": published.date_published if published else None,
        "breadcrumbs": breadcrumbs(page, scope),
        **facts,
        **(_public(page, published, scope, translations, facts["validity"]) if published and scope else {}),
    }


def _facts(page, scope, preview):
    """What is looked up elsewhere. Of a public item it is kept in the cache until anything public changes."""
    keep = scope is not None and scope.version and page.live and not preview
    # An announced change of validity counts from its day on.
    key = f"disclosure-entry:{page.pk}:{scope.version}:{timezone.localdate()}" if keep else None
    facts = cache.get(key) if key else None
    if facts is None:
        published = PublishedItem.objects.filter(pk=page.pk).first() if page.live and not preview else None
        facts = {
            "published": published,
            "languages": _languages(published),
            "validity": validity.shown(page),
            "attachments": attachments(page),
            **related(page),
        }
        if key and published:
            cache.set(key, facts, KEPT_SECONDS)
    return dict(facts)


def _languages(published):
    """The (language, path) pairs of a public document and its public translations."""
    if published is None:
        return []
    others = PublishedItem.objects.filter(translation_key=published.translation_key)
    return sorted(others.values_list("language", "path"))


def _public(page, published, scope, languages, status):
    """What only a public item has: its address, its record, its readers."""
    url = scope.root_url + published.path
    names = get_content_languages()
    return {
        "views": visits.views_of(page.pk),
        "canonical_url": url,
        "qr_svg": qr_code(url),
        "review_record_url": addresses.review_record(scope, page.pk),
        "file_check_url": addresses.file_check(scope),
        "contact": scope.directory.department_by_id.get(page.department_id) or scope.directory.agency,
        "translations": [
            {"lang": language, "url": scope.root_url + path, "label": names.get(language, language)}
            for language, path in languages
            if len(languages) > 1
        ],
        "meta_tags": meta.article_tags(page, published, scope, url, status),
        "structured_data": meta.structured_data(page, published, scope, url, status),
        **_feeds(page, scope),
    }


def _feeds(page, scope):
    """The feeds of the list that the document stands in."""
    node = scope.directory.category_by_id.get(page.category_id)
    if node is None:
        trail = scope.directory.trail
        return {
            "feeds": addresses.feeds(scope.directory.base_path),
            "feed_title": trail[-1].title if trail else "",
        }
    return {"feeds": addresses.feeds(addresses.category(scope, node)), "feed_title": node.local_name()}


def breadcrumbs(page, scope):
    """From the site's home over the catalogue and the category to the document, without a look at the page tree."""
    if scope is None:
        return [{"title": page.title, "url": None}]
    node = scope.directory.category_by_id.get(page.category_id)
    steps = [
        (each.local_name(), addresses.category(scope, each))
        for each in (scope.directory.path_to(node) if node else ())
    ]
    return contexts.crumbs(scope, *steps, (page.title, None))


def attachments(page):
    """The files of ``page``."""
    rows = page.attachments.all()
    found = rows.select_related("document") if hasattr(rows, "select_related") else rows
    return [describe_file(each.document, each.title) for each in found]


def describe_file(document, title=""):
    """A file for showing: title, address, type, and size in bytes (None where the file is missing)."""
    return {
        "title": title or document.title,
        "url": document.url,
        "extension": os.path.splitext(document.filename)[1].lstrip(".").lower(),
        "size": _size(document),
    }


def _size(document):
    if document.file_size is not None:
        return document.file_size
    try:
        return document.file.size
    except OSError:
        return None


def related(page):
    """Related items and interpretations, those that are public only and as the register knows them."""
    kinds = {row.related_id: row.kind for row in page.related_items.all()}
    public = {row.pk: row for row in PublishedItem.objects.filter(pk__in=kinds)} if kinds else {}
    shown = [(kind, public[key]) for key, kind in kinds.items() if key in public]
    return {
        "interpretations": [row for kind, row in shown if kind == INTERPRETATION],
        "related": [row for kind, row in shown if kind != INTERPRETATION],
    }


def qr_code(url):
    """The QR code of an address as inline SVG without a style attribute."""
    code = segno.make(url, error="m", micro=False)
    # Made of numbers alone: nothing of the address itself is in the drawing.
    return mark_safe(code.svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None))


def answer(page, request, serve):
    """The response of ``serve()``, or 304; counts the view."""
    scope = request.disclosure_scope = scope_of(page)
    if request.method == "GET":
        visits.count(page.pk)
    return conditional(request, scope, serve, page.pk) if scope else serve()
