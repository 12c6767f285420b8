"""Programs are kept out without shutting people out: who is refused reads why and can send again."""

from wagtail_disclosure.casework.receipts import protection
from wagtail_disclosure.casework.receipts.protection import ProtectedForm, is_right, new_question, stamp

NOW = 1_800_000_000


def form(age=10, **data):
    return ProtectedForm({"shown_at": stamp(NOW - age), **data}, clock=lambda: NOW)


def test_a_form_that_a_person_filled_in_is_valid():
    assert form().is_valid()
    assert form(age=20 * 60 * 60).is_valid()


def test_a_field_that_people_do_not_see_refuses_with_a_reason():
    refused = form(website="http://spam.example")
    assert not refused.is_valid() and refused.errors["website"]


def test_a_form_that_came_at_once_may_be_sent_again_a_moment_later():
    refused = form(age=0)
    assert not refused.is_valid()
    again = ProtectedForm({"shown_at": refused.render_stamp()}, clock=lambda: NOW + 5)
    assert again.is_valid()


def test_a_time_that_is_missing_forged_or_long_past_is_given_anew():
    for shown_at in ("", "forged:xyz", stamp(NOW - 3 * 24 * 60 * 60), stamp(NOW + 3600), "x" * 199):
        refused = ProtectedForm({"shown_at": shown_at}, clock=lambda: NOW)
        assert not refused.is_valid()
        assert ProtectedForm({"shown_at": refused.render_stamp()}, clock=lambda: NOW + 5).is_valid()


def test_a_clock_that_went_back_a_little_refuses_nobody_for_good():
    refused = form(age=-30)
    assert not refused.is_valid()
    assert ProtectedForm({"shown_at": refused.render_stamp()}, clock=lambda: NOW + 40).is_valid()


def test_the_question_is_answered_in_digits_of_any_width_or_in_chinese():
    expected = protection._answer_key("7")
    assert all(is_right(given, expected) for given in ("7", " ７ ", "七", "07"))
    assert not any(is_right(given, expected) for given in ("", "8", "seven thousand", None, "七七"))


def test_questions_differ_and_do_not_tell_their_answer():
    found = [new_question() for _number in range(30)]
    assert len({each["text"] for each in found}) > 3
    assert all(len(each["answer"]) == 64 for each in found)
