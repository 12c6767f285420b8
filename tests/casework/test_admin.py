"""P7 and P8 in the admin of requests: who sees what on which address, and what the forms of the actions do."""

import dataclasses
import datetime
import io

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories, factories_cases
from tests.case_admin import browser, office, send, soup, url
from wagtail_disclosure.casework import identity, moves
from wagtail_disclosure.casework.forms import ActionForm
from wagtail_disclosure.casework.models import IdentityRead
from wagtail_disclosure.casework.standing import Standing
from wagtail_disclosure.departments.roles import admin_access
from wagtail_disclosure.requests.models import DisclosureRequest
from wagtail_disclosure.rules.profiles import available_profiles


@pytest.fixture
def place(db):
    return office()


@pytest.fixture
def case(place):
    found = factories_cases.request(
        place, department=place.prices, subject='=HYPERLINK("http://evil")', applicant={"name": "王小明"}
    )
    moves.act(found, "confirm_receipt", by=place.officer)
    return found


# Scope


def test_on_every_address_a_department_sees_its_own_cases_and_no_others(place, case):
    attachment = factories_cases.attachment(case)
    addresses = [
        url("inspect", case.pk),
        url("people", case.pk),
        url("action", case.pk, "accept"),
        reverse("wagtail_disclosure_admin_case_file", args=[attachment.key]),
        url("letter_draft", case.pk),
        *(reverse("wagtail_disclosure_admin_case_letter", args=[each.key]) for each in case.letters.all()),
        *(
            reverse("wagtail_disclosure_admin_case_letter_pdf", args=[each.key])
            for each in case.letters.all()
        ),
    ]
    seers = [place.officer, place.reviewer, place.head, factories.user("root", superuser=True)]
    stranger = factories.user("stranger")
    stranger.user_permissions.add(admin_access())
    for user in seers:
        client = browser(user)
        assert [client.get(each).status_code for each in addresses[:2]] == [200, 200], user
        assert client.get(addresses[3]).status_code == 200
        assert case.number in client.get(url("index")).content.decode()
    for user in (place.other_officer, stranger):
        client = browser(user)
        for address in addresses:
            for response in (client.get(address), client.post(address)):
                assert response.status_code in (302, 404, 405), (user, address)
                assert case.number not in response.content.decode()
        for address in (url("index"), url("index_results"), url("index") + "?export=csv"):
            response = client.get(address)
            body = b"".join(response) if response.streaming else response.content
            assert case.number not in body.decode(), (user, address)
    assert case.events.count() == 2


def test_there_is_nothing_to_edit_to_delete_or_to_look_up_elsewhere(place, case):
    client = browser(factories.user("root", superuser=True))
    for path in ("edit", "delete", "history", "usage", "copy", "inspect"):
        assert client.get(f"{url('index')}{path}/{case.pk}/").status_code == 404
    assert browser(place.officer).get(url("index")).status_code == 200


def test_the_list_is_filtered_for_the_work_of_the_day(place, case):
    today = timezone.localdate()
    late = factories_cases.request(place, department=place.prices, at=timezone.now() - datetime.timedelta(90))
    moves.act(late, "confirm_receipt", by=place.officer, on=today - datetime.timedelta(80))
    moves.act(late, "assign", by=place.officer, changes={"officer": place.officer})
    closed = factories_cases.request(place, department=place.prices)
    moves.act(closed, "withdraw", role="applicant")
    client = browser(place.officer)
    expected = {
        "mine": {late},
        "department": {case, late},
        "waiting": {case},
        "overdue": {late},
        "soon": set(),
        "closed": {closed},
        "open": {case, late},
    }
    for queue, wanted in expected.items():
        text = client.get(url("index"), {"queue": queue}).content.decode()
        found = {each for each in (case, late, closed) if each.number in text}
        assert found == wanted, queue
    assert late.number not in client.get(url("index"), {"state": "discarded"}).content.decode()
    assert case.number in client.get(url("index"), {"q": case.number}).content.decode()


