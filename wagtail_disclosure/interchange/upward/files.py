"""By hand: what waits as a file for the platform, and the sheet with statuses that comes back."""

import io
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ...catalogue import sheets
from ...catalogue.sheets import Column, Problem, SheetError
from ..models.upward import UpwardSubmission
from . import documents
from .moves import APPLIED, LONGEST_REASON, REPEATED, UNKNOWN, By, Report, apply
from .replies import LONGEST, address_of, moment_of
from .vocabulary import state_of_report

State = UpwardSubmission.State
# Items in one file, and rows of a sheet that are read.
MOST = 2000
STATUSES = {
    "received": pgettext_lazy("upward feed", "sent"),
    "accepted": pgettext_lazy("upward feed", "accepted"),
    "adopted": pgettext_lazy("upward feed", "adopted"),
    "refused": pgettext_lazy("upward feed", "refused"),
    "withdrawn": pgettext_lazy("upward feed", "withdrawal confirmed"),
}
# As platforms write them in their own lists.
ALSO = {
    "received": ("已报送", "已接收"),
    "accepted": ("已接受", "已收录", "审核通过"),
    "adopted": ("已采用", "采用"),
    "refused": ("未采用", "退回", "不予采用"),
    "withdrawn": ("已撤回", "已撤销"),
}
KEY = Column("key", pgettext_lazy("upward feed", "key"), ("报送编号",))
NUMBER = Column("index_number", gettext_lazy("index number"), ("索引号",))
STATUS = Column("status", gettext_lazy("status"), ("状态", "报送状态"))
AT = Column("at", pgettext_lazy("upward feed", "at"), ("时间",))
REASON = Column("reason", gettext_lazy("reason"), ("原因", "理由"))
REFERENCE = Column("reference", gettext_lazy("number at the platform"), ("平台编号",))
URL = Column("url", gettext_lazy("address at the platform"), ("平台地址",))
COLUMNS = [KEY, NUMBER, STATUS, AT, REASON, REFERENCE, URL]


def waiting(platform, user):
    """What waits for ``platform`` and ``user`` may hand over, oldest first."""
    found = UpwardSubmission.objects.handled_by(user).filter(platform=platform, state=State.WAITING)
    return found.order_by("pk")


def hand_over_file(platform, user, kind):
    """The file with what waits, and the key up to which it goes. ``kind`` is json, xml or xlsx."""
    rows = list(waiting(platform, user)[:MOST])
    pairs = list(documents.current(platform, rows))
    items = [documents.item_of(each, record) for each, record in pairs]
    if kind == sheets.XLSX:
        output = io.BytesIO()
        sheets.write_xlsx(_cells(items), output)
        return output.getvalue()
    key = uuid.uuid5(uuid.NAMESPACE_URL, "".join(item["key"] for item in items)).hex
    return documents.write(kind, documents.message(platform, items, message=key))


HEADINGS = [
    ("key", KEY.label),
    ("action", gettext_lazy("kind")),
    ("indexNumber", NUMBER.label),
    ("title", pgettext_lazy("disclosure", "Title")),
    ("documentNumber", gettext_lazy("document number")),
    ("issuingBody", gettext_lazy("issuing body")),
    ("responsibleDepartment", gettext_lazy("responsible department")),
    ("category", gettext_lazy("category")),
    ("dateSigned", gettext_lazy("date signed")),
    ("datePublished", gettext_lazy("date published")),
    ("summary", gettext_lazy("summary")),
    ("url", gettext_lazy("address")),
    ("text", gettext_lazy("text")),
]


def _cells(items):
    has_text = any("text" in item for item in items)
    headings = [each for each in HEADINGS if each[0] != "text" or has_text]
    kinds = dict(UpwardSubmission.Kind.choices)
    yield [str(label) for _name, label in headings]
    for item in items:
        shown = {
            **item,
            "action": str(kinds[item["action"]]),
            "responsibleDepartment": item.get("responsibleDepartment", {}).get("name", ""),
            "datePublished": _day_of(item.get("datePublished", "")),
        }
        # A cell of a workbook holds no more.
        yield [shown.get(name, "")[:32_000] for name, _label in headings]


