"""Imports run against a complete agency, from files that the tests write."""

import csv
import io
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from wagtail_disclosure.catalogue.models import Category

HEADER = [
    "title",
    "body_file",
    "issuing_body",
    "responsible_department",
    "document_date",
    "index_number",
    "category",
    "disclosure_attribute",
    "keywords",
]
ROW = {
    "title": "关于价格公示的通知",
    "body_file": "notice.txt",
    "issuing_body": "市发展改革委",
    "responsible_department": "办公室",
    "document_date": "2024-03-01",
    "index_number": "",
    "category": "年度报告",
    "disclosure_attribute": "主动公开",
    "keywords": "价格;公示",
}


class Source:
    """A folder with a manifest and text files."""

    def __init__(self, folder):
        self.folder = folder
        self.path = folder / "manifest.csv"
        self.file("notice.txt", "现将有关事项通知如下。\n")

    def file(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def manifest(self, *rows, header=None, encoding="utf-8"):
        """Write the rows, each a change to ``ROW``; a title of its own unless it has one."""
        rows = [{**ROW, **row} for row in rows]
        header = header or [*HEADER, *sorted({key for row in rows for key in row} - set(HEADER))]
        text = io.StringIO()
        writer = csv.DictWriter(text, header, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
        self.path.write_bytes(text.getvalue().encode(encoding))
        return self.path

    def run(self, user="officer", **options):
        """Run the command; returns what it said, and why it refused."""
        out, err = io.StringIO(), io.StringIO()
        refused = ""
        try:
            call_command("disclosure_import", str(self.path), user=user, stdout=out, stderr=err, **options)
        except CommandError as error:
            refused = str(error)
        return SimpleNamespace(out=out.getvalue(), err=err.getvalue(), refused=refused)


@pytest.fixture
def source(tmp_path, world):
    return Source(tmp_path)


@pytest.fixture
def second_category(world):
    return Category.objects.create(
        scheme=world.scheme, code="0102", name="工作动态", parent=world.parent_category
    )
