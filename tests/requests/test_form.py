"""P9: whoever fills in a request form, without JavaScript, loses nothing and has a receipt at the end."""

import pytest

from tests.requests.conftest import DELIVERY, PERSON, WANTED, Citizen
from wagtail_disclosure.casework import identity
from wagtail_disclosure.casework.models import Draft
from wagtail_disclosure.casework.receipts import tracking
from wagtail_disclosure.requests.models import DisclosureRequest

pytestmark = pytest.mark.django_db


def test_a_person_requests_information_and_has_a_receipt(citizen, rf):
    citizen.send()
    assert citizen.step() == "receipt", citizen.text()
    assert "第三十三条" in citizen.text() and "第33条" not in citizen.text()
    receipt = citizen.receipt()
    case = DisclosureRequest.objects.get()
    assert (case.number, case.state, case.channel, case.received_on) == (
        receipt.number,
        "submitted",
        "online",
        None,
    )
    assert (case.subject, case.description) == (WANTED["subject"], WANTED["description"])
    assert (case.delivery_forms, case.delivery_routes) == (["electronic"], ["download", "email"])
    assert {name: identity.own_text(getattr(case.applicant, name)) for name in PERSON} == PERSON
    assert [each.type for each in case.events.all()] == ["submit"]
    assert tracking.find(DisclosureRequest, receipt.number, receipt.code, rf.get("/")) == case
    assert not Draft.objects.exists()


def test_an_organisation_is_asked_for_what_concerns_it(citizen):
    organisation = {
        "name": "临江水务有限公司",
        "identity_kind": "social_credit",
        "identity_number": "91320102MA1N0R2X3C",
        "representative": "李强",
        "contact_person": "陈静",
        "address": "临江市某路1号",
    }
    citizen.send(kind="business", person=organisation, delivery={**DELIVERY, "delivery_routes": ["post"]})
    person = DisclosureRequest.objects.get().applicant
    assert (person.kind, identity.own_text(person.representative)) == ("business", "李强")


@pytest.mark.parametrize("left_out", ["name", "identity_number"])
def test_only_what_the_law_lists_is_required(citizen, left_out):
    citizen.open()
    citizen.fill(WANTED)
    citizen.fill({"kind": "natural"})
    citizen.fill({**PERSON, left_out: ""})
    assert citizen.soup.select_one(".disclosure-errors") and citizen.step() == "applicant"
    assert citizen.soup.select_one(f".disclosure-errors a[href='#id_{left_out}']")
    kept = {each["name"]: each.get("value", "") for each in citizen.soup.select("input")}
    assert kept["phone"] == PERSON["phone"]


def test_one_way_of_contact_is_enough_and_none_is_not(citizen):
    citizen.open()
    citizen.fill(WANTED)
    citizen.fill({"kind": "natural"})
    nobody = {**PERSON, "phone": "", "email": "", "address": ""}
    citizen.fill(nobody)
    assert citizen.soup.select_one(".disclosure-errors a[href='#id_phone']")
    citizen.fill({**nobody, "address": "临江市某路1号"})
    assert citizen.step() == "delivery"


def test_a_wrong_check_character_is_pointed_out_and_stops_nobody(citizen):
    citizen.until_check(person={**PERSON, "identity_number": "320102199003072310"})
    assert "320102199003072310" in citizen.text()
    assert citizen.soup.select_one(".disclosure-callout")
    citizen.fill({})
    assert citizen.step() == "receipt"


def test_a_route_that_needs_an_address_asks_for_it(citizen):
    citizen.open()
    citizen.fill(WANTED)
    citizen.fill({"kind": "natural"})
    citizen.fill(PERSON)
    citizen.fill({**DELIVERY, "delivery_routes": ["post"]})
    assert citizen.step() == "delivery" and citizen.soup.select_one(".disclosure-errors a")


def test_removing_the_email_afterwards_is_noticed_before_sending(citizen):
    citizen.until_check(delivery={**DELIVERY, "delivery_routes": ["email"]})
    citizen.get(citizen.at.replace("/check/", "/applicant/") + "?back=check")
    citizen.fill({**PERSON, "email": ""})
    citizen.get(citizen.at.rpartition("/")[0].rpartition("/")[0] + "/check/")
    citizen.fill({})
    assert not DisclosureRequest.objects.exists()
    assert citizen.soup.select_one(".disclosure-banner a")["href"].endswith("/delivery/")


def test_an_answer_is_changed_and_the_check_comes_back(citizen):
    citizen.until_check()
    link = next(a["href"] for a in citizen.soup.select(".disclosure-answers a") if "describe" in a["href"])
    citizen.get(link)
    assert citizen.soup.select_one("[name=subject]")["value"] == WANTED["subject"]


