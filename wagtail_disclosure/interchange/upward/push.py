"""Sending what waits to a platform. A run may end at any moment: the next one goes on, under the same keys.

An attempt is written down before anything is sent, so it is known afterwards that the platform may have the item. It is
told the same key again, by which it knows the item.
"""

import datetime
import hashlib
import logging
from collections import Counter
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models.upward import SILENCE, UpwardRun, UpwardSubmission
from . import transport
from .documents import current, item_of, message, write
from .moves import By, Report, apply, move
from .planning import plan
from .replies import Unreadable, read
from .vocabulary import wait_after

logger = logging.getLogger("wagtail_disclosure.upward")
State = UpwardSubmission.State
MOST_FINDINGS = 200
# Answers that say that this message is wrong, whatever it holds; a smaller one may be right.
ABOUT_THE_MESSAGE = (400, 409, 413, 415, 422)
BUSY = (429, 503)


class Busy(Exception):
    """Another run sends to this platform at the moment."""


class NotSendable(Exception):
    """The platform is out of use, or is not sent anything."""


def begin(platform, by):
    """Take the platform for one run. Raises :class:`Busy`."""
    now = timezone.now()
    silent = UpwardRun.objects.filter(platform=platform, state=UpwardRun.State.RUNNING)
    silent.filter(progress_at__lt=now - SILENCE).update(state=UpwardRun.State.LOST, finished_at=now)
    try:
        with transaction.atomic():
            return UpwardRun.objects.create(
                platform=platform, started_at=now, progress_at=now, by_name=by[:255]
            )
    except IntegrityError as error:
        raise Busy(str(platform)) from error


def run(platform, *, by="disclosure_push_upward", limit=None, send=None):
    """Plan and send what is due, at most ``limit`` items. Returns the :class:`UpwardRun`.

    ``send(platform, body, key)`` returns a ``transport.Answer``. Raises :class:`Busy` and :class:`NotSendable`.
    """
    if not (platform.active and platform.pushes and platform.endpoint):
        raise NotSendable(str(platform))
    found = begin(platform, by)
    sender = Sender(platform, found, By(by, data={"run": found.pk}), send or transport.post)
    try:
        plan(platform, by=by)
        sender.send_all(limit)
    except Exception:
        found.state = UpwardRun.State.STOPPED
        sender.note("error")
        raise
    finally:
        # What kills the process leaves the row as it is; it counts as ended after a while.
        if found.state != UpwardRun.State.RUNNING or sender.ended:
            sender.close()
    return found


