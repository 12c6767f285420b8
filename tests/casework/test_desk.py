"""The officer's desk: queues, calendar, panel, finding people; P7 on each, and as many queries for many cases as for few."""

import csv
import datetime
import io

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests import factories, factories_cases
from tests.case_admin import browser, office, soup, url
from wagtail_disclosure.casework import moves
from wagtail_disclosure.casework.desk import queues
from wagtail_disclosure.casework.desk.panels import CasesPanel
from wagtail_disclosure.casework.models import IdentityRead
from wagtail_disclosure.departments.roles import admin_access
from wagtail_disclosure.requests.models import DisclosureRequest

TODAY = "2026-03-26"


def at(text, hour=8):
    return timezone.make_aware(datetime.datetime.fromisoformat(text) + datetime.timedelta(hours=hour))


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(at(TODAY), tick=False):
        yield


@pytest.fixture
def place(db):
    return office()


def handled(place, department=None, on="2026-03-03", officer=None, **fields):
    """In handling since that day; due 20 working days later."""
    department = department or place.prices
    by = place.officer if department == place.prices else place.other_officer
    case = factories_cases.request(place, department=department, at=at(on), **fields)
    moves.act(case, "confirm_receipt", by=by, at=at(on))
    moves.act(case, "accept", by=by, at=at(on))
    if officer is not None:
        moves.act(case, "assign", by=place.head, at=at(on), changes={"officer": officer})
    return case


def tabs(user):
    links = soup(browser(user).get(url("index"))).select(
        ".disclosure-queues a:has(.disclosure-queues__count)"
    )
    return {
        each["href"].rpartition("=")[2]: int(each.select_one(".disclosure-queues__count").get_text())
        for each in links
    }


def shown(user, **query):
    text = browser(user).get(url("index"), query).content.decode()
    return {each for each in DisclosureRequest.objects.all() if each.number in text}


def queries_of(call):
    with CaptureQueriesContext(
        connection,
    ) as found:
        call()
    return len(found)


# Queues


def test_the_tabs_count_what_the_queue_shows_and_nothing_of_another_department(place):
    mine = handled(place, officer=place.officer)
    late = handled(place, on="2026-02-02")
    theirs = handled(place, place.projects, officer=place.other_officer)
    moves.act(theirs, "supervise", by=place.head, note="催办")
    expected = {
        "mine": {mine},
        "department": {mine, late},
        "waiting": {late},
        "tasks": set(),
        "approval": set(),
    }
    expected |= {
        "soon": {mine},
        "overdue": {late},
        "answers": set(),
        "supervised": set(),
        "open": {mine, late},
        "closed": set(),
        "held": set(),
    }
    found = tabs(place.officer)
    assert found == {name: len(cases) for name, cases in expected.items()}
    for name, cases in expected.items():
        assert shown(place.officer, queue=name) == cases, name
    assert tabs(place.head)["supervised"] == 1 and shown(place.head, queue="supervised") == {theirs}


def test_soon_is_counted_in_working_days(place):
    # Due on Thursday 2 April: five working days after Thursday 26 March. One more day is not soon.
    near, far = handled(place, on="2026-03-05"), handled(place, on="2026-03-06")
    assert near.due_on == queues.soon_until() == datetime.date(2026, 4, 2)
    assert shown(place.officer, queue="soon") == {near} and far.due_on > near.due_on


def test_what_waits_for_my_approval_is_for_those_who_may_give_it(place):
    drafted, extended, plain = handled(place), handled(place), handled(place)
    document = str(factories_cases.attachment(drafted, origin="officer").key)
    moves.act(drafted, "draft_decision", by=place.officer, reply="provided", documents=[document])
    moves.act(extended, "propose_extension", by=place.officer, days=5)
    assert shown(place.reviewer, queue="approval") == {drafted}
    assert shown(place.head, queue="approval") == {drafted, extended}
    assert shown(place.officer, queue="approval") == set()
    moves.act(drafted, "revise_decision", by=place.reviewer, reply="provided", documents=[document])
    assert shown(place.reviewer, queue="approval") == set(), "who worked on it does not approve it"
    moves.act(extended, "refuse_extension", by=place.head, note="不同意")
    assert shown(place.head, queue="approval") == {drafted}
    for case in (drafted, extended, plain):
        offered = {each.code for each in moves.allowed(case, place.head, today=timezone.localdate())}
        wanted = bool(offered & {"approve_decision", "approve_extension"})
        assert (case in shown(place.head, queue="approval")) == wanted


def test_a_case_whose_officer_left_is_not_assigned(place):
    case = handled(place, officer=place.officer)
    assert shown(place.head, queue="waiting") == set()
    place.officer.is_active = False
    place.officer.save()
    assert shown(place.head, queue="waiting") == {case}
    assert soup(browser(place.head).get(url("index"))).select("#listing-results .disclosure-mark")


