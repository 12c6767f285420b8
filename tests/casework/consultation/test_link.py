"""Who is consulted reads, confirms and answers by the link, once, and nobody else does; nothing of it is lost (P9)."""

import io
import zipfile

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import factories_cases
from tests.casework.consultation.conftest import (
    APPLICANT,
    ITEMS,
    REASONS,
    Party,
    action_of,
    admin,
    asked,
    events,
    is_unusable,
    link,
    page_of,
    send,
    soup,
    text_of,
)
from tests.casework.test_moves import at, day, handled, make_place
from tests.catalogue.concurrency import together
from wagtail_disclosure.casework import moves
from wagtail_disclosure.casework.consultation import answers
from wagtail_disclosure.casework.consultation.enquiry import Enquiry
from wagtail_disclosure.casework.models import Draft
from wagtail_disclosure.casework.receipts import throttle
from wagtail_disclosure.requests.models import DisclosureRequest, RequestParty

# The link


def test_the_term_runs_from_the_day_on_which_receipt_is_confirmed(case, ask, clock):
    ask()
    party = Party()
    clock.move_to(at("2026-03-05"))
    first = party.get()
    assert first.status_code == 200 and ITEMS not in text_of(first)
    assert "record_third_party_delivery" not in events(case), "a program that opens links confirms nothing"
    letter = party.confirm()
    assert ITEMS in text_of(letter)
    event = case.events.get(type="record_third_party_delivery")
    assert (event.by, event.data["key"], event.data["on"]) == ("third_party", "1", "2026-03-05")
    enquiry = Enquiry(RequestParty.objects.get())
    assert enquiry.due == day("2026-03-26")
    assert "2026年3月26日" in text_of(letter)
    party.confirm()
    assert case.events.filter(type="record_third_party_delivery").count() == 1


def test_nothing_on_the_pages_says_who_the_applicant_is_or_leaves_by_a_referrer_or_a_cache(case, ask):
    ask()
    party = Party()
    pages = [party.get(), party.confirm(), party.fill(), party.send()]
    for page in pages:
        assert page.status_code == 200
        for hidden in (*APPLICANT, "申请人电话", case.subject, case.description):
            assert hidden not in page.content.decode()
        assert page["Referrer-Policy"] == "no-referrer"
        assert "no-store" in page["Cache-Control"] and "noindex" in page["X-Robots-Tag"]
        assert not soup(page).select("article script")
    for url in ("name", "referrer"):
        assert soup(pages[1]).select(f"meta[{'name=referrer' if url == 'referrer' else 'name=robots'}]")


def test_a_reasoned_refusal_is_recorded_whole_once_and_sent_twice_it_has_the_same_receipt(case, place, ask):
    ask()
    party = Party()
    party.confirm()
    upload = factories_cases.upload(b"contract of 2025", "合同.txt")
    check = party.fill(files=[upload])
    assert REASONS in text_of(check) and "合同.txt" in text_of(check)
    first, second = party.send(), party.send()
    assert (first.status_code, second.status_code) == (200, 200)
    receipt = [soup(each).select_one(".disclosure-receipt").get_text() for each in (first, second)]
    assert receipt[0] == receipt[1] and f"{case.number}/1" in receipt[0]
    assert REASONS not in text_of(second)
    event = case.events.get(type="answer_third_party")
    assert (event.by, event.data["opinion"], event.data["key"], event.data["role"]) == (
        "third_party",
        "refuses",
        "1",
        "third_party",
    )
    assert event.details == {"opinion_reasons": REASONS, "answered_by": "赵经理"}
    file = case.attachments.get()
    assert (file.origin, event.documents) == ("third_party", [str(file.key)])
    assert not Draft.objects.exists()
    assert is_unusable(party.get()) and is_unusable(party.fill())
    shown = text_of(admin(place.officer).get(page_of(case)))
    assert REASONS in shown and "不同意公开" in shown
    outsider = Client().get(reverse("wagtail_disclosure:case_file", args=[file.key]))
    assert outsider.status_code == 404


