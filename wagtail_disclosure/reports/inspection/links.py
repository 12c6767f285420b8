"""Links within the site that lead nowhere, and files that are not there."""

import hashlib
import re
from collections import defaultdict
from urllib.parse import unquote, urlsplit

from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, Case, CharField, ForeignKey, TextField, When
from django.db.models.functions import Cast
from django.http import Http404
from django.test import RequestFactory
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, override
from wagtail.documents import get_document_model
from wagtail.fields import RichTextField, StreamField
from wagtail.models import ReferenceIndex, get_page_models

from ...catalogue.models import Attachment, DisclosurePage
from ...compat import Page
from ...publishing.models import PublishedItem

HREF = re.compile(r"""href=\\?["']([^"'\\]+)\\?["']""")
# More different addresses than these are not followed in one look.
MOST_ADDRESSES = 5000
CHUNK = 500


def short(target):
    """A short name of a target, for the key of a finding."""
    return hashlib.sha256(target.encode()).hexdigest()[:16]


def _described(site, keys):
    """Title, department and address of pages, by key."""
    items = {
        each["pk"]: each
        for each in PublishedItem.objects.filter(pk__in=keys).values("pk", "title", "department_id", "path")
    }
    found = {}
    for row in Page.objects.filter(pk__in=keys).values("pk", "title", "url_path"):
        item = items.get(row["pk"], {})
        address = "/" + row["url_path"].removeprefix(site.root.url_path)
        found[row["pk"]] = {
            "pk": row["pk"],
            "title": row["title"],
            "department_id": item.get("department_id"),
            "url": item.get("path") or address,
        }
    return found


def broken(site):
    """Pairs of a public page and what it links to in vain, in order."""
    pairs = {*_broken_references(site), *_broken_addresses(site)}
    pages = _described(site, {key for key, _target in pairs})
    return [(pages[key], target) for key, target in sorted(pairs) if key in pages]


def _references(site):
    numbered = Case(
        When(object_id__regex=r"^[0-9]+$", then=Cast("object_id", BigIntegerField())),
        output_field=BigIntegerField(),
    )
    return ReferenceIndex.objects.annotate(source=numbered).filter(
        base_content_type=ContentType.objects.get_for_model(Page), source__in=site.pages.values("pk")
    )


def _broken_references(site):
    """Links that were chosen in the editor: to pages that are not public, to documents that are gone."""
    targets = (
        (Page, Page.objects.live()),
        (get_document_model(), get_document_model().objects.all()),
    )
    for model, there in targets:
        rows = _references(site).filter(to_content_type=ContentType.objects.get_for_model(model))
        rows = rows.exclude(to_object_id__in=there.annotate(text=Cast("pk", CharField())).values("text"))
        for row in rows.values("source", "content_type_id", "model_path", "to_object_id").iterator(CHUNK):
            if _is_in_text(row["content_type_id"], row["model_path"]):
                yield row["source"], f"{model._meta.verbose_name} {row['to_object_id']}"


def _is_in_text(content_type_id, model_path):
    """Whether a reference stands in text; a field that names a page is shown or not by its template."""
    model = ContentType.objects.get_for_id(content_type_id).model_class()
    name = model_path.split(".")[0]
    try:
        return not isinstance(model._meta.get_field(name), ForeignKey)
    except Exception:
        return True


def _broken_addresses(site):
    """Addresses of the site that somebody typed and that answer nothing."""
    found = defaultdict(set)
    for model in get_page_models():
        fields = [
            each.name for each in model._meta.get_fields() if isinstance(each, RichTextField | StreamField)
        ]
        if not fields:
            continue
        rows = model.objects.live().filter(path__startswith=site.root.path).order_by()
        texts = {f"text_{name}": Cast(name, TextField()) for name in fields}
        for key, *values in rows.annotate(**texts).values_list("pk", *texts).iterator(chunk_size=CHUNK):
            for address in HREF.findall(" ".join(filter(None, values))):
                path = _own_path(site, address)
                if path is not None and len(found) < MOST_ADDRESSES:
                    found[path].add(key)
    for path in _leading_nowhere(site, found):
        for key in found[path]:
            yield key, path


def _own_path(site, address):
    """The path of an address of the site; None for any other."""
    try:
        parts = urlsplit(address)
    except ValueError:
        # No address at all, so none of this site: one of them must not end the look at all others.
        return None
    if parts.netloc:
        own = parts.scheme in ("http", "https") and parts.hostname == site.site.hostname
        return (parts.path or "/") if own else None
    return parts.path if parts.path.startswith("/") else None


def _leading_nowhere(site, paths):
    """Those of ``paths`` that answer nothing. What stands in the register or in the page tree is known by one query."""
    known = {"/"}
    known |= set(PublishedItem.objects.filter(site=site.site, path__in=paths).values_list("path", flat=True))
    in_tree = {site.root.url_path + path.lstrip("/"): path for path in paths}
    rows = site.pages.filter(url_path__in=in_tree).values_list("url_path", flat=True)
    known |= {in_tree[url_path] for url_path in rows}
    return [path for path in paths if path not in known and not _answers(site, path)]


def _answers(site, path):
    language = get_language_from_path(path)
    with override(language) if language else override(None, deactivate=True):
        try:
            match = resolve(unquote(path))
        except Resolver404:
            return False
        if match.url_name != "wagtail_serve":
            return True
        request = RequestFactory().get(path, SERVER_NAME=site.site.hostname)
        parts = [each for each in match.args[0].split("/") if each]
        try:
            site.root.localized.specific.route(request, parts)
        except Http404:
            return False
        return True


def missing_files(site):
    """Pairs of a public item and the name of a file of it that its storage does not have."""
    pages = DisclosurePage.objects.live().filter(path__startswith=site.root.path)
    uses = defaultdict(set)
    for key, document in Attachment.objects.filter(page__in=pages.values("pk")).values_list(
        "page_id", "document_id"
    ):
        uses[document].add(key)
    documents = ContentType.objects.get_for_model(get_document_model())
    for key, document in (
        _references(site).filter(to_content_type=documents).values_list("source", "to_object_id")
    ):
        uses[int(document)].add(key)
    gone = []
    for document in get_document_model().objects.filter(pk__in=list(uses)).iterator(chunk_size=CHUNK):
        if not document.file or not document.file.storage.exists(document.file.name):
            gone += [(key, document.filename) for key in uses[document.pk]]
    described = _described(site, {key for key, _name in gone})
    return [(described[key], name) for key, name in sorted(gone) if key in described]
