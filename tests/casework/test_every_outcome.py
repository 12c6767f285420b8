"""Every reply that a profile knows ends a case, with its outcome, ground and article: played from form to archive."""

import pytest

from tests import factories_cases
from tests.casework.played import DAY, TABLES, Table
from wagtail_disclosure.casework.standing import Standing
from wagtail_disclosure.rules import data
from wagtail_disclosure.rules.profiles import get_profile
from wagtail_disclosure.rules.replies import outcome_leaves

pytestmark = [pytest.mark.django_db, pytest.mark.exhaustive]
# Ends that are not decided: what is done in which state instead.
UNDECIDED = {
    "withdrawn": ("received", "withdraw"),
    "supplement_overdue": ("awaiting_supplement", "close_abandoned"),
    "fee_overdue": ("awaiting_payment", "close_abandoned"),
    "clarification_overdue": ("awaiting_clarification", "close_lapsed"),
    "transferred": ("handling", "transfer"),
    "not_accepted": ("submitted", "decline"),
    "invalid": ("submitted", "mark_invalid"),
    "merged": ("accepted", "merge"),
    "moved": ("handling", "move_to_request"),
}
FIRST = {
    "supplement": ("ask_supplement", "answer_supplement", "accept"),
    "reasons": ("ask_reasons", "give_reasons"),
}


def replies(profile, kind):
    item = get_profile(profile).case_kinds.get(kind)
    return data.load(f"{profile}/{item.fact('replies')}.json")["items"]


def states(reply, case):
    """What a decision says that states all the reply requires."""
    found = {"reply": reply["code"], "data": {}, "details": {}}
    for name in reply["requires"]:
        if name == "files":
            found["documents"] = [factories_cases.attachment(case, origin="officer").key]
        elif name == "ground":
            found["data"]["ground"] = reply["grounds"][0]
        elif name == "grounds_per_part":
            found["data"]["grounds_per_part"] = reply["grounds"][:2]
        else:
            found["details"][name] = "写明"
    return found


def closed(table, reply):
    """A play that ends with ``reply``, before it is archived."""
    if reply.get("decision", True) is False:
        state, action = UNDECIDED.get(reply["code"], (None, None))
        if (table.name[0], reply["code"]) == ("uk", "fee_overdue"):
            state, action = "awaiting_fee", "close_lapsed"
        if state not in table.states:
            state = "handling"
        return table.new().steps([*table.way(table.start, state), action])
    play = table.new().steps([*table.way(table.start, "handling"), *FIRST.get(reply.get("after"), ())])
    table.given_decision = states(reply, play.case)
    return play.steps(["draft_decision", "approve_decision", "issue_decision"])


ALL = [(profile, kind, each["code"]) for profile, kind in TABLES for each in replies(profile, kind)]


@pytest.fixture
def place(db):
    found = factories_cases.agency()
    found.reviewer, found.head = factories_cases.reviewer(found.prices), factories_cases.head()
    return found


@pytest.mark.parametrize(("profile", "kind", "code"), ALL)
def test_every_reply_closes_a_case_with_ground_and_article(profile, kind, code, place, settings):
    settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, "JURISDICTION": profile}
    reply = next(each for each in replies(profile, kind) if each["code"] == code)
    table = Table(profile, kind, place)
    play = closed(table, reply)
    case = play.case
    case.refresh_from_db()
    assert table.states[case.state].get("closed") and case.closed_on == play.today
    assert case.keep_until and case.keep_until.year - case.closed_on.year in (10, 30)
    said = [each.data for each in case.events.order_by("pk") if each.data.get("reply")]
    assert said[-1]["reply"] == code
    known = get_profile(profile).case_kinds.get(kind)
    item = getattr(get_profile(profile), known.fact("replies")).get(code)
    outcome = getattr(get_profile(profile), known.fact("outcomes")).get(item.fact("outcome"))
    assert outcome is not None and not outcome.children
    if reply.get("grounds"):
        decided = Standing(case).decision[1]
        assert {decided.get("ground"), *decided.get("grounds_per_part", ())} & set(reply["grounds"])
    if "files" in reply["requires"]:
        assert all(each.released_at for each in case.attachments.all()) and case.attachments.exists()
    for action in ("record_service", "archive"):
        if action in table.actions and play.state != "archived":
            roles = table.actions[action]["roles"]
            if play.expected(action, roles[0], table.person(roles[0]), play.today + DAY):
                play = play.step(action)
    assert play.state == "archived"


@pytest.mark.parametrize(("profile", "kind"), TABLES)
def test_every_outcome_of_the_report_is_that_of_some_reply(profile, kind):
    found = get_profile(profile)
    known = found.case_kinds.get(kind)
    leaves = {each.code for each in outcome_leaves(getattr(found, known.fact("outcomes")))}
    assert {each["outcome"] for each in replies(profile, kind)} == leaves
    if (profile, kind) == ("cn", "request"):
        assert len(leaves) == 21