def test_the_export_has_neither_formulas_nor_anything_about_people(place, case):
    client = browser(place.officer)
    response = client.get(url("index"), {"export": "xlsx"})
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(response))).active.iter_rows(values_only=True))
    assert rows[1][0] == case.number
    assert rows[1][3] == "互联网提交" and rows[1][6] in ("", None)
    text = b"".join(client.get(url("index"), {"export": "csv"})).decode()
    for hidden in ("王", "HYPERLINK", factories_cases.PHONE, "审批文件"):
        assert hidden not in str(rows) and hidden not in text


# Case page


def test_the_page_shows_clock_events_and_masked_people(place, case):
    page = soup(browser(place.officer).get(url("inspect", case.pk)))
    text = page.get_text(" ", strip=True)
    assert "王**" in text and "王小明" not in text and factories_cases.IDENTITY not in text
    assert len(page.select("details table tbody tr")) > 20
    links = {
        each["href"].rstrip("/").rpartition("/")[2] for each in page.select(".disclosure-case__actions a")
    }
    offered = {each.code for each in moves.allowed(case, place.officer, today=timezone.localdate())}
    assert links == offered and "accept" in links and "set_later_date" not in links
    assert not page.select(".disclosure-review script")


def test_the_next_steps_stand_first_and_the_others_are_folded_in_groups(place, case):
    def links(part):
        return {each["href"].rstrip("/").rpartition("/")[2] for each in part}

    client = browser(place.officer)
    actions = soup(client.get(url("inspect", case.pk))).select_one("#case-actions-content")
    assert links(actions.select("ul:not(details ul) a")) == {"accept", "ask_supplement", "assign"}
    assert not actions.select_one("details").has_attr("open")
    assert {"note", "withdraw", "hold"} <= links(actions.select("details a"))
    assert len(actions.select("details h3")) > 2
    note = actions.select_one("a[href*=hold]")["aria-describedby"]
    assert actions.select_one(f"#{note}").get_text(strip=True)
    moves.act(case, "withdraw", by=place.officer)
    moves.act(case, "archive", by=place.officer)
    actions = soup(client.get(url("inspect", case.pk))).select_one("#case-actions-content")
    assert actions.select_one("details").has_attr("open")


def test_personal_data_is_shown_to_whoever_says_why_and_the_reading_is_logged(place, case):
    client = browser(place.officer)
    response = send(client, url("people", case.pk), {"reason": ""})
    assert "王小明" not in response.content.decode() and not IdentityRead.objects.exists()
    response = send(client, url("people", case.pk), {"reason": "核对身份"})
    assert "王小明" in response.content.decode() and "no-store" in response["Cache-Control"]
    fields = set(identity.reads_of(case).values_list("field", "user_name", "reason"))
    assert ("name", "陈信", "核对身份") in fields


def test_an_action_is_taken_by_its_form(place, case):
    client = browser(place.officer)
    page = send(client, url("action", case.pk, "accept"), {})
    assert DisclosureRequest.objects.get().state == "handling", page.content.decode()[:500]
    until = timezone.localdate() + datetime.timedelta(10)
    today = timezone.localdate().isoformat()
    given = {"triggers": [], "items": "请说明年份", "until": until.isoformat(), "date": today}
    response = send(client, url("action", case.pk, "ask_supplement"), given)
    assert DisclosureRequest.objects.get().state == "handling"
    assert "请说明年份" in response.content.decode(), "what was entered is kept"
    box = soup(client.get(url("action", case.pk, "ask_supplement"))).select_one("[name=triggers]")["value"]
    send(client, url("action", case.pk, "ask_supplement"), {**given, "triggers": [box]})
    stored = DisclosureRequest.objects.get()
    event = stored.events.last()
    assert (stored.state, event.details["items"], event.data["triggers"]) == (
        "awaiting_supplement",
        "请说明年份",
        [box],
    )
    assert "请说明年份" in client.get(url("inspect", case.pk)).content.decode()


