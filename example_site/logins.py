"""Who may log in to the demonstration, and what is worth trying as whom."""

import unicodedata

PASSWORD = "linjiang-2026"

LOGINS = (
    ("webmaster", "系统管理员", "every right in the admin, and still no way round the review"),
    (
        "pu.yishan",
        "办公室管理员",
        "departments, catalogue, numbers, filing register, withdrawals; a takedown waits to be ratified",
    ),
    ("wen.zhaoning", "价格管理科 信息员", "draft an entry, determine its attribute, submit it"),
    (
        "luo.yinqiu",
        "价格管理科 审核员",
        "head review: a price bulletin waits, and one item of a head who is away",
    ),
    ("che.anlan", "保密审查员", "secrecy review: two drafts wait, with the checklist"),
    ("bian.wenqi", "核稿员", "copy-check: two drafts wait"),
    ("pei.nanxi", "译文审校", "translation check: an English version waits"),
    ("zong.huaijin", "委领导", "leader approval: three items wait; approving one publishes it"),
    ("gu.qingchuan", "办公室 信息员", "an item that was returned with a comment, and a draft of one's own"),
)
HEADINGS = ("User", "Role", "What to try")


def width(text):
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def lines(url):
    """The table of log-ins as lines for a terminal."""
    widths = [max(width(row[column]) for row in (*LOGINS, HEADINGS)) for column in range(2)]

    def line(row):
        cells = [text + " " * (size - width(text)) for text, size in zip(row, widths, strict=False)]
        return "  " + "  ".join([*cells, row[2]])

    rule = "  " + "  ".join(["-" * size for size in widths] + ["-" * width(HEADINGS[2])])
    return [
        "",
        f"  Public site  {url}/      English  {url}/en/",
        f"  Admin        {url}/admin/",
        f"  Password     {PASSWORD}   (the same for everybody)",
        "",
        line(HEADINGS),
        rule,
        *(line(row) for row in LOGINS),
        "",
        "  Press Ctrl+C to stop.",
        "",
    ]
