"""Calendars: official tables, make-up days, overrides, provisional years."""

import datetime
from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from wagtail_disclosure.rules import data
from wagtail_disclosure.rules.calendar import CalendarSource, DayKind, WorkingCalendar, get_calendar
from wagtail_disclosure.rules.errors import RuleError

OFFICIAL = data.load("cn/calendar.json")["official"]
DATES = st.dates(date(1990, 1, 1), date(2060, 12, 31))


def officially_working(day, table):
    text = day.isoformat()
    return text in table["work"] or (day.weekday() < 5 and text not in table["off"])


@pytest.mark.parametrize("year", [2025, 2026])
def test_calendar_follows_the_state_council_notice(year):
    calendar = get_calendar("cn")
    for day in calendar.days_of_year(year):
        assert day.is_working == officially_working(day.date, OFFICIAL[str(year)]), day
        assert not day.provisional


@pytest.mark.parametrize("year", [2025, 2026])
def test_library_alone_agrees_with_the_notice(year):
    """The library must be recent enough to be trusted for the years without a table of ours."""
    library = WorkingCalendar(CalendarSource("library", "CN", 2001, 2026, languages={"en": "en_US"}))
    for day in library.days_of_year(year):
        assert day.is_working == officially_working(day.date, OFFICIAL[str(year)]), day


@pytest.mark.parametrize(
    "day, kind, working",
    [
        (date(2026, 2, 10), DayKind.WORKING, True),
        (date(2026, 2, 14), DayKind.MAKE_UP, True),
        (date(2026, 2, 16), DayKind.HOLIDAY, False),
        (date(2026, 3, 7), DayKind.WEEKEND, False),
        # A make-up day in December that came with the next year's notice.
        (date(2011, 12, 31), DayKind.MAKE_UP, True),
        (date(2018, 12, 29), DayKind.MAKE_UP, True),
    ],
)
def test_days_are_explained_by_kind(day, kind, working):
    explained = get_calendar("cn").day(day)
    assert (explained.kind, explained.is_working) == (kind, working)


def test_holiday_is_named_in_the_language_asked_for():
    day = get_calendar("cn").day(date(2026, 10, 1))
    assert day.note("zh-hans") == "国庆节"
    assert day.note("en") == "National Day"
    with translation.override("en"):
        assert day.note() == "National Day"


def test_override_wins_and_gives_its_reason():
    calendar = get_calendar(
        "cn",
        overrides=[
            (date(2026, 3, 3), False, "台风停工"),
            (date(2026, 3, 7), True, "补班"),
        ],
    )
    closed, opened = calendar.day(date(2026, 3, 3)), calendar.day(date(2026, 3, 7))
    assert (closed.kind, closed.is_working, closed.note()) == (DayKind.OVERRIDDEN, False, "台风停工")
    assert (opened.kind, opened.is_working, opened.note()) == (DayKind.OVERRIDDEN, True, "补班")
    assert get_calendar("cn").is_working(date(2026, 3, 3)), "another calendar is not affected"


def test_same_override_twice_is_accepted():
    twice = [(date(2026, 3, 3), False, "a"), (date(2026, 3, 3), False, "b")]
    assert not get_calendar("cn", overrides=twice).is_working(date(2026, 3, 3))


def test_contradicting_overrides_are_refused():
    with pytest.raises(RuleError) as error:
        get_calendar("cn", overrides=[(date(2026, 3, 3), False, "a"), (date(2026, 3, 3), True, "b")])
    assert error.value.code == "contradiction"
    assert "2026-03-03" in str(error.value)


def test_year_not_announced_is_provisional():
    calendar = get_calendar("cn")
    assert not calendar.is_provisional_year(2026)
    assert calendar.is_provisional_year(2027)
    assert calendar.day(date(2027, 3, 3)).provisional


def test_year_confirmed_by_hand_is_not_provisional():
    calendar = get_calendar("cn", confirmed_years=[2027])
    assert not calendar.is_provisional_year(2027)
    assert calendar.is_provisional_year(2028)


def test_overridden_day_of_a_provisional_year_is_certain():
    calendar = get_calendar("cn", overrides=[(date(2027, 2, 20), True, "公告")])
    assert not calendar.day(date(2027, 2, 20)).provisional
    assert calendar.day(date(2027, 2, 21)).provisional


def test_holiday_anywhere_in_the_united_kingdom_is_a_rest_day():
    calendar = get_calendar("uk")
    assert not calendar.is_working(date(2026, 1, 2)), "Scotland"
    assert not calendar.is_working(date(2026, 3, 17)), "Northern Ireland"
    assert not calendar.is_working(date(2026, 4, 6)), "England and Wales"
    assert calendar.is_working(date(2026, 10, 1))


@pytest.mark.parametrize("code", ["xx", "", "../cn", "cn/../uk", "CN"])
def test_unknown_jurisdiction_is_an_error(code):
    with pytest.raises(LookupError):
        get_calendar(code)


@given(DATES)
def test_every_day_has_one_kind_that_fits(day):
    explained = get_calendar("cn").day(day)
    weekend = day.weekday() >= 5
    assert explained.is_working == (explained.kind in (DayKind.WORKING, DayKind.MAKE_UP))
    if explained.kind is DayKind.MAKE_UP:
        assert weekend
    if explained.kind is DayKind.WORKING:
        assert not weekend


@given(DATES, st.booleans())
def test_override_decides_any_day(day, working):
    calendar = get_calendar("cn", overrides=[(day, working, "x")])
    assert calendar.is_working(day) is working
    neighbour = day + datetime.timedelta(days=1)
    assert calendar.is_working(neighbour) == get_calendar("cn").is_working(neighbour)


@pytest.mark.parametrize("year", [1, 1900, 2200, 9999])
def test_years_far_away_have_weekends_and_are_provisional(year):
    days = (
        list(get_calendar("cn").days_of_year(year))
        if year < 9999
        else [get_calendar("cn").day(date(9999, 12, 31))]
    )
    assert all(day.provisional for day in days)
