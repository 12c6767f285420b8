"""Texts become blocks: paragraphs, headings, clauses and tables; what does not belong there is gone and reported."""

import io
import zipfile

import pytest
from django.utils import translation

from wagtail_disclosure.interchange.importing import bodies, encodings, files, findings


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def read(tmp_path):
    def read(content, name="text.txt", **options):
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(data)
        return bodies.read(files.Folder(tmp_path), name, **options)

    return read


def shape(body):
    """The blocks without their ids: ``[(kind, value)]``."""
    return [(each["type"], _plain(each["value"])) for each in body.blocks]


def _plain(value):
    if isinstance(value, list):
        return [(item["value"]["label"], item["value"]["text"]) for item in value]
    return value


def noticed(body):
    return [each["kind"] for each in body.findings]


# Plain text


def test_every_line_is_a_paragraph_and_markup_is_text(read):
    body = read("　　现将<b>有关事项</b>通知如下：\r\n\r\n　　请遵照执行。\r\n")
    assert shape(body) == [
        ("paragraph", "<p>现将&lt;b&gt;有关事项&lt;/b&gt;通知如下：</p><p>请遵照执行。</p>")
    ]


def test_wrapped_lines_are_put_together_again(read):
    line = "为贯彻落实政府信息公开条例的各项要求进一步做好主动公开工作"
    body = read(
        f"{line}\n{line}\n请遵照执行。\n\nThe first line of an English text goes on\nhere with the second."
    )
    assert shape(body)[0][1] == (
        f"<p>{line}{line}请遵照执行。</p><p>The first line of an English text goes on here with the second.</p>"
    )


def test_numbered_lines_without_a_sentence_are_headings(read):
    body = read("一、总体要求\n\n二、着力建立长效机制。成立了领导小组。\n\n（一）健全制度\n\n1.完善流程\n")
    assert shape(body) == [
        ("heading", "一、总体要求"),
        (
            "paragraph",
            "<p>二、着力建立长效机制。成立了领导小组。</p><h3>（一）健全制度</h3><p>1.完善流程</p>",
        ),
    ]


def test_clauses_become_a_list_with_what_belongs_to_them(read):
    body = read(
        "第一章 总则\n\n第一条 为了保障知情权，制定本办法。\n\n第二条 本办法所称信息包括：\n\n（一）公文；\n\n"
        "（二）统计信息。\n\n第二十三条之一 本办法自发布之日起施行。\n\n临江市人民政府\n"
    )
    assert shape(body) == [
        ("heading", "第一章 总则"),
        (
            "clauses",
            [
                ("第一条", "<p>为了保障知情权，制定本办法。</p>"),
                ("第二条", "<p>本办法所称信息包括：</p><p>（一）公文；</p><p>（二）统计信息。</p>"),
                ("第二十三条之一", "<p>本办法自发布之日起施行。</p>"),
            ],
        ),
        ("paragraph", "<p>临江市人民政府</p>"),
    ]


def test_a_mention_of_a_clause_is_no_clause(read):
    body = read("第二十条规定的内容应当主动公开。\n\n第二十一条规定的也是。")
    assert [kind for kind, _value in shape(body)] == ["paragraph"]


def test_a_centred_line_is_a_heading_and_the_repeated_title_is_left_out(read):
    text = "            关于价格公示\n            的通知\n\n            总体安排\n\n　　现通知如下。\n\n　　请执行。\n\n　　完。"
    body = read(text, title="关于价格公示的通知")
    assert shape(body) == [
        ("heading", "总体安排"),
        ("paragraph", "<p>现通知如下。</p><p>请执行。</p><p>完。</p>"),
    ]
    assert "title_repeated" in noticed(body)


def test_lines_with_tabs_are_a_table(read):
    body = read("二、收费标准\n\n项目\t金额\n复印\t=1+1\n邮寄\t\n")
    assert shape(body)[1] == (
        "table",
        {
            "caption": "二、收费标准",
            "header_row": True,
            "header_column": False,
            "cells": "项目\t金额\n复印\t=1+1\n邮寄\t",
        },
    )


