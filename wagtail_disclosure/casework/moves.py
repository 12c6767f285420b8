"""P4: the one way in which a case moves: by a named action of the transition table, recorded as one event.

``allowed`` says what a person may do, ``act`` does it: with the row locked, everything checked, the clock tried, and
only then written. What is refused leaves no trace. Letters are written with the event, by :data:`writers`; mails follow
:data:`moved`, after the commit.
"""

import datetime
from dataclasses import dataclass
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import conf
from ..departments.models import DepartmentMember
from ..publishing.exports import shown_time
from ..rules.case_events import STATING, ClockEvent, Effect
from ..rules.errors import RuleError
from ..rules.labels import Shown, article_label, joined
from ..rules.receipt import deciding_fact, receipt_date
from ..rules.replies import replies_to
from ..rules.transition_data import REPLY
from ..rules.transitions import MoveRefused
from . import own_events, ratings, record, scope, tasks, terms
from .own_events import REPROJECTED
from .standing import CODED, DECISION, Standing, as_date

# Sent after the commit, with ``case``, ``event`` and ``move``; the sender is the model of the case.
moved = Signal()
# Called as ``check(standing, move, found, today)`` before anything is written, with the data of the event: raise ``RuleError``.
checks = []
# Called as ``write(case, event, move)`` after the event is written, in its transaction: both are stored, or neither.
writers = []
# Permission of the head of the disclosure office (政府信息公开工作机构负责人), within its agency.
HEAD = "wagtail_disclosure.head_cases"
ROLES = {
    DepartmentMember.Role.OFFICER: ("registrar", "officer"),
    DepartmentMember.Role.REVIEWER: ("reviewer",),
}
# Data of an event that ``act`` writes itself.
OWN = {
    "from",
    "role",
    "key",
    "on",
    "actor",
    "clock",
    "days",
    "until",
    "reply",
    "receipt_facts",
    "changed",
    "facts",
    "terms",
}


class Stale(MoveRefused):
    """Somebody acted since the page was opened; ``since`` are the events, the message names them."""

    since = ()


def roles_of(user, case):
    """The roles in which ``user`` acts on ``case``: codes of the transition table.

    Officers of the responsible department (or of those in charge of it) and whoever has the case in hand are officers
    and registrars, its reviewers are reviewers; the disclosure office registers and handles every case of its agency,
    its head decides; who is of a department that has an open task is involved. Superusers have every role of the office;
    where a second person or a person of that department is wanted, that holds for them too.
    """
    if user is None or not user.is_authenticated or not user.is_active:
        return frozenset()
    standing = Standing(case)
    office = {role.code for role in standing.table.roles.values() if role.office}
    if user.is_superuser:
        return frozenset(office)
    found = set(ROLES[DepartmentMember.Role.OFFICER]) if case.officer_id == user.pk else set()
    if case.department is not None:
        members = DepartmentMember.objects.filter(user=user, department__in=case.department.in_charge())
        for role in members.values_list("role", flat=True):
            found.update(ROLES.get(role, ()))
    if case.agency_id in scope.overseen_by(user):
        found.update(ROLES[DepartmentMember.Role.OFFICER])
        found.update({"head"} if user.has_perm(HEAD) else ())
    found.update(case.further_roles(user))
    if standing.has_task_for(user.pk):
        found.add("involved")
    return frozenset(found & office)


def identity(user):
    """How the guards know a person."""
    return str(user.pk) if user is not None else None


def deadline(case, clock=None):
    """The ``CaseDeadline`` of ``case`` with its ledger; None before receipt. ``clock`` names another than its own."""
    return Standing(case).deadline(clock)


def allowed(case, actor, *, today, key=None):
    """The moves of the table that ``actor`` (a user, or the code of a role outside the office) may make now.

    ``key`` asks about one of several enquiries. What a decision states is judged only when it is handed in.
    """
    standing = Standing(case)
    roles, who = _capacity(standing, actor)
    if not roles or case.anonymised_at is not None:
        return ()
    facts = standing.facts(who, today, key=key)
    handing_in = {**facts, "reply_complete": True}
    moves = standing.table.allowed(standing.state, roles, handing_in)
    return tuple(each for each in moves if DECISION in each.action.fields or each.failing(facts) is None)


