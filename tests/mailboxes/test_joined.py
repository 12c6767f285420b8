"""The writer of a letter that was joined with another one gets the reply to that one, and none is forgotten."""

from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection
from wagtail.models import Site

from tests import factories_cases, factories_mail
from tests.case_admin import browser, send, soup
from tests.casework.following.applicant import CODE, Applicant
from tests.mailboxes.test_admin import url
from wagtail_disclosure.casework import moves, retention
from wagtail_disclosure.departments.models import Agency, Department
from wagtail_disclosure.departments.roles import sync
from wagtail_disclosure.mailboxes.models import CitizenLetter
from wagtail_disclosure.rules.errors import RuleError
from wagtail_disclosure.rules.transitions import MoveRefused

REPLY = factories_mail.REPLY["details"]["reply_text"]
TAIL = "现将标准告知如下"
AGAIN = ("draft_decision", "approve_decision", "issue_decision")


def letter(place, **fields):
    return factories_mail.letter(place, mailbox=place.mailbox, **fields)


def join(place, second, first):
    moves.act(second, "merge", by=place.officer, data={"of": first.number}, details={"reason": "同一事项"})


def answer(place, case):
    return factories_mail.through(case, place, *factories_mail.TO_REPLY)


def stored(case):
    return CitizenLetter.objects.get(pk=case.pk)


def in_queue(user):
    """Numbers of the letters that the queue shows to ``user``."""
    shown = browser(user).get(url("index") + "?queue=joined").content.decode()
    return {each.number for each in CitizenLetter.objects.all() if each.number in shown}


def pass_on(user, case, **values):
    return send(browser(user), url("action", case.pk, "pass_on_reply"), values)


@pytest.fixture
def first(place):
    return letter(place, correspondent={"name": "周文远", "phone": "13700001111"})


@pytest.fixture
def second(place, first):
    found = letter(place, code=CODE)
    join(place, found, first)
    return stored(found)


# What the writer reads


def test_the_writer_reads_that_the_reply_comes_here_and_then_reads_it(place, first, second, mailoutbox):
    citizen = Applicant(start="/case/zh-hans/")
    citizen.enter(second)
    assert "答复内容也会在本页告知您" in citizen.text
    answer(place, first)
    citizen.get(citizen.at)
    assert TAIL not in citizen.text, "nobody has looked whether it names the other writer"
    mailoutbox.clear()
    pass_on(place.reviewer, second, passed_on="您好，加价依据为市政府文件。")
    citizen.get(citizen.at)
    assert "您好，加价依据为市政府文件。" in citizen.text and TAIL not in citizen.text
    assert "也会在本页告知您" not in citizen.text and first.number not in citizen.text
    assert stored(second).state == "merged_replied"


@pytest.mark.django_db(transaction=True)
def test_the_writer_is_told_by_mail_that_there_is_a_reply(place, first, second, mailoutbox):
    answer(place, first)
    mailoutbox.clear()
    pass_on(place.reviewer, second, passed_on=REPLY)
    assert [each.to for each in mailoutbox] == [["wang@example.com"]]
    assert "来信已答复" in mailoutbox[0].subject + mailoutbox[0].body and TAIL not in mailoutbox[0].body


def test_what_was_passed_on_is_encrypted_and_goes_with_the_rest_of_the_letter(place, first, second):
    answer(place, first)
    pass_on(place.reviewer, second, passed_on=REPLY)
    event = second.events.get(type="pass_on_reply")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {event._meta.db_table} WHERE id = %s", [event.pk])
        assert TAIL not in str(cursor.fetchone())
    with time_machine.travel("2060-01-04T04:00:00Z", tick=False):
        assert retention.anonymise(stored(second))
    assert not second.events.get(type="pass_on_reply").texts


# Who passes it on, and when


def test_the_form_begins_with_the_reply_and_names_what_may_identify_the_other_writer(place, first, second):
    factories_mail.through(first, place, "accept", "handle")
    text = "周文远先生：您好，电话13700001111已记录。依据为市政府文件。"
    moves.act(first, "draft_decision", by=place.officer, reply="answered", details={"reply_text": text})
    factories_mail.through(first, place, "approve_decision", "issue_decision")
    page = soup(browser(place.reviewer).get(url("action", second.pk, "pass_on_reply")))
    assert page.select_one("[name=passed_on]").get_text().strip() == text
    listed = [each.get_text() for each in page.select("main li")]
    assert any("周文远" in each for each in listed) and any("13700001111" in each for each in listed)


