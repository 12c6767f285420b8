"""Files as people make them, for tests: Word, Excel, PDF, OpenDocument, OFD, pictures and archives."""

import io
import zipfile

import docx
import openpyxl
import pypdf
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject, TextStringObject

ID_NUMBER = "11010519491231002X"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def archive(members, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()


def with_members(data, members):
    """The archive ``data`` with more members."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()


def word(text="正文。", *, hidden="", inserted="", author=""):
    document = docx.Document()
    document.core_properties.author = author
    paragraph = document.add_paragraph(text)
    if hidden:
        paragraph.add_run(hidden).font.hidden = True
    if inserted:
        paragraph._p.append(
            parse_xml(
                f'<w:ins {nsdecls("w")} w:id="1" w:author="李四" w:date="2026-01-01T00:00:00Z">'
                f"<w:r><w:t>{inserted}</w:t></w:r></w:ins>"
            )
        )
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def workbook(
    cells=(("项目", "金额"),), *, hidden_sheet="", hidden_row=0, hidden_column="", author="openpyxl"
):
    book = openpyxl.Workbook()
    book.properties.creator = author
    sheet = book.active
    sheet.title = "表一"
    for row in cells:
        sheet.append(row)
    if hidden_row:
        sheet.row_dimensions[hidden_row].hidden = True
    if hidden_column:
        sheet.column_dimensions[hidden_column].hidden = True
    if hidden_sheet:
        book.create_sheet(hidden_sheet).sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def pdf(text="Notice", *, catalogue=None, author="", password="", attachment=None):
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(200, 200)
    if text:
        content = StreamObject()
        content.set_data(f"BT /F1 12 Tf 10 100 Td ({text}) Tj ET".encode())
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
        page[NameObject("/Contents")] = writer._add_object(content)
    if catalogue:
        writer._root_object.update(catalogue)
    if author:
        writer.add_metadata({"/Author": author})
    if attachment:
        writer.add_attachment(attachment, b"kept inside")
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def action(kind, **entries):
    """An action that runs when the PDF is opened."""
    values = {NameObject(f"/{name}"): TextStringObject(value) for name, value in entries.items()}
    return {NameObject("/OpenAction"): DictionaryObject({NameObject("/S"): NameObject(f"/{kind}"), **values})}


def xfa_form():
    form = DictionaryObject({NameObject("/XFA"): ArrayObject(), NameObject("/Fields"): ArrayObject()})
    return {NameObject("/AcroForm"): form}


def picture(kind="JPEG", *, artist="", location=False):
    image, exif = Image.new("RGB", (8, 8)), Image.Exif()
    if artist:
        exif[315] = artist
    if location:
        exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    image.save(out, kind, **({"exif": exif} if artist or location else {}))
    return out.getvalue()


OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"


def open_document(body, *, styles="", kind="text", more=None):
    content = (
        f'<office:document-content xmlns:office="{OFFICE}" xmlns:text="{TEXT}" xmlns:table="{TABLE}" '
        f'xmlns:style="{STYLE}"><office:automatic-styles>{styles}</office:automatic-styles>'
        f"<office:body>{body}</office:body></office:document-content>"
    )
    return archive(
        {"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": content, **(more or {})}
    )


def ofd(text="通知", *, author="", attachment=""):
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    members = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocInfo><ofd:Author>{author}</ofd:Author></ofd:DocInfo>"
        "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Pages/Page_0/Content.xml": f"<ofd:Page {space}><ofd:Content><ofd:Layer><ofd:TextObject>"
        f"<ofd:TextCode>{text}</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>",
    }
    if attachment:
        members["Doc_0/Attachs/Attachments.xml"] = (
            f'<ofd:Attachments {space}><ofd:Attachment Name="{attachment}"/></ofd:Attachments>'
        )
    return archive(members)
