"""Who may log in to the demonstration, and what is worth trying as whom."""

import unicodedata

PASSWORD = "linjiang-2026"

LOGINS = (
    ("webmaster", "系统管理员", "every right in the admin, and still no way round the review"),
    (
        "pu.yishan",
        "办公室管理员",
        "departments, catalogue, numbers, filing register, withdrawals; a takedown waits to be ratified; all "
        "requests: some are to be confirmed and assigned; letters to assign; annual reports of 2024 and 2025",
    ),
    (
        "kang.yuheng",
        "固定资产投资科 信息员",
        "requests of a department: one overdue, one soon due, one to be paid, a reply to draft",
    ),
    ("fei.linzhi", "固定资产投资科 审核员", "replies that wait to be approved"),
    ("tan.zhixia", "经济体制改革科 信息员", "requests of a department that takes part in one of another"),
    (
        "wen.zhaoning",
        "价格管理科 信息员",
        "draft an entry, determine its attribute, submit it; letters of which many have the same text",
    ),
    (
        "luo.yinqiu",
        "价格管理科 审核员",
        "head review: a price bulletin waits, and one item of a head who is away",
    ),
    ("che.anlan", "保密审查员", "secrecy review: two drafts wait, with the checklist"),
    ("bian.wenqi", "核稿员", "copy-check: two drafts wait"),
    ("pei.nanxi", "译文审校", "translation check: an English version waits"),
    (
        "zong.huaijin",
        "委领导",
        "leader approval: three items wait; head of the disclosure office: an extension waits, requests under supervision",
    ),
    (
        "ruan.tingyun",
        "委领导，各信箱的领导",
        "My mailboxes: letters that are late, under supervision, rated as not satisfied",
    ),
    ("gu.qingchuan", "办公室 信息员", "an item that was returned with a comment, and a draft of one's own"),
)
HEADINGS = ("User", "Role", "What to try")


def width(text):
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def lines(url, tracked=()):
    """The table of log-ins as lines for a terminal; ``tracked`` are requests as ``(number, code, what it is)``."""
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
        *_tracked(url, tracked),
        "  Press Ctrl+C to stop.",
        "",
    ]


def _tracked(url, tracked):
    """What an applicant was shown when the request was sent."""
    if not tracked:
        return []
    shown = [f"  {number}  {code}  {what}" for number, code, what in tracked]
    return [
        f"  Request form  {url}/requests/      Leader's mailbox  {url}/leader/",
        "  Requests and letters with number and code, as those who sent them have them:",
        *shown,
        "",
    ]
