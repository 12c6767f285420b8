"""P7 in the admin of mailboxes: who sees what on which address, the lists, the actions, clusters, and a leader's page."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale

from tests import factories, factories_cases, factories_mail
from tests.case_admin import browser, send, soup
from tests.mailboxes.published import answered, drafted, reviewed
from wagtail_disclosure.casework import attachments, moves
from wagtail_disclosure.casework.models import Submission
from wagtail_disclosure.casework.standing import Standing
from wagtail_disclosure.casework.written import written_day
from wagtail_disclosure.mailboxes import clusters, leading
from wagtail_disclosure.mailboxes.models import (
    CannedAnswer,
    CitizenLetter,
    CitizenLetterAttachment,
    Mailbox,
)

SECRET = "小区二次供水价格咨询"


def url(name, *args):
    return reverse(f"disclosure_letters:{name}", args=args)


@pytest.fixture
def case(place):
    return factories_mail.letter(place, mailbox=place.mailbox)


def addresses(case):
    file = attachments.store(CitizenLetterAttachment, factories_cases.upload(), origin="applicant", case=case)
    codes = list(Standing(case).table.actions)
    return {
        "inspect": url("inspect", case.pk),
        "people": url("people", case.pk),
        "code": url("code", case.pk),
        "letter_draft": url("letter_draft", case.pk),
        "party_link": url("party_link", case.pk, 1),
        "select": url("select", case.pk),
        "file": reverse("wagtail_disclosure_admin_case_file", args=[file.key]),
        **{f"do {code}": url("action", case.pk, code) for code in codes},
    }


def test_on_every_address_strangers_and_other_departments_learn_nothing(place, case):
    for user in (place.other_officer, place.stranger):
        client = browser(user)
        for name, address in addresses(case).items():
            for response in (client.get(address), client.post(address)):
                assert response.status_code in (302, 403, 404, 405), (user, name)
                assert SECRET not in response.content.decode(errors="replace")
        for name in ("index", "index_results", "calendar", "clusters", "find"):
            response = client.get(url(name))
            assert SECRET not in response.content.decode() and case.number not in response.content.decode()
    assert case.events.count() == 1


def test_those_whose_letter_it_is_see_it(place, case):
    root = factories.user("root", superuser=True)
    for user in (place.officer, place.reviewer, place.head, place.leader, root):
        client = browser(user)
        for name in ("inspect", "people"):
            assert client.get(url(name, case.pk)).status_code == 200, (user, name)
        assert case.number in client.get(url("index")).content.decode()


def test_every_action_that_is_offered_has_a_form_for_whoever_may(place, case):
    """In the state after each step of the way to a reply, and for each of the people."""
    tried = set()
    for step in (None, *factories_mail.TO_REPLY, "archive"):
        if step:
            factories_mail.through(case, place, step)
        for user in (place.officer, place.reviewer, place.head, place.leader):
            client = browser(user)
            for move, key in moves.offers(CitizenLetter.objects.get(), user, today=timezone.localdate()):
                if (user, move.code) in tried:
                    continue
                tried.add((user, move.code))
                response = client.get(url("action", case.pk, move.code) + (f"?key={key}" if key else ""))
                assert response.status_code == 200, (user, move.code)
    assert {code for _user, code in tried} >= {
        "decline",
        "merge",
        "hold",
        "propose_publication",
        "phone_note",
    }


def test_the_page_shows_the_letter_with_masked_people(place, case):
    text = soup(browser(place.officer).get(url("inspect", case.pk))).get_text(" ", strip=True)
    assert "二次供水加价依据" in text and "王**" in text and "王小明" not in text and "局长信箱" in text


def test_the_page_of_a_petition_says_until_when_acceptance_is_told(place):
    petition = factories_mail.letter(place, mailbox=place.mailbox, letter_type="petition")
    page = soup(browser(place.officer).get(url("inspect", petition.pk)))
    assert "信访工作条例" in page.select_one("#case-letter-section, #case-letter").find_parent().get_text()


@pytest.mark.parametrize(("type_", "cited"), [("petition", True), ("consultation", False)])
@pytest.mark.parametrize("move", ["accept", "decline"])
def test_petition_law_is_cited_for_petitions_alone(place, type_, cited, move):
    letter = factories_mail.letter(place, mailbox=place.mailbox, letter_type=type_)
    factories_mail.through(letter, place, move)
    page = soup(browser(place.officer).get(url("inspect", letter.pk)))
    events = page.select_one("#case-timeline-section, #case-timeline").find_parent()
    assert ("信访工作条例" in events.select_one("ol").get_text()) == cited


@pytest.mark.parametrize(("type_", "cited"), [("petition", True), ("complaint", False)])
def test_an_extension_cites_petition_law_for_petitions_alone(place, type_, cited):
    letter = factories_mail.letter(place, mailbox=place.mailbox, letter_type=type_)
    factories_mail.through(letter, place, "accept", "handle")
    moves.act(letter, "propose_extension", by=place.officer, days=5, details={"reason": "核查"})
    moves.act(letter, "approve_extension", by=place.head)
    page = soup(browser(place.officer).get(url("inspect", letter.pk)))
    assert ("信访工作条例》第三十四条" in page.get_text()) == cited


def test_what_was_asked_again_is_called_so(place):
    letter = factories_mail.letter(place, mailbox=place.mailbox)
    factories_mail.through(letter, place, *factories_mail.TO_REPLY)
    moves.act(letter, "ask_follow_up", role="applicant", details={"description": "请问何时退费？"})
    text = soup(browser(place.officer).get(url("inspect", letter.pk))).get_text()
    assert "请问何时退费？" in text and "补正后的内容描述" not in text


def test_the_same_words_over_years_are_no_cluster_on_the_page_of_a_letter_either(place):
    for year in range(6):
        at = timezone.now() - datetime.timedelta(days=100 * year + 1)
        found = factories_mail.letter(place, mailbox=place.mailbox, at=at)
    assert clusters.of_all(place.officer) == [] == clusters.of_letter(found, place.officer)


def test_letters_are_filtered_by_mailbox_type_rating_and_cluster(place, case):
    other = factories_mail.letter(
        place, mailbox=factories_mail.mailbox(place), letter_type="complaint", body="另一件"
    )
    factories_mail.through(other, place, *factories_mail.TO_REPLY)
    moves.act(other, "rate", role="applicant", data={"rating": "satisfied"})
    client = browser(place.officer)
    for query, wanted in (
        ({"mailbox": place.mailbox.pk}, {case}),
        ({"letter_type": "complaint"}, {other}),
        ({"rating": "satisfied"}, {other}),
        ({"channel": "online"}, {case, other}),
        ({"cluster": f"text:{case.text_index}"}, {case}),
        ({"cluster": "nonsense"}, set()),
        ({"cluster": "email:"}, set()),
        ({"queue": "closed"}, {other}),
    ):
        text = client.get(url("index"), query).content.decode()
        assert {each for each in (case, other) if each.number in text} == wanted, query


def test_editors_find_the_letters_that_may_be_published(place, case):
    reviewed(place)
    ready, made = answered(place, subject="可以选登"), answered(place, subject="已经选登")
    answered(place, subject="不同意公开", consent_to_publish=False)
    answered(place, subject="举报", letter_type="report")
    again = answered(place, subject="又追问了")
    moves.act(again, "ask_follow_up", role="applicant", details={"description": "请问何时退费？"})
    drafted(place, made)
    client = browser(place.officer)
    for asked, wanted in (("ready", {ready.number}), ("made", {made.number})):
        text = client.get(url("index"), {"publication": asked}).content.decode()
        assert {each.number for each in CitizenLetter.objects.all() if each.number in text} == wanted


def test_the_export_has_neither_what_was_written_nor_who(place, case):
    text = b"".join(browser(place.officer).get(url("index"), {"export": "csv"})).decode()
    assert case.number in text and "局长信箱" in text
    assert SECRET not in text and "王" not in text


def test_a_reply_goes_through_its_forms_and_may_begin_with_a_canned_answer(place, case):
    answer = CannedAnswer.objects.create(agency=place.agency, title="供水", body="您好，关于供水价格：")
    CannedAnswer.objects.create(
        agency=place.agency, department=place.projects, title="项目", body="别的处室的答复"
    )
    factories_mail.through(case, place, "accept", "handle")
    client, address = browser(place.officer), url("action", case.pk, "draft_decision")
    page = soup(client.get(address))
    links = [each["href"] for each in page.select('a[href^="?canned="]')]
    assert links == [f"?canned={answer.pk}"]
    page = soup(client.get(address + links[0]))
    assert page.select_one("[name=decision_reply_text]").get_text().strip() == answer.body
    send(client, address, {"reply": "answered", "decision_reply_text": "您好，价格依据为文件。"})
    send(browser(place.reviewer), url("action", case.pk, "approve_decision"), {})
    send(client, url("action", case.pk, "issue_decision"), {})
    stored = CitizenLetter.objects.get()
    assert stored.state == "replied" and "您好，价格依据为文件" in stored.letters.get().html


def test_who_drafts_again_reads_why_the_reply_was_returned(place, case):
    factories_mail.through(case, place, "accept", "handle", "draft_decision")
    note = "请写明依据文件。"
    send(browser(place.reviewer), url("action", case.pk, "return_decision"), {"note": note})
    client, address = browser(place.officer), url("action", case.pk, "draft_decision")
    assert note in soup(client.get(address)).get_text()
    send(client, address, {"reply": "answered", "decision_reply_text": "您好，依据为文件。"})
    assert note not in soup(client.get(url("action", case.pk, "revise_decision"))).get_text()


def test_officers_are_chosen_by_their_names(place, case):
    place.officer.last_name, place.officer.first_name = "温", "昭宁"
    place.officer.save()
    page = soup(browser(place.officer).get(url("action", case.pk, "assign")))
    option = page.select_one(f'[name=assignee] option[value="{place.officer.pk}"]')
    assert option.get_text(strip=True) == "温昭宁"


def test_a_letter_is_joined_by_its_form_and_both_pages_link_to_each_other(place, case):
    second = factories_mail.letter(place, mailbox=place.mailbox)
    client = browser(place.officer)
    response = send(client, url("action", second.pk, "merge"), {"of": "LX1999-01-1", "reason": "同一事项"})
    assert CitizenLetter.objects.get(pk=second.pk).state == "submitted", response
    send(client, url("action", second.pk, "merge"), {"of": case.number, "reason": "同一事项"})
    assert CitizenLetter.objects.get(pk=second.pk).merged_into == case
    assert second.number in client.get(url("inspect", case.pk)).content.decode()
    page = client.get(url("inspect", second.pk)).content.decode()
    assert url("inspect", case.pk) in page and "Repeats" not in page and "重复的申请" not in page


def test_a_department_that_takes_part_reads_the_letter_and_not_the_person(place, case):
    factories_mail.through(case, place, "accept")
    given = {"data": {"department": place.projects.pk}, "details": {"question": "有无审批？"}}
    moves.act(case, "involve", by=place.officer, **given)
    client = browser(place.other_officer)
    text = client.get(url("inspect", case.pk)).content.decode()
    assert "二次供水加价依据" in text and "wang" not in text
    assert client.get(url("people", case.pk)).status_code in (302, 404)
    send(client, url("action", case.pk, "answer_task") + "?key=1", {"answer": "没有审批"})
    assert case.tasks.get().state == "answered"


def test_a_letter_by_telephone_is_registered_by_its_form_and_the_code_is_shown_once(place):
    client = browser(place.officer)
    given = {
        **{"mailbox": place.mailbox.pk, "type": "complaint", "channel": "phone", "subject": "噪声"},
        **{"arrived_on": timezone.localdate().isoformat(), "body": "夜间施工", "name": "赵六"},
    }
    response = send(client, url("add"), given)
    found = CitizenLetter.objects.get()
    assert found.number in response.content.decode() and "no-store" in response["Cache-Control"]
    assert re.search(r"<code>[\w-]{16,}</code>", response.content.decode())
    assert browser(place.leader).get(url("add")).status_code in (302, 403)


def test_whoever_registers_a_letter_reads_until_when_it_is_answered(place):
    given = {"mailbox": place.mailbox.pk, "type": "petition", "channel": "counter", "subject": "拆迁补偿"}
    given |= {"arrived_on": timezone.localdate().isoformat(), "body": "补偿没有到位", "name": "赵六"}
    page = soup(send(browser(place.officer), url("add"), given))
    days = [each.get_text() for each in page.select(".disclosure-review__list dd")]
    found = CitizenLetter.objects.get()
    limits = Standing(found).deadline()
    shown = " ".join(days)
    duties = [each for each in limits.limits if each.is_duty]
    assert duties and all(written_day(each.due) in shown for each in duties)
    assert written_day(limits.due) in shown


def test_a_mail_address_that_is_none_is_refused_and_nothing_is_lost(place):
    given = {"mailbox": place.mailbox.pk, "type": "complaint", "channel": "phone", "subject": "噪声"}
    given |= {"arrived_on": timezone.localdate().isoformat(), "body": "夜间施工", "email": "zhao@"}
    page = soup(send(browser(place.officer), url("add"), given))
    assert not CitizenLetter.objects.exists()
    assert page.select_one("[name=email]")["value"] == "zhao@"
    assert page.select_one("[name=body]").get_text().strip() == "夜间施工"


def test_what_is_confidential_is_registered_without_consent_to_publication(place):
    mailbox = factories_mail.mailbox(place, types={"report": (15, "working_days")})
    given = {"mailbox": mailbox.pk, "type": "report", "channel": "phone", "subject": "举报"}
    given |= {"arrived_on": timezone.localdate().isoformat(), "body": "收受礼品", "consent_to_publish": "on"}
    send(browser(place.officer), url("add"), given)
    found = CitizenLetter.objects.get()
    assert not found.consent_to_publish and found.consent == ""


# Clusters


def test_the_same_text_from_many_is_one_cluster_and_none_of_it_is_lost(place, case):
    many = [
        factories_mail.letter(
            place,
            mailbox=place.mailbox,
            body="请立即停止施工！\n我们反对。" if number % 2 else "请立即停止施工 我们反对",
            correspondent={"email": f"a{number}@example.com", "phone": f"1381234{number:04}"},
        )
        for number in range(6)
    ]
    found = clusters.of_all(place.officer)
    assert [(each.kind, each.number, each.open) for each in found] == [("text", 6, 6)]
    client = browser(place.officer)
    link = soup(client.get(url("clusters"))).select_one('a[href*="cluster="]')["href"]
    text = client.get(link).content.decode()
    assert all(each.number in text for each in many) and case.number not in text
    assert "case-clusters" in client.get(url("inspect", many[0].pk)).content.decode()
    assert clusters.of_all(place.other_officer) == [] and clusters.of_letter(case, place.officer) == []


def test_many_letters_from_one_address_are_one_cluster(place):
    for number in range(5):
        factories_mail.letter(place, mailbox=place.mailbox, body=f"第{number}次来信")
    assert {(each.kind, each.number) for each in clusters.of_all(place.officer)} == {
        ("email", 5),
        ("phone", 5),
    }


# A leader's page


def test_mailboxes_in_ones_own_language_stand_before_their_translations(place, case):
    english = Locale.objects.get_or_create(language_code="en")[0]
    factories_mail.mailbox(place, title="A mailbox", leaders=[place.leader], locale=english)
    listed = soup(browser(place.leader).get(reverse(leading.NAME))).select_one("table").get_text()
    assert 0 <= listed.find("局长信箱") < listed.find("A mailbox")
    page = soup(browser(place.officer).get(url("add")))
    options = [each.get_text(strip=True) for each in page.select("[name=mailbox] option")]
    assert options[1:] == ["局长信箱", "A mailbox"]


def test_a_leader_sees_what_was_written_to_them_what_is_late_and_what_is_rated_badly(place, case):
    bad = factories_mail.letter(place, mailbox=place.mailbox, subject="答非所问")
    factories_mail.through(bad, place, *factories_mail.TO_REPLY)
    moves.act(
        bad, "rate", role="applicant", data={"rating": "not_satisfied"}, details={"comment": "没有回答"}
    )
    foreign = factories_mail.letter(place, mailbox=factories_mail.mailbox(place), subject="别的信箱")
    client = browser(place.leader)
    page = soup(client.get(reverse(leading.NAME)))
    assert "答非所问" in page.select_one("#bad-section, #bad").find_parent().get_text()
    assert case.subject in page.get_text() and foreign.subject not in page.get_text()
    row = page.select("table tbody tr")[0]
    assert [each.get_text() for each in row.select("td")] == list("21001")
    assert "没有回答" in page.select_one("#bad-section, #bad").find_parent().get_text(), (
        "why it is rated badly"
    )
    for link, wanted in zip(row.select("td a"), ({case}, {bad}), strict=True):
        listed = client.get(link["href"]).content.decode()
        assert {each for each in (case, bad, foreign) if each.number in listed} == wanted
    for user in (place.officer, place.stranger):
        assert browser(user).get(reverse(leading.NAME)).status_code in (302, 403)


# Definitions and canned answers


def test_the_list_of_mailboxes_says_which_are_public_beside_which_are_open(place):
    factories_mail.mailbox(place, code="other", opening="closed")
    Mailbox.objects.filter(pk=place.mailbox.pk).update(live=False)
    client = browser(factories.user("root", superuser=True))
    page = soup(client.get(reverse(Mailbox.snippet_viewset.get_url_name("list"))))
    rows = {each.select_one("a").get_text(strip=True): each for each in page.select("table tbody tr")}
    assert len(page.select("table tbody .w-status")) == 2
    assert len(page.select("table tbody .w-status--primary")) == 1, rows


def test_a_mailbox_is_made_as_a_draft_and_is_public_only_after_its_review(place):
    client = browser(factories.user("root", superuser=True))
    address = reverse(Mailbox.snippet_viewset.get_url_name("add"))
    assert client.get(address).status_code == 200
    response = client.post(
        address,
        {
            **{"title": "咨询信箱", "code": "questions", "addressee_kind": "office", "addressee": ""},
            **{"agency": place.agency.pk, "department": "", "notice": "null", "opening": "open"},
            **{
                "closed_notice": "",
                "real_name": "optional",
                "optional_fields": ["phone"],
                "takes_files": "on",
            },
            **{"offers_consent": "on", "consent_text": "", "locale": place.mailbox.locale_id},
            **{"types-TOTAL_FORMS": "1", "types-INITIAL_FORMS": "0", "types-MIN_NUM_FORMS": "0"},
            **{"types-0-type": "consultation", "types-0-limit": "3", "types-0-unit": "working_days"},
            **{"types-0-department": "", "types-0-ORDER": "1", "types-0-id": "", "types-0-DELETE": ""},
            **{"leaders-TOTAL_FORMS": "1", "leaders-INITIAL_FORMS": "0", "leaders-0-id": ""},
            **{"leaders-0-user": place.leader.pk, "leaders-0-ORDER": "1", "leaders-0-DELETE": ""},
            "action-publish": "1",
        },
    )
    found = Mailbox.objects.filter(code="questions").first()
    assert found is not None, soup(response).select(".error-message, .w-field__errors")
    assert not found.live
    drafted = found.get_latest_revision_as_object()
    assert [(each.type, each.limit) for each in drafted.types.all()] == [("consultation", 3)]
    assert (
        client.get(reverse(Mailbox.snippet_viewset.get_url_name("edit"), args=[found.pk])).status_code == 200
    )


def test_canned_answers_are_kept_by_those_of_the_department(place):
    own = CannedAnswer.objects.create(agency=place.agency, department=place.prices, title="价格", body="…")
    name = "disclosure_canned_answers"
    client, foreign = browser(place.officer), browser(place.other_officer)
    given = {"title": "新的", "agency": place.agency.pk, "department": place.prices.pk, "body": "您好"}
    client.post(reverse(f"{name}:add"), given)
    assert CannedAnswer.objects.filter(title="新的").exists()
    CannedAnswer.objects.filter(pk=own.pk).update(letter_type="complaint")
    listed = client.get(reverse(f"{name}:index")).content.decode()
    assert own.title in listed and "投诉" in listed
    assert client.get(reverse(f"{name}:edit", args=[own.pk])).status_code == 200
    assert own.title not in foreign.get(reverse(f"{name}:index")).content.decode()
    for action in ("edit", "delete"):
        assert foreign.post(reverse(f"{name}:{action}", args=[own.pk]), given).status_code in (302, 403, 404)
    own.refresh_from_db()
    assert own.title == "价格"
    foreign.post(reverse(f"{name}:add"), {**given, "title": "混进去的"})
    assert not CannedAnswer.objects.filter(title="混进去的").exists()
    assert browser(place.stranger).get(reverse(f"{name}:index")).status_code in (302, 403)


def test_who_sent_most_elsewhere_hides_no_cluster(place, monkeypatch):
    """Only what one may see says who sent most."""
    monkeypatch.setattr(clusters, "MOST_SHOWN", 1)
    for sender, department, number in (("a" * 32, place.projects, 7), ("b" * 32, place.prices, 5)):
        for each in range(number):
            person = {"email": f"{sender}{each}@example.com", "phone": f"138{ord(sender[0])}{each:05}"}
            letter = factories_mail.letter(
                place, department=department, body=f"{sender}{each}", correspondent=person
            )
            Submission.objects.create(
                token_hash=f"{sender}{each}",
                case_model=letter._meta.label_lower,
                case_key=str(letter.pk),
                sender=sender,
                at=timezone.now(),
            )
    found = [each.key for each in clusters.of_all(place.officer) if each.kind == clusters.SENDER]
    assert found == ["b" * 32]
