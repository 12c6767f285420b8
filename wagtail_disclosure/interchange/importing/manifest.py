"""The manifest: a CSV or XLSX file with one document a row. Which columns it may have, and reading it row by row."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...catalogue import sheets
from ...catalogue.sheets import Column, Problem, SheetError
from ...rules.damage import is_mostly_rare
from . import encodings, findings

COLUMNS = (
    Column("title", gettext_lazy("title"), ("题名", "标题", "名称", "信息名称")),
    Column("body_file", gettext_lazy("text file"), ("正文文件", "正文", "文件名")),
    Column("issuing_body", gettext_lazy("issuing body"), ("发布机构", "发文机关", "发布单位", "公开机构")),
    Column(
        "responsible_department", gettext_lazy("responsible department"), ("责任部门", "责任处室", "公开部门")
    ),
    Column("document_date", gettext_lazy("document date"), ("成文日期", "文件日期")),
    Column("index_number", gettext_lazy("index number"), ("索引号",)),
    Column("category", gettext_lazy("category"), ("类目", "信息类别", "目录", "分类")),
    Column(
        "disclosure_attribute", gettext_lazy("disclosure attribute"), ("公开属性", "公开形式", "公开方式")
    ),
    Column("keywords", gettext_lazy("keywords"), ("关键词", "主题词")),
    Column("source_key", gettext_lazy("source key"), ("来源编号", "来源键", "原系统编号")),
    Column("document_number", gettext_lazy("document number"), ("文号", "发文字号")),
    Column("summary", gettext_lazy("summary"), ("内容概述", "摘要")),
    Column("genre", gettext_lazy("genre"), ("体裁", "公文种类", "体裁分类")),
    Column("topic", gettext_lazy("topic"), ("主题", "主题分类")),
    Column("statutory_head", gettext_lazy("statutory head"), ("法定公开内容", "法定主动公开内容")),
    Column("reporting_class", gettext_lazy("reporting class"), ("统计类别",)),
    Column("source", gettext_lazy("source"), ("来源", "信息来源")),
    Column("importance", gettext_lazy("important"), ("重要", "重要性", "是否重要")),
    Column("language", gettext_lazy("language"), ("语种", "语言")),
    Column("date_generated", gettext_lazy("date generated"), ("生成日期",)),
    Column("date_signed", gettext_lazy("date signed"), ("签发日期",)),
    Column("formed_on", gettext_lazy("formed or changed on"), ("形成日期", "形成或者变更日期")),
    Column("validity", gettext_lazy("validity"), ("有效性", "是否有效", "时效")),
    Column("validity_note", gettext_lazy("note on validity"), ("有效性说明", "废止说明")),
    Column("ground", gettext_lazy("ground"), ("依据", "公开依据", "不予公开理由")),
    Column("note", gettext_lazy("note"), ("备注", "说明")),
    Column("attachments", gettext_lazy("attachments"), ("附件",)),
)
BY_KEY = {column.key: column for column in COLUMNS}
REQUIRED = ("title", "body_file", "category", "disclosure_attribute")


class ManifestError(ValueError):
    """The manifest cannot be imported at all. ``problems`` says why."""

    def __init__(self, *problems):
        super().__init__("; ".join(map(str, problems)))
        self.problems = list(problems)


@dataclass
class Manifest:
    """An opened manifest: where its columns stand, and what the operator should know about it."""

    sheet: sheets.Sheet
    places: dict
    width: int
    notices: list = field(default_factory=list)

    def count(self):
        """How many rows there are below the header. Raises :class:`ManifestError`."""
        return sum(1 for _row in self.rows())

    def rows(self):
        """Yield ``(line, {column key: text}, number of cells too many)``. Raises :class:`ManifestError`."""
        lines = self.sheet.lines()
        try:
            next(lines)
            for line, cells in lines:
                values = {
                    key: cells[place] if place < len(cells) else "" for key, place in self.places.items()
                }
                yield line, values, sum(map(bool, cells[self.width :]))
        except SheetError as error:
            raise ManifestError(Problem(error.line, "", error.message)) from error
        except UnicodeError as error:
            raise ManifestError(Problem(None, "", _("A cell has characters that are no text."))) from error


def open_manifest(handle, name="", required=REQUIRED):
    """Open a seekable binary file and return the :class:`Manifest`. Raises :class:`ManifestError`."""
    notices = []
    try:
        if _is_text(handle):
            encoding = encodings.detect(handle)
            handle = encodings.as_utf8(handle, encoding)
            if said := encodings.notice(encoding):
                notices.append(said)
            if encoding == encodings.GBK and is_mostly_rare(
                handle.read(encodings.BLOCK).decode("utf-8", "ignore")
            ):
                notices.append(str(findings.NOTES["rare_characters"]))
        sheet = sheets.open_sheet(handle, name)
        _line, header = next(sheet.lines(), (1, None))
        if header is None:
            raise SheetError(_("The file is empty."))
    except (SheetError, encodings.EncodingError) as error:
        raise ManifestError(Problem(error.line, "", error.message)) from error
    except UnicodeError as error:
        raise ManifestError(Problem(1, "", _("A cell has characters that are no text."))) from error
    unknown = _unknown(header)
    left_out = set(unknown)
    header = ["" if cell in left_out else cell for cell in header]
    places, problems = sheets.match_header(header, COLUMNS, required)
    if problems:
        raise ManifestError(*problems)
    if unknown:
        shown = ", ".join(cell[:40] for cell in unknown[:20])
        notices.append(_("Columns that are not known are left out: %(columns)s") % {"columns": shown})
    return Manifest(sheet, places, len(header), notices)


def _is_text(handle):
    handle.seek(0)
    return not handle.read(8).startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))


def _unknown(header):
    known = {heading for column in COLUMNS for heading in column.headings()}
    return [cell for cell in header if cell and sheets.folded(cell) not in known]