@pytest.mark.parametrize(
    ("opinion", "given", "right"),
    [
        ("agrees", {"opinion_reasons": ""}, True),
        ("refuses", {"opinion_reasons": ""}, False),
        ("partly", {"opinion_reasons": ""}, False),
        ("partly", {}, True),
        ("other", {}, True),
        ("agrees", {"answered_by": ""}, False),
        ("", {}, False),
        ("fly", {}, False),
        ("refuses", {"opinion_reasons": "x" * 100_000}, False),
        ("refuses", {"opinion_reasons": "a\x00b"}, False),
        ("refuses", {"opinion_reasons": "\u200b \u3164"}, False),
        ("refuses", {"opinion_reasons": "<script>alert(1)</script> 😀𠮷"}, True),
    ],
)
def test_what_an_answer_needs_and_what_it_may_not_have(case, ask, opinion, given, right):
    ask()
    party = Party()
    party.confirm()
    page = party.fill(opinion, **given)
    assert bool(soup(page).select("form[action$='check/']")) == right
    if not right:
        listed = [each.get_text() for each in soup(page).select(".disclosure-errors li")]
        assert listed and not [each for each in listed if each == "必需字段"], (
            "each says of which field it is"
        )
        again = soup(party.get())
        if given.get("answered_by") is None:
            assert again.select_one("[name=answered_by]")["value"] == "赵经理"
    assert b"<script>alert" not in page.content
    sent = party.send()
    assert (case.events.filter(type="answer_third_party").count() == 1) == right, text_of(sent)


def test_many_short_lines_are_sent_whole(case, ask):
    ask()
    written = "\n".join(["不同意"] * 1250)
    assert len(written) == 4999
    party = Party()
    # Browsers end each line with two characters.
    party.answer(opinion_reasons=written.replace("\n", "\r\n"))
    assert case.events.get(type="answer_third_party").details["opinion_reasons"] == written


def program_as_pdf():
    return factories_cases.upload(b"MZ\x90\x00" + b"\x00" * 200 + b"PE\x00\x00" + b"\x00" * 400, "意见.pdf")


def bomb():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"0" * 300_000_000)
    return factories_cases.upload(data.getvalue(), "a.zip")


@pytest.mark.parametrize("make", [program_as_pdf, bomb, lambda: factories_cases.upload(b"", "a.exe")])
def test_a_file_that_may_not_be_sent_is_refused_and_the_rest_is_kept(case, ask, make):
    ask()
    party = Party()
    party.confirm()
    page = party.fill(files=[make(), factories_cases.upload(b"text", "../../说明.txt")])
    assert soup(page).select(".disclosure-errors li"), text_of(page)[:500]
    assert REASONS in page.content.decode()
    model = case.attachments.model
    assert [each.name for each in model.objects.all()] == ["说明.txt"]
    assert [each.draft is not None for each in model.objects.all()] == [True]
    key = model.objects.get().key
    party.fill(action=f"remove:{key}")
    assert not model.objects.exists()
    page = party.fill(files=[factories_cases.upload(b"t", f"{number}.txt") for number in range(30)])
    assert soup(page).select(".disclosure-errors li") and not model.objects.exists()


# What does not work


def guesses(token):
    yield from ("x", "", "0" * 43, token[:-1], f"{token}A", token.swapcase(), "x" * 5000, "%00", "..")


def test_every_link_that_does_not_work_has_one_and_the_same_page(case, place, ask, clock):
    ask()
    token = link().split("/")[2]
    client = Client()
    wrong = [client.get(f"/consultation/{each}/") for each in guesses(token) if each not in ("", "..")]
    bodies = {each.content for each in wrong}
    assert len(bodies) == 1 and {each.status_code for each in wrong} == {404}
    throttle._memory.clear()
    assert Party().get().status_code == 200
    moves.act(case, "withdraw", role="applicant")
    closed = Party()
    assert closed.get().content in bodies and closed.get().status_code == 404
    assert closed.confirm().content in bodies
    assert "record_third_party_delivery" not in events(case)
    assert client.get(f"/consultation/{token}/edit/").status_code == 404


def test_guessing_is_throttled_for_right_links_too(case, ask, caplog):
    ask()
    client = Client()
    for number in range(25):
        client.get(f"/consultation/guess-{number}/")
    assert is_unusable(client.get(link()))
    assert Client(REMOTE_ADDR="203.0.113.9").get(link()).status_code == 200
    assert link().split("/")[2] not in caplog.text, "a token is no line of a log"


def test_a_link_ends_some_time_after_the_term_of_its_party(case, ask, clock):
    ask()
    party = Party()
    clock.move_to(at("2026-04-23"))
    assert party.get().status_code == 200, "asked on 3 March, due on 24 March, and 30 days more"
    clock.move_to(at("2026-04-24"))
    assert is_unusable(party.get()) and is_unusable(party.confirm())


def test_a_letter_that_is_received_later_makes_its_link_last_longer(case, ask, clock):
    ask()
    party = Party()
    clock.move_to(at("2026-04-20"))
    party.confirm()
    clock.move_to(at("2026-05-20"))
    assert party.get().status_code == 200


def test_an_answer_after_the_term_is_an_answer_while_the_consultation_is_open(case, ask, clock):
    ask()
    party = Party()
    party.confirm()
    assert not soup(party.get()).select_one(".disclosure-banner")
    clock.move_to(at("2026-03-30"))
    assert soup(party.get()).select_one(".disclosure-banner")
    party.fill()
    party.send()
    assert case.events.filter(type="answer_third_party").get().data["on"] == "2026-03-30"


