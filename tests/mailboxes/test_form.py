"""P9: whoever writes to a mailbox, without JavaScript, loses nothing and has a receipt at the end."""

import pytest
from wagtail.models import Locale, Site

from tests import factories_mail
from tests.mailboxes.writer import LETTER, PERSON, Writer
from tests.requests.conftest import request_form
from wagtail_disclosure.casework import identity
from wagtail_disclosure.casework.models import Draft
from wagtail_disclosure.casework.receipts import tracking
from wagtail_disclosure.mailboxes.models import CitizenLetter
from wagtail_disclosure.publishing import gate
from wagtail_disclosure.requests import places
from wagtail_disclosure.requests.models import RequestFormPage

pytestmark = pytest.mark.django_db


def test_a_person_writes_and_has_a_receipt(writer, rf):
    writer.send(consent_to_publish="on")
    assert writer.step() == "receipt", writer.text()
    receipt, case = writer.receipt(), CitizenLetter.objects.get()
    assert (case.number, case.state, case.channel) == (receipt.number, "submitted", "online")
    assert (case.letter_type, case.subject, case.body) == tuple(LETTER.values())
    assert (case.is_anonymous, case.wants_reply, case.consent_to_publish) == (False, True, True)
    assert case.consent == "同意选登。"
    person = case.correspondent
    assert (identity.own_text(person.name), identity.own_text(person.phone)) == ("王小明", PERSON["phone"])
    assert tracking.find(CitizenLetter, receipt.number, receipt.code, rf.get("/")) == case
    assert case.due_on.strftime("%Y") in writer.text() and not Draft.objects.exists()


def test_a_letter_without_a_name_has_none_whatever_was_filled_in(writer):
    writer.until_check(person={**PERSON, "signed": "unnamed"})
    assert "王小明" not in writer.text()
    writer.fill({})
    case = CitizenLetter.objects.get()
    assert case.is_anonymous and identity.own_text(case.correspondent.name) == ""
    assert identity.own_text(case.correspondent.phone) == PERSON["phone"]


def test_who_signs_gives_a_name(writer):
    writer.open()
    writer.fill(LETTER)
    writer.fill({**PERSON, "name": ""})
    assert writer.soup.select_one(".disclosure-errors a[href='#id_name']") and writer.step() == "person"
    assert writer.soup.select_one("[name=phone]")["value"] == PERSON["phone"]


def test_a_mailbox_that_wants_real_names_offers_no_other_way(place, writer):
    writer = Writer(factories_mail.mailbox(place, real_name="required", optional_fields=[]))
    writer.open()
    writer.fill(LETTER)
    assert not writer.soup.select("[name=signed]") and not writer.soup.select("[name=phone]")
    writer.fill({"name": ""})
    assert writer.step() == "person" and writer.soup.select_one(".disclosure-errors")
    writer.fill({"name": "李强", "signed": "unnamed"})
    writer.fill({"action": "continue"})
    writer.fill({})
    case = CitizenLetter.objects.get()
    assert not case.is_anonymous and identity.own_text(case.correspondent.name) == "李强"
    assert not case.wants_reply


def test_publication_is_asked_as_a_permission_and_nothing_hangs_on_it(writer):
    writer.until_check()
    assert writer.soup.select_one("[name=consent_to_publish]").get("checked") is None
    assert "permission" in writer.text() or "许可" in writer.text()
    writer.fill({})
    case = CitizenLetter.objects.get()
    assert writer.step() == "receipt" and not case.consent_to_publish and case.consent == ""


def test_letters_that_are_never_published_are_not_asked_for_it(place, writer):
    types = {"report": (None, "working_days"), "consultation": (5, "working_days")}
    writer = Writer(factories_mail.mailbox(place, types=types))
    writer.until_check(letter={**LETTER, "type": "report"})
    assert not writer.soup.select("[name=consent_to_publish]")
    writer.fill({"consent_to_publish": "on"})
    assert not CitizenLetter.objects.get().consent_to_publish


def test_a_mailbox_that_publishes_nothing_does_not_ask(place, writer):
    writer = Writer(factories_mail.mailbox(place, offers_consent=False))
    writer.until_check()
    assert not writer.soup.select("[name=consent_to_publish]")


def test_a_petition_says_when_it_is_accepted_and_answered(writer):
    writer.send(letter={**LETTER, "type": "petition"})
    case = CitizenLetter.objects.get()
    rows = [each.get_text(" ", strip=True) for each in writer.soup.select(".disclosure-receipt dd")]
    assert case.due_on and len([each for each in rows if "信访工作条例" in each or "Petition" in each]) == 1
    assert len(writer.soup.select(".disclosure-steps li")) == 4


def test_what_a_link_brings_along_is_filled_in(writer, place):
    writer.open(f"{writer.base}?type=complaint&title=%E6%B0%B4%E4%BB%B7")
    assert writer.soup.select_one("[name=type][checked]")["value"] == "complaint"
    assert writer.soup.select_one("[name=subject]")["value"] == "水价"
    writer.open(f"{writer.base}?type=nonsense")
    assert not writer.soup.select("[name=type][checked]")


def test_an_answer_is_changed_from_the_check(writer):
    writer.until_check()
    link = next(
        each["href"] for each in writer.soup.select(".disclosure-answers a") if "letter" in each["href"]
    )
    writer.get(link)
    assert writer.soup.select_one("[name=body]").get_text(strip=True) == LETTER["body"]
    writer.at = link
    writer.fill({**LETTER, "subject": "另一个标题"})
    assert writer.step() == "check" and "另一个标题" in writer.text()


def test_saved_and_gone_on_with_elsewhere(writer, place):
    writer.open()
    writer.fill(LETTER)
    writer.get(writer.soup.select_one("a[href*='/later/']")["href"])
    writer.fill({})
    code = writer.soup.select_one(".disclosure-code").get_text()
    link = writer.soup.select_one(".disclosure-receipt a")["href"].replace("http://testserver", "")
    other = Writer(place.mailbox)
    other.get(link)
    other.fill({"code": "AAAA-AAAA-AAAA-AAAA"})
    assert other.step() == "resume"
    other.fill({"code": code})
    assert other.step() == "person"
    other.fill(PERSON)
    other.fill({"action": "continue"})
    other.fill({})
    assert CitizenLetter.objects.get().subject == LETTER["subject"]


def test_who_wants_information_is_led_to_the_form_for_requests(writer, place):
    """Many take a mailbox for it; where there is no such form the sentence has no link."""
    writer.open()
    notes = writer.soup.select_one(".disclosure-notes")
    assert "依申请公开" in notes.get_text() and not notes.select("a")
    form = request_form(place.agency)
    writer.open()
    (link,) = writer.soup.select(".disclosure-notes a")
    assert link["href"] == f"/request-form/zh-hans/{form.code}/"


def test_the_form_for_requests_is_found_beside_the_root_of_another_language(place):
    """A site in two languages has two trees: the second is not below its root page."""
    english = Locale.objects.get_or_create(language_code="en")[0]
    form = request_form(place.agency, locale=english)
    site = Site.objects.get()
    home = site.root_page.copy_for_translation(english)
    page = RequestFormPage(title="Requests", slug="requests", form=form, locale=english, live=False)
    home.add_child(instance=page)
    gate.seal_installed(page)
    page.save_revision().publish()
    assert places.address_for(site, "en").endswith("/requests/")
    assert "request-form" not in places.address_for(site, "en")
