"""P2: what goes out is what a second person approved, and not on a day before that."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories_cases
from tests.case_admin import browser, office, send, soup, url
from wagtail_disclosure.casework import moves
from wagtail_disclosure.casework.letters import issue
from wagtail_disclosure.casework.standing import Standing
from wagtail_disclosure.requests.models import DisclosureRequest
from wagtail_disclosure.rules.errors import RuleError

ADDED = "本机关另行告知如下。"


@pytest.fixture
def place(db):
    return office()


@pytest.fixture
def case(place):
    """A reply that was approved today, of a request that came sixty days ago and is overdue."""
    then = timezone.now() - datetime.timedelta(days=60)
    found = factories_cases.request(place, department=place.prices, at=then)
    moves.act(found, "confirm_receipt", by=place.officer, at=then)
    moves.act(found, "accept", by=place.officer, at=then)
    draft(found, place)
    moves.act(found, "approve_decision", by=place.reviewer)
    return found


def draft(case, place, **details):
    details = {"search_record": "检索了档案系统。", **details}
    moves.act(case, "draft_decision", by=place.officer, reply="does_not_exist", details=details)


def change_text(place, case, language="zh-hans"):
    kind = issue.reply_letter(Standing(case))
    address = reverse("wagtail_disclosure_letter_text", args=[place.agency.pk, kind, language])
    client = browser(place.head)
    body = soup(client.get(address)).select_one("textarea").get_text().strip()
    assert client.post(address, {"body": f"{body}\n\n{ADDED}"}).status_code == 302


def issued(place, case, day=None):
    day = (day or timezone.localdate()).isoformat()
    response = send(browser(place.officer), url("action", case.pk, "issue_decision"), {"date": day})
    return DisclosureRequest.objects.get(pk=case.pk).state == "replied", soup(response).get_text(
        " ", strip=True
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_text_that_was_changed_after_the_approval_goes_out_after_another_one(place, case, language):
    change_text(place, case, language)
    done, text = issued(place, case)
    assert not done and "此类文书的文本已被修改" in text
    moves.act(case, "return_decision", by=place.reviewer, note="x")
    draft(case, place)
    moves.act(case, "approve_decision", by=place.reviewer)
    assert issued(place, case)[0]
    found = case.letters.get(kind=issue.reply_letter(Standing(case)))
    assert language == "en" or ADDED in found.html


@pytest.mark.parametrize(("changes", "states"), [(True, ["drafted", "approved"]), (False, ["approved"])])
def test_words_that_were_changed_while_the_form_was_open_are_read_before_they_are_approved(
    place, case, changes, states
):
    moves.act(case, "return_decision", by=place.reviewer, note="x")
    draft(case, place)
    client, address, found = browser(place.reviewer), url("action", case.pk, "approve_decision"), []
    page = soup(client.get(address))
    if changes:
        change_text(place, case)
    for _number in states:
        form = page.select_one("form[method=post]:has(.button)")
        hidden = {each["name"]: each.get("value", "") for each in form.select("input[type=hidden]")}
        page = soup(client.post(address, hidden, follow=True))
        approved = moves.allowed(DisclosureRequest.objects.get(), place.officer, today=timezone.localdate())
        found.append("approved" if "issue_decision" in {each.code for each in approved} else "drafted")
        if found[-1] == "drafted":
            assert ADDED in page.select_one("main").get_text(" ", strip=True)
    assert found == states


def test_a_letter_with_words_of_its_own_is_not_touched_by_other_texts(place, case):
    moves.act(case, "return_decision", by=place.reviewer, note="x")
    draft(case, place, letter_text="没有找到。\n\n{search_record}")
    moves.act(case, "approve_decision", by=place.reviewer)
    change_text(place, case)
    assert issued(place, case)[0]
    assert ADDED not in case.letters.get(kind=issue.reply_letter(Standing(case))).html


def test_an_overdue_reply_cannot_be_dated_before_its_approval(place, case):
    assert case.due_on < timezone.localdate()
    done, text = issued(place, case, case.due_on - datetime.timedelta(days=1))
    assert not done and "发出日期不得早于该日" in text
    assert issued(place, case)[0]
    assert DisclosureRequest.objects.get().closed_on == timezone.localdate()


def test_nothing_happens_on_a_day_before_the_request(place, case):
    what = {"review_kind": "reconsideration"}
    for day in (datetime.date(1, 1, 1), timezone.localdate(case.submitted_at) - datetime.timedelta(days=1)):
        with pytest.raises(RuleError) as error:
            moves.act(
                case, "record_review", by=place.officer, on=day, data=what, details={"review_body": "市政府"}
            )
        assert error.value.code == "before_request"
    on = timezone.localdate(case.submitted_at)
    moves.act(case, "record_review", by=place.officer, on=on, data=what, details={"review_body": "市政府"})


@pytest.mark.parametrize("bad", ["a\x07b", "a\u202eb", "\u200b", "\ufffe"])
def test_officers_write_text_that_can_be_read(place, case, bad):
    before, client = case.events.count(), browser(place.officer)
    response = send(client, url("action", case.pk, "note"), {"note": bad})
    assert soup(response).select_one(".error-message, .w-field__errors") and case.events.count() == before
    response = client.post(url("people", case.pk), {"reason": bad})
    assert "people" not in response.context and soup(response).select_one(".error-message, .w-field__errors")