HOSTILE = [
    {"subject": "", "description": ""},
    {"subject": "x" * 201},
    {"description": "长" * 100_000},
    {"subject": "a\u202eb"},
    {"subject": "a\x00b"},
    {"description": "a\x07b"},
    {"subject": "\u3164\u200b"},
]


@pytest.mark.parametrize("values", HOSTILE)
def test_bad_input_is_refused_with_a_reason_and_kept(citizen, values):
    citizen.open()
    sent = {**WANTED, **values}
    citizen.fill(sent)
    assert citizen.soup.select_one(".disclosure-errors")
    assert citizen.soup.select_one(".disclosure-errors a")
    assert citizen.soup.select_one("[name=description]").get_text().strip("\r\n") == sent["description"]
    assert not Draft.objects.exists()


def test_rare_characters_emoji_and_scripts_arrive_as_they_were_sent(citizen):
    wanted = {"subject": "𠮷野家😀<script>alert(1)</script>", "description": "龘\r\n靐 {{ 7*7 }} ' OR 1=1 --"}
    citizen.send(wanted=wanted)
    case = DisclosureRequest.objects.get()
    assert (case.subject, case.description) == (
        wanted["subject"],
        wanted["description"].replace("\r\n", "\n"),
    )
    assert "<script>alert" not in citizen.response.content.decode()


def test_sending_twice_gives_the_same_receipt(citizen):
    citizen.until_check()
    page, at = citizen.soup, citizen.at
    citizen.fill({})
    first = citizen.receipt()
    citizen.soup, citizen.at = page, at
    citizen.fill({})
    assert citizen.receipt() == first
    assert DisclosureRequest.objects.count() == 1


def test_the_receipt_is_for_the_browser_that_sent_the_form_alone(citizen):
    citizen.send()
    stranger = Citizen()
    stranger.get(citizen.at)
    assert stranger.response.status_code == 410
    assert citizen.receipt().number not in stranger.text()


def test_a_program_in_the_trap_is_told_and_a_person_can_go_on(citizen):
    citizen.open()
    citizen.fill(WANTED, website="http://spam.example")
    assert citizen.soup.select_one(".disclosure-errors") and not Draft.objects.exists()
    citizen.fill(WANTED, website="")
    assert Draft.objects.count() == 1


def test_too_many_requests_wait_with_their_answers_kept(citizen, settings):
    settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, "CASE_LIMITS": {"submit_sender": (1, 600)}}
    citizen.send()
    another = Citizen()
    another.base = citizen.base
    another.until_check()
    another.fill({})
    assert another.response.status_code == 429 and WANTED["subject"] in another.text()
    assert DisclosureRequest.objects.count() == 1
    from django.core.cache import cache

    cache.clear()
    another.fill({})
    assert another.step() == "receipt"


def test_a_form_whose_draft_is_gone_keeps_what_was_sent_with_the_last_page(citizen):
    citizen.open()
    citizen.fill(WANTED)
    citizen.fill({"kind": "natural"})
    Draft.objects.all().delete()
    citizen.fill(PERSON)
    assert citizen.response.status_code == 410
    citizen.get(citizen.soup.select_one("a.disclosure-button--main")["href"])
    citizen.fill(WANTED)
    citizen.fill({"kind": "natural"})
    assert citizen.soup.select_one("[name=name]")["value"] == PERSON["name"]


def test_without_cookies_nothing_is_sent_and_the_reason_is_said(citizen):
    citizen.open()
    citizen.fill(WANTED)
    citizen.client.cookies.clear()
    citizen.get(citizen.at)
    assert citizen.response.status_code == 410


def test_a_saved_form_is_gone_on_with_in_another_browser(citizen):
    citizen.open()
    citizen.fill(WANTED)
    citizen.get(citizen.at.replace(citizen.step(), "later"))
    citizen.fill({})
    code = citizen.soup.select_one(".disclosure-code").get_text()
    link = citizen.soup.select_one(".disclosure-receipt a")["href"].removeprefix("http://testserver")
    assert code not in repr(list(Draft.objects.values()))
    other = Citizen()
    other.get(link)
    other.fill({"code": "0000-0000-0000-0000"})
    assert other.soup.select_one(".disclosure-errors")
    other.fill({"code": code.lower().replace("-", " ")})
    assert other.step() == "kind"
    other.get(other.at.replace("/kind/", "/describe/"))
    assert other.soup.select_one("[name=subject]")["value"] == WANTED["subject"]
    citizen.get(citizen.at.replace("/later/", "/describe/"))
    assert citizen.response.status_code == 410, "the first browser lost it"


def test_answers_on_the_way_are_encrypted(citizen):
    from tests.casework.test_encryption import stored

    citizen.until_check()
    held = stored(Draft)
    assert "王小明" not in held and PERSON["phone"] not in held and WANTED["subject"] not in held


