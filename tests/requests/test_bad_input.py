"""P9: whatever is sent to any step: no error of the server, a reason, and nothing that was entered before is lost."""

import datetime
import io
import zipfile

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from tests import factories, factories_cases
from tests.requests.conftest import DELIVERY, PERSON, WANTED, Citizen, request_form
from wagtail_disclosure.casework import moves, record
from wagtail_disclosure.casework.forms import ActionForm
from wagtail_disclosure.casework.models import Draft
from wagtail_disclosure.casework.standing import Standing
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.requests.models import DisclosureRequest, RequestAttachment
from wagtail_disclosure.requests.registration import RegistrationForm
from wagtail_disclosure.rules.errors import RuleError

pytestmark = pytest.mark.django_db
STEPS = {"describe": WANTED, "kind": {"kind": "natural"}, "applicant": PERSON, "delivery": DELIVERY}
# Refused in every field; then what any text field takes as it is.
REFUSED = ["a\x00b", "a\x07b", "a\u202eb\u202c", "\u2066x", "\u200b\u3164", "长" * 100_000]
TAKEN = [
    "𠮷野家",
    "😀👨‍👩‍👧",
    "龘靐齉",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "{{ 7*7 }}",
    "=1+1",
    "مرحبا",
]


def at(citizen, step):
    """Bring ``citizen`` to ``step`` with all before it filled in."""
    citizen.open()
    for name, values in STEPS.items():
        if name == step:
            return
        citizen.fill(values)
    if step == "check":
        citizen.fill({"action": "continue"})


def texts(step):
    return [name for name, value in STEPS[step].items() if isinstance(value, str)]


@pytest.mark.parametrize("step", STEPS)
def test_what_is_no_answer_is_refused_with_a_reason_and_kept(citizen, step):
    at(citizen, step)
    before = list(Draft.objects.values_list("version", flat=True))
    for name, value in STEPS[step].items():
        for bad in REFUSED:
            citizen.fill({**STEPS[step], name: [bad] if isinstance(value, list) else bad})
            assert citizen.response.status_code == 200, (name, bad[:20])
            assert citizen.soup.select_one(".disclosure-errors a[href]"), (name, bad[:20])
    if step != "describe":
        citizen.fill({})
        assert citizen.soup.select_one(".disclosure-errors"), "empty"
    assert list(Draft.objects.values_list("version", flat=True)) == before
    citizen.fill(STEPS[step])
    assert citizen.step() != step or not citizen.soup.select_one(".disclosure-errors"), "and then it goes on"


@pytest.mark.parametrize("value", TAKEN)
def test_any_text_that_people_write_arrives_and_is_shown_as_text(citizen, value):
    citizen.send(wanted={"subject": value, "description": value}, person={**PERSON, "name": value})
    case = DisclosureRequest.objects.get()
    assert (citizen.step(), case.subject, case.description) == ("receipt", value, value)
    citizen.get(citizen.at)
    assert b"<script>alert" not in citizen.response.content


@pytest.mark.parametrize("step", ["check", "later", "resume", "files", "suggestions", "receipt", "delete"])
def test_other_steps_take_rubbish_without_an_error_of_the_server(citizen, step):
    at(citizen, "check")
    target = citizen.at.replace("/check/", f"/{step}/")
    for bad in [*REFUSED, *TAKEN]:
        values = dict.fromkeys(("action", "code", "shown_at", "website", "answer", "asked", "consent"), bad)
        assert citizen.client.post(target, values).status_code < 500, bad[:20]
    assert not DisclosureRequest.objects.exists() or step == "check"


def test_an_address_brings_along_no_rubbish_that_could_not_be_sent(citizen):
    citizen.open(f"{citizen.base}?title=a%00%E2%80%AEb&index_number=%07{'x' * 5000}&document_number=%00")
    assert citizen.soup.select_one("[name=subject]")["value"] == "ab"
    citizen.fill({"subject": "ab"})
    assert citizen.step() == "kind", citizen.text()


@pytest.mark.parametrize("key", ["x", "00000000-0000-0000-0000-000000000000", "%00", "a" * 3000])
def test_drafts_that_there_are_none_of(citizen, key):
    for step in ("describe", "check", "receipt", "files", "nothing"):
        assert citizen.client.get(f"{citizen.base}{key}/{step}/").status_code in (404, 410)
        assert citizen.client.post(f"{citizen.base}{key}/{step}/", WANTED).status_code in (404, 410)
    assert not DisclosureRequest.objects.exists()


# Files


def archive(size, parts=1):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for part in range(parts):
            package.writestr(f"{part}.txt", b"0" * size)
    return buffer.getvalue()


def picture(side):
    buffer = io.BytesIO()
    Image.new("1", (side, side)).save(buffer, "PNG")
    return buffer.getvalue()


