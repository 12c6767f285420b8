"""The loop: repeats are recognised, reviews by higher bodies recorded, and what is wanted finds its way to the catalogue."""

import datetime
import io
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from tests import factories_cases
from tests.case_admin import browser, office, send, soup, url
from wagtail_disclosure.casework import moves, record, retention, reviews, similar
from wagtail_disclosure.casework.errors import CaseRefused
from wagtail_disclosure.catalogue.models import CatalogueIndexPage, DepartmentFolderPage, EntryPage, FiledItem
from wagtail_disclosure.departments.roles import grant_on
from wagtail_disclosure.requests import demand
from wagtail_disclosure.requests.models import DisclosureRequest, DismissedSuggestion
from wagtail_disclosure.rules.transitions import MoveRefused

SUGGESTIONS = reverse("wagtail_disclosure_suggestions")
OTHER = {"name": "李四", "identity_number": "", "phone": "13900001111", "email": "li@example.com"}


@pytest.fixture
def place(db):
    return office()


def received(place, department=None, **fields):
    case = factories_cases.request(place, department=department or place.prices, **fields)
    moves.act(case, "confirm_receipt", by=place.head)
    return case


def granted(place, **fields):
    case = received(place, **fields)
    moves.act(case, "accept", by=place.officer)
    key = factories_cases.attachment(case, b"minutes", "听证会纪要.txt", origin="officer").key
    moves.act(case, "draft_decision", by=place.officer, reply="provided", documents=[str(key)])
    moves.act(case, "approve_decision", by=place.reviewer)
    moves.act(case, "issue_decision", by=place.officer)
    return DisclosureRequest.objects.get(pk=case.pk)


# Repeats


def test_an_officer_is_shown_what_is_perhaps_the_same_and_of_other_departments_nothing(place):
    first, elsewhere = received(place), received(place, place.projects)
    stranger, namesake = (
        received(place, applicant=OTHER),
        received(place, applicant={**OTHER, "name": "王小明"}),
    )
    case = received(place)
    found = {each.case: each for each in similar.of_applicant(case, place.officer)}
    assert set(found) == {first, namesake}
    assert found[first].alike == 1.0 and found[first].is_strong and not found[namesake].is_strong
    assert similar.frequency(case, list(found.values())) == [(30, 2), (365, 2)]
    assert elsewhere in {each.case for each in similar.of_applicant(case, place.head)}
    text = browser(place.officer).get(url("inspect", case.pk)).content.decode()
    assert first.number in text and stranger.number in text and elsewhere.number not in text


def test_a_mark_leads_to_the_reply_that_names_the_earlier_request_and_can_be_taken_back(place):
    earlier, foreign, case = received(place), received(place, place.projects), received(place)
    client = browser(place.officer)
    moves.act(case, "accept", by=place.officer)
    for wrong in (foreign.number, case.number, "SQ0000", ""):
        send(client, url("action", case.pk, "mark_repeat"), {"of": wrong})
    assert not case.events.filter(type="mark_repeat").exists()
    address = f"{url('action', case.pk, 'mark_repeat')}?of={earlier.number}"
    assert soup(client.get(address)).select_one("[name=of]")["value"] == earlier.number
    send(client, address, {"of": f" {earlier.number.lower()} "})
    assert case.events.get(type="mark_repeat").data["of"] == earlier.number
    form = soup(client.get(url("action", case.pk, "draft_decision")))
    assert form.select_one("input[name=reply][checked]")["value"] == "repeat"
    assert earlier.number in form.select_one("textarea[name=decision_earlier_request]").get_text()
    moves.act(case, "unmark_repeat", by=place.officer)
    form = soup(client.get(url("action", case.pk, "draft_decision")))
    assert not form.select("input[name=reply][checked]")
    assert earlier.number not in str(form.select_one("[name=decision_earlier_request]"))


