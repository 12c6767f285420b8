"""The form to request information (政府信息公开申请表), as a Word document that can be filled in.

It asks for the three things that Art. 29 names and for nothing else; what it is wanted for is not asked.
"""

import io
import zipfile
from html import escape

from django.core.files.base import ContentFile
from wagtail.documents import get_document_model

from wagtail_disclosure.departments.roles import collection_of

TITLE, FILE_NAME = "政府信息公开申请表", "政府信息公开申请表.docx"
# A label and how many lines its cell has; a row without lines is a heading over the whole width.
ROWS = (
    ("一、申请人的姓名或者名称、身份证明、联系方式", 0),
    ("姓名或者名称", 1),
    ("身份证明（证件名称及号码，或者统一社会信用代码）", 1),
    ("联系人（申请人是法人或者其他组织的填写）", 1),
    ("联系电话", 1),
    ("通信地址", 2),
    ("电子邮箱（选填）", 1),
    ("二、申请公开的政府信息的名称、文号或者便于行政机关查询的其他特征性描述", 0),
    ("名称、文号", 2),
    ("其他特征性描述", 4),
    ("三、申请公开的政府信息的形式要求", 0),
    ("获取信息的方式", ("□ 纸质　　□ 电子数据　　□ 查阅、抄录",)),
    ("获取信息的途径", ("□ 邮寄　　□ 电子邮件　　□ 当面领取　　□ 网上获取",)),
    ("申请人签名或者盖章", 1),
    ("申请日期", ("　　　　年　　月　　日",)),
)
NOTES = (
    "填表说明",
    "1. 依据《中华人民共和国政府信息公开条例》第二十九条，申请应当包括上列三项内容。",
    "2. 不需要说明申请的用途。",
    "3. 书面填写确有困难的，可以口头提出，由工作人员代为填写。",
    "4. 也可以自拟书面材料，载明上列三项内容的同样受理。",
)
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
WIDTHS = (3200, 5800)


def upload_form(department, user):
    """The form as a document of the department's collection."""
    return get_document_model().objects.create(
        title=TITLE,
        file=ContentFile(word_document(), FILE_NAME),
        collection=collection_of(department),
        uploaded_by_user=user,
    )


def word_document():
    """The bytes of the ``.docx`` file; always the same."""
    return packed(_document())


def packed(document):
    """The bytes of a ``.docx`` file whose main part is ``document``."""
    parts = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{MIME}"/></Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": document,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def _document():
    border = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in WIDTHS)
    table = (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(WIDTHS)}" w:type="dxa"/><w:tblBorders>{border}</w:tblBorders>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(_row(*row) for row in ROWS)}</w:tbl>"
    )
    page = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1418" w:bottom="1134" '
    page += 'w:left="1418" w:header="720" w:footer="720" w:gutter="0"/></w:sectPr>'
    notes = "".join(_paragraph(note, size=21) for note in NOTES)
    return (
        f'{HEAD}<w:document xmlns:w="{WORD}"><w:body>{_paragraph(TITLE, size=36, bold=True, centred=True)}'
        f"{table}{_paragraph('')}{notes}{page}</w:body></w:document>"
    )


def _row(label, lines):
    if not lines:
        span = f'<w:tcPr><w:tcW w:w="{sum(WIDTHS)}" w:type="dxa"/><w:gridSpan w:val="2"/></w:tcPr>'
        return f"<w:tr><w:tc>{span}{_paragraph(label, bold=True)}</w:tc></w:tr>"
    texts = lines if isinstance(lines, tuple) else ("",) * lines
    cells = (_paragraph(label), "".join(map(_paragraph, texts)))
    return (
        "<w:tr>"
        + "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{cell}</w:tc>'
            for width, cell in zip(WIDTHS, cells, strict=True)
        )
        + "</w:tr>"
    )


def _paragraph(text, *, size=24, bold=False, centred=False):
    layout = '<w:pPr><w:jc w:val="center"/></w:pPr>' if centred else ""
    weight = "<w:b/>" if bold else ""
    run = f'<w:rPr><w:rFonts w:eastAsia="宋体"/>{weight}<w:sz w:val="{size}"/></w:rPr>'
    return f'<w:p>{layout}<w:r>{run}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