def offered(user, case):
    response = browser(user).get(url("inspect", case.pk))
    return "pass_on_reply" in response.content.decode()


def test_who_may_approve_passes_on_and_nobody_else(place, first, second):
    answer(place, first)
    for user in (place.officer, place.leader, place.other_officer, place.stranger):
        assert not offered(user, second)
        pass_on_anyway = browser(user).post(
            url("action", second.pk, "pass_on_reply"), {"passed_on": REPLY, "joined_reply": 1}
        )
        assert pass_on_anyway.status_code in (302, 403, 404)
    assert stored(second).state == "merged"
    assert offered(place.reviewer, second) and offered(place.head, second)


def test_nothing_is_passed_on_before_the_other_letter_is_answered_nor_twice(place, first, second):
    given = {"data": {"joined_reply": 1}, "details": {"passed_on": REPLY}}
    with pytest.raises(MoveRefused, match="已经答复|has been answered"):
        moves.act(second, "pass_on_reply", by=place.reviewer, **given)
    answer(place, first)
    pass_on(place.reviewer, second, passed_on=REPLY)
    with pytest.raises(MoveRefused, match="尚未转告|not been passed on"):
        moves.act(stored(second), "pass_on_reply", by=place.reviewer, **given)
    assert not offered(place.reviewer, second)


def test_a_letter_that_was_joined_with_none_has_nothing_passed_on(place, first):
    answer(place, first)
    factories_mail.through(first, place, "archive")
    with pytest.raises(MoveRefused):
        moves.act(stored(first), "pass_on_reply", by=place.head)
    spam = letter(place)
    moves.act(spam, "mark_invalid", by=place.officer, details={"reason": "广告"})
    with pytest.raises(MoveRefused):
        moves.act(stored(spam), "pass_on_reply", by=place.head)


def test_a_reviewer_who_may_not_see_the_other_letter_does_not_read_its_reply(place, first, second):
    """The two letters are with different departments of the agency."""
    given = {
        "changes": {"department": place.projects, "officer": None},
        "data": {"department": place.projects.pk},
    }
    moves.act(first, "hand_over", by=place.officer, **given)
    others = SimpleNamespace(
        officer=place.other_officer, reviewer=factories_cases.reviewer(place.projects, "reviewer-02")
    )
    answer(others, first)
    assert not offered(place.reviewer, second) and offered(place.head, second)
    response = browser(place.reviewer).get(url("action", second.pk, "pass_on_reply"), follow=True)
    assert TAIL not in response.content.decode()
    assert browser(others.reviewer).get(url("action", second.pk, "pass_on_reply")).status_code in (
        302,
        403,
        404,
    )
    assert stored(second).state == "merged"


def test_a_reply_given_meanwhile_is_not_passed_on_unread(place, first, second):
    answer(place, first)
    client, address = browser(place.reviewer), url("action", second.pk, "pass_on_reply")
    hidden = {
        each["name"]: each.get("value", "") for each in soup(client.get(address)).select("input[type=hidden]")
    }
    moves.act(first, "ask_follow_up", role="applicant", details={"description": "从哪天起？"})
    factories_mail.through(first, place, *AGAIN)
    response = client.post(address, {**hidden, "passed_on": REPLY})
    assert first.number in soup(response).get_text() and stored(second).state == "merged"
    sent = first.events.filter(type="issue_decision").last()
    with pytest.raises(RuleError):
        moves.act(
            second,
            "pass_on_reply",
            by=place.reviewer,
            data={"joined_reply": sent.pk - 1},
            details={"passed_on": REPLY},
        )


def test_a_later_reply_is_passed_on_as_well(place, first, second):
    answer(place, first)
    pass_on(place.reviewer, second, passed_on=REPLY)
    assert in_queue(place.head) == set()
    moves.act(first, "ask_follow_up", role="applicant", details={"description": "从哪天起？"})
    factories_mail.through(first, place, *AGAIN)
    assert in_queue(place.head) == {second.number}
    pass_on(place.reviewer, second, passed_on="自三月一日起。")
    assert in_queue(place.head) == set()
    assert second.events.filter(type="pass_on_reply").count() == 2


