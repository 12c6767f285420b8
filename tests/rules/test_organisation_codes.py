"""Organisation, region and site codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wagtail_disclosure.rules.organisation_codes import (
    GB11714,
    GB32100,
    GB32100_ALPHABET,
    InvalidCode,
    check_organisation_code,
    check_region_code,
    check_site_id_code,
    gb11714_check_character,
    gb32100_check_character,
)


@pytest.mark.parametrize(
    "text, value, standard",
    [
        ("000014349", "000014349", GB11714),
        ("00001434-9", "000014349", GB11714),
        ("０００１４３４９".rjust(9, "０"), "000014349", GB11714),
        (" d2143569-x ", "D2143569X", GB11714),
        ("91350100M000100Y43", "91350100M000100Y43", GB32100),
        ("11441700007280420Y", "11441700007280420Y", GB32100),
    ],
)
def test_codes_in_official_use_are_normalised(text, value, standard):
    code = check_organisation_code(text)
    assert (code.value, code.standard, str(code)) == (value, standard, value)
    assert code.warnings == ()


def test_wrong_check_character_is_only_a_warning():
    code = check_organisation_code("620700036")
    assert code.value == "620700036"
    assert [warning.code for warning in code.warnings] == ["check_character"]
    assert gb11714_check_character("62070003") in str(code.warnings[0])


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        "12345678",
        "1234567890",
        "00001434A",
        "1144170000728042O1",
        "11 44",
        "组织机构代码",
        "0000143490000143499",
    ],
)
def test_another_form_is_an_error(text):
    with pytest.raises(InvalidCode) as error:
        check_organisation_code(text)
    assert str(error.value)


@given(st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=8, max_size=8))
def test_right_check_character_is_never_warned_about(body):
    assert check_organisation_code(body + gb11714_check_character(body)).warnings == ()


@given(
    st.text(alphabet=GB32100_ALPHABET, min_size=2, max_size=2),
    st.text(alphabet="0123456789", min_size=6, max_size=6),
    st.text(alphabet=GB32100_ALPHABET, min_size=9, max_size=9),
    st.sampled_from(GB32100_ALPHABET),
)
def test_credit_code_has_exactly_one_right_check_character(head, region, middle, last):
    body = head + region + middle
    right = last == gb32100_check_character(body)
    assert (check_organisation_code(body + last).warnings == ()) is right


@given(st.text())
def test_any_text_is_a_code_or_a_clear_error(text):
    for check in (check_organisation_code, check_region_code, check_site_id_code):
        try:
            assert check(check(text).value).value == check(text).value
        except InvalidCode as error:
            assert str(error)


def test_region_codes():
    assert check_region_code("620700").value == "620700"
    assert check_region_code("６２０７００").warnings == ()
    assert check_region_code("990000").warnings[0].code == "province"
    for wrong in ("62070", "6207000", "62o700", ""):
        with pytest.raises(InvalidCode):
            check_region_code(wrong)


def test_site_codes():
    assert check_site_id_code("bm01000001").warnings == ()
    assert check_site_id_code("BM01000001").value == "bm01000001"
    assert check_site_id_code("1304000009").warnings == ()
    assert check_site_id_code("ca01000001").warnings[0].code == "site_form"
    for wrong in ("bm0100001", "bm010000011", "bm0100000一", ""):
        with pytest.raises(InvalidCode):
            check_site_id_code(wrong)
