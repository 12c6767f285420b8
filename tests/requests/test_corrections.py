"""Correction of what an agency records of oneself (Art. 41): a kind of case of its own, from the form to the reply."""

from types import SimpleNamespace

import pytest
from django.utils import timezone

from tests import factories_cases
from tests.case_admin import browser, office, soup, url
from tests.requests.conftest import PERSON, WANTED, Citizen, request_form
from wagtail_disclosure.casework import moves
from wagtail_disclosure.casework.standing import Standing
from wagtail_disclosure.requests.hooks import request_form_of
from wagtail_disclosure.requests.models import DisclosureRequest, RequestForm
from wagtail_disclosure.requests.registration import RegistrationForm, register

pytestmark = pytest.mark.django_db
BASE = "/request-form/zh-hans/correction/"


@pytest.fixture
def corrections(place):
    place.correction = request_form(place.agency, code="correction", title="更正申请", case_kind="correction")
    return place


def sent(citizen):
    citizen.open()
    citizen.fill(WANTED)
    citizen.fill({"kind": "natural"})
    citizen.fill(PERSON)
    assert citizen.step() == "files", "how the information is to be delivered is not asked"
    citizen.fill({"action": "continue", "files": [factories_cases.upload(name="证据.txt")]})
    citizen.fill({})
    assert citizen.step() == "receipt", citizen.text()
    return DisclosureRequest.objects.get(case_kind="correction")


def test_a_citizen_asks_for_a_correction_and_has_a_receipt(corrections):
    citizen = Citizen(BASE)
    citizen.open()
    assert "应当如何更正" in citizen.text()
    case = sent(citizen)
    assert case.number.startswith("GZ") and case.number in citizen.text()
    assert "20个工作日" not in citizen.text(), "the law sets no time limit"
    assert (case.state, Standing(case).table.code, case.attachments.count()) == ("submitted", "correction", 1)
    assert citizen.client.get(citizen.at.replace("/receipt/", "/delivery/")).status_code == 404


def test_each_form_leads_to_the_one_for_what_it_does_not_take(corrections):
    citizen = Citizen()
    citizen.open()
    assert citizen.soup.select_one(f".disclosure-notes a[href='{BASE}']").get_text() == "更正申请"
    other = Citizen(BASE)
    other.open()
    assert other.soup.select_one(f".disclosure-notes a[href='{citizen.base}']") is not None
    assert other.soup.select_one(f".disclosure-notes a[href='{BASE}']") is None, "that is where one is"


def test_a_form_that_is_closed_is_not_led_to(corrections):
    RequestForm.objects.filter(pk=corrections.correction.pk).update(opening=RequestForm.Opening.CLOSED)
    citizen = Citizen()
    citizen.open()
    assert not citizen.soup.select(f"a[href='{BASE}']")


def test_the_office_verifies_and_replies_by_the_table_of_corrections(corrections):
    case = sent(Citizen(BASE))
    case.department = corrections.prices
    case.save(update_fields=["department"])
    reviewer = factories_cases.reviewer(corrections.prices)
    moves.act(case, "confirm_receipt", by=corrections.officer)
    assert case.received_on and case.due_on is None
    assert {each.code for each in moves.allowed(case, corrections.officer, today=timezone.localdate())} >= {
        "accept",
        "ask_supplement",
    }
    moves.act(case, "accept", by=corrections.officer)
    with pytest.raises(moves.MoveRefused):
        moves.act(case, "draft_decision", by=corrections.officer, reply="provided")
    given = {"reply": "corrected", "details": {"reasons": "出生日期登记有误"}}
    moves.act(case, "draft_decision", by=corrections.officer, **given)
    moves.act(case, "approve_decision", by=reviewer)
    moves.act(case, "issue_decision", by=corrections.officer)
    assert (case.state, case.events.last().data["clock"]) == ("replied", ["correction", "closed"])
    letter = case.letters.get(kind__startswith="reply_").html
    assert "提出的更正政府信息的申请" in letter and "政府信息公开申请" not in letter


