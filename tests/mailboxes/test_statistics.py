"""Statistics of a mailbox: held against a count of another kind, without small numbers, as a page, a chart and a file."""

import csv
import datetime
import io

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from time_machine import travel

from tests import factories_mail
from tests.case_admin import soup
from tests.mailboxes.test_embedding import mailbox_page
from wagtail_disclosure.casework.standing import calendar
from wagtail_disclosure.mailboxes.models import CitizenLetter
from wagtail_disclosure.mailboxes.statistics import counts, tables
from wagtail_disclosure.mailboxes.statistics.pages import Statistics

pytestmark = pytest.mark.django_db
NEW_YEAR = datetime.date(2026, 1, 1)


@pytest.fixture(autouse=True)
def _day():
    with travel(datetime.datetime(2026, 6, 30, 12, tzinfo=datetime.UTC), tick=False):
        yield


def letters(place, rows):
    """Letters as rows ``(day of the year, days until the reply or None, type, department, rating, outcome)``, at once."""
    made = []
    for number, (day, until, type_, department, rating, outcome) in enumerate(rows):
        received = NEW_YEAR + datetime.timedelta(days=day)
        made.append(
            CitizenLetter(
                agency=place.agency,
                department=department,
                mailbox=place.mailbox,
                number=f"LX2026-{number}",
                number_key=f"lx2026{number}",
                channel="online",
                state="replied" if until is not None else "submitted",
                submitted_at=timezone.now(),
                received_on=received,
                answered_on=received + datetime.timedelta(days=until) if until is not None else None,
                letter_type=type_,
                subject="来信",
                rating=rating if until is not None else "",
                outcome=outcome,
            )
        )
    CitizenLetter.objects.bulk_create(made)
    return made


def some(place, months):
    """As many letters as ``months`` says for each month, all answered the next day."""
    days = [
        datetime.date(2026, month, 5) for month, number in enumerate(months, 1) for _each in range(number)
    ]
    return letters(
        place, [((day - NEW_YEAR).days, 1, "consultation", place.prices, "", "answered") for day in days]
    )


rows = st.tuples(
    st.integers(0, 170),
    st.none() | st.integers(0, 60),
    st.sampled_from(["consultation", "complaint", "help"]),
    st.booleans(),
    st.sampled_from(["", "satisfied", "not_satisfied"]),
    st.sampled_from(["", "answered", "invalid", "withdrawn"]),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(rows, max_size=25))
def test_the_numbers_are_those_of_a_count_by_hand(place, given_rows):
    CitizenLetter.objects.all()._raw_delete("default")
    cache.clear()
    letters(
        place,
        [(*each[:3], place.prices if each[3] else place.projects, *each[4:]) for each in given_rows],
    )
    found, used = counts.count(place.mailbox, 2026), calendar()
    valid = [each for each in CitizenLetter.objects.all() if each.outcome not in ("invalid", "withdrawn")]

    def by_hand(some):
        answered = [each for each in some if each.answered_on]
        days = 0
        for each in answered:
            day = each.received_on
            while day < each.answered_on:
                day += datetime.timedelta(days=1)
                days += used.day(day).is_working
        ratings = [each.rating for each in some]
        return counts.Tally(
            len(some), len(answered), days, ratings.count("satisfied"), ratings.count("not_satisfied")
        )

    assert found.total == by_hand(valid)
    for month in range(1, 13):
        assert found.months[month] == by_hand([each for each in valid if each.received_on.month == month])
    for code in ("consultation", "complaint", "help"):
        assert found.types[code] == by_hand([each for each in valid if each.letter_type == code])
    for department in (place.prices, place.projects):
        of = [each for each in valid if each.department_id == department.pk]
        assert found.departments[department.pk] == by_hand(of)


def test_what_the_events_say_is_what_is_counted(place):
    letter = factories_mail.letter(place, mailbox=place.mailbox)
    spam = factories_mail.letter(place, mailbox=place.mailbox)
    letter = factories_mail.through(letter, place, *factories_mail.TO_REPLY)
    spam = factories_mail.through(spam, place, "mark_invalid", note="广告")
    assert (letter.outcome, letter.answered_on) == ("answered", timezone.localdate())
    assert (spam.outcome, spam.answered_on) == ("invalid", None)
    assert counts.count(place.mailbox, 2026).total.received == 1
    factories_mail.moves.act(spam, "reopen", by=place.head, details={"reason": "不是广告"})
    factories_mail.moves.act(letter, "archive", by=place.officer)
    cache.clear()
    assert counts.count(place.mailbox, 2026).total == counts.Tally(2, 1, 0)