HOSTILE = {
    "letter.pdf": lambda: b"MZ\x90\x00" + b"\x00" * 100,
    "page.html": lambda: b"<html><script>alert(1)</script></html>",
    "bomb.zip": lambda: archive(40 * 1024 * 1024, parts=7),
    "huge.png": lambda: picture(16_000),
    "empty.txt": lambda: b"",
}


def test_hostile_files_are_named_and_everything_else_is_kept(citizen):
    at(citizen, "files")
    sent = [SimpleUploadedFile(name, made()) for name, made in HOSTILE.items()]
    sent += [
        SimpleUploadedFile(name, b"good")
        for name in ("../../x.txt", "C:\\a\\..\\b.txt", "a\u202etxt.exe.txt")
    ]
    citizen.fill({"action": "continue", "files": sent})
    told = citizen.soup.select_one(".disclosure-errors").get_text()
    assert [name for name in HOSTILE if name not in told] == []
    kept = list(RequestAttachment.objects.values_list("name", flat=True))
    assert kept == ["x.txt", "b.txt", "atxt.exe.txt"]
    citizen.fill({"action": "continue"})
    citizen.fill({})
    assert DisclosureRequest.objects.get().attachments.count() == 3


def test_too_many_files_from_one_sender_wait_and_the_form_does_not(citizen, settings):
    limits = {"CASE_LIMITS": {"upload_sender": (2, 600)}}
    settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, **limits}
    at(citizen, "files")
    sent = [SimpleUploadedFile(f"{number}.txt", b"text") for number in range(3)]
    citizen.fill({"action": "upload", "files": sent})
    assert citizen.soup.select_one(".disclosure-errors") and not RequestAttachment.objects.exists()
    citizen.fill({"action": "continue"})
    assert citizen.step() == "check"


# Programs


def test_drafts_of_one_sender_are_limited_and_the_answers_kept(citizen, settings):
    limits = {"CASE_LIMITS": {"draft_sender": (1, 600)}}
    settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, **limits}
    for status in (200, 429):
        citizen.open()
        citizen.fill(WANTED)
        assert citizen.response.status_code == status
    assert citizen.soup.select_one("[name=subject]")["value"] == WANTED["subject"]
    assert Draft.objects.count() == 1
    cache.clear()
    citizen.fill(WANTED)
    assert citizen.step() == "kind"


def test_codes_of_saved_forms_cannot_be_tried_without_end(citizen, settings):
    limits = {"CASE_LIMITS": {"resume_sender": (2, 600)}}
    settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, **limits}
    at(citizen, "check")
    citizen.get(citizen.at.replace("/check/", "/later/"))
    citizen.fill({})
    code = citizen.soup.select_one(".disclosure-code").get_text()
    other = Citizen()
    other.get(citizen.at.replace("/later/", "/resume/"))
    for tried in ("0" * 16, "1" * 16, code):
        other.fill({"code": tried})
        assert other.step() == "resume"
    cache.clear()
    other.fill({"code": code})
    assert other.step() == "check"


def test_a_form_that_came_too_fast_is_sent_again_with_its_answers(citizen, monkeypatch):
    monkeypatch.setattr("wagtail_disclosure.casework.receipts.protection.ProtectedForm.fastest", 60)
    citizen.open()
    citizen.fill(WANTED)
    assert citizen.soup.select_one(".disclosure-errors")
    assert citizen.soup.select_one("[name=subject]")["value"] == WANTED["subject"]
    monkeypatch.setattr("wagtail_disclosure.casework.receipts.protection.ProtectedForm.fastest", 0)
    citizen.fill(WANTED)
    assert citizen.step() == "kind"


def test_the_question_is_text_and_a_wrong_answer_costs_nothing(place):
    request_form(place.agency, code="asking", asks_question=True, takes_files=False)
    citizen = Citizen("/request-form/zh-hans/asking/")
    at(citizen, "files")
    form = citizen.soup.select_one("form.disclosure-form")
    assert form.select_one("label[for=id_answer]") and not form.select("img, audio, canvas, iframe, script")
    citizen.fill({"answer": "99"})
    assert citizen.soup.select_one(".disclosure-errors a[href='#id_answer']")
    one, other = (
        int(each) for each in citizen.soup.select_one("label[for=id_answer]").get_text() if each.isdigit()
    )
    citizen.fill({"answer": str(one + other)})
    assert citizen.step() == "receipt"


# Forms that are over, taken off the site, or of somebody else