def _day_of(moment):
    """The day here of a time as messages have it: people type it into the form of the platform."""
    return str(timezone.localdate(parse_datetime(moment))) if moment else ""


@transaction.atomic
def mark_handed_over(platform, user, *, up_to, route, reason=""):
    """Mark what waits up to the key ``up_to`` as submitted by hand. Returns how many."""
    rows = list(waiting(platform, user).filter(pk__lte=up_to)[:MOST])
    current = [each for each, _record in documents.current(platform, rows)]
    reports = [Report(str(each.key), "received", reason=reason) for each in current]
    came = apply(platform, reports, By.person(user), route)
    return sum(outcome == APPLIED for _report, outcome in came)


def read_statuses(platform, user, handle, name=""):
    """Reports and problems in a sheet: ``(reports, [Problem, …])``. Raises ``SheetError``."""
    sheet = sheets.open_sheet(handle, name)
    lines = iter(sheet.lines())
    first = next(lines, None)
    if first is None:
        raise SheetError(_("The file is empty."))
    places, problems = sheets.match_header(first[1], COLUMNS, required=["status"])
    if "key" not in places and "index_number" not in places:
        problems.append(Problem.missing_column(str(KEY.label)))
    if any(each.code == sheets.MISSING_COLUMN for each in problems):
        return [], problems
    reports, seen = [], {}
    problems = [each for each in problems if each.code != sheets.UNKNOWN_COLUMN]
    for count, (line, cells) in enumerate(lines, 1):
        if count > MOST:
            raise SheetError(_("A file may have %(most)d rows.") % {"most": MOST}, line)
        row = {key: cells[place].strip() if place < len(cells) else "" for key, place in places.items()}
        found = _Row(platform, user, line, row)
        report = found.report()
        problems += found.problems
        if report is None:
            continue
        if report.key in seen:
            problems.append(Problem(line, str(KEY.label), _("Line %d says it already.") % seen[report.key]))
            continue
        seen[report.key] = line
        reports.append(report)
    return reports, problems


class _Row:
    def __init__(self, platform, user, line, row):
        self.mine = UpwardSubmission.objects.handled_by(user).filter(platform=platform)
        self.line, self.row, self.problems = line, row, []

    def _fault(self, column, message, value=""):
        self.problems.append(Problem(self.line, str(column.label), message, value))

    def report(self):
        submission, status, at = self._submission(), self._status(), None
        if self.row.get("at"):
            at = moment_of(self.row["at"])
            if at is None:
                self._fault(AT, _("This is no time that has come."), self.row["at"])
        for column, most in (
            (REASON, LONGEST_REASON),
            (REFERENCE, LONGEST["reference"]),
            (URL, LONGEST["url"]),
        ):
            if len(self.row.get(column.key, "")) > most:
                self._fault(column, _("At most %(limit)d characters.") % {"limit": most})
        if self.row.get("url") and not address_of(self.row["url"]):
            self._fault(URL, _("This is no address."), self.row["url"])
        if self.problems:
            return None
        return Report(
            str(submission.key),
            status,
            at,
            self.row.get("reason", ""),
            self.row.get("reference", ""),
            address_of(self.row.get("url", "")),
        )

    def _submission(self):
        key, number = self.row.get("key", ""), self.row.get("index_number", "")
        found = None
        if key:
            try:
                found = self.mine.filter(key=uuid.UUID(key)).first()
            except ValueError:
                pass
        elif number:
            found = (
                self.mine.filter(index_number=number).exclude(state=State.SUPERSEDED).order_by("-pk").first()
            )
        if found is None:
            self._fault(
                KEY if key else NUMBER, _("There is no such submission to this platform."), key or number
            )
        return found

    def _status(self):
        said = self.row.get("status", "")
        for status, label in STATUSES.items():
            if said in (status, str(label), *ALSO[status]) and state_of_report(status):
                return status
        self._fault(STATUS, _("There is no such status."), said)
        return None


def apply_statuses(platform, user, reports):
    """Take over what a sheet says. Returns ``(applied, as before, late)``."""
    came = [outcome for _report, outcome in apply(platform, reports, By.person(user), "")]
    return (
        came.count(APPLIED),
        came.count(REPEATED),
        len(came) - sum(map(came.count, (APPLIED, REPEATED, UNKNOWN))),
    )
