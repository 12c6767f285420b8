"""The office corrects the type that somebody chose: department, limit and duties are those of the mailbox for it."""

import datetime

import pytest
import time_machine

from tests import factories_mail
from tests.case_admin import browser, send, soup
from tests.casework.following.applicant import CODE, Applicant
from tests.mailboxes.test_admin import url
from wagtail_disclosure.casework import moves, record
from wagtail_disclosure.casework.standing import Standing
from wagtail_disclosure.mailboxes.models import CitizenLetter, MailboxType
from wagtail_disclosure.rules.errors import RuleError
from wagtail_disclosure.rules.transitions import MoveRefused

DAY = datetime.date
WHY = {"details": {"reason": "反映的是诉求，不是咨询"}}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-03-02T04:00:00Z", tick=False) as found:
        yield found


@pytest.fixture
def case(place):
    return factories_mail.letter(place, mailbox=place.mailbox, code=CODE)


def stored():
    return CitizenLetter.objects.get()


def correct(case, place, code, by=None):
    return moves.act(case, "correct_type", by=by or place.officer, data={"letter_type": code}, **WHY)


def test_a_question_that_is_a_petition_has_its_limits_from_receipt(place, case, clock):
    clock.move_to("2026-03-04T04:00:00Z")
    correct(case, place, "petition")
    case = stored()
    # Acceptance within 15 days of 2 March, the reply within 60.
    assert (case.letter_type, case.due_on) == ("petition", DAY(2026, 3, 17))
    moves.act(case, "accept", by=place.officer)
    assert stored().due_on == DAY(2026, 5, 1)
    assert record.rebuild(stored()) == []


def test_a_petition_that_is_a_question_has_no_duty_to_tell_acceptance(place):
    case = factories_mail.letter(place, mailbox=place.mailbox, letter_type="petition")
    correct(case, place, "consultation")
    deadline = Standing(stored()).deadline()
    assert (deadline.due, deadline.limits, deadline.counts_every_day) == (DAY(2026, 3, 9), (), False)


def test_it_is_corrected_again_and_the_last_one_counts(place, case):
    for code in ("petition", "complaint", "petition", "consultation"):
        correct(case, place, code)
    assert (stored().letter_type, stored().due_on) == ("consultation", DAY(2026, 3, 9))


def test_it_goes_to_the_department_of_the_type_and_nobody_has_it_in_hand(place, case):
    MailboxType.objects.filter(mailbox=place.mailbox, type="complaint").update(department=place.projects)
    moves.act(case, "assign", by=place.officer, changes={"officer": place.officer})
    event = correct(case, place, "complaint", by=place.head)
    case = stored()
    assert (case.department, case.officer) == (place.projects, None)
    assert event.data["department"] == place.projects.pk and "department" in event.data["changed"]
    moves.act(case, "accept", by=place.other_officer)


def test_what_was_promised_for_a_type_when_it_is_corrected_stays(place, case):
    correct(case, place, "complaint")
    MailboxType.objects.filter(mailbox=place.mailbox, type="complaint").update(limit=1)
    assert record.rebuild(stored()) == [] and stored().due_on == DAY(2026, 3, 23)


def test_a_type_that_is_confidential_ends_the_consent_to_publication(place):
    mailbox = factories_mail.mailbox(
        place, types={"complaint": (None, "working_days"), "report": (None, "working_days")}
    )
    case = factories_mail.letter(place, mailbox=mailbox, letter_type="complaint")
    assert case.consent_to_publish
    correct(case, place, "report")
    assert not stored().consent_to_publish
    with pytest.raises(MoveRefused):
        moves.act(stored(), "withdraw_consent", role="applicant")


def test_its_form_says_where_each_type_leads_and_both_sides_read_what_was_done(
    place, case, mailoutbox, django_capture_on_commit_callbacks
):
    MailboxType.objects.filter(mailbox=place.mailbox, type="complaint").update(department=place.projects)
    client, address = browser(place.officer), url("action", case.pk, "correct_type")
    page = soup(client.get(address))
    text = page.select_one("main").get_text(" ", strip=True)
    assert "项目科" in text and "2026年5月1日" in text
    assert [each["value"] for each in page.select("[name=letter_type] option")] == [
        "",
        "complaint",
        "petition",
    ]
    send(client, address, {"letter_type": "petition", "reason": ""})
    assert stored().letter_type == "consultation"
    with django_capture_on_commit_callbacks(execute=True):
        send(client, address, {"letter_type": "petition", "reason": "反映的是诉求"})
    assert stored().letter_type == "petition"
    assert "信访" in client.get(url("inspect", case.pk)).content.decode()
    assert any("来信类型已更正" in each.subject for each in mailoutbox)
    citizen = Applicant(start="/case/zh-hans/")
    citizen.enter(case)
    assert "我们更正了来信类型" in citizen.text and "反映的是诉求" in citizen.text


@pytest.mark.parametrize("code", ["consultation", "help", "nonsense", ""])
def test_a_type_that_it_is_already_or_that_the_mailbox_does_not_take_is_refused(place, case, code):
    with pytest.raises(RuleError):
        correct(case, place, code)
    assert stored().events.count() == 1


@pytest.mark.parametrize("step", ["propose_extension", "approve_extension", "notify_extension"])
def test_a_limit_that_is_extended_or_is_to_be_is_not_changed_by_the_way(place, case, step):
    factories_mail.through(case, place, "accept", "handle")
    steps = {
        "propose_extension": {"by": place.officer, "days": 3, **WHY},
        "approve_extension": {"by": place.head},
        "notify_extension": {"by": place.officer, **WHY},
    }
    for code, options in steps.items():
        moves.act(case, code, **options)
        if code == step:
            break
    with pytest.raises(MoveRefused):
        correct(stored(), place, "petition")


@pytest.mark.parametrize("way", [factories_mail.TO_REPLY, factories_mail.TO_REPLY[:3]])
def test_what_is_drafted_or_answered_keeps_its_type(place, case, way):
    factories_mail.through(case, place, *way)
    with pytest.raises(MoveRefused):
        correct(stored(), place, "petition")


@pytest.mark.parametrize("who", ["reviewer", "leader"])
def test_it_is_for_those_who_handle_it(place, case, who):
    with pytest.raises(MoveRefused):
        correct(case, place, "petition", by=getattr(place, who))