def test_a_form_that_was_overtaken_says_what_happened_and_keeps_the_answers(place, case):
    client = browser(place.officer)
    address = url("action", case.pk, "note")
    form = soup(client.get(address)).select_one("form[method=post]:has(.button)")
    hidden = {each["name"]: each.get("value", "") for each in form.select("input[type=hidden]")}
    moves.act(case, "assign", by=place.head, changes={"officer": place.officer})
    response = client.post(address, {**hidden, "note": "已电话联系"})
    assert case.events.filter(type="note").count() == 0
    assert "已电话联系" in response.content.decode()
    again = soup(response).select_one("form[method=post]:has(.button)")
    hidden = {each["name"]: each.get("value", "") for each in again.select("input[type=hidden]")}
    client.post(address, {**hidden, "note": "已电话联系"})
    assert case.events.filter(type="note").get().note == "已电话联系"


def test_a_form_that_is_sent_twice_acts_once_and_says_so(place, case):
    client, address = browser(place.officer), url("action", case.pk, "accept")
    form = soup(client.get(address)).select_one("form[method=post]:has(.button)")
    hidden = {each["name"]: each.get("value", "") for each in form.select("input[type=hidden]")}
    client.post(address, hidden)
    response = client.post(address, hidden, follow=True)
    assert response.redirect_chain == [(url("inspect", case.pk), 302)]
    assert "开始办理" in soup(response).select_one(".messages").get_text()
    assert case.events.filter(type="accept").count() == 1


def test_who_hands_a_case_over_is_led_to_the_list_and_told_where_it_is(place, case):
    client = browser(place.officer)
    response = send(client, url("action", case.pk, "hand_over"), {"department": place.projects.pk})
    assert response.redirect_chain == [(url("index"), 302)] and response.status_code == 200
    told = soup(response).select_one(".messages").get_text()
    assert case.number in told and "项目科" in told
    response = send(browser(place.head), url("action", case.pk, "hand_over"), {"department": place.prices.pk})
    assert response.redirect_chain == [(url("inspect", case.pk), 302)], "the office sees it still"


def test_an_action_that_is_not_open_leads_back_to_the_case(place, case):
    client = browser(place.reviewer)
    response = client.get(url("action", case.pk, "accept"))
    assert (response.status_code, response["Location"]) == (302, url("inspect", case.pk))
    client.post(url("action", case.pk, "accept"), {"seen": case.events.last().pk})
    assert DisclosureRequest.objects.get().state == "received"
    assert client.get(url("action", case.pk, "fly")).status_code == 404


def test_a_decision_goes_through_its_forms_with_a_file_to_hand_out(place, case):
    client, reviewer = browser(place.officer), browser(place.reviewer)
    send(client, url("action", case.pk, "accept"), {})
    address = url("action", case.pk, "draft_decision")
    response = send(client, address, {"reply": "provided"})
    assert DisclosureRequest.objects.get().state == "handling"
    upload = factories_cases.upload(b"minutes of the hearing", "minutes.txt")
    response = send(client, address, {"reply": "provided", "upload": upload})
    stored = DisclosureRequest.objects.get()
    assert stored.state == "drafted", soup(response).get_text(" ", strip=True)[:3000]
    assert [str(each.key) for each in stored.attachments.all()] == stored.events.last().documents
    send(reviewer, url("action", case.pk, "approve_decision"), {})
    send(client, url("action", case.pk, "issue_decision"), {"date": timezone.localdate().isoformat()})
    stored.refresh_from_db()
    assert (stored.state, stored.closed_on) == ("replied", timezone.localdate())


# Registration


def given(place, **changed):
    return {
        "channel": "tracked_mail",
        "arrived_on": "2026-03-02",
        "signed_on": "2026-03-03",
        "department": place.prices.pk,
        "subject": "水价听证会纪要",
        "kind": "natural",
        "name": "张三",
        "phone": factories_cases.PHONE,
        **changed,
    }