def offers(case, actor, *, today):
    """Pairs ``(move, key)``: like :func:`allowed`, an action about one of several enquiries once for each of them."""
    standing, found, known = Standing(case), [], {}

    def open_to(key):
        if key not in known:
            known[key] = {each.code: each for each in allowed(case, actor, today=today, key=key or None)}
        return known[key]

    for code, action in standing.table.actions.items():
        keys = standing.open_keys(action) if standing.is_about_one(action) else [""]
        found += [(open_to(key)[code], key) for key in keys if code in open_to(key)]
    return found


def _capacity(standing, actor):
    if isinstance(actor, str):
        return _outside(standing, actor), None
    if actor is None or not scope.may_see(actor, standing.case, involved=True):
        return frozenset(), None
    return roles_of(actor, standing.case), identity(actor)


def _outside(standing, role):
    """``role`` as a set: one that needs no account. Raises ``PermissionDenied`` for a role of the office."""
    if role in standing.table.roles and standing.table.roles[role].office:
        raise PermissionDenied
    return frozenset([role])


@transaction.atomic
def act(
    case,
    action,
    *,
    by=None,
    role=None,
    on=None,
    at=None,
    key="",
    days=None,
    until=None,
    reply="",
    note="",
    data=None,
    details=None,
    documents=(),
    receipt=None,
    changes=None,
    seen=None,
    within=None,
):
    """Take ``action`` on ``case`` and return its event; the ``case`` passed in shows the new state.

    ``by`` is a user, or ``role`` one of those outside the office (applicant, third party, system). ``on`` is the day
    that the law looks at (default: today), ``at`` the moment of recording. ``key`` names one of several enquiries;
    without it a new one is numbered, and the only open one is meant. ``days`` are working days of an extension,
    ``until`` a day that is set. ``reply`` with ``data`` (grounds, as codes) and ``details`` (texts, encrypted) is a
    decision. ``receipt`` are facts of receipt by name, see ``rules.receipt`` (Art. 31). ``changes`` are fields of the
    case that change with it. ``seen`` is the key of the last event that the actor knew of. ``within`` is called with the
    case before the event is written. ``documents`` are keys of its files; those of the decision go out with it.

    Raises ``PermissionDenied`` for whoever may not see the case, :class:`Stale` when somebody acted meanwhile,
    ``MoveRefused`` for what the table does not allow, ``RuleError`` for what cannot have happened like that.
    """
    held, at = record.locked(case), at or timezone.now()
    standing = Standing(held)
    if seen is not None and (news := standing.since(seen)):
        raise _stale(news, standing, named=by is not None)
    given = _Given(action, key, on, days, until, reply, data or {}, details or {}, list(documents), receipt)
    move, found = _judged(standing, given, by, role, timezone.localdate(at))
    _check(standing, move, found, timezone.localdate(at))
    _settle_calendar(case, held, standing, at)
    found.update(_change(held, case, {**held.changes_with(move.code, found), **(changes or {})}, within))
    if REPLY in move.action.letters:
        _release(held, standing.decision[1].get("files", ()), at)
    event = record.record(
        case,
        action,
        by=_by(found["role"]),
        actor=by,
        state=move.target,
        note=note,
        data=found,
        details=details,
        documents=documents,
        at=at,
        **_settled(standing, move, found),
    )
    _follow_up(case, event, move)
    return event


def _check(standing, move, found, today):
    tasks.check(move.action, found)
    for check in checks:
        check(standing, move, found, today)


def _follow_up(case, event, move):
    """Rows that follow the events now, mails after the commit."""
    if tasks.touches(move.action):
        tasks.sync(case)
    for write in writers:
        write(case, event, move)
    transaction.on_commit(partial(moved.send_robust, sender=type(case), case=case, event=event, move=move))


