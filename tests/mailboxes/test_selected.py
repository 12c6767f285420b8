"""Selected letters: nothing is published without consent and review, nothing of the writer is left, and consent that is
withdrawn takes everything with it.
"""

import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from tests import factories_mail
from tests.case_admin import browser, soup
from tests.mailboxes.published import (
    BODY,
    SECRETS,
    TEXTS,
    answered,
    case_of,
    drafted,
    publish,
    reviewed,
    withdraw_consent,
)
from wagtail_disclosure.casework import moves
from wagtail_disclosure.mailboxes.models import CitizenLetter, LetterSelection, SelectedLetterPage
from wagtail_disclosure.mailboxes.selected import consent, making
from wagtail_disclosure.publishing import actions, pinned
from wagtail_disclosure.publishing.digest import digest_of
from wagtail_disclosure.publishing.errors import GateRefused
from wagtail_disclosure.publishing.models import Withdrawal
from wagtail_disclosure.rules.transitions import MoveRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(place):
    return reviewed(place)


@pytest.fixture
def api(settings):
    settings.ROOT_URLCONF = "tests.mailboxes.urls_with_api"
    return "/api/v2/pages/"


def address(case):
    return reverse("disclosure_letters:select", args=[case.pk])


def send(client, url, **changed):
    """Send the form that stands at ``url``, or that ``changed`` leads to."""
    form = soup(client.get(url)).select_one("form[method=post]:has([name=stage])")
    return fill(client, url, form, **changed)


def fill(client, url, form, **changed):
    given = {
        each["name"]: each.get("value", "") for each in form.select("input[type=hidden], input[type=text]")
    }
    given |= {each["name"]: each.get_text().lstrip("\n") for each in form.select("textarea")}
    boxes = form.select("input[name=take][checked]")
    given |= {"take": [each["value"] for each in boxes]} if boxes else {}
    return client.post(url, {**given, **changed}, follow=True)


# Preparing


def test_from_the_original_through_suggestions_and_review_to_the_public(place):
    case, client = answered(place), browser(place.officer)
    first = soup(client.get(address(case)))
    marked = [each.get_text() for each in first.select(".disclosure-original mark")]
    assert all(any(each in passage for passage in marked) for each in SECRETS if each in BODY)
    second = send(client, address(case))
    form = soup(second).select_one("form:has(textarea)")
    assert form.select_one("[name=letter]").get_text().count("***") == 2
    assert "加价依据" in form.select_one("[name=reply]").get_text()
    assert not any(each in form.select_one("[name=letter]").get_text() for each in SECRETS)
    fill(
        client, address(case), form, question="二次供水加价的依据是什么？", answer="市政府文件。", submit="on"
    )
    page = SelectedLetterPage.objects.get()
    assert not page.live and page.workflow_in_progress and page.get_parent().pk == place.page.pk
    assert page.title in client.get(reverse("disclosure_letters:inspect", args=[case.pk])).content.decode()
    for reviewer in (place.reviewer, place.approver):
        actions.approve(
            SelectedLetterPage.objects.get().current_workflow_task_state,
            reviewer,
            digest=digest_of(page.get_latest_revision_as_object()).value,
        )
    text = Client().get(page.get_url()).content.decode()
    assert page.title in text and "价格管理科" in text and "加价依据为市政府文件" in text
    assert case.events.filter(type="propose_publication").get().data["selected"] == page.pk


def test_what_is_left_in_is_pointed_out_and_confirmed_or_changed(place):
    case, client = answered(place), browser(place.officer)
    kept = send(client, address(case), take=[])
    form = soup(kept).select_one("form:has(textarea)")
    assert "王小明" in form.select_one("[name=letter]").get_text()
    refused = fill(client, address(case), form)
    assert not SelectedLetterPage.objects.exists()
    assert soup(refused).select_one("input[type=checkbox][name=confirmed]")
    fill(client, address(case), form, **TEXTS)
    assert SelectedLetterPage.objects.get().letter == TEXTS["letter"]