def test_the_identity_check_is_recorded_with_way_and_day_and_no_number(place):
    case = received(place)
    client = browser(place.officer)
    given = {"identity_check": "original_seen", "date": timezone.localdate().isoformat()}
    send(client, url("action", case.pk, "check_identity"), given)
    assert case.events.last().data["identity_check"] == "original_seen"
    assert factories_cases.IDENTITY not in str(list(case.events.values()))
    text = client.get(url("inspect", case.pk)).content.decode()
    assert "当面核对证件原件" in text


# Reviews by higher bodies


def test_what_was_opened_again_is_not_counted_twice(place):
    case = granted(place)

    def act(action, **options):
        return moves.act(case, action, by=place.officer, **options).data["key"]

    assert act("record_review", data={"review_kind": "reconsideration"}) == "1"
    act("record_review_result", key="1", data={"review_result": "corrected"})
    act("retract_review_result", key="1", details={"reason": "录入有误"})
    assert act("record_review", data={"review_kind": "later_litigation"}) == "2"
    assert [act("record_review_result", key=key, data={"review_result": "upheld"}) for key in "21"] == [
        "2",
        "1",
    ]


def test_reviews_are_recorded_decided_counted_and_hold_the_case(place):
    case, today = granted(place), timezone.localdate()
    client = browser(place.officer)
    given = {
        "review_kind": "reconsideration",
        "review_body": "临江市人民政府",
        "review_number": "临政复〔2026〕12号",
    }
    send(client, url("action", case.pk, "record_review"), {**given, "date": today.isoformat()})
    moves.act(case, "record_review", by=place.officer, data={"review_kind": "later_litigation"})
    assert DisclosureRequest.objects.get(pk=case.pk).legal_hold
    with pytest.raises(CaseRefused):
        retention.anonymise(case)
    result = f"{url('action', case.pk, 'record_review_result')}?key=1"
    assert not soup(client.get(result)).select('option[value="pending"]')
    send(client, result, {"review_result": "corrected", "date": today.isoformat()})
    assert DisclosureRequest.objects.get(pk=case.pk).legal_hold, "the lawsuit is pending"
    found = reviews.counted(today, today, cases=DisclosureRequest.objects.visible_to(place.officer))
    assert {key: [each.case for each in rows] for key, rows in found.items()} == {
        ("reconsideration", "corrected"): [case],
        ("later_litigation", "pending"): [case],
    }
    assert not reviews.counted(today, today, cases=DisclosureRequest.objects.visible_to(place.other_officer))
    moves.act(case, "record_review_result", by=place.officer, key="2", data={"review_result": "upheld"})
    assert not DisclosureRequest.objects.get(pk=case.pk).legal_hold
    moves.act(case, "retract_review_result", by=place.officer, key="2", details={"reason": "录入错误"})
    stored = DisclosureRequest.objects.get(pk=case.pk)
    assert stored.legal_hold and record.rebuild(stored) == []
    head = browser(place.head).get(url("inspect", case.pk)).content.decode()
    assert "临政复〔2026〕12号" in head and url("action", case.pk, "reopen") in head


def test_a_hold_by_hand_and_a_review_hold_the_case_each_by_itself(place):
    case = granted(place)
    moves.act(case, "hold", by=place.officer, note="审计")
    moves.act(case, "hold", by=place.head, note="检查")
    moves.act(case, "record_review", by=place.officer, data={"review_kind": "reconsideration"})
    moves.act(case, "record_review_result", by=place.officer, data={"review_result": "upheld"})
    assert case.legal_hold, "a review that ends lifts no hold"
    with pytest.raises(MoveRefused):
        moves.act(case, "lift_hold", by=place.officer, key="1", note="审计结束")
    moves.act(case, "lift_hold", by=place.head, key="1", note="审计结束")
    assert case.legal_hold, "the inspection goes on"
    moves.act(case, "record_review", by=place.officer, data={"review_kind": "later_litigation"})
    moves.act(case, "lift_hold", by=place.head, key="2", note="检查结束")
    assert case.legal_hold, "the lawsuit is pending"
    moves.act(case, "record_review_result", by=place.officer, key="2", data={"review_result": "upheld"})
    assert not DisclosureRequest.objects.get(pk=case.pk).legal_hold and record.rebuild(case) == []


