"""A letter that is a request, and a request that is a petition in disguise: each goes on as the other, both ways."""

import datetime

import pytest
import time_machine
from django.urls import reverse
from wagtail.models import Site

from tests import factories_cases, factories_mail
from tests.case_admin import browser, send, soup
from tests.case_admin import url as request_url
from tests.casework.following.applicant import CODE, Applicant, replied
from wagtail_disclosure.casework import moves, retention
from wagtail_disclosure.casework.receipts import tracking
from wagtail_disclosure.casework.standing import Standing
from wagtail_disclosure.departments.models import Agency
from wagtail_disclosure.mailboxes.models import CitizenLetter
from wagtail_disclosure.requests.models import DisclosureRequest
from wagtail_disclosure.rules.errors import RuleError
from wagtail_disclosure.rules.transitions import MoveRefused

KINDS = [DisclosureRequest, CitizenLetter]
ASKED = datetime.date(2026, 3, 2)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-03-02T04:00:00Z", tick=False) as found:
        yield found


def petition(place, clock, reply="petition"):
    """A request of 2 March to which the office has said on 5 March that it is none (Art. 39)."""
    case = factories_cases.request(
        place,
        department=place.prices,
        subject="小区停水三天无人处理",
        description="请责令供水公司恢复供水，并处理责任人。",
        code=CODE,
    )
    factories_cases.attachment(case, name="停水照片.txt")
    clock.move_to("2026-03-05T04:00:00Z")
    details = {"right_channel": "局长信箱"} if reply == "petition" else None
    replied(place, case, reply, details)
    return DisclosureRequest.objects.get(pk=case.pk)


def given(place, **changed):
    return {"to_mailbox": place.mailbox.pk, "letter_type": "petition", **changed}


def test_a_petition_in_disguise_goes_on_as_a_letter_with_number_code_files_and_day(place, clock, rf):
    case = petition(place, clock)
    address = request_url("action", case.pk, "move_to_mailbox")
    send(browser(place.officer), address, given(place))
    found, case = CitizenLetter.objects.get(), DisclosureRequest.objects.get()
    assert (found.number, found.submitted_at, found.received_on) == (case.number, case.submitted_at, ASKED)
    assert (found.mailbox, found.letter_type, found.state) == (place.mailbox, "petition", "submitted")
    # Acceptance within 15 days of 2 March, not of the day on which it was moved.
    assert found.due_on == datetime.date(2026, 3, 17)
    assert (found.subject, found.body) == (case.subject, case.description)
    assert str(found.correspondent.name) == str(case.applicant.name)
    assert [each.name for each in found.attachments.all()] == ["停水照片.txt"]
    assert not found.consent_to_publish
    assert tracking.find(KINDS, case.number, CODE, rf.get("/")) == found


def test_the_request_is_closed_as_moved_and_counts_where_the_reply_had_it(place, clock):
    case = petition(place, clock)
    before = (case.closed_on, case.keep_until)
    moves.act(case, "move_to_mailbox", by=place.officer, data=given(place), details={"mailbox": "局长信箱"})
    case = DisclosureRequest.objects.get()
    assert (case.state, case.closed_on, case.keep_until) == ("transferred", *before)
    standing = Standing(case)
    assert standing.decision[0] == "petition"
    outcome = standing.profile.replies.get("petition").fact("outcome")
    assert standing.profile.outcomes.get(outcome).fact("report_row") == "（五）1.信访举报投诉类申请"
    assert case.moved_to == CitizenLetter.objects.get().label


def test_whoever_asked_is_told_and_follows_the_letter_with_the_same_number_and_code(
    place, clock, mailoutbox, django_capture_on_commit_callbacks
):
    case = petition(place, clock)
    with django_capture_on_commit_callbacks(execute=True):
        send(browser(place.officer), request_url("action", case.pk, "move_to_mailbox"), given(place))
    assert any("您提出的事项已转其他渠道办理" in each.subject for each in mailoutbox)
    citizen = Applicant(start="/case/zh-hans/")
    citizen.enter(case)
    assert "您的来信" in citizen.text and "小区停水三天无人处理" in citizen.text


def test_who_follows_reads_why_it_was_moved_and_what_was_sent_before(place, clock):
    case = petition(place, clock)
    send(browser(place.officer), request_url("action", case.pk, "move_to_mailbox"), given(place))
    citizen = Applicant(start="/case/zh-hans/")
    citizen.enter(case)
    story = citizen.soup.select_one(".disclosure-story").get_text(" ", strip=True)
    assert "您提交了申请" in story and "您提交了来信" not in story
    # The notice that it is no request was sent to the applicant, and stays within reach.
    letter = case.letters.for_applicant().last()
    address = reverse("wagtail_disclosure:case_letter", args=[letter.key])
    assert citizen.soup.select_one(f'a[href="{address}"]')
    assert citizen.client.get(address).status_code == 200
    assert Applicant().client.get(address).status_code == 404


def test_who_follows_a_letter_that_became_a_request_reads_the_reason(place, clock):
    letter = factories_mail.letter(place, mailbox=place.mailbox, code=CODE)
    moves.act(letter, "move_to_request", by=place.officer, details={"reason": "来信要求公开成本监审报告"})
    citizen = Applicant(start="/case/zh-hans/")
    citizen.enter(letter)
    story = citizen.soup.select_one(".disclosure-story").get_text(" ", strip=True)
    assert "您提交了来信" in story and "您提交了申请" not in story
    assert "已转为政府信息公开申请办理" in story and "来信要求公开成本监审报告" in story


