"""Two files as they come from a desk in a hurry: tracked changes in a draft text, a hidden sheet in a table.

They hang on a draft that waits for its first reviewer, who has to acknowledge what the checks found, or return it.
"""

import datetime
import io

import openpyxl

from .application_form import HEAD, WORD, packed

DRAFT = "draft-consultation-logistics"
TEXT = [
    "临江市降低全社会物流成本实施方案",
    "（征求意见稿）",
    "一、到2027年，全市社会物流总费用与地区生产总值的比率比2024年降低。",
    "二、整合县域寄递物流资源，推动客货邮融合发展。",
    "三、鼓励货运场站错峰开放，减少车辆等待时间。",
]
CHANGED = ("0.6个百分点", "0.8个百分点左右")
EDITED = 'w:id="{number}" w:author="祁若梅" w:date="2026-11-04T16:20:00Z"'
UNITS = [
    ("单位", "收文份数", "反馈期限"),
    ("市交通运输局", 2, "2026-12-05"),
    ("市商务局", 2, "2026-12-05"),
    ("市邮政管理局", 1, "2026-12-05"),
]
# What was meant for the office alone.
KEPT_BACK = [
    ("单位", "预计意见", "联系人手机"),
    ("市交通运输局", "希望延后实施", "13900000000"),
    ("市商务局", "无意见", "13900000001"),
]


def files():
    """``[(file name, bytes)]``."""
    return [("实施方案（征求意见稿）.docx", text()), ("征求意见单位.xlsx", table())]


def text():
    paragraphs = [f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in TEXT]
    before, after = CHANGED
    change = (
        f"<w:del {EDITED.format(number=1)}><w:r><w:delText>{before}</w:delText></w:r></w:del>"
        f"<w:ins {EDITED.format(number=2)}><w:r><w:t>{after}</w:t></w:r></w:ins>"
    )
    paragraphs[2] = paragraphs[2].replace("</w:p>", f"{change}</w:p>")
    return packed(f'{HEAD}<w:document xmlns:w="{WORD}"><w:body>{"".join(paragraphs)}</w:body></w:document>')


def table():
    book = openpyxl.Workbook()
    book.properties.creator = book.properties.lastModifiedBy = "祁若梅"
    book.properties.created = book.properties.modified = datetime.datetime(2026, 11, 4, 16, 30)
    sheet = book.active
    sheet.title = "征求意见单位"
    for row in UNITS:
        sheet.append(row)
    hidden = book.create_sheet("摸底情况")
    hidden.sheet_state = "hidden"
    for row in KEPT_BACK:
        hidden.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
