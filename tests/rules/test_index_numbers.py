"""Index-number schemes: every observed pattern, round trips, scopes, overflow, schemes that cannot work."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wagtail_disclosure.rules import data
from wagtail_disclosure.rules.index_numbers import (
    InvalidIndexNumber,
    InvalidScheme,
    Scheme,
    SerialOverflow,
    get_preset,
    lookup_key,
    preset_codes,
    preset_for,
    recognise,
)

ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
NATIONAL = get_preset("national")
EXAMPLES = [
    (raw["code"], example)
    for raw in data.load("index_number_schemes.json")["items"]
    for example in raw["examples"]
]
CONTEXT = {
    "agency": 7,
    "organisation_code": "620700036",
    "region_code": "620700",
    "area_code": "62",
    "department_code": "A12",
    "category_code": "0401",
    "group_code": "07",
    "date": date(2021, 1, 7),
    "serial": 8,
}


def scheme(*segments, per=("agency", "year")):
    return Scheme.from_data({"segments": list(segments), "per": list(per)})


def literal(text):
    return {"kind": "literal", "text": text}


YEAR, DATE = {"kind": "year"}, {"kind": "date"}
SERIAL = {"kind": "serial", "width": 5}
DEPARTMENT = {"kind": "field", "field": "department_code"}


@st.composite
def context_and_scheme(draw):
    """Any preset with values that fit it."""
    chosen = get_preset(draw(st.sampled_from(preset_codes())))
    context = {
        "agency": draw(st.integers(1, 99)),
        "date": draw(st.dates(date(1949, 10, 1), date(2100, 12, 31))),
        "serial": draw(st.integers(1, chosen.last_serial)),
    }
    for segment in chosen.segments:
        if segment.kind == "field":
            size = {"min_size": segment.width or 1, "max_size": segment.width or 20}
            context[segment.field] = draw(st.text(ALNUM, **size))
    return context, chosen


@pytest.mark.parametrize("code, example", EXAMPLES)
def test_presets_read_and_write_their_examples(code, example):
    preset = get_preset(code)
    assert preset.format(preset.parse(example)) == example
    assert code in [found.code for found in recognise(example)]


@pytest.mark.parametrize(
    "code, number",
    [
        ("national", "620700036/2021-00008"),
        ("region-department-group", "620700-A12-0401-07-20210107-00008"),
        ("area-department-class", "62A12-0401-2021-00008"),
        ("date-serial", "20210107-000008"),
    ],
)
def test_presets_format_an_item(code, number):
    assert get_preset(code).format(CONTEXT) == number


def test_national_number_has_twenty_characters():
    assert len(NATIONAL.format(CONTEXT)) == NATIONAL.max_length == 20
    assert NATIONAL.parse("620700036/2021-00008") == {
        "organisation_code": "620700036",
        "year": 2021,
        "serial": 8,
    }


def test_scheme_is_chosen_by_the_length_of_the_organisation_code():
    assert preset_for("620700036").code == "national"
    assert preset_for("11441700007280420Y").code == "credit-code"
    assert preset_for("").code == preset_for(None).code == "national"
    assert preset_for("11441700007280420Y", default="date-serial").code == "date-serial"


def test_unknown_preset_is_an_error():
    with pytest.raises(KeyError):
        get_preset("nope")


@given(context_and_scheme())
def test_number_of_any_item_can_be_read_back(case):
    context, chosen = case
    number = chosen.format(context)
    parts = chosen.parse(number)
    assert chosen.format(parts) == number
    assert parts["serial"] == context["serial"]
    assert parts["year"] == context["date"].year
    assert all(parts[name] == context[name] for name in chosen.fields)
    assert len(number) <= chosen.max_length


@given(context_and_scheme(), st.data())
def test_different_serials_make_different_numbers(case, more):
    context, chosen = case
    other = more.draw(st.integers(1, chosen.last_serial))
    same = chosen.format(context) == chosen.format(context | {"serial": other})
    assert same is (other == context["serial"])


@given(st.sampled_from(preset_codes()), st.text(max_size=60))
def test_any_text_is_read_back_exactly_or_refused(code, text):
    preset = get_preset(code)
    try:
        assert preset.format(preset.parse(text)) == text
    except InvalidIndexNumber as error:
        assert str(error)


@pytest.mark.parametrize("code", preset_codes())
def test_schemes_survive_being_stored(code):
    preset = get_preset(code)
    assert Scheme.from_data(preset.to_data()).segments == preset.segments
    assert preset.label("en") and preset.outline()


def test_overflow_is_an_error_and_never_cut_off():
    assert NATIONAL.format(CONTEXT | {"serial": 99999}).endswith("-99999")
    with pytest.raises(SerialOverflow) as error:
        NATIONAL.format(CONTEXT | {"serial": 100000})
    assert "100000" in str(error.value)


@pytest.mark.parametrize("serial", [0, -1, None, "8", 8.0, True])
def test_serial_must_be_a_whole_number_from_one(serial):
    with pytest.raises(InvalidIndexNumber):
        NATIONAL.format(CONTEXT | {"serial": serial})


@pytest.mark.parametrize(
    "value", ["", None, "62070003", "6207000360", "62070003-6", "62070003六", "62070003 "]
)
def test_code_that_does_not_fit_is_refused(value):
    with pytest.raises(InvalidIndexNumber):
        NATIONAL.format(CONTEXT | {"organisation_code": value})


@pytest.mark.parametrize("value", [None, "2021-01-07", 2021])
def test_date_is_needed(value):
    with pytest.raises(InvalidIndexNumber):
        NATIONAL.format(CONTEXT | {"date": value})


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        "620700036/2021-0008",
        "620700036/2021-000080",
        "620700036-2021-00008",
        "620700036/2021-00008\n",
        " 620700036/2021-00008",
        "620700036/2021-00000",
        "620700036/0000-00001",
        "６20700036/2021-00008",
    ],
)
def test_text_of_another_form_is_refused(text):
    assert not NATIONAL.matches(text)
    with pytest.raises(InvalidIndexNumber):
        NATIONAL.parse(text)


def test_impossible_date_in_a_number_is_refused():
    assert not get_preset("date-serial").matches("20190230-189769")


def test_year_and_date_in_one_number_must_agree():
    both = scheme(YEAR, literal("-"), DATE, literal("-"), SERIAL)
    assert both.matches("2021-20210107-00001")
    assert not both.matches("2020-20210107-00001")


def test_serials_count_per_agency_and_year():
    scope = NATIONAL.scope(CONTEXT)
    assert (
        NATIONAL.scope(CONTEXT | {"date": date(2021, 12, 31), "serial": 9, "department_code": "B"}) == scope
    )
    assert NATIONAL.scope(CONTEXT | {"date": datetime(2021, 12, 31, 23, 59)}) == scope
    assert NATIONAL.scope(CONTEXT | {"date": date(2022, 1, 1)}) != scope
    assert NATIONAL.scope(CONTEXT | {"agency": 8}) != scope


def test_serials_may_count_per_department_when_the_number_shows_it():
    per_department = scheme(
        DEPARTMENT, literal("-"), YEAR, literal("-"), SERIAL, per=("agency", "year", "department")
    )
    one, other = per_department.scope(CONTEXT), per_department.scope(CONTEXT | {"department_code": "B"})
    assert one != other
    with pytest.raises(InvalidIndexNumber):
        per_department.scope(CONTEXT | {"department_code": ""})


def test_scope_does_not_mix_up_values():
    """An agency's identity may hold any character."""
    odd = CONTEXT | {"agency": "7&year=2021"}
    assert NATIONAL.scope(odd) != NATIONAL.scope(CONTEXT)
    with pytest.raises(InvalidIndexNumber):
        NATIONAL.scope(CONTEXT | {"agency": None})