def test_filters_search_and_export_narrow_alike(place):
    one = handled(place, officer=place.officer, subject="水价听证会纪要")
    two = handled(place, place.projects, on="2026-02-10", channel="online", subject="项目审批")
    moves.act(two, "withdraw", role="applicant")
    head = place.head
    assert shown(head, department=place.prices.pk) == {one}
    assert shown(head, officer=place.officer.pk) == {one}
    assert shown(head, received_on_from="2026-03-01", received_on_to="2026-03-31") == {one}
    assert shown(head, due_on_from="2026-03-31", due_on_to="2026-03-31") == {one}
    assert shown(head, channel="online") == {one, two} and shown(head, channel="oral") == set()
    assert shown(head, q="水价") == {one}
    assert shown(head, q=one.number.replace("-", "")) == {one}
    assert shown(head, q="王小明") == set(), "people are looked for elsewhere"
    text = b"".join(
        browser(head).get(url("index"), {"department": place.prices.pk, "export": "csv"})
    ).decode()
    assert one.number in text and two.number not in text
    choices = soup(browser(place.officer).get(url("index"))).get_text()
    assert "项目科" not in choices, "the names of other departments are none of its filters"


def test_the_outcome_filters_closed_cases(place):
    case = handled(place)
    moves.act(case, "withdraw", role="applicant")
    options = soup(browser(place.head).get(url("index"))).select("[name=outcome] option")
    codes = [each["value"] for each in options if each["value"]] or [
        each["value"] for each in soup(browser(place.head).get(url("index"))).select("[name=outcome]")
    ]
    assert len(codes) > 10
    assert sum(shown(place.head, outcome=code) == {case} for code in codes if code) == 1


def test_the_export_says_how_closed_cases_ended_and_nothing_of_those_that_are_open(place):
    closed, still = handled(place), handled(place)
    moves.act(closed, "withdraw", role="applicant")
    text = b"".join(browser(place.head).get(url("index"), {"export": "csv"})).decode("utf-8-sig")
    rows = {row["受理编号"]: row for row in csv.DictReader(io.StringIO(text))}
    options = soup(browser(place.head).get(url("index"))).select("[name=outcome] option")
    assert rows[closed.number]["办理结果"] in {each.get_text(strip=True) for each in options if each["value"]}
    assert rows[still.number]["办理结果"] == ""


def test_as_many_queries_for_many_cases_as_for_few(place):
    client = browser(place.officer)

    def measured():
        panel = CasesPanel(DisclosureRequest, type(place.officer).objects.get(pk=place.officer.pk))
        return (
            queries_of(lambda: client.get(url("index"))),
            queries_of(lambda: client.get(url("calendar"))),
            queries_of(lambda: panel.render_html()),
        )

    handled(place, officer=place.officer)
    client.get(url("index"))
    few = measured()
    for number in range(4):
        handled(place, officer=place.officer if number % 2 else None)
    assert measured() == few


def test_a_case_whose_enquiry_was_not_answered_in_time_is_listed_until_it_is_dealt_with(place):
    asked, waited = handled(place, on="2026-03-09"), handled(place, on="2026-03-09")
    for case, until in ((asked, datetime.date(2026, 3, 20)), (waited, datetime.date(2026, 3, 27))):
        options = {"until": until, "at": at("2026-03-10"), "details": {"questions": "是否涉密？"}}
        moves.act(case, "ask_agency", by=place.officer, **options)
        assert case.answer_due_on == until
    assert shown(place.officer, queue="answers") == {asked}
    assert shown(place.other_officer, queue="answers") == set()
    moves.act(asked, "stop_waiting_for_agency", by=place.officer, details={"reason": "口头答复"})
    assert shown(place.officer, queue="answers") == set() and asked.answer_due_on is None


# Panel


def test_where_nothing_waits_a_sentence_says_so_and_no_row_of_zeros(place):
    def panel():
        html = CasesPanel(
            DisclosureRequest, type(place.officer).objects.get(pk=place.officer.pk)
        ).render_html()
        return BeautifulSoup(html, "html.parser")

    assert not panel().select(".disclosure-figures__number") and panel().find("a", href=url("index"))
    handled(place, officer=place.officer)
    assert panel().select(".disclosure-figures__number")


def test_the_panel_is_for_people_who_see_cases_and_counts_theirs(place):
    handled(place, officer=place.officer)
    theirs = handled(place, place.projects, officer=place.other_officer)
    text = soup(browser(place.officer).get(reverse("wagtailadmin_home")))
    panel = text.select_one(".disclosure-figures")
    assert [each.get_text(strip=True)[0] for each in panel.select("li")] == list("1001000")
    assert theirs.number not in text.get_text()
    for link in panel.select("a"):
        assert browser(place.officer).get(link["href"]).status_code == 200
    stranger = factories.user("stranger")
    stranger.user_permissions.add(admin_access())
    assert not soup(browser(stranger).get(reverse("wagtailadmin_home"))).select(".disclosure-figures")


# Calendar