def test_nought_is_shown_and_small_numbers_are_not(place):
    some(place, [9, 0, 2, 7, 0, 30])
    found = Statistics(place.mailbox, 2026)
    received = [tables.in_words(each.received) for each in found.periods.rows]
    assert received[1] == received[4] == "0" and received[5] == "30" and received[0] == "9"
    assert "2" not in received and "7" not in received, "7 would give 2 away"
    assert found.periods.rows[2].average is None and found.total.received.value == 48
    assert [each.received.value for each in found.types.rows] == [48, 0, 0]


def of_types(place, **numbers):
    """So many letters of each type, complaints to one department and all others to another."""
    rows = [
        (day, 1, type_, place.projects if type_ == "complaint" else place.prices, "", "answered")
        for type_, number in numbers.items()
        for day in range(number)
    ]
    letters(place, rows)
    return Statistics(place.mailbox, 2026)


def test_what_one_table_keeps_back_the_other_does_not_say(place):
    found = of_types(place, consultation=2, complaint=6, petition=20)
    shown = {each.label: tables.in_words(each.received) for each in found.types.rows}
    assert "6" not in shown.values() and "20" in shown.values()
    assert not found.departments.rows, "the complaints of the department of projects would give the 2 away"


def test_tables_that_say_nothing_of_each_other_are_both_shown(place):
    found = of_types(place, consultation=2, petition=9, help=20, complaint=30)
    received = [tables.in_words(each.received) for each in found.departments.rows]
    assert received == ["31", "30"] and len(found.types.rows) == 4
    assert len(of_types(place).types.rows) == 4


def test_a_mailbox_with_next_to_nothing_tells_nothing_but_that(place):
    some(place, [1])
    found = Statistics(place.mailbox, 2026)
    assert not found.total.received.is_shown and found.total.average is None
    assert not any(each.rows for each in found.tables)


def test_the_page_has_table_and_chart_and_takes_as_many_queries_for_many_letters(place):
    page = mailbox_page(place.mailbox)
    url = f"{page.get_url()}statistics/"
    some(place, [4, 0, 5, 6, 9, 3])
    Client().get(url)
    cache.clear()
    with CaptureQueriesContext(connection) as few:
        found = soup(Client().get(url))
    assert [each.get_text() for each in found.select("#statistics-month + * tbody tr")[1].select("td")][
        0
    ] == "0"
    chart = found.select_one("svg[role=img]")
    assert chart.select_one(f"#{chart['aria-labelledby']}").get_text(strip=True)
    assert len(chart.select("rect")) == 12 and not found.select("[style]")
    CitizenLetter.objects.all()._raw_delete("default")
    some(place, [40, 0, 5, 60, 9, 3])
    cache.clear()
    with CaptureQueriesContext(connection) as many:
        Client().get(url)
    assert len(many) == len(few)
    assert soup(Client().get(f"{url}?year=1900")).select_one("h1") and Client().post(url).status_code == 405


def test_the_file_says_the_same_and_holds_no_formula(place):
    place.mailbox = factories_mail.mailbox(place, title="=1+1信箱")
    page = mailbox_page(place.mailbox)
    some(place, [9, 0, 2, 7])
    response = Client().get(f"{page.get_url()}statistics/2026/csv/")
    lines = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert lines[0][1] == "'=1+1信箱" and response["Content-Type"].startswith("text/csv")
    months = Statistics(place.mailbox, 2026).periods
    assert [line for line in lines if line and line[0] == months.rows[0].label] == [months.rows[0].texts()]
    assert not any(cell in ("2", "7") for line in lines for cell in line)
    assert Client().get(f"{page.get_url()}statistics/1900/csv/").status_code == 404


def test_where_months_are_too_small_quarters_are_told(place):
    page = mailbox_page(place.mailbox)
    some(place, [2] * 6)
    with travel("2026-07-10T12:00:00+08:00", tick=False):
        found = Statistics(place.mailbox, 2026)
        assert found.periods.name == "quarter"
        assert [each.received.value for each in found.periods.rows] == [6, 6, 0]
        assert [each.texts()[1] for each in found.periods.rows] == ["6", "6", "0"]
        shown = soup(Client().get(f"{page.get_url()}statistics/"))
    assert shown.select("#statistics-quarter") and not shown.select("#statistics-month")
    assert shown.select(".disclosure-chart rect")


def test_of_a_mailbox_without_letters_everything_is_nought(place):
    shown = soup(Client().get(f"{mailbox_page(place.mailbox).get_url()}statistics/"))
    cells = [
        each.get_text(strip=True) for each in shown.select("#statistics-month ~ div tbody td:nth-of-type(1)")
    ]
    assert cells and set(cells) == {"0"}


def test_nothing_of_another_mailbox_is_counted(place):
    some(place, [9])
    other = factories_mail.mailbox(place)
    assert counts.count(other, 2026).total.received == 0
    assert counts.years_of(other) == [2026]