@dataclass
class Sender:
    platform: object
    run: UpwardRun
    by: By
    post: object
    counts: Counter = field(default_factory=Counter)
    findings: list = field(default_factory=list)
    stopped: bool = False
    ended: bool = False

    def note(self, code, detail=""):
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append({"code": code, "detail": str(detail)[:200]})

    def close(self):
        state = UpwardRun.State.STOPPED if self.stopped or not self.ended else UpwardRun.State.DONE
        running = UpwardRun.objects.filter(pk=self.run.pk, state=UpwardRun.State.RUNNING)
        running.update(
            state=state, finished_at=timezone.now(), counts=dict(self.counts), findings=self.findings
        )
        self.run.refresh_from_db()
        for each in self.findings:
            logger.warning("%s: %s %s", self.platform.code, each["code"], each["detail"])

    def send_all(self, limit):
        left = limit
        while not self.stopped and (left is None or left > 0):
            size = self.platform.batch_size if left is None else min(self.platform.batch_size, left)
            batch = self._take(size)
            if batch is None:
                break
            if left is not None:
                left -= len(batch)
            self._send(batch)
        self.ended = True

    def _take(self, size):
        """The next pairs of submission and record, their attempt written down; None where nothing is due."""
        while self._goes_on():
            with transaction.atomic():
                due = UpwardSubmission.objects.select_for_update().filter(platform=self.platform)
                rows = list(due.due(timezone.now()).order_by("pk")[:size])
                if not rows:
                    return None
                pairs = list(current(self.platform, rows))
                taken = {each.pk for each, _record in pairs}
                for each, _record in pairs:
                    each.attempts += 1
                    each.attempted_at = timezone.now()
                    each.save(update_fields=["attempts", "attempted_at"])
                stale = [each for each in rows if each.pk not in taken]
                for each in stale:
                    move(each, State.SUPERSEDED, self.by)
            if stale:
                # What changed since it was planned.
                plan(self.platform, by=self.by.name, keys=[each.page_id for each in stale])
            if pairs:
                return pairs
        return None

    def _goes_on(self):
        mine = UpwardRun.objects.filter(pk=self.run.pk, state=UpwardRun.State.RUNNING)
        if mine.update(progress_at=timezone.now()):
            return True
        self.stopped = True
        self.note("taken_over")
        return False

    def _send(self, pairs):
        items = [item_of(each, record) for each, record in pairs]
        keys = [item["key"] for item in items]
        key = hashlib.sha256("".join(keys).encode()).hexdigest()[:40]
        body = write(self.platform.format, message(self.platform, items, message=key))
        answer = self.post(self.platform, body, key)
        if not answer.fault and answer.status in ABOUT_THE_MESSAGE and not self._is_readable(answer):
            if len(pairs) > 1:
                # One item may spoil the message for all.
                half = len(pairs) // 2
                self._send(pairs[:half])
                if not self.stopped:
                    self._send(pairs[half:])
                return
            self.note("refused", f"{answer.status}: {keys[0]}")
            self._postpone(keys, "refused")
            return
        fault = answer.fault or self._fault_of(answer)
        if fault:
            self.note(fault, answer.detail or answer.status or "")
            self._postpone(keys, fault, answer.retry_after)
            self.stopped = True
            return
        self._take_over(answer, keys)

    def _is_readable(self, answer):
        try:
            return bool(read(answer.body, answer.content_type).reports)
        except Unreadable:
            return False

    def _fault_of(self, answer):
        if 200 <= answer.status < 300 or answer.status in ABOUT_THE_MESSAGE:
            return ""
        if answer.status in BUSY:
            return "busy"
        return "not_allowed" if 300 <= answer.status < 500 else "error"

    def _take_over(self, answer, keys):
        if answer.status == 202 and not answer.body.strip():
            reports = [Report(key, "received") for key in keys]
        else:
            try:
                reply = read(answer.body, answer.content_type, set(keys))
            except Unreadable as error:
                self.note(error.code, error.detail)
                self._postpone(keys, error.code)
                self.stopped = True
                return
            for each in reply.findings:
                self.note(**each)
            reports = reply.reports
        for _report, came in apply(self.platform, reports, self.by, UpwardSubmission.Route.PUSH):
            self.counts[came] += 1
        self._postpone(set(keys) - {each.key for each in reports}, "missing")

    @transaction.atomic
    def _postpone(self, keys, code, at_least=0):
        """Let what got no answer wait, longer each time; in the end it is given up, for everybody to see."""
        rows = UpwardSubmission.objects.select_for_update().filter(platform=self.platform, key__in=list(keys))
        for row in rows.order_by("pk"):
            if row.state != State.WAITING:
                continue
            wait = wait_after(row.attempts)
            if wait is None:
                self.note("given_up", row.key)
                self.counts["given_up"] += 1
                move(row, State.FAILED, self.by, data={"finding": code}, next_try_at=None)
                continue
            self.counts["postponed"] += 1
            later = timezone.now() + max(wait, datetime.timedelta(seconds=at_least))
            move(row, State.WAITING, self.by, data={"finding": code}, next_try_at=later)


def what_came(found):
    """A sentence about a run, for the command and the admin."""
    counts = found.counts
    return _("%(applied)d answered, %(postponed)d to be tried again, %(given_up)d given up") % {
        "applied": counts.get("applied", 0) + counts.get("repeated", 0),
        "postponed": counts.get("postponed", 0),
        "given_up": counts.get("given_up", 0),
    }
