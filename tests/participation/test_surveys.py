"""A survey: one answer per person without knowing anybody, frozen questions, results that give nobody away."""

import datetime

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction

from tests import factories as people
from tests import factories_participation as factories
from wagtail_disclosure.casework.errors import CaseRefused
from wagtail_disclosure.participation import moderation, once, results
from wagtail_disclosure.participation.models import (
    SurveyAnswer,
    SurveyMark,
    SurveyPage,
    SurveyQuestion,
    SurveySalt,
    SurveyText,
)
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.errors import ReviewRequired, WithdrawalRequired

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_cache():
    cache.clear()


def names(page):
    return [each.clean_name for each in page.question_list]


def given(page):
    values = ("2", ["0", "2"], "4", "3", "2026-03-01", "多开窗口")
    return dict(zip(names(page), values, strict=True))


def answered(visitor, survey, values=None):
    person = visitor(survey, "answer/")
    person.open()
    person.fill(given(survey) if values is None else values)
    return person


def test_an_answer_is_stored_and_says_nothing_of_who_gave_it(survey, visitor):
    person = answered(visitor, survey)
    assert person.response.status_code == 200 and person.soup.select_one("[role=status]")
    found, text = SurveyAnswer.objects.get(), SurveyText.objects.get()
    # A database may keep them in an order of its own.
    assert sorted(found.values.values(), key=str) == ["2", "2026-03-01", "3", "4", ["0", "2"]]
    assert (text.body, text.answer, text.state) == ("多开窗口", found, "pending")
    assert (found.day, found.is_repeated) == (factories.days(0), False)
    stored = {field.name for field in SurveyAnswer._meta.concrete_fields}
    assert stored == {"id", "key", "agency", "department", "language", "day", "values", "is_repeated"}


def test_sent_twice_it_is_one_answer(survey, visitor):
    person = visitor(survey, "answer/")
    person.open()
    before = person.soup
    person.fill(given(survey))
    person.soup = before
    person.fill(given(survey))
    assert person.soup.select_one("[role=status]") and SurveyAnswer.objects.count() == 1


def test_who_answered_is_told_so_and_another_person_at_the_device_may_answer(survey, visitor):
    person = answered(visitor, survey)
    person.open()
    assert not person.soup.select("form.disclosure-form")
    person.open(person.base + person.soup.select_one(".disclosure-button")["href"])
    person.fill(given(survey))
    assert sorted(SurveyAnswer.objects.values_list("is_repeated", flat=True)) == [False, True]


def test_a_second_form_of_one_browser_is_refused_once_with_its_answers(survey, visitor):
    person = visitor(survey, "answer/")
    person.open()
    first = person.soup
    person.open()
    second = person.soup
    person.soup = first
    person.fill(given(survey))
    person.soup = second
    person.fill(given(survey))
    assert person.response.status_code == 409 and SurveyAnswer.objects.count() == 1
    assert person.soup.select_one("textarea").get_text(strip=True) == "多开窗口"
    person.fill(given(survey))
    assert SurveyAnswer.objects.count() == 2


def test_a_shared_connection_locks_nobody_out_and_is_marked(survey, rf):
    found = [factories.answer(survey, rf, q0="0") for _each in range(3)]
    other = factories.answer(survey, rf, q0="0", address="198.51.100.7")
    assert [each.is_repeated for each in [*found, other]] == [False, True, True, False]


def test_marks_are_of_one_survey_and_go_with_their_day(survey, place, rf, monkeypatch):
    factories.answer(survey, rf, q0="0")
    factories.answer(factories.survey(place), rf, q0="0")
    marks = set(SurveyMark.objects.values_list("mark", flat=True))
    assert len(marks) == 2 and SurveySalt.objects.count() == 2
    tomorrow = factories.days(1)
    assert once.forget(tomorrow) == 2
    assert not SurveyMark.objects.exists() and not SurveySalt.objects.exists()


def test_salts_of_a_survey_that_is_over_are_destroyed(survey, rf):
    factories.answer(survey, rf, q0="0")
    SurveyPage.objects.filter(pk=survey.pk).update(closes_on=factories.days(-1))
    assert once.forget() == 1 and not SurveyMark.objects.exists()


@pytest.mark.parametrize(
    ("place_of", "value"),
    [(0, ""), (0, "7"), (1, ["9"]), (2, "6"), (3, "many"), (3, "9" * 30), (4, "yesterday"), (5, "a\x00b")],
)
def test_a_wrong_answer_is_shown_again_with_all_others(survey, visitor, place_of, value):
    name = names(survey)[place_of]
    person = answered(visitor, survey, {**given(survey), name: value})
    assert not SurveyAnswer.objects.exists() and person.soup.select(".disclosure-errors a")
    if place_of != 3:
        assert person.soup.select_one(f"[name={names(survey)[3]}]")["value"] == "3"


def test_after_the_end_nothing_is_stored_and_the_answers_are_shown(survey, visitor):
    person = visitor(survey, "answer/")
    person.open()
    SurveyPage.objects.filter(pk=survey.pk).update(closes_on=factories.days(-1))
    person.fill(given(survey))
    assert person.response.status_code == 409 and not SurveyAnswer.objects.exists()
    assert person.soup.select_one("textarea").get_text(strip=True) == "多开窗口"


@pytest.mark.parametrize(
    ("choice", "open_now", "over"),
    [("during", True, True), ("after", False, True), ("never", False, False)],
)
def test_results_are_public_as_was_chosen(place, rf, client, choice, open_now, over):
    survey = factories.survey(place, results=choice)
    for _each in range(5):
        factories.answer(survey, rf, q0="1")
    assert ("<svg" in client.get(survey.url).content.decode()) == open_now
    SurveyPage.objects.filter(pk=survey.pk).update(closes_on=factories.days(-1))
    assert ("<svg" in client.get(survey.url).content.decode()) == over