def test_a_reply_that_was_taken_back_is_not_passed_on(place, first, second):
    answer(place, first)
    moves.act(first, "reopen", by=place.head, details={"reason": "答复有误"})
    assert not offered(place.reviewer, second) and in_queue(place.head) == set()


def test_an_archived_letter_gets_the_reply_too(place, first, second):
    factories_mail.through(second, place, "archive")
    answer(place, first)
    assert in_queue(place.head) == {second.number}
    pass_on(place.reviewer, second, passed_on=REPLY)
    assert stored(second).state == "merged_replied"


# Many letters


def test_the_page_of_the_answered_letter_says_who_was_told_and_one_form_tells_all(place, first, second):
    third, fourth = letter(place), letter(place)
    for each in (third, fourth):
        join(place, each, first)
    reviewer = browser(place.reviewer)
    assert "pass_on_reply" not in reviewer.get(url("inspect", first.pk)).content.decode()
    answer(place, first)
    page = reviewer.get(url("inspect", first.pk)).content.decode()
    assert all(url("action", each.pk, "pass_on_reply") in page for each in (second, third, fourth))
    pass_on(place.reviewer, second, passed_on="统一答复。", others=[third.number])
    assert [stored(each).state for each in (second, third, fourth)] == ["merged_replied"] * 2 + ["merged"]
    assert stored(third).events.get(type="pass_on_reply").texts["passed_on"] == "统一答复。"
    page = reviewer.get(url("inspect", first.pk)).content.decode()
    assert url("action", fourth.pk, "pass_on_reply") in page
    assert url("action", second.pk, "pass_on_reply") not in page
    officer = browser(place.officer).get(url("inspect", first.pk)).content.decode()
    assert "pass_on_reply" not in officer


def test_letters_that_wait_stand_in_a_queue_and_on_the_start_page(place, first, second):
    assert in_queue(place.reviewer) == set()
    answer(place, first)
    assert in_queue(place.reviewer) == in_queue(place.head) == {second.number}
    assert in_queue(place.other_officer) == set()
    start = browser(place.head).get("/admin/").content.decode()
    assert f"{url('index')}?queue=joined" in start
    assert "queue=joined" not in browser(place.head).get("/admin/disclosure_requests/").content.decode()


def test_what_was_joined_with_a_letter_that_was_withdrawn_waits_until_it_is_taken_up_again(
    place, first, second
):
    moves.act(first, "withdraw", role="applicant")
    assert in_queue(place.head) == {second.number}
    text = soup(browser(place.head).get(url("inspect", second.pk))).get_text()
    assert "重新办理" in text or "take this letter up again" in text
    with pytest.raises(MoveRefused):
        moves.act(second, "pass_on_reply", by=place.head, data={}, details={"passed_on": REPLY})
    send(browser(place.head), url("action", second.pk, "reopen"), {"reason": "原来信已撤回"})
    assert stored(second).state == "handling" and in_queue(place.head) == set()


def test_a_letter_joined_anew_gets_the_reply_of_the_other_letter(place, first, second):
    """What was passed on before it was taken up again is no reply to what it is joined with now."""
    other = answer(place, letter(place))
    answer(place, first)
    pass_on(place.reviewer, second, passed_on=REPLY)
    moves.act(stored(second), "reopen", by=place.head, details={"reason": "不是同一事项"})
    join(place, stored(second), other)
    assert in_queue(place.head) == {second.number}
    assert offered(place.reviewer, second)


def test_nobody_of_another_agency_passes_on(place, first, second):
    answer(place, first)
    site = Site.objects.create(hostname="lin.example", root_page=Site.objects.get().root_page)
    elsewhere = Agency.objects.create(site=site, name="邻县发展和改革局", organisation_code="620700044")
    department = Department.objects.create(agency=elsewhere, code="01", name="办公室")
    reviewer = factories_cases.reviewer(department, "reviewer-elsewhere")
    sync(department)
    given = {"passed_on": REPLY, "joined_reply": first.events.last().pk}
    for response in (
        browser(reviewer).get(url("action", second.pk, "pass_on_reply")),
        browser(reviewer).post(url("action", second.pk, "pass_on_reply"), given),
    ):
        assert response.status_code in (302, 403, 404) and TAIL not in response.content.decode()
    assert second.number not in browser(reviewer).get(url("index") + "?queue=joined").content.decode()
    assert stored(second).state == "merged"
