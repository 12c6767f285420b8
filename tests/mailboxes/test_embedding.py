"""A mailbox is the same wherever it stands: on its page, in a block, by a tag, with or without addresses in urls.py."""

import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.template import Context, Template
from django.test import Client
from wagtail.blocks import StreamBlock
from wagtail.models import Site

from tests import factories_mail
from tests.mailboxes.writer import LETTER, Writer
from tests.requests.test_embedding import shape
from wagtail_disclosure.mailboxes.blocks import MailboxBlock
from wagtail_disclosure.mailboxes.checks import check_addresses_of_mailboxes
from wagtail_disclosure.mailboxes.models import CitizenLetter, Mailbox, MailboxPage
from wagtail_disclosure.publishing import gate

pytestmark = pytest.mark.django_db


def mailbox_page(mailbox, slug="leader"):
    page = MailboxPage(title="局长信箱", slug=slug, mailbox=mailbox, live=False)
    Site.objects.get(is_default_site=True).root_page.add_child(instance=page)
    gate.seal_installed(page)
    page.save_revision().publish()
    return MailboxPage.objects.get(pk=page.pk)


def as_tag(rf, mailbox, page=None):
    tag = "{% load disclosure_mailboxes %}{% disclosure_mailbox code %}"
    return Template(tag).render(Context({"request": rf.get("/"), "page": page, "code": mailbox.code}))


def as_block(rf, mailbox):
    block = StreamBlock([("mailbox", MailboxBlock())])
    value = block.to_python([{"type": "mailbox", "value": mailbox.pk, "id": "1"}])
    return value[0].render({"request": rf.get("/")})


def test_page_block_and_tag_show_the_same_form(place, rf):
    shown = Client().get(mailbox_page(place.mailbox).get_url()).content.decode()
    assert shape(shown) == shape(as_tag(rf, place.mailbox)) == shape(as_block(rf, place.mailbox))
    assert shape(shown)[0] == f"/mailbox/zh-hans/{place.mailbox.code}/"


def test_it_says_whose_it_is_and_what_is_answered_until_when(place, rf):
    place.mailbox = factories_mail.mailbox(place, notice="<p>请勿填写个人隐私。</p>")
    text = BeautifulSoup(as_tag(rf, place.mailbox), "html.parser").get_text(" ", strip=True)
    assert "局长" in text and "请勿填写个人隐私" in text
    notes = BeautifulSoup(as_tag(rf, place.mailbox), "html.parser").select(".disclosure-notes li")
    assert "5" in notes[0].get_text() and "60" in notes[2].get_text() and "15" in notes[2].get_text()


def test_an_embedded_form_comes_back_with_its_errors_and_goes_on_from_there(writer, place, rf):
    writer.soup = BeautifulSoup(as_block(rf, place.mailbox), "html.parser")
    writer.fill({**LETTER, "subject": "x" * 300})
    assert writer.soup.select_one(".disclosure-errors")
    assert writer.soup.select_one("[name=body]").get_text().strip() == LETTER["body"]
    writer.fill(LETTER)
    assert writer.step() == "person"


def test_without_addresses_in_urls_the_form_is_filled_in_below_its_page(writer, place, rf, settings):
    page = mailbox_page(place.mailbox)
    settings.ROOT_URLCONF = "tests.urls"
    at_page = Writer(place.mailbox, page.get_url())
    assert shape(as_tag(rf, place.mailbox))[0] == page.get_url()
    at_page.send()
    assert at_page.step() == "receipt" and at_page.at.startswith(page.get_url())
    assert CitizenLetter.objects.count() == 1
    assert Client(enforce_csrf_checks=True).post(page.get_url(), LETTER).status_code == 403


def test_a_mailbox_with_no_address_says_so(place, rf, settings):
    settings.ROOT_URLCONF = "tests.urls"
    html = as_tag(rf, place.mailbox)
    assert "<form" not in html and "disclosure-banner" in html


def test_a_closed_mailbox_says_why_and_takes_nothing(place, rf):
    closed = factories_mail.mailbox(place, opening="closed", closed_notice="系统维护，请明日再来。")
    writer = Writer(closed)
    writer.open()
    for html in (str(writer.soup), as_tag(rf, closed), as_block(rf, closed)):
        assert "系统维护" in html and "disclosure-form" not in html
    assert Client().post(writer.base, LETTER).status_code == 409


def test_a_mailbox_that_closes_while_somebody_writes_keeps_the_answers(writer, place):
    writer.until_check()
    type(place.mailbox).objects.filter(pk=place.mailbox.pk).update(opening="closed")
    writer.fill({})
    assert writer.response.status_code == 409 and not CitizenLetter.objects.exists()
    type(place.mailbox).objects.filter(pk=place.mailbox.pk).update(opening="open")
    writer.get(writer.at)
    writer.fill({})
    assert writer.step() == "receipt"


def test_a_draft_is_not_shown_anywhere(place, rf):
    draft = Mailbox(code="other", title="草稿", agency=place.agency, locale=place.mailbox.locale, live=False)
    draft.save()
    assert as_tag(rf, draft) == as_block(rf, draft) == ""
    assert Client().get("/mailbox/zh-hans/other/").status_code == 404
    assert Client().get(f"/mailbox/en/{place.mailbox.code}/").status_code == 404


@pytest.mark.raw
def test_a_mailbox_that_was_changed_past_the_gate_is_withheld(place, rf):
    page = mailbox_page(place.mailbox)
    Mailbox.objects.filter(pk=place.mailbox.pk).update(notice="<p>未经审查</p>")
    with pytest.raises(CommandError):
        call_command("disclosure_verify", "--withhold")
    assert as_tag(rf, place.mailbox) == as_block(rf, place.mailbox) == ""
    for address in (page.get_url(), f"/mailbox/zh-hans/{place.mailbox.code}/"):
        for answer in (Client().get(address), Client().post(address, LETTER)):
            assert answer.status_code == 503 and "未经审查" not in answer.content.decode()


def test_below_the_page_of_a_mailbox_are_its_steps_and_nothing_else(place):
    page = mailbox_page(place.mailbox)
    assert Client().get(f"{page.get_url()}anything/").status_code == 404
    assert Client().get(f"{page.get_url()}00000000-0000-0000-0000-000000000000/check/").status_code == 410


@pytest.mark.parametrize(("addresses", "found"), [("tests.urls", 1), ("tests.urls_with_requests", 0)])
def test_a_public_mailbox_without_an_address_is_reported(place, settings, addresses, found):
    settings.ROOT_URLCONF = addresses
    reported = check_addresses_of_mailboxes(None, databases=["default"])
    assert [each.id for each in reported] == ["wagtail_disclosure.W029"] * found
