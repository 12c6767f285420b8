"""Reading what a platform says about items: the answer to a message, a report of its own, JSON or XML.

Nothing is guessed: what is not as the schema has it is a finding, and the rest of the answer counts all the same.
"""

import datetime
import json
import re
import uuid
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from defusedxml import ElementTree, common
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from .moves import Report
from .vocabulary import state_of_report

LARGEST = 1024 * 1024
MOST_RESULTS = 2000
LONGEST = {"status": 20, "reason": 1000, "reference": 200, "url": 1000, "at": 40}
NAMES = {"key", *LONGEST}
# Half of a pair, and what no database keeps: JSON can name them, and they are no text.
IMPOSSIBLE = re.compile("[\0\ud800-\udfff]")
_CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# A platform's clock may be a little ahead of ours.
AHEAD = datetime.timedelta(minutes=5)

FINDINGS = {
    "unreadable": _("The answer is neither JSON nor XML as the schema has it."),
    "too_large": _("The answer is too large."),
    "too_many": _("The answer has more results than are read."),
    "not_a_result": _("A result is not as the schema has it."),
    "unknown_item": _("A result names an item that was not submitted."),
    "contradiction": _("Two results about one item say different things."),
    "missing": _("The answer says nothing about some of the items."),
    "unknown_status": _("A result has a status that is not known."),
    "bad_time": _("A result has a time that is none, or lies ahead."),
    "no_answer": _("The platform could not be reached."),
    "address": _("The address is not one to send to."),
    "secret": _("The shared secret cannot be read: its key is missing."),
    "not_allowed": _("The platform does not let the site in."),
    "refused": _("The platform refuses the message."),
    "busy": _("The platform asks to be left alone for a while."),
    "error": _("The platform answers with an error."),
    "given_up": _("Given up after many attempts."),
    "taken_over": _("Another run has taken over."),
}


class Unreadable(ValueError):
    """Nothing of the answer can be read. ``code`` is one of FINDINGS."""

    def __init__(self, code, detail=""):
        super().__init__(detail)
        self.code, self.detail = code, detail


@dataclass
class Reply:
    """The reports of an answer, one for each item, and what was noticed in it."""

    reports: list = field(default_factory=list)
    findings: list = field(default_factory=list)

    def note(self, code, detail=""):
        # It is kept and logged: what the platform wrote makes no line of its own there.
        self.findings.append({"code": code, "detail": _CONTROLS.sub("\ufffd", str(detail))[:200]})


def read(body, content_type, asked=None):
    """The :class:`Reply` in ``body``. Raises :class:`Unreadable`. ``asked`` are the keys that it may be about."""
    if len(body) > LARGEST:
        raise Unreadable("too_large")
    rows = _rows_of_xml(body) if "xml" in content_type.partition(";")[0].lower() else _rows_of_json(body)
    reply, found = Reply(), {}
    if len(rows) > MOST_RESULTS:
        reply.note("too_many", len(rows))
    for row in rows[:MOST_RESULTS]:
        report = _report(row, reply)
        if report is None:
            continue
        if asked is not None and report.key not in asked:
            reply.note("unknown_item", report.key)
        elif report.key in found and found[report.key] != report:
            reply.note("contradiction", report.key)
            found[report.key] = None
        else:
            found.setdefault(report.key, report)
    # Of two answers none is believed.
    reply.reports = [each for each in found.values() if each is not None]
    for key in sorted((asked or set()) - {each.key for each in reply.reports}):
        reply.note("missing", key)
    return reply


def _rows_of_json(body):
    try:
        data = json.loads(body.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Unreadable("unreadable", type(error).__name__) from error
    rows = data.get("results") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        raise Unreadable("unreadable", "results")
    return rows


def _no_number(text):
    raise ValueError(text)


def _rows_of_xml(body):
    try:
        root = ElementTree.fromstring(body, forbid_dtd=True)
    except (ElementTree.ParseError, common.DefusedXmlException, ValueError, LookupError) as error:
        raise Unreadable("unreadable", type(error).__name__) from error
    found = next((each for each in root if _local(each) == "results"), None)
    if found is None:
        raise Unreadable("unreadable", "results")
    return [{_local(cell): (cell.text or "").strip() for cell in row} for row in found]


def _local(element):
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _report(row, reply):
    """The report in ``row``, or None with a finding about it."""
    if not isinstance(row, dict) or not all(isinstance(each, str) for each in row.values()):
        reply.note("not_a_result", row if isinstance(row, str) else type(row).__name__)
        return None
    row = {name: row[name].strip() for name in NAMES & row.keys()}
    try:
        key = str(uuid.UUID(row.get("key", "")))
    except ValueError:
        reply.note("not_a_result", row.get("key", ""))
        return None
    if any(len(row.get(name, "")) > most for name, most in LONGEST.items()) or IMPOSSIBLE.search(
        "".join(row.values())
    ):
        reply.note("not_a_result", key)
        return None
    if state_of_report(row.get("status")) is None:
        reply.note("unknown_status", f"{key}: {row.get('status', '')}")
        return None
    at = _moment(row["at"]) if row.get("at") else None
    if row.get("at") and at is None:
        reply.note("bad_time", f"{key}: {row['at']}")
        return None
    return Report(
        key,
        row["status"],
        at,
        row.get("reason", ""),
        row.get("reference", ""),
        address_of(row.get("url", "")),
    )


def moment_of(text):
    """The time, or the day, of ``text`` in local time, where it has come; else None."""
    try:
        found = parse_datetime(text)
        if found is None and (day := parse_date(text)) is not None:
            found = datetime.datetime.combine(day, datetime.time.min)
        if found is None:
            return None
        return _moment(found if timezone.is_aware(found) else timezone.make_aware(found))
    except (ValueError, OverflowError):
        return None


def _moment(said):
    """A time with its zone that has come; else None."""
    try:
        found = parse_datetime(said) if isinstance(said, str) else said
        if found is None or timezone.is_naive(found) or found > timezone.now() + AHEAD:
            return None
        return found.astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return None


def address_of(text):
    """An address that can be a link; never one that runs a script."""
    try:
        return text if urlsplit(text).scheme in ("http", "https") else ""
    except ValueError:
        return ""