def test_pages_with_answers_are_kept_in_no_cache_and_say_little_to_others(citizen):
    citizen.until_check()
    assert "no-store" in citizen.response["Cache-Control"]
    assert citizen.response["Referrer-Policy"] == "same-origin"
    cookie = next(iter(citizen.client.cookies.values()))
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == citizen.base


def test_everything_is_deleted_when_asked_to(citizen):
    citizen.until_check()
    target = next(f["action"] for f in citizen.soup.select("form[action]") if "delete" in f["action"])
    citizen.client.post(target)
    assert not Draft.objects.exists() and not DisclosureRequest.objects.exists()


def test_killed_on_the_way_nothing_is_stored_and_sending_again_works(citizen, monkeypatch):

    citizen.until_check()
    steps = ["moves.act", "attachments.hand_over"]
    for name in steps:
        with monkeypatch.context() as patch:
            target = f"wagtail_disclosure.requests.intake.{name}"

            def die(*args, **kwargs):
                raise KeyboardInterrupt

            patch.setattr(target, die)
            with pytest.raises(KeyboardInterrupt):
                citizen.client.post(
                    citizen.at, {"shown_at": citizen.soup.select_one("[name=shown_at]")["value"]}
                )
        assert not DisclosureRequest.objects.exists() and Draft.objects.count() == 1
    citizen.fill({})
    assert citizen.step() == "receipt"


def test_the_summary_names_each_field_that_is_missing(citizen):
    citizen.open()
    citizen.fill(WANTED)
    citizen.fill({})
    assert citizen.soup.select_one(".disclosure-errors a[href='#id_kind_0']").get_text(strip=True)
    citizen.fill({"kind": "natural"})
    citizen.fill({**PERSON, "name": "", "identity_number": ""})
    messages = [each.get_text() for each in citizen.soup.select(".disclosure-errors li")]
    assert len(set(messages)) == 2


def test_form_and_receipt_lead_to_following_the_request(citizen):
    citizen.open()
    assert citizen.soup.select_one("a[href='/case/zh-hans/']")
    citizen.send()
    receipt = citizen.receipt()
    citizen.get(citizen.soup.select_one("a[href='/case/zh-hans/']")["href"])
    citizen.fill({"number": receipt.number, "code": receipt.code})
    assert WANTED["subject"] in citizen.text() and receipt.number in citizen.text()


def test_the_form_at_its_own_address_says_what_to_know_first_and_how_many_steps_there_are(citizen):
    citizen.open()
    assert len(citizen.soup.select(".disclosure-notes li")) > 3
    assert "第1步，共6步" in citizen.text()
    citizen.fill({**WANTED, "subject": "x" * 300})
    assert not citizen.soup.select(".disclosure-notes"), "below the errors the form comes at once"


def test_each_step_leads_back_to_the_one_before_with_its_answers_kept(citizen):
    citizen.get("/request-form/zh-hans/requests/")
    assert citizen.soup.select_one(".disclosure-form h2").get_text() == "所需政府信息"
    citizen.until_check()
    back = []
    while link := citizen.soup.select_one(".disclosure-head a"):
        citizen.get(link["href"])
        back.append(citizen.step())
    assert back == ["files", "delivery", "applicant", "kind", "describe"]
    assert citizen.soup.select_one("[name=subject]")["value"] == WANTED["subject"]


def test_the_receipt_says_whom_to_ask(citizen, place):
    type(place.agency).objects.update(phone="0511-80000000")
    citizen.send()
    assert citizen.soup.select_one(".disclosure-contact a[href='tel:0511-80000000']")


def test_no_browser_cuts_off_what_is_pasted_and_too_much_is_named(citizen):
    citizen.open()
    assert not citizen.soup.select("form.disclosure-form [maxlength]:not([name=website])")
    citizen.fill({**WANTED, "description": "请公开" * 34_000})
    [error] = citizen.soup.select(".disclosure-errors li")
    assert error.get_text().startswith("其他特征性描述") or "102000" in error.get_text()
    assert citizen.soup.select_one("textarea").get_text().strip() == "请公开" * 34_000


def test_an_address_that_is_none_is_pointed_out_in_plain_words(citizen):
    citizen.open()
    citizen.fill(WANTED)
    citizen.fill({"kind": "natural"})
    citizen.fill({**PERSON, "email": "no address"})
    assert "name@example.com" in citizen.soup.select_one(".disclosure-errors a[href='#id_email']").get_text()
    assert citizen.soup.select_one("#id_email")["value"] == "no address"


def test_a_closed_form_says_whom_to_ask(citizen, place):
    type(place.agency).objects.update(phone="0511-80000000")
    type(place.form).objects.filter(pk=place.form.pk).update(opening="closed")
    citizen.open()
    assert citizen.soup.select_one(".disclosure-contact a[href='tel:0511-80000000']")