def test_both_pages_in_the_admin_link_to_each_other_and_say_which_mailbox(place, clock):
    case = petition(place, clock)
    client = browser(place.officer)
    send(client, request_url("action", case.pk, "move_to_mailbox"), given(place))
    found = CitizenLetter.objects.get()
    page = soup(client.get(request_url("inspect", case.pk)))
    address = reverse("disclosure_letters:inspect", args=[found.pk])
    assert page.select_one(f'a[href="{address}"]')
    assert "局长信箱" in page.get_text() and "信访" in page.get_text()
    page = soup(client.get(address))
    assert page.select_one(f'a[href="{request_url("inspect", case.pk)}"]')


def test_another_channel_is_named_and_nothing_goes_on_here(place, clock):
    case = petition(place, clock)
    client, address = browser(place.officer), request_url("action", case.pk, "move_to_mailbox")
    send(client, address, {"mailbox": ""})
    assert DisclosureRequest.objects.get().state == "replied"
    send(client, address, {"mailbox": "市信访局"})
    case = DisclosureRequest.objects.get()
    assert (case.state, case.moved_to, CitizenLetter.objects.count()) == ("transferred", "", 0)


@pytest.mark.parametrize(
    "changed",
    [
        {"letter_type": "help"},
        {"letter_type": ""},
        {"to_mailbox": 99999},
    ],
)
def test_a_mailbox_that_does_not_take_it_is_refused_by_the_form_and_by_the_move(place, clock, changed):
    case = petition(place, clock)
    values = given(place, **changed)
    send(browser(place.officer), request_url("action", case.pk, "move_to_mailbox"), values)
    with pytest.raises(RuleError):
        moves.act(case, "move_to_mailbox", by=place.officer, data=values)
    assert DisclosureRequest.objects.get().state == "replied" and not CitizenLetter.objects.exists()


def another_agency():
    root = Site.objects.get(is_default_site=True).root_page
    return Agency.objects.create(
        name="邻县人民政府", site=Site.objects.create(hostname="other.example", root_page=root)
    )


@pytest.mark.parametrize("kept_out", ["closed", "foreign", "draft"])
def test_only_open_public_mailboxes_of_the_agency_are_offered(place, clock, kept_out):
    case = petition(place, clock)
    other = factories_mail.mailbox(place, title="另一个信箱")
    changes = {
        "closed": lambda: {"opening": "closed"},
        "foreign": lambda: {"agency": another_agency(), "department": None},
        "draft": lambda: {"live": False},
    }[kept_out]
    type(other).objects.filter(pk=other.pk).update(**changes())
    page = soup(browser(place.officer).get(request_url("action", case.pk, "move_to_mailbox")))
    offered = [each["value"] for each in page.select("[name=to_mailbox] option")]
    assert offered == ["", str(place.mailbox.pk)]
    with pytest.raises(RuleError):
        moves.act(case, "move_to_mailbox", by=place.officer, data=given(place, to_mailbox=other.pk))


def test_what_was_not_answered_as_a_petition_is_not_moved(place, clock):
    case = petition(place, clock, reply="does_not_exist")
    with pytest.raises(MoveRefused):
        moves.act(case, "move_to_mailbox", by=place.officer, data=given(place))


@pytest.mark.parametrize("who", ["reviewer", "leader"])
def test_who_does_not_handle_it_does_not_move_it(place, clock, who):
    case = petition(place, clock)
    with pytest.raises(Exception) as refused:
        moves.act(case, "move_to_mailbox", by=getattr(place, who), data=given(place))
    assert type(refused.value).__name__ in ("MoveRefused", "PermissionDenied")


def test_a_request_without_its_personal_data_is_not_moved(place, clock):
    case = petition(place, clock)
    clock.move_to("2037-03-05T04:00:00Z")
    retention.anonymise(case)
    with pytest.raises(MoveRefused):
        moves.act(DisclosureRequest.objects.get(), "move_to_mailbox", by=place.officer, data=given(place))


def test_a_letter_that_became_a_request_is_not_made_a_letter_again(place, clock):
    """Its number is taken by the letter that it was: nothing is lost, and nobody sees an error of the server."""
    first = factories_mail.letter(place, mailbox=place.mailbox, code=CODE)
    moves.act(first, "move_to_request", by=place.officer, details={"reason": "属于信息公开申请"})
    case = DisclosureRequest.objects.get()
    replied(place, case, "petition", {"right_channel": "局长信箱"})
    case = DisclosureRequest.objects.get()
    with pytest.raises(RuleError, match=case.number):
        moves.act(case, "move_to_mailbox", by=place.officer, data=given(place))
    page = send(browser(place.officer), request_url("action", case.pk, "move_to_mailbox"), given(place))
    assert page.status_code == 200 and DisclosureRequest.objects.get().state == "replied"
    moves.act(case, "move_to_mailbox", by=place.officer, details={"mailbox": "市信访局"})


@pytest.mark.parametrize("state", ["replied", "withdrawn", "merged"])
def test_a_letter_that_is_closed_is_not_made_a_request(place, state):
    letter = factories_mail.letter(place, mailbox=place.mailbox)
    other = factories_mail.letter(place, mailbox=place.mailbox)
    if state == "replied":
        factories_mail.through(letter, place, *factories_mail.TO_REPLY)
    elif state == "withdrawn":
        moves.act(letter, "withdraw", role="applicant")
    else:
        moves.act(
            letter, "merge", by=place.officer, data={"of": other.number}, details={"reason": "同一事项"}
        )
    with pytest.raises(MoveRefused):
        moves.act(letter, "move_to_request", by=place.officer, details={"reason": "属于信息公开申请"})
    assert not DisclosureRequest.objects.exists()


def test_a_leader_does_not_make_a_letter_a_request(place):
    letter = factories_mail.letter(place, mailbox=place.mailbox)
    with pytest.raises(MoveRefused):
        moves.act(letter, "move_to_request", by=place.leader, details={"reason": "属于信息公开申请"})