@pytest.mark.parametrize(
    "code, segments, per",
    [
        ("serial", [YEAR], ["agency", "year"]),
        ("serial", [YEAR, SERIAL, literal("-"), SERIAL], ["agency", "year"]),
        ("scope", [DEPARTMENT, literal("-"), SERIAL], ["agency", "year"]),
        ("scope", [YEAR, SERIAL], ["agency", "year", "department"]),
        ("scope", [YEAR, SERIAL], ["agency", "date"]),
        ("per", [YEAR, SERIAL], ["year"]),
        ("per", [YEAR, SERIAL], ["agency", "weather"]),
        ("ambiguous", [DEPARTMENT, YEAR, SERIAL], ["agency", "year"]),
        ("ambiguous", [DEPARTMENT, literal("A-"), YEAR, SERIAL], ["agency", "year"]),
        ("width", [YEAR, {"kind": "serial"}], ["agency", "year"]),
        ("width", [YEAR, {"kind": "serial", "width": 0}], ["agency", "year"]),
        ("width", [YEAR, {"kind": "serial", "width": "5"}], ["agency", "year"]),
        ("width", [YEAR, {"kind": "serial", "width": 13}], ["agency", "year"]),
        ("width", [{**DEPARTMENT, "width": 0}, YEAR, SERIAL], ["agency", "year"]),
        ("field", [{"kind": "field", "field": "password"}, YEAR, SERIAL], ["agency", "year"]),
        ("literal", [literal(""), YEAR, SERIAL], ["agency", "year"]),
        ("literal", [literal("a b"), YEAR, SERIAL], ["agency", "year"]),
        ("segment", [{"kind": "random"}, YEAR, SERIAL], ["agency", "year"]),
        ("segment", [{"kind": "year", "colour": "red"}, SERIAL], ["agency", "year"]),
        ("segment", ["year", SERIAL], ["agency", "year"]),
        ("segment", [{"kind": "literal", "text": 5}, YEAR, SERIAL], ["agency", "year"]),
        ("segment", [{"kind": "field", "field": ["x"]}, YEAR, SERIAL], ["agency", "year"]),
        ("segment", [{"kind": ["year"]}, SERIAL], ["agency", "year"]),
        ("long", [YEAR, SERIAL, *[literal("-" * 20)] * 6], ["agency", "year"]),
    ],
)
def test_scheme_that_cannot_work_is_refused_with_its_reason(code, segments, per):
    with pytest.raises(InvalidScheme) as error:
        Scheme.from_data({"segments": segments, "per": per})
    assert error.value.code == code
    assert str(error.value)


@pytest.mark.parametrize("raw", [None, {}, [], {"segments": None}, {"segments": []}, {"segments": "year"}, 5])
def test_data_that_is_no_scheme_is_refused(raw):
    with pytest.raises(InvalidScheme):
        Scheme.from_data(raw)


def test_lookup_ignores_width_dashes_spaces_and_case():
    typed = "１１４４１７００００７２８０４２０y／２０２１–０００５０ "
    assert lookup_key(typed) == lookup_key("11441700007280420Y/2021-00050")
    assert lookup_key(None) == ""


@given(st.text())
def test_lookup_key_is_stable(text):
    assert lookup_key(lookup_key(text)) == lookup_key(text)