def test_many_short_lines_are_kept_whole_when_the_draft_is_gone(citizen):
    at(citizen, "kind")
    target = citizen.at.replace("/kind/", "/describe/")
    Draft.objects.all().delete()
    written = "\n".join(["年度计划"] * 1000)
    citizen.client.post(target, {**WANTED, "description": written.replace("\n", "\r\n")})
    citizen.get(f"{citizen.base}{Draft.objects.get().pk}/describe/")
    shown = citizen.soup.select_one("[name=description]").get_text().replace("\r\n", "\n")
    assert shown.strip() == written


def taken_off(form):
    head = factories.user("head-of-office", superuser=True)
    actions.withdraw(form, head, reason="content_error", explanation="内容有误")
    assert not type(form).objects.get(pk=form.pk).live


def test_a_form_that_is_taken_off_the_site_keeps_what_was_filled_in_and_sends_nothing(citizen, place):
    at(citizen, "applicant")
    taken_off(place.form)
    assert Citizen().client.get(citizen.base).status_code == 404
    assert Citizen().client.get(citizen.at).status_code == 404
    citizen.fill(PERSON)
    citizen.fill(DELIVERY)
    citizen.fill({"action": "continue"})
    citizen.fill({})
    assert citizen.response.status_code == 409 and "暂停受理" in citizen.text()
    assert not DisclosureRequest.objects.exists()
    assert Draft.objects.get().answers["applicant"]["name"] == PERSON["name"]


def test_the_receipt_stays_when_the_form_is_taken_off_the_site(citizen, place):
    citizen.send()
    number = DisclosureRequest.objects.get().number
    taken_off(place.form)
    assert number in citizen.get(citizen.at).content.decode()
    assert Citizen().client.get(citizen.at).status_code == 404


def test_no_other_website_leads_a_citizen_into_the_form_of_somebody_else(citizen):
    at(citizen, "check")
    citizen.get(citizen.at.replace("/check/", "/later/"))
    citizen.fill({})
    code = citizen.soup.select_one(".disclosure-code").get_text()
    target = citizen.at.replace("/later/", "/resume/")
    victim = Citizen()
    answer = victim.client.post(target, {"code": code}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and not answer.cookies
    assert victim.client.get(target.replace("/resume/", "/check/")).status_code == 410
    assert victim.client.post(target, {"code": code}, headers={"Sec-Fetch-Site": "same-origin"}).cookies


# Registration by the office


def registered(place, **changed):
    given = {
        **{"token": "t", "channel": "counter", "submitted_on": timezone.localdate().isoformat()},
        **{
            "department": place.prices.pk,
            "subject": "水价",
            "kind": "natural",
            "name": "王小明",
            "phone": "1",
        },
    }
    return RegistrationForm({**given, **changed}, user=place.officer)


@pytest.mark.parametrize(
    "name", ["subject", "description", "document_number", "name", "phone", "help_needed", "token"]
)
@pytest.mark.parametrize("bad", REFUSED)
def test_what_is_no_text_is_not_registered(place, name, bad):
    assert name in registered(place, **{name: bad}).errors


@pytest.mark.parametrize("address", ["王小明", "wang@", "a@b.example\nBcc: c@d.example"])
def test_what_no_mail_reaches_is_no_mail_address(place, address):
    assert "email" in registered(place, email=address).errors
    case = factories_cases.request(place, department=place.prices)
    standing = Standing(case)
    move = next(each for each in standing.table.moves if each.code == "correct_contact")
    form = ActionForm({"email": address}, move=move, standing=standing, user=place.officer)
    assert "email" in form.errors
    assert not registered(place, email="wang@example.com").errors


def test_a_wrong_check_character_does_not_stop_a_registration(place):
    form = registered(place, identity_kind="resident_identity_card", identity_number="320102199003072310")
    assert form.is_valid(), form.errors


# Clock and calendar


def test_a_server_clock_that_went_back_mixes_nothing_up(place):
    now = timezone.now()
    case = factories_cases.request(place, department=place.prices, at=now)
    moves.act(case, "confirm_receipt", by=place.officer, at=now)
    earlier = now - datetime.timedelta(hours=30)
    moves.act(case, "accept", by=place.officer, at=earlier)
    with pytest.raises(RuleError):
        moves.act(case, "ask_agency", by=place.officer, at=earlier, on=timezone.localdate(earlier))
    moves.act(case, "note", by=place.officer, note="x", at=now)
    stored = DisclosureRequest.objects.get()
    assert stored.state == "handling" and record.rebuild(stored) == []


def test_a_year_whose_holidays_are_not_announced_gives_a_date_with_a_mark(place):
    day = timezone.make_aware(datetime.datetime(2031, 9, 20, 10))
    case = factories_cases.request(place, department=place.prices, at=day)
    moves.act(case, "confirm_receipt", by=place.officer, at=day)
    assert case.due_on > day.date() and case.due_is_provisional
    assert any(row.day.provisional for row in moves.deadline(case).ledger)
