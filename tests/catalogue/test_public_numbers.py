"""Index numbers and addresses of what has left: every issued number resolves for ever."""

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from tests import factories
from tests.catalogue.test_on_request import filed
from wagtail_disclosure.catalogue.models import IndexNumber
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.rules.index_numbers import lookup_key

pytestmark = pytest.mark.django_db


def number_of(page):
    return IndexNumber.objects.get(translation_key=page.translation_key).number


def withdraw(world, page, reason="content_error", **options):
    return actions.withdraw(
        page, world.people.leader, reason=reason, explanation="数据有误，已更正。", **options
    )


def text(response):
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def test_a_number_leads_to_its_document(world, client):
    page = factories.published(world)
    response = client.get(f"{world.catalogue.url}number/{number_of(page)}/")
    assert (response.status_code, response["Location"]) == (302, page.url)


def test_a_number_may_be_given_as_a_parameter(world, client):
    page = factories.published(world)
    number = number_of(page)
    odd = "市发改〔2021〕8号 (补)"
    IndexNumber.objects.filter(number=number).update(number=odd, key=lookup_key(odd))
    response = client.get(f"{world.catalogue.url}number/", {"n": "市发改〔2021〕8号 (补)"})
    assert response["Location"] == page.url


def test_the_number_of_a_withdrawn_document_says_why_and_where_to_look(world, client):
    successor = factories.published(world, "更正后的通知")
    page = factories.published(world, "有误的通知")
    withdraw(world, page, reason="replaced", successor_url=successor.url)
    response = client.get(f"{world.catalogue.url}number/{number_of(page)}/")
    assert response.status_code == 410
    shown = text(response)
    assert "有误的通知" in shown and "数据有误，已更正。" in shown
    found = BeautifulSoup(response.content, "html.parser").select_one(".disclosure-callout a")
    assert (found["href"], found.get_text()) == (successor.url, "更正后的通知")


def test_the_old_address_of_a_withdrawn_document_shows_the_same_notice(world, client):
    page = factories.published(world, "有误的通知")
    withdraw(world, page)
    response = client.get(page.url)
    assert response.status_code == 410 and "数据有误，已更正。" in text(response)


def test_a_title_that_had_to_go_is_not_shown(world, client):
    page = factories.published(world, "张三的处罚决定书")
    withdraw(world, page, reason="personal_information")
    for address in (f"{world.catalogue.url}number/{number_of(page)}/", page.url):
        response = client.get(address)
        assert response.status_code == 410 and "张三" not in text(response)


def test_a_document_published_again_resolves_again(world, client):
    page = factories.published(world)
    withdraw(world, page)
    page = type(page).objects.get(pk=page.pk)
    page.summary = "更正"
    page.save_revision(user=world.people.officer)
    factories.publish(world, type(page).objects.get(pk=page.pk))
    assert client.get(f"{world.catalogue.url}number/{number_of(page)}/").status_code == 302


def test_a_void_number_says_so(world, client):
    IndexNumber.objects.create(
        agency=world.agency,
        number="620700036/2021-00009",
        state="void",
        void_reason="编号录入错误",
        reserved_at=timezone.now(),
        voided_at=timezone.now(),
    )
    response = client.get(f"{world.catalogue.url}number/620700036/2021-00009/")
    assert response.status_code == 410 and "编号录入错误" in text(response)


def test_the_number_of_a_document_disclosed_on_request_leads_to_that_list(world, client):
    draft = factories.draft(world)
    IndexNumber.objects.create(
        agency=world.agency,
        number="620700036/2021-00010",
        state="issued",
        translation_key=draft.translation_key,
        reserved_at=timezone.now(),
        issued_at=timezone.now(),
    )
    filed(world, "评审资料", translation_key=draft.translation_key)
    response = client.get(f"{world.catalogue.url}number/620700036/2021-00010/")
    assert response["Location"] == f"{world.catalogue.url}on-request/"


@pytest.mark.parametrize("number", ["620700036/2099-00001", "x", "0" * 101, "%00", "1' OR '1'='1", "a/b/c/d"])
def test_a_number_never_issued_is_not_found(world, client, number):
    assert client.get(f"{world.catalogue.url}number/", {"n": number}).status_code == 404
    assert client.get(f"{world.catalogue.url}number/{number}/").status_code == 404


def test_a_reserved_number_and_one_without_anything_are_not_found(world, client):
    IndexNumber.objects.create(agency=world.agency, number="1/2021-1", reserved_at=timezone.now())
    assert client.get(f"{world.catalogue.url}number/1/2021-1/").status_code == 404


