"""Letters to mailboxes: their time limit, the way to a reply, what is rated, asked again, joined and withdrawn."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from tests import factories_mail
from wagtail_disclosure.casework import attachments, moves, record
from wagtail_disclosure.casework.following import story
from wagtail_disclosure.casework.models import CaseAlarm
from wagtail_disclosure.casework.standing import Standing
from wagtail_disclosure.mailboxes.models import CitizenLetter, MailboxType
from wagtail_disclosure.rules.errors import RuleError
from wagtail_disclosure.rules.transitions import MoveRefused

DAY = datetime.date
MONDAY = "2026-03-02T04:00:00Z"


@pytest.fixture(autouse=True)
def _frozen():
    with time_machine.travel(MONDAY, tick=False):
        yield


def letter(place, **fields):
    return factories_mail.letter(place, mailbox=place.mailbox, **fields)


def refreshed(case):
    return CitizenLetter.objects.get(pk=case.pk)


# The time limit


@pytest.mark.parametrize(
    "type_, due",
    [("consultation", DAY(2026, 3, 9)), ("complaint", DAY(2026, 3, 23)), ("petition", DAY(2026, 3, 17))],
)
def test_a_letter_is_due_by_the_limit_of_its_mailbox_and_type(place, type_, due):
    """Five working days by the mailbox, fifteen by practice; a petition is first to be accepted within 15 days."""
    case = letter(place, letter_type=type_)
    assert (case.state, case.received_on, case.due_on) == ("submitted", DAY(2026, 3, 2), due)


def test_a_petition_is_due_in_sixty_days_once_it_is_accepted(place):
    case = letter(place, letter_type="petition")
    moves.act(case, "accept", by=place.officer)
    assert refreshed(case).due_on == DAY(2026, 5, 1)


def test_a_mailbox_that_changes_moves_no_older_letter(place):
    case = letter(place)
    MailboxType.objects.filter(mailbox=place.mailbox, type="consultation").update(limit=1, unit="days")
    place.mailbox = type(place.mailbox).objects.get(pk=place.mailbox.pk)
    later = letter(place)
    assert record.rebuild(refreshed(case)) == []
    assert (refreshed(case).due_on, later.due_on) == (DAY(2026, 3, 9), DAY(2026, 3, 3))


def test_an_extension_takes_two_people_and_the_notice(place):
    case = factories_mail.through(letter(place), place, "accept", "handle")
    moves.act(case, "propose_extension", by=place.officer, days=10, details={"reason": "需要现场核查"})
    with pytest.raises(MoveRefused):
        moves.act(case, "approve_extension", by=place.officer)
    moves.act(case, "approve_extension", by=place.head)
    assert refreshed(case).due_on == DAY(2026, 3, 9)
    moves.act(case, "notify_extension", by=place.officer, details={"reason": "需要现场核查"})
    assert refreshed(case).due_on == DAY(2026, 3, 23)


def test_a_reminder_goes_out_before_the_day_on_which_a_petition_is_to_be_accepted(place):
    from wagtail_disclosure.casework.desk import jobs

    place.officer.email = "officer@example.com"
    place.officer.save()
    letter(place, letter_type="petition")
    with time_machine.travel("2026-03-13T04:00:00Z", tick=False):
        jobs.run()
    assert {each.due_on for each in CaseAlarm.objects.all()} >= {DAY(2026, 3, 17)}


# The reply


def test_a_reply_is_drafted_reviewed_by_another_and_sent_and_the_correspondent_reads_it(place):
    case = factories_mail.through(letter(place), place, "accept", "handle", "draft_decision")
    with pytest.raises(MoveRefused):
        moves.act(case, "approve_decision", by=place.officer)
    assert "加价依据" not in str(story.rows(Standing(case)))
    case = factories_mail.through(case, place, "approve_decision", "issue_decision")
    assert (case.state, case.closed_on) == ("replied", DAY(2026, 3, 2))
    shown = dict(story.rows(Standing(case))[0]["shown"])
    assert "加价依据为市政府文件" in str(shown.values())
    assert "加价依据为市政府文件" in case.letters.get().html


def test_a_reply_that_was_returned_is_worked_on_again(place):
    case = factories_mail.through(letter(place), place, "accept", "handle", "draft_decision")
    moves.act(case, "return_decision", by=place.reviewer, note="请写明文号")
    assert refreshed(case).state == "handling"
    case = factories_mail.through(case, place, "draft_decision", "approve_decision", "issue_decision")
    assert case.state == "replied"


def test_a_reply_without_a_text_is_refused(place):
    case = factories_mail.through(letter(place), place, "accept", "handle")
    with pytest.raises(MoveRefused):
        moves.act(case, "draft_decision", by=place.officer, reply="answered", details={})


def test_a_letter_that_is_not_accepted_says_why_and_where_to_turn(place):
    case = letter(place)
    given = {"data": {"refusal": "legal_process"}, "details": {"reason": "该纠纷正在诉讼中。"}}
    moves.act(case, "decline", by=place.officer, **given)
    shown = str(story.rows(Standing(refreshed(case)))[0]["shown"])
    assert "人民法院" in shown and "该纠纷正在诉讼中" in shown
    assert refreshed(case).state == "not_accepted"


def test_a_department_that_takes_over_may_be_given_an_earlier_day_and_the_limit_stays(place):
    case = letter(place)
    moves.act(
        case,
        "hand_over",
        by=place.officer,
        until=DAY(2026, 3, 5),
        changes={"department": place.projects, "officer": None},
        data={"department": place.projects.pk},
    )
    assert (refreshed(case).department, refreshed(case).due_on) == (place.projects, DAY(2026, 3, 9))


# After the reply


def test_not_satisfied_wants_a_reason(place):
    case = factories_mail.through(letter(place), place, *factories_mail.TO_REPLY)
    for details in ({}, {"comment": "  "}):
        with pytest.raises(RuleError):
            moves.act(case, "rate", role="applicant", data={"rating": "not_satisfied"}, details=details)
    with pytest.raises(RuleError):
        moves.act(case, "rate", role="applicant", data={"rating": "furious"})
    moves.act(
        case, "rate", role="applicant", data={"rating": "not_satisfied"}, details={"comment": "没有回答问题"}
    )
    assert refreshed(case).rating == "not_satisfied"
    moves.act(case, "rate", role="applicant", data={"rating": "satisfied"})
    assert refreshed(case).rating == "satisfied"


def test_one_further_question_is_answered_within_the_whole_limit_again(place):
    case = factories_mail.through(letter(place), place, *factories_mail.TO_REPLY)
    with time_machine.travel("2026-03-16T04:00:00Z", tick=False):
        moves.act(case, "ask_follow_up", role="applicant", details={"description": "从哪天起执行？"})
        case = refreshed(case)
        assert (case.state, case.closed_on, case.due_on) == ("follow_up", None, DAY(2026, 3, 23))
        case = factories_mail.through(case, place, "draft_decision", "approve_decision", "issue_decision")
        with pytest.raises(MoveRefused):
            moves.act(case, "ask_follow_up", role="applicant", details={"description": "还有一个问题"})


def test_consent_is_withdrawn_at_any_time_and_then_nothing_is_proposed_for_publication(place):
    case = factories_mail.through(letter(place), place, *factories_mail.TO_REPLY)
    moves.act(case, "propose_publication", by=place.officer)
    moves.act(case, "withdraw_consent", role="applicant")
    case = refreshed(case)
    assert case.consent_to_publish is False and not Standing(case).is_consenting
    for code in ("propose_publication", "withdraw_consent"):
        with pytest.raises(MoveRefused):
            moves.act(case, code, by=place.officer)


# Joined letters


def test_a_duplicate_is_joined_with_a_link_and_stays(place):
    first, second = letter(place), letter(place)
    moves.act(second, "merge", by=place.officer, data={"of": first.number}, details={"reason": "同一事项"})
    second = refreshed(second)
    assert (second.state, second.merged_into) == ("merged", first) and second.body
    assert list(first.merged.all()) == [second]
    assert first.number not in str(story.rows(Standing(second)))
    moves.act(second, "reopen", by=place.head, details={"reason": "不是同一事项"})
    assert refreshed(second).merged_into is None and refreshed(second).state == "handling"


@pytest.mark.parametrize("ended", ["mark_invalid", "withdraw"])
def test_a_letter_is_not_joined_with_one_that_is_not_dealt_with(place, ended):
    """It would be closed, and answered nowhere."""
    first, second = letter(place), letter(place)
    if ended == "withdraw":
        moves.act(first, "withdraw", role="applicant")
    else:
        moves.act(first, ended, by=place.officer, details={"reason": "广告"})
    with pytest.raises(RuleError, match=first.number):
        moves.act(
            second, "merge", by=place.officer, data={"of": first.number}, details={"reason": "同一事项"}
        )
    assert refreshed(second).state == "submitted"


def test_a_letter_in_which_another_is_answered_is_not_marked_as_invalid(place):
    first, second = letter(place), letter(place)
    moves.act(second, "merge", by=place.officer, data={"of": first.number}, details={"reason": "同一事项"})
    with pytest.raises(RuleError, match=second.number):
        moves.act(first, "mark_invalid", by=place.officer, details={"reason": "广告"})
    assert refreshed(first).state == "submitted"
    moves.act(second, "reopen", by=place.head, details={"reason": "不是同一事项"})
    moves.act(refreshed(first), "mark_invalid", by=place.officer, details={"reason": "广告"})


@pytest.mark.parametrize("of", ["", "LX2026-99-00001", "self", "merged"])
def test_a_letter_is_not_joined_with_what_is_no_other_letter(place, of):
    first, second, third = letter(place), letter(place), letter(place)
    moves.act(second, "merge", by=place.officer, data={"of": first.number}, details={"reason": "同一事项"})
    number = {"self": third.number, "merged": second.number}.get(of, of)
    with pytest.raises(RuleError):
        moves.act(third, "merge", by=place.officer, data={"of": number}, details={"reason": "同一事项"})
    assert refreshed(third).state == "submitted"


# A letter that is a request


def test_a_letter_that_asks_for_information_goes_on_as_a_request_with_number_code_and_day(place, rf):
    from tests import factories_cases
    from tests.casework.following.applicant import CODE
    from wagtail_disclosure.casework.following import access
    from wagtail_disclosure.casework.receipts import tracking
    from wagtail_disclosure.mailboxes.models import CitizenLetterAttachment
    from wagtail_disclosure.requests.models import DisclosureRequest

    case = letter(place, code=CODE)
    upload = factories_cases.upload(b"a map", "map.txt")
    attachments.store(CitizenLetterAttachment, upload, origin="applicant", case=case)
    with time_machine.travel("2026-03-04T04:00:00Z", tick=False):
        moves.act(case, "move_to_request", by=place.officer, details={"reason": "属于信息公开申请"})
        found = DisclosureRequest.objects.get()
        assert tracking.find(access.kinds(), case.number, CODE, rf.get("/")) == found
    assert (found.number, found.submitted_at, found.state) == (case.number, case.submitted_at, "submitted")
    assert found.events.get().data["receipt_facts"] == {"submitted_on": "2026-03-02"}
    assert (found.description, str(found.applicant.name)) == (case.body, "王**")
    assert [each.name for each in found.attachments.all()] == ["map.txt"]
    assert (refreshed(case).state, refreshed(case).moved_to) == ("moved", found.label)


# Who may


def test_a_leader_supervises_and_notes_and_does_not_do_the_work(place):
    case = letter(place)
    allowed = {each.code for each in moves.allowed(case, place.leader, today=DAY(2026, 3, 2))}
    assert allowed == {"note", "supervise"}
    moves.act(case, "supervise", by=place.leader, note="请三日内回复")
    with pytest.raises(MoveRefused):
        moves.act(case, "accept", by=place.leader)


def test_a_leader_sees_the_letters_of_their_own_mailboxes_alone(place):
    other = factories_mail.letter(place, mailbox=factories_mail.mailbox(place))
    own = letter(place)
    assert set(CitizenLetter.objects.visible_to(place.leader)) == {own}
    with pytest.raises(PermissionDenied):
        moves.act(other, "note", by=place.leader, note="看看")


def test_a_legal_hold_keeps_a_letter_from_being_anonymised(place):
    case = factories_mail.through(letter(place), place, *factories_mail.TO_REPLY)
    moves.act(case, "hold", by=place.officer, note="纪检调阅")
    assert refreshed(case).legal_hold
    with pytest.raises(MoveRefused):
        moves.act(case, "lift_hold", by=place.officer, note="调阅结束")
    moves.act(case, "lift_hold", by=place.head, note="调阅结束")
    assert not refreshed(case).legal_hold


def test_what_identifies_people_goes_when_the_letter_was_kept_long_enough(place):
    from wagtail_disclosure.casework import retention

    case = factories_mail.through(letter(place), place, *factories_mail.TO_REPLY)
    with time_machine.travel("2037-01-04T04:00:00Z", tick=False):
        assert case in retention.due_cases(CitizenLetter)
        retention.anonymise(case)
    case = refreshed(case)
    assert (case.body, case.subject, case.text_index, str(case.correspondent.name)) == ("", "", "", "")
    assert case.letters.get().html == ""


# The definition


@pytest.mark.parametrize(
    "type_, limit, unit, valid",
    [
        ("petition", 60, "days", True),
        ("petition", 61, "days", False),
        ("petition", 10, "working_days", False),
        ("complaint", 90, "days", True),
        ("nonsense", 5, "days", False),
    ],
)
def test_a_mailbox_promises_no_more_time_than_the_law_gives(place, type_, limit, unit, valid):
    row = MailboxType(mailbox=place.mailbox, type=type_, limit=limit, unit=unit)
    if valid:
        row.clean()
        return
    with pytest.raises(ValidationError):
        row.clean()