def test_a_letter_is_registered_once_with_its_day_of_receipt(place):
    client = browser(place.officer)
    form = soup(client.get(url("add"))).select_one("form[method=post]:has(.button)")
    hidden = {each["name"]: each.get("value", "") for each in form.select("input[type=hidden]")}
    first, second = (client.post(url("add"), {**hidden, **given(place)}) for _number in range(2))
    stored = DisclosureRequest.objects.get()
    assert (stored.state, stored.received_on, stored.channel) == (
        "received",
        datetime.date(2026, 3, 3),
        "tracked_mail",
    )
    assert stored.number in first.content.decode() and stored.number in second.content.decode()
    assert str(stored.applicant.name) == "张**" and soup(first).select_one("code")


def test_the_channel_says_which_day_decides_before_anything_is_sent(place):
    client = browser(place.officer)
    page = soup(client.get(url("add")))
    assert not page.select("[name=channel][checked], [name=signed_on]")
    assert page.select_one("#id_channel_tracked_mail_note").get_text() == "行政机关签收之日为收到申请之日。"
    response = send(client, url("add"), {"choose": "1", "channel": "tracked_mail", "subject": "水价"})
    page = soup(response)
    day = page.select_one("[name=signed_on]")
    assert day.has_attr("required") and not day.find_parent("details")
    assert "行政机关签收之日为收到申请之日" in page.select_one("main").get_text()
    assert page.select_one("[name=arrived_on]").find_parent("details")
    assert page.select_one("[name=subject]")["value"] == "水价" and not page.select(
        ".w-field__errors .error-message"
    )
    page = soup(send(client, url("add"), {"choose": "1", "channel": "ordinary_mail"}))
    assert not page.select_one("[name=arrived_on]").find_parent("details")
    assert not DisclosureRequest.objects.exists()


@pytest.mark.parametrize(
    ("named", "called"),
    [
        ({"subject": "", "document_number": "江发改〔2025〕3号"}, "江发改〔2025〕3号"),
        ({"subject": "", "description": "去年水价听证会的会议记录"}, "（见内容描述）"),
    ],
)
def test_title_number_or_description_is_enough_to_register(place, named, called):
    send(browser(place.officer), url("add"), given(place, **named))
    assert DisclosureRequest.objects.get().subject == called


@pytest.mark.parametrize(
    "changed",
    [
        {"signed_on": ""},
        {"signed_on": "2026-03-01"},
        {"signed_on": "2999-03-03"},
        {"phone": ""},
        {"subject": ""},
        {"channel": "online"},
        {"subject": "x" * 100_000},
    ],
)
def test_what_cannot_be_registered_is_refused_with_the_answers_kept(place, changed):
    response = send(browser(place.officer), url("add"), given(place, **changed))
    assert not DisclosureRequest.objects.exists()
    assert "张三" in response.content.decode()


def test_a_wrong_check_character_is_pointed_out_once_and_then_registered(place):
    client, wrong = browser(place.officer), factories_cases.IDENTITY[:-1] + "0"
    values = given(place, identity_kind="resident_identity_card", identity_number=wrong)
    for number, expected in ((wrong, 0), (wrong[:-1] + "2", 0), (wrong[:-1] + "2", 1)):
        if not expected:
            response = send(client, url("add"), {**values, "identity_number": number})
            assert soup(response).select_one("[role=alert]") and number in response.content.decode()
        else:
            form = soup(response).select_one("form[method=post]:has(.button)")
            hidden = {each["name"]: each.get("value", "") for each in form.select("input[type=hidden]")}
            client.post(url("add"), {**hidden, **values, "identity_number": number})
        assert DisclosureRequest.objects.count() == expected


def test_a_right_number_and_one_without_a_document_are_registered_at_once(place):
    client = browser(place.officer)
    number = {"identity_kind": "resident_identity_card", "identity_number": factories_cases.IDENTITY}
    send(client, url("add"), given(place, **number))
    send(client, url("add"), given(place, identity_number="x"))
    assert DisclosureRequest.objects.count() == 2


