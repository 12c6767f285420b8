"""P4: every action in every state by every role: it succeeds where the file says so, and leaves no trace elsewhere."""

import pytest
from django.db import connection, transaction

from tests import factories_cases
from tests.casework.played import DAY, TABLES, Table
from wagtail_disclosure.casework import moves, scope, standing
from wagtail_disclosure.rules.profiles import get_profile
from wagtail_disclosure.rules.transitions import MoveRefused

pytestmark = pytest.mark.django_db
EVERYBODY = ("applicant", "third_party", "registrar", "officer", "reviewer", "head", "system")
# What more was done on the way, and in which state.
MORE = [
    ("handling", ("ask_third_party", "ask_co_maker", "ask_agency", "propose_extension")),
    ("handling", ("propose_extension",)),
    ("handling", ("propose_extension", "approve_extension")),
    ("handling", ("ask_third_party", "answer_third_party", "ask_co_maker", "answer_co_maker")),
    ("handling", ("ask_reasons", "give_reasons", "ask_supplement", "answer_supplement", "accept")),
    ("in_review", ("extend_review",)),
]


class Written(Exception):
    pass


def nothing_written(execute, sql, params, many, context):
    if sql.split(None, 1)[0].upper() in ("INSERT", "UPDATE", "DELETE"):
        raise Written(sql)
    return execute(sql, params, many, context)


def once_for_each_user(ask):
    known = {}

    def answer(user, case):
        if user.pk not in known:
            known[user.pk] = ask(user, case)
        return known[user.pk]

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
        monkeypatch.setattr(module, name, once_for_each_user(getattr(module, name)))
    return Table(profile, kind, place)


def plays(table):
    """In every state a case that came there the shortest way, and others to which more happened on the way."""
    for channel in table.bases:
        yield table.new(channel), False
    for state in table.states:
        way = table.way(table.start, state)
        yield table.new().steps(way), True
        for between, more in MORE:
            more = [code for code in more if code in table.actions]
            onward = table.way(between, state) if between in table.states else None
            if onward is None or not more:
                continue
            try:
                with transaction.atomic():
                    yield table.new().steps([*table.way(table.start, between), *more, *onward]), False
            except MoveRefused:
                # An opinion is outstanding, or a supplement was asked for before.
                continue


def check(play, code, role, today, complete=True):
    actor, changed = play.table.person(role), {} if complete else {"reply": "", "details": {}}
    row = play.expected(code, role, actor, today, complete)
    told = f"{play.done}: {code} by {role} on {today}"
    if row is None:
        with connection.execute_wrapper(nothing_written), pytest.raises(MoveRefused):
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
    taken, reached = set(), set()
    for play, shortest in list(plays(table)):
        reached.add(play.state)
        tries = [(code, role, 1) for code in table.actions for role in EVERYBODY] if shortest else []
        for row in table.rows:
            # What depends on nothing but state and role is the same however a case came there, and whenever.
            if row.source == play.state and (row.guards or row.clock):
                tries += [(row.action["code"], role, days) for role in sorted(row.roles) for days in (1, 400)]
                if "decision" in row.action.get("fields", ()):
                    check(play, row.action["code"], min(row.roles), play.today + DAY, complete=False)
        for code, role, days in dict.fromkeys(tries):
            if check(play, code, role, play.today + days * DAY):
                taken.add((play.state, code))
    assert reached == set(table.states)
    known = {(row.source, row.action["code"]) for row in table.rows}
    assert taken == known, sorted(known - taken)