def test_a_draft_is_changed_on_the_same_screen_and_passes_its_review_again(place):
    page, client = drafted(place), browser(place.officer)
    case = case_of(page)
    form = soup(client.get(address(case))).select_one("form:has(textarea)")
    assert form.select_one("[name=letter]").get_text().strip() == TEXTS["letter"]
    actions.submit(page, place.officer)
    fill(client, address(case), form, reply="已经改正。")
    draft = SelectedLetterPage.objects.get().get_latest_revision_as_object()
    assert draft.reply == "已经改正。" and case.events.filter(type="propose_publication").count() == 1


@pytest.mark.parametrize("who", ["other_officer", "stranger", "reviewer"])
def test_nobody_else_prepares_it(place, who):
    case = answered(place)
    response = browser(getattr(place, who)).get(address(case))
    assert response.status_code in (302, 403, 404) and "王小明" not in response.content.decode()
    with pytest.raises(PermissionDenied):
        making.store(case, getattr(place, who), TEXTS)


@pytest.mark.parametrize(
    "fields", [{"consent_to_publish": False}, {"letter_type": "report"}], ids=["no consent", "confidential"]
)
def test_without_consent_or_of_a_confidential_type_nothing_is_prepared(place, fields):
    case = answered(place, **fields)
    assert browser(place.officer).get(address(case)).status_code == 302
    with pytest.raises(PermissionDenied):
        making.store(case, place.officer, TEXTS)
    assert not SelectedLetterPage.objects.exists()


def test_without_consent_the_move_is_refused(place):
    case = answered(place, consent_to_publish=False)
    with pytest.raises(MoveRefused):
        moves.act(case, "propose_publication", by=place.officer)


def test_before_the_reply_nothing_is_prepared(place):
    case = factories_mail.letter(place, mailbox=place.mailbox)
    assert browser(place.officer).get(address(case)).status_code == 404


# The gate


def test_a_copy_or_a_page_made_by_hand_rests_on_no_consent(place):
    page = drafted(place)
    copied = page.copy(update_attrs={"slug": "copied", "title": "另一封"}, keep_live=False)
    by_hand = SelectedLetterPage(slug="hand", letter_type="consultation", answered_on="2026-01-05", **TEXTS)
    by_hand.live = False
    place.page.add_child(instance=by_hand)
    for each in (copied, by_hand):
        with pytest.raises(ValidationError) as refused:
            actions.submit(SelectedLetterPage.objects.get(pk=each.pk), place.officer)
        assert refused.value.code == "consent"


def test_nobody_publishes_past_the_review(place):
    page = drafted(place)
    with pytest.raises(GateRefused):
        page.get_latest_revision().publish(user=place.officer)
    page.live = True
    with pytest.raises(GateRefused):
        page.save()
    assert not SelectedLetterPage.objects.get().live


def test_data_of_the_writer_that_was_left_blocks_the_review(place):
    page = drafted(place, letter="我是王 小 明，电话１３８１２３４５６７８。", reply="张先生您好。")
    actions.submit(page, place.officer)
    draft = page.get_latest_revision_as_object()
    check = pinned.pin(page, draft, digest_of(draft))
    found = list(check.findings.all())
    assert sum(each.severity == "block" for each in found) >= 2
    assert "王 小 明" not in str([each.passage for each in found]), "findings outlive the draft"
    with pytest.raises(pinned.FindingsOpen):
        actions.approve(
            SelectedLetterPage.objects.get().current_workflow_task_state,
            place.reviewer,
            digest=digest_of(draft).value,
        )


def test_consent_withdrawn_during_the_review_ends_it(place, django_capture_on_commit_callbacks):
    page = drafted(place)
    actions.submit(page, place.officer)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_consent(place, page)
    page = SelectedLetterPage.objects.get()
    assert not page.workflow_in_progress
    with pytest.raises(ValidationError):
        actions.submit(page, place.officer)


def test_the_last_approval_is_refused_while_the_withdrawal_of_consent_is_still_on_its_way(place):
    page = drafted(place)
    actions.submit(page, place.officer)
    actions_of = SelectedLetterPage.objects.get
    digest = digest_of(page.get_latest_revision_as_object()).value
    actions.approve(actions_of().current_workflow_task_state, place.reviewer, digest=digest)
    withdraw_consent(place, page)
    with pytest.raises(GateRefused):
        actions.approve(actions_of().current_workflow_task_state, place.approver, digest=digest)
    assert not actions_of().live