@dataclass(frozen=True)
class _Given:
    """What ``act`` was called with, as far as it is judged."""

    action: str
    key: str
    on: object
    days: int | None
    until: object
    reply: str
    data: dict
    details: dict
    documents: list
    receipt: dict | None

    @property
    def decision(self):
        """``(reply, given)`` that the action hands in."""
        coded = {name: self.data[name] for name in CODED if self.data.get(name)}
        return self.reply, {**self.details, **coded, "files": self.documents}


def _judged(standing, given, by, role, today):
    """The move, and the data of its event. Raises for everything that is not allowed; nothing is written."""
    roles, who = _may_act(standing, by, role)
    _check_not_anonymised(standing.case)
    action, key = standing.table.actions.get(given.action), given.key
    decision = about = None
    if action is not None:
        key = _key(standing, action, key)
        decision = given.decision if DECISION in action.fields else None
        about = (key or None) if standing.is_about_one(action) else None
    _check_documents(standing.case, given.documents)
    ratings.check(standing, given.data, given.details)
    facts = standing.facts(who, today, key=about, decision=decision)
    try:
        move = standing.table.move(standing.state, given.action, roles, facts)
    except MoveRefused as error:
        raise _explained(error, standing, decision, named=by is not None) from error
    found = {name: value for name, value in given.data.items() if name not in OWN}
    found.update({"from": move.source, "role": _one(standing, move, roles), "key": key})
    found.update(_dates(standing, move, key, today, given))
    found.update({"actor": who} if who is not None else {})
    reply = move.reply or given.reply
    found.update({"reply": reply} if reply else {})
    return move, found


def _check_not_anonymised(case):
    """What would be written into it now, nobody would ever take out again (P8). Raises ``MoveRefused``."""
    if case.anonymised_at is not None:
        raise MoveRefused(
            gettext_lazy(
                "The term for keeping this case is over and it was anonymised: nothing happens to it any more."
            ),
            "anonymised",
        )


def _may_act(standing, by, role):
    if by is None:
        return _outside(standing, role or ""), None
    if not scope.may_see(by, standing.case, involved=True):
        raise PermissionDenied
    roles = roles_of(by, standing.case)
    return (roles & {role} if role else roles), identity(by)


def _key(standing, action, key):
    if key:
        return key
    keys = standing.open_keys(action)
    if len(keys) > 1 and standing.is_about_one(action):
        raise MoveRefused(
            gettext_lazy("“%(action)s”: say which of the enquiries is meant (%(keys)s)."),
            "key",
            action=Shown(action.label),
            keys=Shown(lambda: joined(keys)),
        )
    if keys:
        return keys[0]
    if action.opens:
        return standing.new_key(action)
    if "third_party" in action.fields:
        return next(iter(standing.refusing()), "")
    return ""


def _check_documents(case, documents):
    """Documents of an event are files of its case. Raises ``RuleError``."""
    if not documents:
        return
    known = {str(key) for key in case.attachments.values_list("key", flat=True)}
    if not {str(each) for each in documents} <= known:
        raise RuleError(gettext_lazy("A document is no file of this case."), "unknown_document")


def _release(case, documents, at):
    """From now on the applicant may load down what the reply provides, for ``RELEASE_DAYS`` where that is set."""
    days = conf.get("RELEASE_DAYS")
    until = at + datetime.timedelta(days=days) if days else None
    case.attachments.filter(key__in=documents, released_at=None).update(released_at=at, released_until=until)


def _one(standing, move, roles):
    return next(code for code in standing.table.roles if code in move.roles & roles)


def _by(role):
    return role if role in record.By.values else record.By.OFFICER