def test_nobody_registers_for_a_department_that_is_not_theirs(place):
    send(browser(place.officer), url("add"), given(place, department=place.projects.pk))
    assert not DisclosureRequest.objects.exists()
    assert browser(place.reviewer).get(url("add")).status_code == 302


# Mails and calendar


def test_mails_say_that_something_happened_and_not_what_the_case_is_about(
    place, mailoutbox, django_capture_on_commit_callbacks
):
    place.officer.email, place.reviewer.email = "chen@example.org", "li@example.org"
    place.officer.save()
    place.reviewer.save()
    case = factories_cases.request(place, department=place.prices, subject="水价听证会纪要")
    with django_capture_on_commit_callbacks(execute=True):
        moves.act(case, "confirm_receipt", by=place.officer)
        moves.act(case, "assign", by=place.head, changes={"officer": place.officer})
        moves.act(case, "accept", by=place.officer)
        file = factories_cases.attachment(case, origin="officer")
        moves.act(case, "draft_decision", by=place.officer, reply="provided", documents=[str(file.key)])
    assert [each.to[0] for each in mailoutbox[:3]] == [
        "wang@example.com",
        "chen@example.org",
        "li@example.org",
    ]
    assert [each.to[0] for each in mailoutbox[3:]] == [place.head.email], "the head approves as well"
    for mail in mailoutbox:
        text = f"{mail.subject} {mail.body}"
        assert case.number in text
        for hidden in ("王", "水价", factories_cases.PHONE, factories_cases.IDENTITY):
            assert hidden not in text
    assert url("inspect", case.pk) in mailoutbox[1].body


def test_a_mail_that_cannot_be_sent_stops_nothing_and_logs_no_address(
    place, case, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    def broken(*args, **kwargs):
        raise OSError("wang@example.com: relay denied")

    monkeypatch.setattr("wagtail_disclosure.casework.mails.send_mail", broken)
    with django_capture_on_commit_callbacks(execute=True):
        moves.act(case, "withdraw", role="applicant")
    assert DisclosureRequest.objects.get().state == "withdrawn"
    assert case.number in caplog.text and "wang@example.com" not in caplog.text


def test_the_office_previews_what_a_day_moves_and_then_moves_it(place, case):
    root = browser(factories.user("root", superuser=True))
    address = reverse("wagtail_disclosure_reproject")
    due = case.due_on
    given = {"date": due.isoformat(), "is_working": "", "reason": "台风停工"}
    root.post(reverse("disclosure_calendar_days:add"), given)
    assert case.number in root.get(address).content.decode()
    assert DisclosureRequest.objects.get().due_on == due
    root.post(address)
    assert DisclosureRequest.objects.get().due_on > due
    assert case.number not in root.get(address).content.decode()
    assert browser(place.officer).get(address).status_code == 302


@pytest.mark.parametrize("jurisdiction", available_profiles())
def test_the_form_of_each_action_asks_for_each_field_of_the_table(place, case, settings, jurisdiction):
    settings.WAGTAIL_DISCLOSURE = {**settings.WAGTAIL_DISCLOSURE, "JURISDICTION": jurisdiction}
    case = DisclosureRequest.objects.get(pk=case.pk)
    standing, left_out = Standing(case), []
    table = standing.table
    office = {role.code for role in table.roles.values() if role.office}
    # Registration has a form of its own.
    for move in (each for each in table.moves if each.source != table.start and each.roles & office):
        # The reply is chosen with the decision.
        for name in set(move.action.fields) - {"reply"}:
            alone = dataclasses.replace(move, action=dataclasses.replace(move.action, fields=(name,)))
            if not ActionForm(move=alone, standing=standing, user=place.head).visible_fields():
                left_out.append((move.code, name))
    assert left_out == []