def test_a_held_case_is_shown_as_held_and_anonymised_only_when_the_hold_is_lifted(place):
    case, client = granted(place), browser(place.head)
    record.record(case, "archive", state="archived", keep_until=timezone.localdate() - datetime.timedelta(1))
    address = url("action", case.pk, "hold")
    send(client, address, {"note": ""})
    assert not DisclosureRequest.objects.get(pk=case.pk).legal_hold, "a reason is wanted"
    send(client, address, {"note": "审计署检查"})
    assert list(retention.held_cases(DisclosureRequest)) == [case]
    out = io.StringIO()
    call_command("disclosure_anonymise", stdout=out)
    assert "1" in out.getvalue() and str(DisclosureRequest.objects.get().applicant.name) == "王**"
    with pytest.raises(CaseRefused):
        retention.anonymise(case)
    assert case.number in client.get(url("index"), {"queue": "held"}).content.decode()
    page = soup(client.get(url("inspect", case.pk)))
    assert "审计署检查" in page.select_one("#case-hold-section, #case-hold").get_text()
    lift = page.select_one("#case-hold a[href*=lift_hold], #case-hold-section a[href*=lift_hold]")
    send(client, lift["href"], {"note": "检查结束"})
    assert not soup(client.get(url("inspect", case.pk))).select("#case-hold, #case-hold-section")
    call_command("disclosure_anonymise", stdout=out)
    assert str(DisclosureRequest.objects.get().applicant.name) == ""


# Publishing


@pytest.fixture
def folder(place):
    site = place.agency.site
    catalogue = CatalogueIndexPage(title="政府信息公开目录", slug="catalogue", live=False)
    site.root_page.add_child(instance=catalogue)
    found = DepartmentFolderPage(title="价格", slug="01", department=place.prices, live=False)
    catalogue.add_child(instance=found)
    grant_on(found, place.prices)
    return found


def test_what_was_granted_becomes_a_draft_that_knows_nothing_of_the_case(place, folder):
    case = granted(place, description="王小明的房屋门前道路")
    client = browser(place.officer)
    address = url("publish", case.pk)
    assert browser(place.other_officer).get(address).status_code == 404
    form = soup(client.get(address))
    assert form.select_one("[name=title]")["value"] == "听证会纪要" and "房屋" not in form.get_text()
    key = form.select_one("[name=files]")["value"]
    for text in ("王小明申请的纪要", f"电话{factories_cases.PHONE}", "证件" + factories_cases.IDENTITY):
        response = send(client, address, {"title": text, "files": [key]})
        assert not EntryPage.objects.exists() and text in response.content.decode()
        assert soup(response).select_one("input[type=checkbox][name=confirmed]")
    send(client, address, {"title": "居民用水价格听证会纪要", "files": [key]})
    page = EntryPage.objects.get()
    draft = page.get_latest_revision_as_object()
    assert not page.live and page.get_parent().pk == folder.pk
    document = draft.attachments.get().document
    assert document.collection == type(place.prices).objects.get(pk=place.prices.pk).collection
    with document.file.open("rb") as copied:
        assert copied.read() == b"minutes"
    content = str(page.latest_revision.content)
    assert case.number not in content and "王小明" not in content
    assert case.events.last().data["entry"] == page.pk
    assert page.title in client.get(url("inspect", case.pk)).content.decode()


def test_only_what_was_granted_and_only_with_a_folder_of_ones_own(place):
    open_case = received(place)
    assert browser(place.officer).get(url("publish", open_case.pk)).status_code == 404
    case = granted(place)
    response = send(browser(place.officer), url("publish", case.pk), {"title": "听证会纪要"})
    assert not EntryPage.objects.exists() and "听证会纪要" in response.content.decode()
    assert not case.events.filter(type="propose_publication").exists()