# Withdrawal


@pytest.mark.parametrize("by", ["applicant", "officer"])
def test_consent_withdrawn_takes_the_public_page_with_it(place, by, django_capture_on_commit_callbacks):
    page = publish(place, drafted(place))
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_consent(place, page, **({"by": place.officer} if by == "officer" else {"role": "applicant"}))
    decision = Withdrawal.objects.get()
    assert decision.reason == "consent_withdrawn" and decision.carried_out_at
    response = Client().get(page.get_url())
    text = response.content.decode()
    assert response.status_code == 410
    assert page.title not in text and TEXTS["reply"] not in text and "王" not in text
    assert not SelectedLetterPage.objects.get().live


def test_a_type_that_is_confidential_takes_the_public_page_with_it(place, django_capture_on_commit_callbacks):
    types = {"consultation": (5, "working_days"), "report": (None, "working_days")}
    case = answered(place, mailbox=factories_mail.mailbox(place, types=types), language="zh-hans")
    CitizenLetter.objects.filter(pk=case.pk).update(mailbox=place.mailbox)
    page = publish(place, drafted(place, CitizenLetter.objects.get(pk=case.pk)))
    CitizenLetter.objects.filter(pk=case.pk).update(mailbox=case.mailbox)
    moves.act(case_of(page), "reopen", by=place.head, details={"reason": "另有线索"})
    with django_capture_on_commit_callbacks(execute=True):
        moves.act(
            case_of(page),
            "correct_type",
            by=place.officer,
            data={"letter_type": "report"},
            details={"reason": "属于举报"},
        )
    assert not SelectedLetterPage.objects.get().live and Withdrawal.objects.count() == 1


def test_a_type_that_is_not_takes_nothing(place, django_capture_on_commit_callbacks):
    page = publish(place, drafted(place))
    moves.act(case_of(page), "reopen", by=place.head, details={"reason": "另有线索"})
    with django_capture_on_commit_callbacks(execute=True):
        given = {"data": {"letter_type": "complaint"}, "details": {"reason": "属于投诉"}}
        moves.act(case_of(page), "correct_type", by=place.officer, **given)
    assert SelectedLetterPage.objects.get().live


def test_until_it_has_left_nobody_reads_it_and_a_run_that_broke_off_is_made_up_for(place, api):
    page = publish(place, drafted(place, question="依据是什么？", answer="市政府文件。"))
    url = page.get_url()
    assert Client().get(url).status_code == 200
    withdraw_consent(place, page)
    assert SelectedLetterPage.objects.get().live, "the commit has not come"
    assert Client().get(url).status_code == 404
    assert Client().get(f"{api}{page.pk}/").status_code == 404
    for query in (
        "",
        "?type=wagtail_disclosure.SelectedLetterPage",
        f"?child_of={place.page.pk}&search=供水",
    ):
        assert page.title not in Client().get(api + query).content.decode()
    for below in ("", "selected/", "selected/feed/atom/", "questions/"):
        assert page.title not in Client().get(place.page.get_url() + below).content.decode()
    call_command("disclosure_escalate", verbosity=0)
    assert Client().get(url).status_code == 410 and consent.leave_all() == 0


# What the public reads


def everywhere(place, page):
    """Every text in which a selected letter could show."""
    client, base = Client(), place.page.get_url()
    yield from (
        client.get(url).content.decode()
        for url in (
            base,
            page.get_url(),
            *(f"{base}{each}" for each in ("selected/", "selected/?q=供水", "questions/", "statistics/")),
            *(f"{base}selected/feed/{each}/" for each in ("atom", "rss")),
            f"{place.catalogue.get_url()}search/?q=供水",
        )
    )
    yield b"".join(client.get(f"{place.catalogue.get_url()}sitemap/places/").streaming_content).decode()
    for url in ("/api/v2/pages/?fields=*", f"/api/v2/pages/{page.pk}/", "/api/v2/pages/?search=供水"):
        yield client.get(url).content.decode()
    yield from (json.dumps(each.content, ensure_ascii=False) for each in page.revisions.all())
    yield str(list(Page.objects.search("供水")))


