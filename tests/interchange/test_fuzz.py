"""Whatever stands in the files: a report, never an error of the program, and nothing half-written."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.interchange.conftest import HEADER
from wagtail_disclosure.catalogue.models import EntryPage
from wagtail_disclosure.interchange.importing import bodies, encodings, files
from wagtail_disclosure.interchange.models import ImportedItem

pytestmark = pytest.mark.django_db
relaxed = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

NASTY = st.sampled_from(
    [
        "",
        "=1+1",
        "主动公开",
        "年度报告",
        "办公室",
        "notice.txt",
        "2024-03-01",
        "../x",
        "\u202e",
        "\x07",
        "'",
        '"',
        "\n",
    ]
    + [
        "0101",
        "01",
        "NaN",
        "\ufeff",
        "a" * 300,
        "\ud7ff",
        "<b>",
        "%s",
        "{}",
        "20086月",
        "不予公开",
        "-",
        "😀",
    ]
)
CELL = st.one_of(NASTY, st.text(max_size=20))
EXTRA = ["language", "validity", "ground", "attachments", "formed_on", "source_key", "importance"]


@relaxed
@given(rows=st.lists(st.dictionaries(st.sampled_from(HEADER + EXTRA), CELL), max_size=6))
def test_any_table(world, source, rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADER + EXTRA, restval="")
    writer.writeheader()
    writer.writerows(rows)
    source.path.write_bytes(text.getvalue().encode("utf-8", "replace"))
    before = EntryPage.objects.count(), ImportedItem.objects.count()
    said = source.run()
    after = EntryPage.objects.count(), ImportedItem.objects.count()
    assert after[0] == after[1]
    assert after == before or said.refused == ""


@relaxed
@given(
    data=st.one_of(
        st.binary(max_size=200), st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace"))
    )
)
def test_any_bytes_as_a_manifest(world, source, data):
    header = (",".join(HEADER) + "\n").encode()
    for content in (data, header + data):
        source.path.write_bytes(content)
        said = source.run(dry_run=True)
        assert said.refused or said.out


MARKUP = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<b>",
            "</b>",
            "<ul>",
            "<li>",
            "</li>",
            "</ul>",
            "<table>",
            "<tr>",
            "<td rowspan=2>",
            "</td>",
        ]
        + [
            "</tr>",
            "</table>",
            "<h2>",
            "</h2>",
            "<a href='https://a.example'>",
            "</a>",
            "<blockquote>",
            "</blockquote>",
        ]
        + [
            "第一条 ",
            "第二条 ",
            "一、总则",
            "（一）",
            "text",
            "&amp;",
            "<",
            "<!--",
            "-->",
            "<img src=x>",
            "<br>",
            "<hr>",
            "\t",
            "\n",
        ]
    ),
    max_size=30,
).map("".join)


@relaxed
@given(text=st.one_of(MARKUP, st.text(max_size=80)), name=st.sampled_from(["x.txt", "x.html"]))
def test_any_text(tmp_path, text, name):
    (tmp_path / name).write_bytes(text.encode("utf-8", "replace"))
    try:
        body = bodies.read(files.Folder(tmp_path), name, title="一、总则")
    except (files.FileRefused, encodings.EncodingError) as error:
        assert str(error)
        return
    EntryPage._meta.get_field("body").stream_block.clean(
        EntryPage._meta.get_field("body").to_python(body.blocks)
    )