def test_results_are_what_an_independent_count_says(place, rf):
    survey = factories.survey(place, results="during")
    for number in range(6):
        factories.answer(
            survey,
            rf,
            q0=str(number % 2),
            q1=["0", "1"] if number else ["1"],
            q2=str(1 + number % 5),
            q3=number,
        )
    found = results.public(survey)
    assert [(row.label, row.number, row.percent) for row in found[0].rows] == [
        ("满意", 3, 50.0),
        ("一般", 3, 50.0),
        ("不满意", 0, 0.0),
    ]
    assert [row.number for row in found[1].rows] == [5, 6, 0] and found[1].several
    assert found[2].extra["mean"] == (1 + 2 + 3 + 4 + 5 + 1) / 6
    assert [str(each.value) for each in results.for_office(survey, place.officer)[3].facts] == ["0", "2", "5"]
    assert found[4].number == 0 and not found[4].facts


def test_the_least_and_the_most_are_not_shown_where_they_may_be_one_persons(place, rf, client):
    survey = factories.survey(place, results="during")
    for number in [1, 1, 1, 1, 1, 7, 900]:
        factories.answer(survey, rf, q0="0", q3=number)
    facts = results.public(survey)[3].facts
    assert [(each.name, str(each.value)) for each in facts] == [("least", "1"), ("median", "1")]
    assert "900" not in client.get(survey.url).content.decode()


def test_answers_of_few_are_not_shown(place, rf, client):
    survey = factories.survey(place, results="during")
    for number in range(5):
        factories.answer(survey, rf, q0="0", **({"q1": ["2"]} if number < 4 else {}))
    shown, hidden = results.public(survey)[:2]
    assert shown.rows and not shown.is_small and hidden.is_small and not hidden.rows
    assert client.get(survey.url).content.decode().count("<svg class") == 1


def test_texts_are_public_only_where_somebody_let_them_through(place, rf, client):
    survey = factories.survey(place, results="during")
    for number in range(5):
        factories.answer(survey, rf, q0="0", q5=f"建议{number}，电话13812345678")
    assert "建议0" not in client.get(survey.url).content.decode()
    text = SurveyText.objects.order_by("pk").first()
    with pytest.raises(CaseRefused):
        moderation.act(text, "show", by=place.officer, text=text.body)
    moderation.act(text, "show", by=place.officer, text=moderation.suggested(text.body))
    page = client.get(survey.url).content.decode()
    assert "建议0，电话＊＊＊" in page and "建议1" not in page


def test_a_chart_is_described_and_stands_beside_a_table(place, rf, client):
    survey = factories.survey(place, results="during")
    for _each in range(5):
        factories.answer(survey, rf, q0="1")
    page = client.get(survey.url).content.decode()
    assert 'role="img"' in page and "一般 5" in page and 'style="' not in page.split("<article")[1]
    assert '<th scope="row">一般</th>' in page


def _changed(survey, **values):
    draft = SurveyPage.objects.get(pk=survey.pk).get_latest_revision_as_object()
    question = draft.questions.all()[0]
    for name, value in values.items():
        setattr(question, name, value)
    draft.questions.add(question)
    return draft


@pytest.mark.parametrize(
    "values", [{"label": "别的问题"}, {"choices": "好\n坏"}, {"field_type": "checkboxes"}]
)
def test_questions_are_frozen_by_the_first_answer(survey, rf, values):
    _changed(survey, **values).check_ready_for_review()
    factories.answer(survey, rf, q0="0")
    with pytest.raises(ValidationError):
        _changed(survey, **values).check_ready_for_review()
    with pytest.raises(ReviewRequired):
        _changed(survey, **values).prepare_publication(None)
    _changed(survey, help_text="提示可以改").check_ready_for_review()


def test_a_question_can_neither_be_added_nor_taken_away_after_that(survey, rf):
    factories.answer(survey, rf, q0="0")
    draft = survey.get_latest_revision_as_object()
    draft.questions.add(SurveyQuestion(field_type="number", label="新问题"))
    with pytest.raises(ValidationError):
        draft.check_questions()


def test_a_survey_that_was_withdrawn_comes_back_with_the_questions_that_were_answered(survey, rf):
    factories.answer(survey, rf, q0="0")
    root = people.user("root", superuser=True)
    actions.withdraw(survey, root, reason="content_error", explanation="有误。")
    assert not SurveyPage.objects.get(pk=survey.pk).live
    with pytest.raises(ValidationError):
        _changed(survey, choices="不满意\n一般\n满意").check_ready_for_review()
    _changed(survey, help_text="提示可以改").check_ready_for_review()


def test_a_choice_that_is_sent_many_times_counts_once(survey, visitor):
    first, second, *_others = names(survey)
    answered(visitor, survey, {first: "0", second: ["2", *["1"] * 50]})
    assert list(SurveyAnswer.objects.get().values.values()) in (["0", ["1", "2"]], [["1", "2"], "0"])
    assert [row.number for row in results.of(survey)[1].rows] == [0, 1, 1]


def test_a_page_that_people_answered_is_not_deleted(survey, rf):
    factories.answer(survey, rf, q0="0")
    SurveyPage.objects.filter(pk=survey.pk).update(live=False)
    with pytest.raises(WithdrawalRequired), transaction.atomic():
        SurveyPage.objects.get(pk=survey.pk).delete()
    assert SurveyAnswer.objects.exists()


def test_a_survey_that_is_empty_is_not_reviewed(place):
    survey = factories.survey(place, questions=())
    with pytest.raises(ValidationError):
        survey.check_ready_for_review()
    assert isinstance(survey.closes_on, datetime.date)