def test_lines_of_a_header_are_suggestions_and_stay_in_the_text(read):
    text = (
        "索引号\n620700036/2021-00008\n文号\n发布机构：市发展改革委\n生成日期\n2021-01-07 10:32:59\n\n正文。"
    )
    body = read(text, known={"index_number": "620700036/2021-00008"})
    found = {each["field"]: each["excerpt"] for each in body.findings if each["kind"] == "header_line"}
    assert found == {"issuing_body": "市发展改革委", "date_generated": "2021-01-07 10:32:59"}
    assert "2021-01-07" in str(shape(body))


# Damage


def test_pinyin_is_removed_counted_and_the_rest_is_only_reported(read):
    body = read(
        "政務(wù)公開(kāi)工作于20086月開始，文號〔201075〕，二〇一〇年和〇一〇年十二月。\n？？\ufffd"
    )
    assert "(wù)" not in str(shape(body)) and "20086月" in str(shape(body))
    removed = next(each for each in body.findings if each["kind"] == "residue_removed")
    assert findings.message(removed) == "Pinyin residue removed: 2"
    assert {"lost_digits", "document_number", "replacement"} <= set(noticed(body))


def test_control_characters_are_removed_and_reported(read):
    body = read("通\x07知\x1b如\u202e下")
    assert shape(body) == [("paragraph", "<p>通知如下</p>")]
    assert "control_removed" in noticed(body)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_encodings_are_recognised_and_said(read, encoding):
    body = read("现将有关事项通知如下，请遵照执行。".encode(encoding))
    assert shape(body) == [("paragraph", "<p>现将有关事项通知如下，请遵照执行。</p>")]
    assert ("encoding" in noticed(body)) == (encoding != "utf-8-sig")


@pytest.mark.parametrize(
    ("data", "line", "byte"),
    [
        ("正文\n第二行".encode() + b"\xff\xfe\xfd", 2, 16),
        ("第一行\n".encode("big5") + "第二行的繁體字".encode("big5") + b"\xff", 1, 0),
        (("正文" * 50 + "\n").encode() + "第二\n".encode()[:-2] + b"\n" + ("正文" * 50).encode(), 2, 304),
    ],
)
def test_anything_else_is_refused_with_its_place(read, data, line, byte):
    with pytest.raises(encodings.EncodingError) as refused:
        read(data)
    assert refused.value.line == line
    assert abs(refused.value.byte - byte) <= 2
    assert str(refused.value.byte) in str(refused.value)


@pytest.mark.parametrize("data", [b"text\x00more", "text".encode("utf-16-le"), "a\x00b".encode("utf-16")])
def test_nul_is_refused(read, data):
    with pytest.raises(files.FileRefused, match="NUL"):
        read(data)


# HTML


def html(read, text, **options):
    return read(text, "text.html", **options)


def test_structure_of_a_page_is_kept(read):
    body = html(
        read,
        "<title>x</title><h1>一、总则</h1><p>　　为了<strong>公开</strong>，<br>制定<em>本办法</em>。</p><h3>小标题</h3>"
        "<ul><li>一</li><li>二<ol><li>三</li></ol></li></ul><blockquote><p>引文</p><p>两段</p></blockquote><div>末段</div>",
    )
    assert shape(body) == [
        ("heading", "一、总则"),
        (
            "paragraph",
            "<p>为了<b>公开</b>，<br/>制定<i>本办法</i>。</p><h3>小标题</h3>"
            "<ul><li>一</li><li>二<ol><li>三</li></ol></li></ul>",
        ),
        ("quote", {"text": "引文\n两段", "source": ""}),
        ("paragraph", "<p>末段</p>"),
    ]


def test_tables_become_table_blocks(read):
    body = html(
        read,
        "<table><caption>收费表</caption><thead><tr><th>项目</th><th>金额</th></tr></thead>"
        "<tr><th>复印</th><td>1\n元</td></tr><tr><th>邮寄</th><td><p>2</p><p>元</p></td></tr></table>",
    )
    assert shape(body) == [
        (
            "table",
            {
                "caption": "收费表",
                "header_row": True,
                "header_column": True,
                "cells": "项目\t金额\n复印\t1 元\n邮寄\t2 元",
            },
        )
    ]


