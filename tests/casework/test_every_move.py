"""P4: every action in every state by every role: it succeeds where the file says so, and leaves no trace elsewhere."""

from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from tests import factories_cases
from tests.casework.played import DAY, TABLES, Table, listed
from wagtail_disclosure.casework import moves, scope, standing
from wagtail_disclosure.rules.profiles import get_profile
from wagtail_disclosure.rules.transitions import MoveRefused

pytestmark = [pytest.mark.django_db, pytest.mark.exhaustive]
EVERYBODY = (
    "applicant",
    "third_party",
    "registrar",
    "officer",
    "reviewer",
    "head",
    "involved",
    "system",
    "leader",
)
# What more was done on the way, and in which state.
MORE = [
    ("handling", ("ask_third_party", "ask_co_maker", "ask_agency", "propose_extension")),
    ("handling", ("propose_extension",)),
    ("handling", ("propose_extension", "approve_extension")),
    ("handling", ("ask_third_party", "answer_third_party", "ask_co_maker", "answer_co_maker")),
    ("handling", ("ask_reasons", "give_reasons", "ask_supplement", "answer_supplement", "accept")),
    ("handling", ("involve",)),
    ("in_review", ("extend_review",)),
]
# Facts that change with the days.
PASSES = {"lapsed", "extension_possible"}
# What may stand beside any state.
BESIDE = [
    ("supervise",),
    ("mark_repeat",),
    ("involve",),
    ("hold",),
    ("record_review",),
    ("record_review", "record_review_result"),
]


class Written(Exception):
    pass


def nothing_written(execute, sql, params, many, context):
    if sql.split(None, 1)[0].upper() in ("INSERT", "UPDATE", "DELETE"):
        raise Written(sql)
    return execute(sql, params, many, context)


def once_for_each_user(ask, but):
    """Answers of ``ask`` kept for each user; for ``but`` they change with the case."""
    known = {}

    def answer(user, case, **options):
        if user == but:
            return ask(user, case, **options)
        key = (user.pk, *options.items())
        if key not in known:
            known[key] = ask(user, case, **options)
        return known[key]

    return answer


@pytest.fixture
def table(request, settings, monkeypatch):
    profile, kind = request.param
    settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, "JURISDICTION": profile}
    place = factories_cases.agency()
    place.reviewer, place.head = factories_cases.reviewer(place.prices), factories_cases.head()
    # Asked thousands of times, and nothing of it changes here.
    calendar = get_profile(profile).calendar()
    monkeypatch.setattr(standing, "calendar", lambda: calendar)
    for module, name in ((scope, "may_see"), (moves, "roles_of")):
        monkeypatch.setattr(module, name, once_for_each_user(getattr(module, name), place.other_officer))
    return Table(profile, kind, place)


def plays(table):
    """Cases in every state, with what is to be tried on each: a function of a row of the file.

    The shortest way there; ways on which more happened; and with every condition that stands beside the state.
    """
    for channel in table.bases:
        yield table.new(channel), depends
    for play in table.with_a_later_reply():
        yield play, depends
    for state in table.states:
        way = table.way(table.start, state)
        yield table.new().steps(way), None
        for between, more in MORE:
            onward = table.way(between, state) if between in table.states else None
            if onward is not None and (
                play := played(table, [*table.way(table.start, between), *more, *onward])
            ):
                yield play, depends
        for more in BESIDE:
            if set(more) <= table.actions.keys() and (play := played(table, [*way, *more])):
                about = set(listed(table.actions[more[-1]]["opens"]))
                yield play, partial(asks_about, table, about)


def played(table, codes):
    """A case that went the way of ``codes``, or None if an opinion is outstanding, or nothing like that is there."""
    try:
        with transaction.atomic():
            return table.new().steps([code for code in codes if code in table.actions])
    except MoveRefused:
        return None


def depends(row):
    # What depends on nothing but state and role is the same however a case came there, and whenever.
    return bool(row.guards or row.clock)


def asks_about(table, conditions, row):
    return any(conditions & set(listed(table.guards[code].get("value") or ())) for code in row.guards)


def check(play, code, role, today, complete=True):
    actor, changed = play.table.person(role), {} if complete else {"reply": "", "details": {}}
    row = play.expected(code, role, actor, today, complete)
    told = f"{play.done}: {code} by {role} on {today}"
    if row is None:
        refusal = MoveRefused if play.is_seen_by(role) else PermissionDenied
        with connection.execute_wrapper(nothing_written), pytest.raises(refusal):
            play.act(code, role, today, **changed)
            pytest.fail(f"{told} was not refused")
        return False
    mark = transaction.savepoint()
    before = play.case.events.count()
    event = play.act(code, role, today, **changed)
    play.case.refresh_from_db()
    assert (event.state, play.case.state) == (row.target, row.target), told
    assert (event.type, event.data["role"], event.data["from"]) == (code, role, play.state), told
    assert event.data.get("clock", [""])[-1] == row.clock.rpartition(":")[2], told
    assert play.case.events.count() == before + 1 and not row.reply or event.data["reply"] == row.reply, told
    assert (play.case.closed_on is not None) == bool(play.table.states[row.target].get("closed")), told
    transaction.savepoint_rollback(mark)
    return True


@pytest.mark.parametrize("table", TABLES, indirect=True, ids="-".join)
def test_every_action_in_every_state_by_every_role(table):
    """Where the file has no row at all one role stands for all: ``tests/rules/test_transitions.py`` tries the others."""
    taken, reached = set(), set()
    for play, tried in list(plays(table)):
        reached.add(play.state)
        here = [row for row in table.rows if row.source == play.state]
        tries = []
        if tried is None:
            known = {row.action["code"] for row in here}
            tries = [
                (code, role, 1)
                for code in table.actions
                for role in (EVERYBODY if code in known else ["officer"])
            ]
            tried = depends
        for row in filter(tried, here):
            days = (
                (1, 400)
                if row.clock or PASSES & {table.guards[code]["fact"] for code in row.guards}
                else (1,)
            )
            tries += [(row.action["code"], role, later) for role in sorted(row.roles) for later in days]
            if "decision" in row.action.get("fields", ()):
                check(play, row.action["code"], min(row.roles), play.today + DAY, complete=False)
        for code, role, days in dict.fromkeys(tries):
            if check(play, code, role, play.today + days * DAY):
                taken.add((play.state, code))
    assert reached == set(table.states)
    known = {(row.source, row.action["code"]) for row in table.rows}
    assert taken == known, sorted(known - taken)