def _dates(standing, move, key, today, given):
    """The dated facts of the event, tried against the clock. Raises ``RuleError``."""
    on, days, until, receipt = given.on or today, given.days, given.until, given.receipt
    kind, facts = standing.effect(move), _receipt_facts(standing, receipt)
    starts = kind is not None and kind.effect is Effect.START
    # What was recorded before is not asked again: the clock of the server may have gone backwards.
    given_days = (on, *(receipt or {}).values())
    late = [day for day in given_days if isinstance(day, datetime.date) and day > today]
    if late:
        raise RuleError(
            gettext_lazy("The day lies in the future: %(date)s."), "future", date=late[0].isoformat()
        )
    if given.on is not None:
        _check_day(standing, move, given.on)
    if starts:
        on, facts = _received(standing, facts, on, given=bool(receipt))
    elif receipt:
        # A request that still has to be confirmed: what is known of it must hold together already.
        receipt_date(_channel(standing), facts)
    if kind is not None and kind.effect is Effect.GRANT and days is None:
        opener = standing.opener(move.action, key)
        days = opener.data.get("days") if opener is not None else None
    given_terms = _terms(standing, move, kind, given.data)
    if move.clock_event:
        event = ClockEvent(move.clock_event, on, key, days, until, given_terms)
        standing.deadline(move.action.clock, added=[event], today=today)
    elif days is not None and "days" in move.action.fields:
        _check_days(standing, days)
    found = {
        "on": on.isoformat(),
        "days": days,
        "until": until.isoformat() if until is not None else None,
        "clock": [move.action.clock, move.clock_event] if move.clock_event else None,
        "receipt_facts": {name: day.isoformat() for name, day in facts.items()}
        if facts and (receipt or starts)
        else None,
        "terms": [each.as_data() for each in given_terms] or None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _terms(standing, move, kind, data):
    """The terms that the event states: those of the case when it comes in, or those that it is given instead."""
    if kind is None or kind.effect not in STATING or not _is_own(standing, move):
        return ()
    return standing.case.given_terms(None if kind.effect is Effect.START else data)


def _is_own(standing, move):
    """Whether the move is about the clock of the case, not about one beside it."""
    return move.action.clock == standing.kind.fact("clock")


def _check_day(standing, move, on):
    """Nothing happens before the request was there, no reply goes out before it was approved. Raises ``RuleError``."""
    approval = standing.approval if REPLY in move.action.letters else None
    if approval is not None and on < timezone.localdate(approval.at):
        raise RuleError(
            gettext_lazy("The reply was approved on %(date)s: it cannot have gone out before."),
            "before_approval",
            date=timezone.localdate(approval.at).isoformat(),
        )
    if move.clock_event:
        # The clock says more exactly what cannot be.
        return
    first = min([timezone.localdate(standing.case.submitted_at), *_receipt_facts(standing, None).values()])
    if on < first:
        raise RuleError(
            gettext_lazy("The day lies before the request, which came on %(date)s."),
            "before_request",
            date=first.isoformat(),
        )


def _check_days(standing, days):
    """An extension that is proposed can be granted. Raises ``RuleError``."""
    current = standing.deadline()
    left = current.extension_left() if current is not None else 0
    if type(days) is not int or not 0 < days <= left:
        text = (
            gettext_lazy("The time limit can be extended by 1 to %(left)s days.")
            if current is not None and current.counts_every_day
            else gettext_lazy("The time limit can be extended by 1 to %(left)s working days.")
        )
        raise RuleError(text, "days", left=left)


def _channel(standing):
    return standing.channels.get(standing.case.channel)


def _receipt_facts(standing, receipt):
    """What is known of the receipt: recorded before, and now."""
    found = {}
    for each in standing.steps:
        found.update({name: as_date(text) for name, text in each.data.get("receipt_facts", {}).items()})
    return {**found, **{name: day for name, day in (receipt or {}).items() if day is not None}}


def _received(standing, facts, on, given):
    """The day of receipt by the channel of the case, and the facts it rests on (Art. 31)."""
    channel = _channel(standing)
    deciding = deciding_fact(channel)
    if deciding not in facts and not given:
        facts = {**facts, deciding: on}
    day = receipt_date(channel, facts)
    if day is None:
        raise RuleError(
            gettext_lazy("The day of receipt of this channel is not known: %(article)s."),
            "no_receipt",
            article=Shown(lambda: article_label(channel.article)),
        )
    return day, facts


def _settled(standing, move, found):
    """Dates of the case that the move settles, and what is true of it while a condition is open."""
    table, facts, kind = standing.table, {}, standing.effect(move)
    source, target = table.states[move.source].closed, table.states[move.target].closed
    if kind is not None and kind.effect is Effect.START:
        facts["received_on"] = as_date(found["on"])
    if target and not source:
        facts["closed_on"] = as_date(found["on"])
        facts["keep_until"] = terms.keep_until(facts["closed_on"], _outcome(standing, found.get("reply")))
    elif source and not target:
        facts["closed_on"] = None
    return {**facts, **standing.marks_after(move.action, found.get("key", ""))}


def _outcome(standing, reply):
    reply = reply or standing.decision[0]
    item = replies_to(standing.profile, standing.kind).find(reply)
    return item.fact("outcome", "") if item is not None else ""


def _change(held, case, changes, within):
    """Save fields of the case that change with the action. Returns what the event says of it: no personal data."""
    if within is not None:
        within(held)
    if not changes:
        return {}
    for name, value in changes.items():
        setattr(held, name, value)
        setattr(case, name, value)
    held.save(update_fields=list(changes))
    plain = {}
    for name in changes:
        field = held._meta.get_field(name)
        if field.is_relation:
            plain[name] = getattr(held, field.attname)
    return {"changed": sorted(changes), **plain}


def _settle_calendar(case, held, standing, at):
    """A calendar that changed since the dates were stored: that is an event of its own, before the next."""
    now = held.compute_dates()
    if any(getattr(held, name) != value for name, value in now.items()) and standing.steps:
        record.record(case, REPROJECTED, data=moved_dates(held, tuple(now.values())), at=at)


def moved_dates(case, dates):
    """What the event says about dates that a changed calendar moved; ``dates`` are those of now."""
    due, provisional, answer = dates
    said = {"due_before": _iso(case.due_on), "due_now": _iso(due), "provisional": provisional}
    if case.answer_due_on != answer:
        said |= {"answer_before": _iso(case.answer_due_on), "answer_now": _iso(answer)}
    return said


def _iso(day):
    return day.isoformat() if day else None


# What is said when a move is refused


def happened(event, table, named=True):
    """One event in a sentence: what, when, by whom; the office alone reads names (``named``)."""
    label = table.actions[event.type].label() if event.type in table.actions else own_events.label(event.type)
    return _("%(time)s: %(what)s (%(who)s)") % {
        "time": shown_time(event.at),
        "what": label,
        "who": (event.actor_name if named else "") or event.get_by_display(),
    }


def _stale(news, standing, named):
    table = standing.table
    error = Stale(
        gettext_lazy(
            "Meanwhile something happened to this case: %(what)s. Nothing was changed; look and decide again."
        ),
        "stale",
        what=Shown(lambda: "; ".join(happened(each, table, named) for each in news)),
    )
    error.since = tuple(news)
    return error


def _explained(error, standing, decision, named):
    """The refusal, with what the decision lacks, or what happened last where the state does not fit."""
    more = []
    if decision is not None and error.guard and standing.table.guards[error.guard].fact == "reply_complete":
        problems = standing.decision_problems(*decision, standing.deadline())
        more = [Shown(partial(str, each)) for each in problems if each is not None]
    elif error.code == "state" and standing.events:
        more = [Shown(partial(happened, standing.events[-1], standing.table, named))]
    if not more:
        return error
    explained = MoveRefused(
        "%(refused)s %(more)s",
        error.code,
        refused=Shown(partial(str, error)),
        more=Shown(lambda: " ".join(str(each) for each in more)),
    )
    explained.guard = error.guard
    return explained