def test_merged_cells_are_split_and_reported(read):
    body = html(
        read,
        "<table><tr><td rowspan=2>甲</td><td colspan=2>乙</td></tr><tr><td>丙</td><td>丁</td></tr></table>",
        title="表",
    )
    assert body.blocks[0]["value"]["cells"] == "甲\t乙\t\n\t丙\t丁"
    assert "merged_cells" in noticed(body)


def test_scripts_and_everything_active_is_gone_and_reported(read):
    body = html(
        read,
        "<script>alert(1)</script><style>p{color:red}</style><iframe src='https://x.example'></iframe>"
        "<p onclick='alert(2)'>正文<a href='javascript:alert(3)'>链接</a><svg onload=alert(4)></svg></p>"
        "<form action=/x><input name=q><button>提交</button></form><object data=x></object>",
    )
    text = str(body.blocks)
    assert "正文" in text and "链接" in text
    for word in ("alert", "script", "color", "iframe", "onclick", "svg", "input", "object"):
        assert word not in text
    said = {findings.message(each) for each in body.findings if each["kind"] == "removed"}
    assert "Removed from the text: scripts (1)" in said
    assert any("event handlers" in each for each in said)
    assert any("forms" in each for each in said)


def test_images_and_links_without_an_address_are_reported(read):
    body = html(
        read,
        '<p><img src="data:image/png;base64,AAAA" alt="公章"><img src="https://x.example/a.png">'
        '<a href="/local">内部</a> <a href="https://www.gov.example/?a=1&b=2">外部</a></p>',
    )
    assert shape(body) == [
        ("paragraph", '<p>内部 <a href="https://www.gov.example/?a=1&amp;b=2">外部</a></p>')
    ]
    assert noticed(body).count("image") == 2 and noticed(body).count("link") == 1


def test_pages_nested_without_end_are_refused(read):
    with pytest.raises(files.FileRefused, match="nested"):
        html(read, "<div>" * 100_000)


@pytest.mark.parametrize(
    "text",
    [
        "<" * 50_000,
        "<table>" + "<tr><td colspan=9999 rowspan=9999>x" * 2000,
        "<p><b>a<p>b</b><i>c</p>",
        "<ul><li><b>x<h2>y</h2>z",
        "</table></p></b></ul>",
        "<b></b><p></p><table></table><ul></ul>",
        "<a href=x><a href='https://a.example'>y</a>",
        "<li>x<td>y<th>z",
    ],
)
def test_broken_markup_is_read_without_an_error_and_comes_out_whole(read, text):
    body = html(read, text)
    for kind, value in shape(body):
        if kind == "paragraph":
            for tag in ("p", "b", "i", "ul", "li", "a", "h3"):
                assert value.count(f"<{tag}>") + value.count(f"<{tag} ") == value.count(f"</{tag}>")


# Word


def word(build):
    import docx

    document = docx.Document()
    build(document)
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def test_word_documents_are_read(read):
    def build(document):
        document.add_heading("一、总则", 1)
        document.add_paragraph().add_run("加粗").bold = True
        document.add_paragraph("务(wù)必", style="List Bullet")
        table = document.add_table(rows=2, cols=2)
        for cell, text in zip(table._cells, ["项目", "金额", "复印", "1"], strict=True):
            cell.text = text

    body = read(word(build), "text.docx")
    assert shape(body) == [
        ("heading", "一、总则"),
        ("paragraph", "<p><b>加粗</b></p><ul><li>务必</li></ul>"),
        (
            "table",
            {
                "caption": "一、总则",
                "header_row": True,
                "header_column": False,
                "cells": "项目\t金额\n复印\t1",
            },
        ),
    ]


def test_word_without_its_package_says_what_to_install(read, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "docx", None)
    with pytest.raises(files.FileRefused, match="python-docx"):
        read(b"PK\x03\x04", "text.docx")


def test_damaged_word_documents_are_refused(read):
    with pytest.raises(files.FileRefused, match="damaged"):
        read(b"PK\x03\x04 no document", "text.docx")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (65 * 1024 * 1024))
    with pytest.raises(files.FileRefused, match="too large"):
        read(bomb.getvalue(), "text.docx")


def test_other_kinds_of_files_are_refused(read):
    with pytest.raises(files.FileRefused, match=".txt"):
        read("x", "text.pdf")