def test_letters_of_a_correction_call_it_one(corrections):
    case = sent(Citizen(BASE))
    case.department = corrections.prices
    case.save(update_fields=["department"])
    moves.act(case, "confirm_receipt", by=corrections.officer)
    moves.act(case, "accept", by=corrections.officer)
    given = {"other_agency": "市公安局", "questions": "出生日期是否有误？"}
    moves.act(case, "ask_agency", by=corrections.officer, details=given)
    moves.act(case, "withdraw", role="applicant")
    kinds = {each.kind for each in case.letters.all()}
    assert {"correction_receipt", "correction_assistance", "withdrawal_confirmation"} <= kinds
    for letter in case.letters.all():
        assert "政府信息公开申请" not in letter.html, letter.kind
        assert "20个工作日" not in letter.html, letter.kind
    assert "第四十一条" in case.letters.get(kind="correction_assistance").html


def test_requests_and_corrections_are_counted_each_for_itself(corrections):
    def registered(token, **given):
        form = RegistrationForm(
            {
                **{"token": token, "channel": "counter", "submitted_on": timezone.localdate().isoformat()},
                **{"department": corrections.prices.pk, "subject": "户籍登记", "kind": "natural"},
                **{"name": "王小明", "phone": "1", **given},
            },
            user=corrections.officer,
        )
        assert form.is_valid(), form.errors
        return register(form, corrections.officer).case

    cases = [registered("a"), registered("b", case_kind="correction"), registered("c", case_kind="request")]
    assert [each.case_kind for each in cases] == ["request", "correction", "request"]
    assert [each.number[:2] + each.number[-2:] for each in cases] == ["SQ01", "GZ01", "SQ02"]
    assert all(each.state == "received" for each in cases)


def test_what_a_case_is_for_does_not_change(corrections):
    from django.db.models import ProtectedError

    case = sent(Citizen(BASE))
    case.case_kind = "request"
    with pytest.raises(ProtectedError):
        case.save()
    with pytest.raises(ProtectedError):
        DisclosureRequest.objects.update(case_kind="request")


def test_a_form_is_for_what_the_law_knows(corrections):
    from django.core.exceptions import ValidationError

    corrections.correction.case_kind = "rumour"
    with pytest.raises(ValidationError):
        corrections.correction.clean()


def test_the_list_tells_requests_and_corrections_apart_and_narrows_by_kind_state_and_outcome():
    place = office()
    ask = factories_cases.request(place, department=place.prices)
    correction = factories_cases.draft(
        place, department=place.prices, channel="counter", case_kind="correction"
    )
    moves.act(correction, "register", by=place.officer, receipt={"submitted_on": timezone.localdate()})
    client = browser(place.head)

    def listed(**query):
        text = client.get(url("index"), query).content.decode()
        return {each for each in (ask, correction) if each.number in text}

    page = soup(client.get(url("index")))
    assert "更正与自身相关的政府信息" in page.get_text() or "Correction of one" in page.get_text()
    assert listed() == {ask, correction}
    assert (listed(kind="request"), listed(kind="correction")) == ({ask}, {correction})
    assert listed(state="received") == {correction}
    moves.act(correction, "accept", by=place.officer)
    given = {"reply": "corrected", "details": {"reasons": "登记有误"}}
    moves.act(correction, "draft_decision", by=place.officer, **given)
    assert listed(queue="approval") == {correction}
    moves.act(correction, "approve_decision", by=place.head)
    moves.act(correction, "issue_decision", by=place.officer)
    assert listed(outcome="corrected") == {correction} and listed(outcome="granted") == set()
    text = b"".join(client.get(url("index"), {"export": "csv"})).decode()
    assert text.count("Correction of one") + text.count("更正与自身相关的政府信息") == 1


def test_where_there_is_one_kind_the_list_has_no_column_and_no_filter_for_it(settings):
    place = office()
    settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, "JURISDICTION": "uk"}
    factories_cases.draft(place, department=place.prices)
    page = soup(browser(place.head).get(url("index")))
    assert not page.select("[name=kind]") and page.select("[name=state]")


def test_whoever_wants_information_is_not_sent_to_the_form_for_corrections(place):
    scope = SimpleNamespace(site_id=place.agency.site_id, language="zh-hans")
    request_form(place.agency, code="aaa", title="更正申请", case_kind="correction")
    RequestForm.objects.filter(pk=place.form.pk).update(live=False)
    assert request_form_of(scope) == {}
    RequestForm.objects.filter(pk=place.form.pk).update(live=True)
    assert request_form_of(scope)["request_url"].endswith(f"/{place.form.code}/")