def test_the_calendar_shows_due_dates_rest_days_and_guesses(place):
    case = handled(place)
    theirs = handled(place, place.projects)
    found = soup(browser(place.officer).get(url("calendar"), {"month": "2026-03"}))
    assert len(found.select(".disclosure-month tbody td")) % 7 == 0
    cell = found.select_one("time[datetime='2026-03-31']").find_parent("td")
    assert case.number in cell.get_text() and theirs.number not in found.get_text()
    assert "rest" in " ".join(found.select_one("time[datetime='2026-03-29']").find_parent("td")["class"])
    assert found.select_one("td[aria-current] time")["datetime"] == TODAY
    assert {each["href"] for each in found.select("[rel]") if "month" in each["href"]} == {
        "?month=2026-02",
        "?month=2026-04",
    }
    assert (
        case.number not in browser(place.officer).get(url("calendar"), {"month": "2026-05"}).content.decode()
    )


@pytest.mark.parametrize("month", ["", "2026-13", "0001-01", "9999-12", "<script>", "2026-03" * 1000])
def test_a_month_that_is_none_is_the_current_one(place, month):
    found = soup(browser(place.officer).get(url("calendar"), {"month": month}))
    assert found.select_one("td[aria-current]")


def test_a_crowded_day_links_to_the_list(place):
    cases = [handled(place) for _number in range(10)]
    found = soup(browser(place.officer).get(url("calendar"), {"month": "2026-03"}))
    link = found.select_one("td a[href*=due_on_from]")
    text = browser(place.officer).get(link["href"]).content.decode()
    assert "2" in link.get_text() and all(each.number in text for each in cases)


# Finding people


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("name", " 王小明 "),
        ("number", factories_cases.IDENTITY.lower()),
        ("phone", "138-1234-5678"),
        ("email", "WANG@example.com"),
    ],
)
def test_a_person_is_found_by_the_whole_text_in_ones_own_cases_and_the_finding_is_logged(place, kind, text):
    case = handled(place)
    theirs = handled(place, place.projects)
    response = browser(place.officer).post(url("find"), {"kind": kind, "text": text})
    found = soup(response).select_one(".disclosure-table").get_text()
    assert case.number in found and "王**" in found and theirs.number not in found
    assert "no-store" in response["Cache-Control"]
    log = list(IdentityRead.objects.values_list("case_number", "user_name", "reason"))
    assert log == [(case.number, "陈信", "search")]


@pytest.mark.parametrize("text", ["王", "小明", "", " ", "%", "x" * 100_000, "<script>"])
def test_a_part_of_a_name_or_nonsense_finds_nothing_and_logs_nothing(place, text):
    handled(place)
    response = browser(place.officer).post(url("find"), {"kind": "name", "text": text})
    assert response.status_code == 200 and not soup(response).select(".disclosure-table")
    assert not IdentityRead.objects.exists()
    assert browser(place.officer).get(url("find"), {"kind": "name", "text": "王小明"}).status_code == 200
    assert not IdentityRead.objects.exists(), "an address finds nobody"


def test_strangers_open_none_of_these_pages(place):
    stranger = factories.user("stranger")
    stranger.user_permissions.add(admin_access())
    for name in ("calendar", "find"):
        assert browser(stranger).get(url(name)).status_code == 302
        assert browser(stranger).post(url(name), {"kind": "name", "text": "王小明"}).status_code in (302, 405)


# Supervision


def test_supervision_says_who_why_and_until_when_and_is_lifted_by_an_action(place):
    case, client = handled(place), browser(place.head)
    for values, taken in [
        ({"note": "催办", "until": "2026-03-01"}, 0),
        ({"note": "催办", "until": "2026-04-01"}, 1),
    ]:
        form = soup(client.get(url("action", case.pk, "supervise"))).select_one("form:has([name=note])")
        hidden = {each["name"]: each.get("value", "") for each in form.select("input[type=hidden]")}
        client.post(url("action", case.pk, "supervise"), {**hidden, **values})
        assert case.events.filter(type="supervise").count() == taken
    section = soup(client.get(url("inspect", case.pk))).select_one(
        "#case-supervision-section, #case-supervision"
    )
    assert section is not None and "催办" in section.get_text() and "2026" in section.get_text()
    assert soup(client.get(url("index"))).select(".disclosure-mark")
    offered = {each.code for each in moves.allowed(case, place.officer, today=timezone.localdate())}
    assert "end_supervision" not in offered
    form = soup(client.get(url("action", case.pk, "end_supervision"))).select_one("form:has([name=note])")
    hidden = {each["name"]: each.get("value", "") for each in form.select("input[type=hidden]")}
    client.post(url("action", case.pk, "end_supervision"), {**hidden, "note": "已办结"})
    case.refresh_from_db()
    assert case.is_supervised is False
    assert not soup(client.get(url("inspect", case.pk))).select(
        "#case-supervision-section, #case-supervision"
    )
