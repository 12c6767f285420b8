"""Full-text search inside PDF attachments, its limits, and files that lie somewhere without paths."""

import io

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from wagtail.documents import get_document_model

from tests import factories
from wagtail_disclosure.catalogue import visits
from wagtail_disclosure.catalogue.models import Attachment, SearchDocument
from wagtail_disclosure.catalogue.search import pdf
from wagtail_disclosure.publishing.digest import file_hash


def pdf_of(*pages):
    """A PDF with a line of text on each page, written by hand: pypdf reads texts and does not write them."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    kids = []
    for text in pages:
        stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    out, places = io.BytesIO(b"%PDF-1.4\n"), []
    out.seek(0, io.SEEK_END)
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return out.getvalue()


@pytest.fixture
def world(settings, tmp_path, world):
    settings.MEDIA_ROOT = tmp_path
    return world


def document(data, name="price.pdf"):
    return get_document_model().objects.create(title="附件", file=ContentFile(data, name=name))


def published_with(world, *documents):
    page = factories.draft(world)
    page.attachments = [Attachment(document=each) for each in documents]
    page.save_revision(user=world.people.officer)
    return factories.publish(world, type(page).objects.get(pk=page.pk))


def test_the_text_of_a_pdf_attachment_is_found(world, client):
    page = published_with(world, document(pdf_of("Tariff of water", "Second page")))
    for words in ("tariff", "second"):
        assert page.url in client.get(f"{world.catalogue.url}search/?q={words}").content.decode()
    assert page.url not in client.get(f"{world.catalogue.url}search/?q=electricity").content.decode()


@pytest.mark.parametrize("data", [b"", b"\x00" * 100])
def test_of_a_file_that_is_no_pdf_nothing_is_read(world, data):
    assert list(pdf.texts_of([document(data)])) == []


@pytest.mark.parametrize("data", [b"%PDF-1.4 nothing", pdf_of("Tariff")[:300]])
def test_a_damaged_pdf_does_not_stop_a_publication(world, data):
    assert published_with(world, document(data)).live


@pytest.mark.parametrize(
    ("limit", "value", "found"),
    [
        ("MOST_BYTES", 100, ""),
        ("MOST_PAGES", 1, "First"),
        ("MOST_CHARACTERS", 6, "FirstS"),
        ("MOST_SECONDS", -1, ""),
    ],
)
def test_what_is_read_is_bounded(world, monkeypatch, limit, value, found):
    monkeypatch.setattr(pdf, limit, value)
    read = "\n".join(pdf.texts_of([document(pdf_of("First", "Second"))]))
    assert read.replace("\n", "") == found


def test_without_pypdf_and_for_other_files_nothing_is_read(world, monkeypatch):
    assert list(pdf.texts_of([document(pdf_of("Tariff"), name="price.txt")])) == []
    monkeypatch.setattr(pdf.pdf, "pypdf", None)
    assert list(pdf.texts_of([document(pdf_of("Tariff"))])) == []


class Bucket(Storage):
    """Files that have no path, as in object storage."""

    def __init__(self):
        self.files = {}

    def _open(self, name, mode="rb"):
        if name not in self.files:
            raise FileNotFoundError(name)
        return ContentFile(self.files[name], name=name)

    def _save(self, name, content):
        self.files[name] = content.read()
        return name

    def exists(self, name):
        return name in self.files

    def size(self, name):
        return len(self.files[name])

    def delete(self, name):
        self.files.pop(name, None)


def test_files_without_paths_are_digested_and_read(world, monkeypatch, client):
    field = get_document_model()._meta.get_field("file")
    monkeypatch.setattr(field, "storage", Bucket())
    stored = document(pdf_of("Tariff of water"))
    assert file_hash(stored.file) not in ("", "missing")
    page = published_with(world, stored)
    assert "Tariff of water" in SearchDocument.objects.get(item__page=page).body
    stored.file.storage.delete(stored.file.name)
    assert file_hash(stored.file) == "missing"


class Shared(LocMemCache):
    """A cache that the package takes for one that all processes share."""


def test_readings_are_counted_in_a_shared_cache(world, settings, client):
    settings.CACHES = {"default": {"BACKEND": f"{__name__}.Shared"}}
    page = factories.published(world)
    assert not isinstance(visits.buffer(), visits.ProcessBuffer)
    for _each in range(3):
        client.get(page.url)
    assert visits.flush() == 3