@pytest.mark.parametrize("end", ["close_third_party", "withdraw", "answer_third_party"])
def test_an_answer_that_comes_when_the_consultation_is_over_is_recorded_as_late(
    case, place, ask, clock, end, django_capture_on_commit_callbacks
):
    place.officer.email = "chen@example.org"
    place.officer.save()
    ask()
    party = Party()
    party.confirm()
    party.fill(files=[factories_cases.upload(b"contract", "合同.txt")])
    clock.move_to(at("2026-04-01"))
    by = {"role": "applicant"} if end == "withdraw" else {"by": place.officer}
    moves.act(case, end, **by, **({"data": {"opinion": "agrees"}} if end.startswith("answer") else {}))
    state, due = case.state, case.due_on
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        receipt = party.send()
    assert receipt.status_code == 200 and soup(receipt).select_one(".disclosure-banner")
    event = case.events.last()
    assert (event.type, event.data["opinion"], event.details["opinion_reasons"]) == (
        "late_opinion",
        "refuses",
        REASONS,
    )
    assert event.documents and "clock" not in event.data
    stored = DisclosureRequest.objects.get()
    assert (stored.state, stored.due_on) == (state, due)
    assert [each.to for each in mail.outbox] == [["chen@example.org"]]
    assert REASONS in text_of(admin(place.officer).get(page_of(case)))


@pytest.mark.django_db(transaction=True)
def test_of_two_that_send_at_once_one_is_recorded():
    place = make_place()
    with time_machine.travel(at("2026-03-03"), tick=False):
        case = handled(place, "2026-03-02")
        party = RequestParty.objects.create(case=case, kind="third_party", key="1", name="某公司")
        moves.act(case, "ask_third_party", by=place.officer)
        answers.save_draft(party, {"opinion": "agrees", "answered_by": "赵"})
        given = {"opinion": "agrees", "answered_by": "赵"}
        together(lambda index: answers.send(RequestParty.objects.get(pk=party.pk), given), 3)
    assert events(case).count("answer_third_party") == 1 and "late_opinion" not in events(case)


# Joint makers and other agencies


@pytest.mark.parametrize(
    ("code", "answer", "says"),
    [("ask_co_maker", "answer_co_maker", "视为同意公开"), ("ask_agency", "answer_agency", "继续办理")],
)
def test_agencies_answer_by_their_link_and_read_what_their_silence_means(case, ask, code, answer, says):
    ask(code, questions=ITEMS, until="2026-03-20")
    party = Party()
    assert says in text_of(party.confirm())
    party.fill("agrees")
    assert party.send().status_code == 200
    event = case.events.get(type=answer)
    assert (event.data["opinion"], event.data["consultation"]) == (
        "agrees",
        code.removeprefix("ask_").replace("agency", "other_agency"),
    )
    assert ("record_co_maker_delivery" in events(case)) == (code == "ask_co_maker")


def test_in_a_correction_another_agency_answers_by_its_link_whether_the_record_is_right(
    place, clock, django_capture_on_commit_callbacks
):
    case = factories_cases.draft(place, department=place.prices, channel="counter", case_kind="correction")
    moves.act(case, "register", by=place.officer, receipt={"submitted_on": timezone.localdate()})
    moves.act(case, "accept", by=place.officer)
    with django_capture_on_commit_callbacks(execute=True):
        values = asked(questions=ITEMS, until="2026-03-20")
        send(admin(place.officer), action_of(case, "ask_agency"), values)
    party = Party()
    page = text_of(party.confirm())
    assert "第四十一条" in page and "记录不准确" in page and "同意公开" not in page
    party.fill("denies")
    assert party.send().status_code == 200
    event = case.events.get(type="answer_agency")
    assert (event.data["opinion"], event.texts["opinion_reasons"]) == ("denies", REASONS)
    assert "记录准确，不应更正" in text_of(admin(place.officer).get(page_of(case)))
    moves.act(case, "draft_decision", by=place.officer, reply="not_corrected", details={"reasons": REASONS})


def test_the_page_is_read_in_the_language_of_the_party_or_in_another(case, ask):
    ask(party_language="en")
    party = Party()
    page = party.get()
    assert "I have received this letter" in text_of(page)
    other = soup(page).select_one("a[hreflang=zh-hans]")["href"]
    chinese = party.client.post(other, {"action": "receive"}, follow=True)
    assert ITEMS in text_of(chinese) and "第三十二条" in text_of(chinese)
    assert "language=zh-hans" in soup(chinese).select_one("form.disclosure-form")["action"]
