"""Strict dates: the accepted forms, a reason for everything else, and never a guess."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wagtail_disclosure.rules.text import InvalidDate, is_day, parse_date_strict, parse_moment_strict


@pytest.mark.parametrize(
    "text",
    [
        "2010-12-18",
        "2010/12/18",
        "2010.12.18",
        "2010年12月18日",
        "20101218",
        " 2010-12-18\n",
        "２０１０－１２－１８",
        "２０１０年１２月１８日",
    ],
)
def test_accepted_forms(text):
    assert parse_date_strict(text) == date(2010, 12, 18)


@pytest.mark.parametrize("text", ["2010-1-5", "2010/1/5", "2010年1月5日", "2010-01-05", "20100105"])
def test_one_digit_is_enough_between_signs(text):
    assert parse_date_strict(text) == date(2010, 1, 5)


@pytest.mark.parametrize(
    "text, reason",
    [
        ("", "empty"),
        ("  ", "empty"),
        (None, "empty"),
        ("20086月", "lost_digits"),
        ("20085月3日", "lost_digits"),
        ("2010 1231日", "lost_digits"),
        ("〇一〇年十二月十八日", "lost_digits"),
        ("2010年12月", "lost_digits"),
        ("12月18日", "lost_digits"),
        ("2010128", "lost_digits"),
        ("2010-02-30", "impossible"),
        ("2010-13-01", "impossible"),
        ("20101301", "impossible"),
        ("2010年0月1日", "impossible"),
        ("0208-06-01", "out_of_range"),
        ("2201-06-01", "out_of_range"),
        ("二〇一〇年十二月十八日", "unknown_form"),
        ("2010", "unknown_form"),
        ("2010-12", "unknown_form"),
        ("18/12/2010", "unknown_form"),
        ("12-18-2010", "unknown_form"),
        ("10-12-18", "unknown_form"),
        ("2010-12/18", "unknown_form"),
        ("10.12.18", "unknown_form"),
        ("2010.12", "unknown_form"),
        ("2010-12-18 10:50", "unknown_form"),
        ("Dec 18, 2010", "unknown_form"),
        ("=DATE(2010,12,18)", "unknown_form"),
        ("去年", "unknown_form"),
    ],
)
def test_everything_else_is_refused_with_the_reason(text, reason):
    with pytest.raises(ValueError) as error:
        parse_date_strict(text)
    assert isinstance(error.value, InvalidDate)
    assert error.value.code == reason
    assert str(error.value)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_date_is_read_back_in_every_form(day):
    padded = f"{day.year:04}", f"{day.month:02}", f"{day.day:02}"
    for text in (
        "-".join(padded),
        "/".join(padded),
        ".".join(padded),
        "".join(padded),
        "{}年{}月{}日".format(*padded),
    ):
        assert parse_date_strict(text) == day
    assert parse_date_strict(f"{day.year}年{day.month}月{day.day}日") == day


@given(st.one_of(st.text(), st.text(alphabet="0123456789年月日-/ 〇一二", max_size=12)))
def test_no_date_is_made_up(text):
    """Whatever is read has the same digits as what was written."""
    try:
        day = parse_date_strict(text)
    except InvalidDate:
        return
    numbers = [int(part) for part in "".join(c if c.isdigit() else " " for c in text).split()]
    assert numbers in ([day.year, day.month, day.day], [int(f"{day:%Y%m%d}")])


@pytest.mark.parametrize(
    "text, moment",
    [
        ("2021-01-07 10:32:59", datetime(2021, 1, 7, 10, 32, 59)),
        ("2009-08-14 10:50", datetime(2009, 8, 14, 10, 50)),
        ("2009年8月14日 9:05", datetime(2009, 8, 14, 9, 5)),
        ("2009-08-14", datetime(2009, 8, 14)),
    ],
)
def test_moments(text, moment):
    assert parse_moment_strict(text) == moment


@pytest.mark.parametrize(
    "text", ["2009-08-14 25:00", "2009-08-14 10", "10:50", "2009-08-14 10:50 上午", "20086月 10:50", ""]
)
def test_moment_of_another_form_is_refused(text):
    with pytest.raises(InvalidDate):
        parse_moment_strict(text)


@pytest.mark.parametrize(
    "text",
    ["2026年9月17日", "2026-09-17", "二〇二六年九月十七日", "17 September 2026", "September 17, 2026"],
)
def test_a_day_as_documents_are_signed_with(text):
    assert is_day(text)


@pytest.mark.parametrize(
    "text", ["", "2026年9月", "2026年13月1日", "2026年9月17日起施行", "September 2026", "88660101"]
)
def test_what_is_no_day(text):
    assert not is_day(text)
