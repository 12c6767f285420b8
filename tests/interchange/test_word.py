"""Word documents: no text is lost without a word, and no hidden or secret one comes in."""

import io

import docx
import pytest
from django.utils import translation
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from wagtail_disclosure.interchange.importing import bodies, files, findings


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def read(tmp_path):
    def read(document):
        document.save(tmp_path / "text.docx")
        return bodies.read(files.Folder(tmp_path), "text.docx")

    return read


def run(text, properties=""):
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>"


def with_body(*elements):
    """A document with these elements in its body, written as XML without their namespaces."""
    document = docx.Document()
    for element in reversed(elements):
        name, _space, rest = element.partition(">")
        document.element.body.insert(0, parse_xml(f"{name} {nsdecls('w', 'r', 'm')}>{rest}"))
    return document


def texts(body):
    return [each["value"] for each in body.blocks]


def noticed(body):
    return {each["kind"]: each.get("excerpt", "") for each in body.findings}


@pytest.mark.parametrize(
    "around",
    [
        "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>",
        "<w:smartTag w:element='x'>{}</w:smartTag>",
        "<w:fldSimple w:instr='DATE'>{}</w:fldSimple>",
        "<w:customXml w:element='x'>{}</w:customXml>",
        "<w:hyperlink w:anchor='x'>{}</w:hyperlink>",
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:r><w:fldChar w:fldCharType='separate'/></w:r>{}<w:r><w:fldChar w:fldCharType='end'/></w:r>",
        "<w:r><w:ruby><w:rt><w:r><w:t>zhong</w:t></w:r></w:rt><w:rubyBase>{}</w:rubyBase></w:ruby></w:r>",
    ],
)
def test_text_is_read_from_wherever_it_stands_in_a_paragraph(read, around):
    inside = around.format(run("中间"))
    assert texts(read(with_body(f"<w:p>{run('前')}{inside}{run('后')}</w:p>"))) == ["<p>前中间后</p>"]


def test_paragraphs_and_tables_in_content_controls_are_read(read):
    table = f"<w:tbl><w:tr><w:sdt><w:sdtContent><w:tc><w:p>{run('格')}</w:p></w:tc></w:sdtContent></w:sdt></w:tr></w:tbl>"
    body = read(
        with_body(f"<w:sdt><w:sdtContent><w:p>{run('段')}</w:p>{table}</w:sdtContent></w:sdt>", "<w:p></w:p>")
    )
    assert texts(body)[0] == "<p>段</p>" and texts(body)[1]["cells"] == "格"


def test_a_table_within_a_table_is_read_as_text_and_said(read):
    inner = f"<w:tbl><w:tr><w:tc><w:p>{run('内')}</w:p></w:tc></w:tr></w:tbl>"
    body = read(
        with_body(f"<w:tbl><w:tr><w:tc><w:p>{run('外')}</w:p>{inner}<w:p></w:p></w:tc></w:tr></w:tbl>")
    )
    assert texts(body)[0]["cells"] == "外 内" and "word_table" in noticed(body)


def test_merged_cells_keep_their_columns(read):
    def cell(text, properties=""):
        return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{run(text)}</w:p></w:tc>"

    rows = (
        cell("甲", "<w:gridSpan w:val='2'/>") + cell("乙", "<w:vMerge w:val='restart'/>"),
        cell("丙") + cell("丁") + cell("", "<w:vMerge/>"),
    )
    body = read(with_body(f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"))
    assert texts(body)[0]["cells"] == "甲\t\t乙\n丙\t丁\t" and "merged_cells" in noticed(body)


def test_the_text_of_a_text_box_is_read_once_and_said(read):
    box = f"<w:txbxContent><w:p>{run('框中')}</w:p></w:txbxContent>"
    paragraph = f"<w:p>{run('段')}<w:r><w:pict>{box}</w:pict></w:r></w:p>"
    body = read(with_body(paragraph))
    assert texts(body) == ["<p>段</p><p>框中</p>"]
    assert noticed(body)["word_box"] == "框中" and "image" not in noticed(body)


@pytest.mark.parametrize("tag", ["ins", "del", "moveFrom", "moveTo"])
def test_a_document_with_open_changes_is_refused(read, tag):
    change = f"<w:{tag} w:id='1' w:author='x'>{run('改')}</w:{tag}>"
    with pytest.raises(files.FileRefused, match="tracked changes"):
        read(with_body(f"<w:p>{run('前')}{change}</w:p>"))


def test_hidden_text_is_left_out_and_said(read):
    hidden, shown = run("藏一", "<w:vanish/>"), run("又见", "<w:vanish w:val='0'/>")
    document = with_body(f"<w:p>{run('看得见')}{hidden}{shown}</w:p>")
    style = document.styles.add_style("Secret", WD_STYLE_TYPE.CHARACTER)
    style.font.hidden = True
    document.paragraphs[0].add_run("藏二").style = style
    body = read(document)
    assert texts(body) == ["<p>看得见又见</p>"]
    said = next(each for each in body.findings if each["kind"] == "word_hidden")
    assert said["excerpt"] == "藏一 藏二"
    assert findings.message(said) == "Hidden text of the Word document was left out (2 pieces)."


def test_headers_and_footers_are_left_out_and_said(read):
    document = with_body(f"<w:p>{run('正文')}</w:p>")
    document.sections[0].header.paragraphs[0].text = "内部资料"
    document.sections[0].footer.paragraphs[0].text = "— 1 —"
    body = read(document)
    assert texts(body) == ["<p>正文</p>"] and noticed(body)["word_header"] == "内部资料"


def test_comments_are_left_out_and_said(read):
    document = with_body(f"<w:p>{run('正文')}</w:p>")
    document.add_comment(document.paragraphs[0].runs, text="请再核", author="甲")
    body = read(document)
    assert texts(body) == ["<p>正文</p>"] and noticed(body)["word_comment"] == "请再核"


def test_formulas_are_left_out_and_said(read):
    body = read(with_body(f"<w:p>{run('设')}<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath></w:p>"))
    assert texts(body) == ["<p>设</p>"] and "word_formula" in noticed(body)


@pytest.mark.parametrize("place", ["header", "text", "hidden", "comment", "split"])
def test_a_document_marked_as_a_state_secret_is_refused(read, place):
    inside = {
        "text": run("机密★10年"),
        "hidden": run("机密★10年", "<w:vanish/>"),
        "split": run("机密") + run("★") + run("10年"),
    }.get(place, run("正文"))
    document = with_body(f"<w:p>{inside}</w:p>")
    if place == "header":
        document.sections[0].header.paragraphs[0].text = "机密★10年"
    if place == "comment":
        document.add_comment(document.paragraphs[0].runs, text="机密★10年", author="甲")
    with pytest.raises(files.FileRefused, match="“机密★10年” is the mark of a state secret"):
        read(document)


def test_a_document_is_whole_in_memory(read):
    """A document that cannot be opened is refused, not an error of the program."""
    with pytest.raises(files.FileRefused, match="damaged"):
        bodies.word.all_text(io.BytesIO(b"PK\x03\x04").getvalue())