def test_without_a_number_there_is_the_form_to_enter_one(world, client):
    response = client.get(f"{world.catalogue.url}number/")
    form = BeautifulSoup(response.content, "html.parser").select_one("form[role=search]")
    assert (response.status_code, form["action"]) == (200, f"{world.catalogue.url}number/")
    assert form.select_one("input[name=n]")["value"] == ""


def test_an_unknown_number_is_answered_on_a_page_of_the_site_with_the_form_filled_in(world, client):
    response = client.get(f"{world.catalogue.url}number/620700036/2099-00001/")
    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 404 and page.select_one(".disclosure-crumbs")
    assert "620700036/2099-00001" in page.h1.get_text()
    assert page.select_one("input[name=n]")["value"] == "620700036/2099-00001"


def test_a_number_is_found_however_it_was_typed(world, client):
    page = factories.published(world)
    number = number_of(page)
    wide = number.translate({ord(char): ord(char) + 0xFEE0 for char in "0123456789/-"})
    for typed in (wide, f" {number} ", number.replace("-", "—")):
        assert client.get(f"{world.catalogue.url}number/", {"n": typed})["Location"] == page.url


@pytest.mark.parametrize(
    "typed", ["临发改〔2021〕8号", "临发改（2021）8号", "临发改2021 8号", "临发改20218号"]
)
def test_a_document_number_leads_to_the_search_that_finds_it(world, client, typed):
    factories.published(world, "价格公示", document_number="临发改〔2021〕8号")
    response = client.get(f"{world.catalogue.url}number/", {"n": typed})
    found = BeautifulSoup(client.get(response["Location"]).content, "html.parser")
    row = found.select_one(".disclosure-items tbody tr")
    assert "价格公示" in row.get_text() and row.select("mark")


def test_the_address_of_a_draft_is_not_found(world, client):
    page = factories.draft(world)
    assert client.get(page.url).status_code == 404


def test_a_published_document_has_a_public_review_record(world, client):
    page = factories.published(world)
    response = client.get(f"{world.catalogue.url}record/{page.pk}/")
    assert response.status_code == 200 and "委领导审批" in text(response)


def test_the_record_of_a_withdrawn_document_says_so_and_leads_to_the_notice(world, client):
    page = factories.published(world, "有误的通知", issuing_body="临江市发展和改革委员会")
    number = number_of(page)
    withdraw(world, page)
    record = client.get(f"{world.catalogue.url}record/{page.pk}/")
    shown = BeautifulSoup(record.content, "html.parser")
    assert record.status_code == 200 and "委领导审批" in text(record)
    assert (
        "有误的通知" in shown.h1.get_text()
        and number in text(record)
        and "有误的通知" in shown.title.get_text()
    )
    notice = client.get(shown.select_one(".disclosure-banner a")["href"])
    tombstone = BeautifulSoup(notice.content, "html.parser")
    assert notice.status_code == 410 and "临江市发展和改革委员会" in text(notice)
    assert "有误的通知" in tombstone.title.get_text()
    assert f"{world.catalogue.url}record/{page.pk}/" in [each["href"] for each in tombstone.select("a[href]")]


def test_the_record_keeps_back_a_title_that_had_to_go(world, client):
    page = factories.published(world, "张三的处罚决定书")
    withdraw(world, page, reason="personal_information")
    response = client.get(f"{world.catalogue.url}record/{page.pk}/")
    assert response.status_code == 200 and "张三" not in text(response) and number_of(page) in text(response)


def test_the_record_of_a_public_document_speaks_of_no_withdrawal(world, client):
    page = factories.published(world)
    shown = BeautifulSoup(client.get(f"{world.catalogue.url}record/{page.pk}/").content, "html.parser")
    assert shown.select(".disclosure-banner") == []


def test_records_and_notices_carry_the_tags_of_the_site(world, client):
    page = factories.published(world)
    addresses = [f"record/{page.pk}/", f"number/{number_of(page)}/", "number/", "search/?q=x"]
    withdraw(world, page)
    for address in addresses:
        shown = BeautifulSoup(client.get(world.catalogue.url + address).content, "html.parser")
        assert shown.select_one('meta[name="SiteName"]')["content"] == world.agency.name, address


@pytest.mark.parametrize("key", ["0", "999999", "9" * 18])
def test_what_was_never_public_has_no_review_record(world, client, key):
    assert client.get(f"{world.catalogue.url}record/{key}/").status_code == 404
    page = factories.draft(world)
    assert client.get(f"{world.catalogue.url}record/{page.pk}/").status_code == 404
