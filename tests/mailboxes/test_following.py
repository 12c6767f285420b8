"""A correspondent follows a letter with number and code: reads the reply, rates it, asks again, withdraws consent."""

import pytest

from tests import factories_mail
from tests.casework.following.applicant import CODE, Applicant
from wagtail_disclosure.casework import moves
from wagtail_disclosure.mailboxes.models import CitizenLetter


@pytest.fixture
def case(place):
    return factories_mail.letter(place, mailbox=place.mailbox, code=CODE)


@pytest.fixture
def citizen(case):
    found = Applicant(start="/case/zh-hans/")
    found.enter(case)
    return found


def stored():
    return CitizenLetter.objects.get()


def test_where_a_letter_stands_is_said_in_plain_words_without_names_of_the_office(citizen, place, case):
    assert "我们已收到您的来信" in citizen.text and "二次供水加价依据" in citizen.text
    factories_mail.through(case, place, "accept", "handle")
    moves.act(case, "note", by=place.officer, note="内部意见")
    citizen.get(citizen.at)
    assert "我们正在办理您的来信" in citizen.text
    assert "内部意见" not in citizen.text and "陈信" not in citizen.text


def test_the_reply_is_read_only_once_it_was_sent(citizen, place, case):
    factories_mail.through(case, place, "accept", "handle", "draft_decision", "approve_decision")
    citizen.get(citizen.at)
    assert "加价依据为市政府文件" not in citizen.text
    factories_mail.through(case, place, "issue_decision")
    citizen.get(citizen.at)
    assert "加价依据为市政府文件" in citizen.text
    assert set(citizen.offered()) == {"rate", "ask_follow_up", "withdraw_consent", "correct_contact"}


def test_not_satisfied_is_sent_with_a_reason_alone(citizen, place, case):
    factories_mail.through(case, place, *factories_mail.TO_REPLY)
    citizen.get(citizen.at)
    page = citizen.at
    citizen.do("rate")
    citizen.fill({"rating": "not_satisfied"})
    assert "请说明" in citizen.errors or "不满意" in citizen.errors or citizen.errors
    citizen.fill({"rating": "not_satisfied", "comment": "没有回答我的问题"})
    citizen.fill()
    assert stored().rating == "not_satisfied"
    citizen.get(page)
    assert "没有回答我的问题" in citizen.text


def test_satisfied_needs_no_reason(citizen, place, case):
    factories_mail.through(case, place, *factories_mail.TO_REPLY)
    citizen.get(citizen.at)
    citizen.do("rate")
    citizen.fill({"rating": "satisfied"})
    citizen.fill()
    assert stored().rating == "satisfied"


def test_a_further_question_goes_to_the_office_and_is_asked_once(citizen, place, case):
    factories_mail.through(case, place, *factories_mail.TO_REPLY)
    citizen.get(citizen.at)
    page = citizen.at
    citizen.do("ask_follow_up")
    label = citizen.soup.select_one("label[for=id_description]")
    assert label and not label.select(".disclosure-field__optional")
    citizen.fill({"description": ""})
    assert citizen.errors
    citizen.fill({"description": "从哪天起执行？"})
    citizen.fill()
    assert stored().state == "follow_up" and not stored().is_closed
    factories_mail.through(stored(), place, "draft_decision", "approve_decision", "issue_decision")
    citizen.get(page)
    assert "从哪天起执行" in citizen.text and "ask_follow_up" not in citizen.offered()


def test_consent_is_withdrawn_from_the_page(citizen, place, case):
    citizen.do("withdraw_consent")
    assert "不再公开" in citizen.text
    citizen.fill({})
    citizen.fill()
    assert stored().consent_to_publish is False
    assert "withdraw_consent" not in Applicant.offered(citizen)


def test_a_letter_that_is_late_names_no_remedy_of_the_disclosure_regulation(place):
    import datetime

    from django.utils import timezone

    long_ago = timezone.now() - datetime.timedelta(days=120)
    case = factories_mail.letter(place, mailbox=place.mailbox, code=CODE, at=long_ago)
    citizen = Applicant(start="/case/zh-hans/")
    citizen.enter(case)
    assert case.is_overdue() and not citizen.soup.select('a[href*="remedies"]')