def test_what_several_applicants_ask_for_is_suggested_until_it_is_dismissed(place):
    first = received(place, document_number="临发改〔2026〕8号")
    again = received(place, document_number="临发改[2026]8号")
    client = browser(place.officer)
    assert not demand.suggestions(place.officer), "one applicant makes no demand"
    third = received(place, document_number="临发改〔2026〕8号", applicant=OTHER)
    text = client.get(SUGGESTIONS).content.decode()
    assert all(each.number in text for each in (first, again, third)) and "审批" not in text
    assert not demand.suggestions(place.other_officer)
    [link] = soup(client.get(SUGGESTIONS)).select('a[href$="/dismiss/"]')
    assert browser(place.other_officer).post(link["href"], {"reason": "x"}).status_code == 404
    client.post(link["href"], {"reason": ""})
    assert not DismissedSuggestion.objects.exists()
    client.post(link["href"], {"reason": "依法不予公开"})
    assert DismissedSuggestion.objects.get().user == place.officer and not demand.suggestions(place.head)
    received(place, document_number="临发改〔2026〕8号", applicant={**OTHER, "phone": "13700002222"})
    assert [each.people for each in demand.suggestions(place.head)] == [3]


def test_what_an_officer_proposes_is_suggested_until_there_is_a_draft(place, folder):
    case = granted(place)
    moves.act(case, "propose_publication", by=place.officer, note="多次被申请")
    assert [each.label for each in demand.suggestions(place.head)] == [case.number]
    from wagtail_disclosure.requests.publication import propose

    propose(case, place.officer, title="听证会纪要")
    assert not demand.suggestions(place.head)


def test_the_request_remembers_the_item_of_the_public_list_it_came_from(place, citizen, filed):
    citizen.open(f"{citizen.base}?title={filed.title}&item={filed.pk}")
    assert citizen.soup.select_one("[name=item]")["value"] == str(filed.pk)
    citizen.fill({"subject": filed.title, "document_number": "", "description": ""})
    finish(citizen)
    case = DisclosureRequest.objects.get()
    assert case.filed_item == filed


@pytest.mark.parametrize("item", ["999999", "-1", "x' or 1=1", "9" * 50])
def test_an_item_that_is_not_on_the_list_stops_nobody(place, citizen, item):
    citizen.open(citizen.base)
    citizen.fill({"subject": "水价听证会纪要", "document_number": "", "description": "", "item": item})
    finish(citizen)
    assert DisclosureRequest.objects.get().filed_item is None


def finish(citizen):
    from .conftest import DELIVERY, PERSON

    for values in ({"kind": "natural"}, PERSON, DELIVERY, {"action": "continue"}, {}):
        citizen.fill(values)


@pytest.fixture
def citizen(place):
    from .conftest import Citizen, request_form

    request_form(place.agency)
    return Citizen()


@pytest.fixture
def filed(place):
    return FiledItem.objects.create(
        translation_key="6d3f1f0e-0000-4000-8000-000000000001",
        page_id=1,
        site_id=place.agency.site_id,
        language="zh-hans",
        title="价格监测月报",
        attribute="on_request",
        ground="on_request",
        digest="0" * 64,
        filed_at=timezone.now() - datetime.timedelta(1),
    )


def test_the_public_list_leads_into_the_form_with_the_item_filled_in(place, citizen, filed, folder, client):
    from urllib.parse import parse_qs, urlsplit

    from wagtail_disclosure.catalogue import on_request

    item = SimpleNamespace(title=filed.title, document_number="", index_number="", key=filed.pk)
    address = on_request.prefilled("/request-form/zh-hans/requests/", item)
    assert parse_qs(urlsplit(address).query) == {"title": [filed.title], "item": [str(filed.pk)]}
    assert on_request.prefilled(None, item) == ""
    page = BeautifulSoup(client.get(address).content, "html.parser")
    assert page.select_one("[name=subject]")["value"] == filed.title
    assert page.select_one("[name=item]")["value"] == str(filed.pk)