def test_nothing_of_the_writer_is_anywhere_and_nothing_leads_to_the_letter(place, api):
    case = answered(place)
    page = publish(place, drafted(place, case, question="加价依据是什么？", answer="市政府文件。"))
    hidden = answered(place, consent_to_publish=False, subject="没有同意公开的来信")
    found = list(everywhere(place, page))
    for text in found:
        assert not any(each in text for each in (*SECRETS, case.number, hidden.subject))
    assert sum(page.title in text for text in found) >= 8 and sum(page.slug in text for text in found) >= 4
    related = {field.related_model for field in SelectedLetterPage._meta.get_fields() if field.is_relation}
    assert type(case) not in related and LetterSelection not in related


def test_after_the_consent_is_withdrawn_it_is_nowhere_but_in_its_revisions(
    place, api, django_capture_on_commit_callbacks
):
    page = publish(place, drafted(place, question="加价依据是什么？", answer="市政府文件。"))
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_consent(place, page)
    revisions = page.revisions.count()
    for text in list(everywhere(place, page))[: -revisions - 1]:
        assert TEXTS["reply"] not in text and page.title not in text and "加价依据是什么" not in text


def test_the_list_is_searched_limited_and_paged(place, settings):
    settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, "PAGE_SIZE": 2}
    titles = ["供水价格", "公交路线", "路灯不亮"]
    for number, title in enumerate(titles):
        case = answered(place, letter_type="complaint" if number else "consultation")
        publish(place, drafted(place, case, title=title))
    url = f"{place.page.get_url()}selected/"

    def shown(query=""):
        page = soup(Client().get(url + query))
        return [each.get_text() for each in page.select(".disclosure-items__title a")], page

    first, page = shown()
    assert first == ["路灯不亮", "公交路线"] and page.select_one("form[role=search] select[name=type]")
    following = page.select_one(".disclosure-pager a[rel=next]")["href"]
    assert [
        each.get_text() for each in soup(Client().get(following)).select(".disclosure-items__title a")
    ] == ["供水价格"]
    assert shown("?q=公交")[0] == ["公交路线"] and shown("?q=公交 路灯")[0] == []
    assert shown("?type=consultation")[0] == ["供水价格"] and len(shown("?type=x&page=99")[0]) == 1
    assert shown("?q=<script>")[1].select_one("[name=q]")["value"] == "<script>"
    assert Client().post(url).status_code == 405
    feed = Client().get(f"{url}feed/atom/?type=consultation").content.decode()
    assert "供水价格" in feed and "公交路线" not in feed


def test_questions_have_structured_data_and_lead_to_their_letter(place):
    page = publish(place, drafted(place, question="依据</script>是什么？", answer="市政府文件。"))
    found = soup(Client().get(f"{place.page.get_url()}questions/"))
    data = json.loads(found.select_one('script[type="application/ld+json"]').string)
    assert data["@type"] == "FAQPage"
    assert data["mainEntity"][0]["name"] == "依据</script>是什么？"
    assert found.select_one("details a")["href"] == page.get_url()
    letter = soup(Client().get(page.get_url()))
    data = json.loads(letter.select_one('script[type="application/ld+json"]').string)
    assert data["mainEntity"]["acceptedAnswer"]["text"] == TEXTS["reply"]
    assert not soup(Client().get(page.get_url())).select("script[src*=http]")


def test_a_question_needs_its_answer_and_an_address_of_the_mailbox_is_taken(place):
    case = answered(place)
    for wrong in ({"question": "依据是什么？"}, {"answer": "市政府文件。"}):
        with pytest.raises(ValidationError):
            making.store(case, place.officer, {**TEXTS, **wrong})
    page = drafted(place, case)
    page.slug = "selected"
    with pytest.raises(ValidationError):
        page.full_clean()
