"""Files that belong to documents of the example: their tables as spreadsheets, reports and forms as PDF."""

import io
import zlib
from html.parser import HTMLParser

from example_site.content_tools import chosen
from wagtail_disclosure.catalogue.sheets import write_xlsx

from . import unfinished
from .content import CONTENT

# Families of documents whose tables are offered for further use.
SPREADSHEETS = {"price-monitor": "价格监测表", "major-list": "重点项目名单", "progress": "建设进展表"}
REPORTS = ("annual-report",)
A4 = (595, 842)
MARGIN, SIZE, LEADING, COLUMNS = 64, 12, 20, 38


def attachments_of(row):
    """``[(file name, bytes)]`` for a row of the manifest."""
    key = row["source_key"]
    if key == unfinished.DRAFT:
        return unfinished.files()
    family = key.rpartition("-")[0]
    text = Text()
    if family in SPREADSHEETS or (family in REPORTS and row["language"] != "en"):
        text.feed((CONTENT / row["body_file"]).read_text(encoding="utf-8"))
    if family in SPREADSHEETS and text.tables and chosen(f"{key}a", 0, 9) < 8:
        out = io.BytesIO()
        write_xlsx(text.tables[0], out)
        return [(f"{row['title']}（{SPREADSHEETS[family]}）.xlsx", out.getvalue())]
    if family in REPORTS and text.lines:
        return [(f"{row['title']}.pdf", pdf(row["title"], text.lines))]
    return []


class Text(HTMLParser):
    """The paragraphs and tables of a document, as lines and as rows of cells."""

    def __init__(self):
        super().__init__()
        self.lines, self.tables, self.row = [], [], None
        self._text = ""

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.row = []
            self.tables[-1].append(self.row)
        self._text = ""

    def handle_data(self, data):
        self._text += data

    def handle_endtag(self, tag):
        text = " ".join(self._text.split())
        if tag in ("td", "th"):
            self.row.append(text)
        elif tag == "tr":
            self.lines.append("　".join(self.row))
        elif tag in ("p", "h2", "h3", "li", "caption") and text:
            self.lines.append(text)
        self._text = ""


# PDF


def pdf(title, lines):
    """A plain document of A4 pages. Its font is one that every reader has for Chinese, so nothing is embedded."""
    wrapped = [(title, 16), ("", SIZE)]
    for line in lines:
        wrapped += [(line[start : start + COLUMNS], SIZE) for start in range(0, len(line), COLUMNS)]
    per_page = (A4[1] - 2 * MARGIN) // LEADING
    pages = [wrapped[start : start + per_page] for start in range(0, len(wrapped), per_page)]
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (zh-CN) /ViewerPreferences << /DisplayDocTitle true >> >>",
        b"",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 5 0 R "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
        b"/Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
        b"<< /Title <FEFF" + title.encode("utf-16-be").hex().upper().encode() + b"> >>",
    ]
    kids = []
    for page in pages:
        stream = zlib.compress(_page(page))
        objects.append(
            f"<< /Length {len(stream)} /Filter /FlateDecode >>\nstream\n".encode() + stream + b"\nendstream"
        )
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {A4[0]} {A4[1]}] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    return _file(objects)


def _page(lines):
    height, parts = A4[1] - MARGIN, []
    for text, size in lines:
        if text:
            shown = text.encode("utf-16-be").hex().upper()
            parts.append(f"BT /F1 {size} Tf {MARGIN} {height} Td <{shown}> Tj ET")
        height -= LEADING
    return "\n".join(parts).encode()


def _file(objects):
    out, places = bytearray(b"%PDF-1.4\n%\xe4\xbd\xa0\xe5\xa5\xbd\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 6 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
