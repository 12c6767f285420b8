"""The due date of a case: the domain's vectors, and what each kind of event does to it."""

import dataclasses
from datetime import date

import pytest
from django.utils import translation

from wagtail_disclosure.rules.calendar import get_calendar
from wagtail_disclosure.rules.case_clock import case_deadline, governing_ruleset
from wagtail_disclosure.rules.case_ledger import DayStatus
from wagtail_disclosure.rules.errors import RuleError

from .clock_cases import (
    CALENDARS,
    CN,
    UK,
    consultation,
    deadline,
    event,
    extension,
    fee,
    received,
    supplement,
)


def codes(case):
    return [each.code for each in case.irregularities]


def limit(case, code):
    (found,) = [each for each in case.limits if each.code == code]
    return found


@pytest.mark.parametrize(
    "events, due",
    [
        ([received("2026-02-10")], date(2026, 3, 16)),
        ([received("2026-02-14")], date(2026, 3, 20)),
        ([received("2026-04-20")], date(2026, 5, 20)),
        ([received("2026-04-20"), *extension("2026-05-18", "2026-05-19")], date(2026, 6, 17)),
        ([received("2026-06-15"), *supplement("2026-06-22", "2026-07-01")], date(2026, 7, 29)),
        ([received("2026-03-02")], date(2026, 3, 30)),
        ([received("2026-03-02"), *consultation("2026-03-10", "2026-03-24")], date(2026, 4, 14)),
    ],
)
def test_vectors_of_the_domain(events, due):
    assert deadline(*events).due == due


def test_the_consultation_of_the_vector_leaves_out_ten_working_days():
    case = deadline(received("2026-03-02"), *consultation("2026-03-10", "2026-03-24"))
    assert case.paused_days == 10
    assert case.working_days == 20


def test_a_supplement_may_be_asked_for_within_seven_working_days_of_receipt():
    asking = limit(deadline(received("2026-02-10")), "supplement.ask")
    assert (asking.due, asking.party, asking.met_on) == (date(2026, 2, 26), "agency", None)
    assert not asking.is_over(date(2026, 2, 26))
    assert asking.is_over(date(2026, 2, 27))


def test_a_supplement_asked_for_too_late_is_recorded_and_pointed_out():
    case = deadline(received("2026-06-15"), *supplement("2026-06-26", "2026-07-01"))
    assert case.due == date(2026, 7, 29)
    assert codes(case) == ["asked_late"]


def test_a_supplement_asked_for_when_the_reply_was_overdue_does_not_hide_that():
    case = deadline(received("2026-03-02"), *supplement("2026-04-08", "2026-04-10"))
    assert codes(case) == ["asked_late", "asked_overdue"]


def test_nothing_is_due_while_the_applicant_is_to_complete_the_request():
    case = deadline(received("2026-06-15"), *supplement("2026-06-22", until="2026-07-06"))
    assert case.due is None and case.days_left(date(2026, 6, 23)) is None
    assert not case.is_overdue(date(2027, 6, 23))
    assert case.open_waits == {"supplement"}
    assert case.is_stopped(date(2026, 6, 23)) and not case.is_stopped(date(2026, 6, 22))
    assert case.lapsed_waits(date(2026, 7, 6)) == frozenset()
    assert case.lapsed_waits(date(2026, 7, 7)) == {"supplement"}


def test_the_ledger_shows_what_no_longer_counts_after_a_restart():
    case = deadline(received("2026-06-15"), *supplement("2026-06-22", "2026-07-01"))
    before = [row for row in case.ledger if row.status is DayStatus.BEFORE_RESTART]
    assert [row.date for row in before][:1] + [row.date for row in before][-1:] == [
        date(2026, 6, 15),
        date(2026, 6, 30),
    ]
    start = case.ledger[len(before)]
    assert (start.date, start.status, start.counted) == (date(2026, 7, 1), DayStatus.START, 0)
    assert [kind.code for kind in start.events] == ["supplement_answered"]


def test_the_ledger_names_rest_days_make_up_days_and_pauses_with_their_articles():
    case = deadline(received("2026-02-12"), *consultation("2026-02-13", "2026-02-25"))
    rows = {row.date: row for row in case.ledger}
    assert rows[date(2026, 2, 14)].status is DayStatus.PAUSED, "a make-up Saturday would have counted"
    assert rows[date(2026, 2, 14)].kind.value == "make-up"
    assert rows[date(2026, 2, 16)].status is DayStatus.REST
    assert rows[date(2026, 2, 16)].note("zh-hans") == "农历除夕"
    paused = rows[date(2026, 2, 25)]
    assert (paused.note("en"), paused.citation("zh-hans")) == ("Consulting a third party", "第三十三条")
    assert rows[date(2026, 2, 26)].counted == 2


def test_a_silent_third_party_has_fifteen_working_days_from_delivery():
    case = deadline(
        received("2026-03-02"), *consultation("2026-03-10", delivered="2026-03-12"), today=date(2026, 3, 13)
    )
    third = limit(case, "third_party")
    assert (third.start, third.due) == (date(2026, 3, 12), date(2026, 4, 2))
    assert case.due == date(2026, 4, 23), "3 working days to the delivery and 15 of the term are left out"
    assert case.is_projected
    assert case.lapsed_waits(date(2026, 4, 3)) == {"third_party"}


def test_an_opinion_after_the_term_pauses_no_longer_than_the_term():
    silent = deadline(received("2026-03-02"), *consultation("2026-03-10"))
    late = deadline(received("2026-03-02"), *consultation("2026-03-10", "2026-04-17"))
    assert late.due == silent.due == date(2026, 4, 21)
    assert not late.is_projected


def test_an_open_consultation_can_be_tried_as_answered():
    case = deadline(received("2026-03-02"), *consultation("2026-03-10"))
    assert case.if_answered_on(date(2026, 3, 24)).due == date(2026, 4, 14)
    with pytest.raises(RuleError):
        case.if_answered_on(date(2026, 3, 9))


def test_another_agency_without_a_date_stops_the_clock_and_with_one_pauses_it():
    asked = event("other_agency_asked", "2026-03-10")
    assert deadline(received("2026-03-02"), asked).due is None
    dated = event("other_agency_asked", "2026-03-10", until="2026-03-24")
    assert deadline(received("2026-03-02"), dated).due == date(2026, 4, 14)


def test_overlapping_consultations_are_left_out_once():
    case = deadline(
        received("2026-03-02"),
        *consultation("2026-03-10", "2026-03-24", "a"),
        *consultation("2026-03-16", "2026-03-26", "b", who="co_maker"),
    )
    assert case.paused_days == 12
    rows = {row.date: row for row in case.ledger}
    assert rows[date(2026, 3, 18)].note("en") == "Consulting a third party · Consulting a joint maker"


def test_a_consultation_across_a_restart_pauses_only_what_lies_after_it():
    case = deadline(
        received("2026-06-15"),
        *consultation("2026-06-16", "2026-07-03"),
        *supplement("2026-06-17", "2026-07-01"),
    )
    assert case.paused_days == 2
    assert case.due == date(2026, 7, 31)


@pytest.mark.parametrize(
    "notified, due, irregular",
    [
        ("2026-05-20", date(2026, 6, 17), []),
        ("2026-05-21", date(2026, 5, 20), ["extension_late"]),
        (None, date(2026, 5, 20), ["extension_not_notified"]),
    ],
)
def test_an_extension_counts_when_the_applicant_is_told_in_time(notified, due, irregular):
    case = deadline(received("2026-04-20"), *extension("2026-05-18", notified))
    assert (case.due, codes(case)) == (due, irregular)
    assert case.extended_by == (20 if not irregular else 0)


def test_two_extensions_share_the_most_the_law_allows():
    first = extension("2026-05-18", "2026-05-18", 12, "a")
    case = deadline(received("2026-04-20"), *first, *extension("2026-06-01", "2026-06-01", 8, "b"))
    assert case.working_days == 40 and case.extension_left() == 0
    with pytest.raises(RuleError) as error:
        deadline(received("2026-04-20"), *first, *extension("2026-06-01", "2026-06-01", 9, "b"))
    assert error.value.code == "extension_too_long"


def test_an_extension_before_a_new_beginning_or_told_too_late_is_not_used_up():
    before = [received("2026-06-15"), *extension("2026-06-18", "2026-06-18", 15)]
    assert deadline(*before).extension_left() == 5
    assert deadline(*before, *supplement("2026-06-22", "2026-07-01")).extension_left() == 20
    assert deadline(received("2026-04-20"), *extension("2026-05-18", "2026-05-21")).extension_left() == 20
    assert deadline(received("2026-03-02"), clock="correction").extension_left() == 0


def test_a_changed_calendar_shows_what_it_would_move():
    case = deadline(received("2026-06-15"))
    closed = get_calendar("cn", overrides=[(date(2026, 6, 22), False, "台风停工")])
    moved = case.with_calendar(closed)
    assert (case.due, moved.due) == (date(2026, 7, 14), date(2026, 7, 15))
    assert [row.note() for row in moved.ledger if row.date == date(2026, 6, 22)] == ["台风停工"]


def test_days_of_an_extension_are_marked():
    case = deadline(received("2026-04-20"), *extension("2026-05-18", "2026-05-19"))
    rows = [row for row in case.ledger if row.status is DayStatus.EXTENSION]
    assert (rows[0].counted, rows[-1].counted, rows[-1].date) == (21, 40, case.due)


def test_a_later_date_for_excessive_requests_is_the_date_set():
    events = [
        received("2026-03-02"),
        event("reasons_asked", "2026-03-05", until="2026-03-12"),
        event("reasons_given", "2026-03-11"),
        event("later_date_set", "2026-03-20", until="2026-06-30"),
    ]
    case = deadline(*events)
    assert case.due == date(2026, 6, 30) and case.ledger[-1].status is DayStatus.LATER_DATE
    late = deadline(*events[:3], event("later_date_set", "2026-03-31", until="2026-06-30"))
    assert (late.due, codes(late)) == (date(2026, 3, 30), ["later_date_late"])


def test_asking_for_reasons_stops_nothing():
    case = deadline(received("2026-03-02"), event("reasons_asked", "2026-03-05", until="2026-03-12"))
    assert case.due == date(2026, 3, 30)
    assert case.lapsed_waits(date(2026, 3, 13)) == {"reasons"}


def test_a_fee_gives_twenty_working_days_to_pay_and_begins_the_clock_anew():
    notice = [received("2026-03-02"), *fee("2026-03-10", delivered="2026-03-12")]
    waiting = deadline(*notice)
    assert waiting.due is None and limit(waiting, "fee").due == date(2026, 4, 10)
    paid = deadline(*notice, event("fee_paid", "2026-03-20"))
    assert paid.due == date(2026, 4, 20)
    assert paid.start == date(2026, 3, 20)


def test_passing_a_case_on_moves_nothing():
    moved = deadline(received("2026-03-02"), event("transferred", "2026-03-04"))
    assert moved.due == date(2026, 3, 30)


def test_a_closed_case_stays_in_time_or_overdue():
    in_time = deadline(received("2026-03-02"), event("closed", "2026-03-30"))
    late = deadline(received("2026-03-02"), event("closed", "2026-03-31"), event("served", "2026-04-02"))
    far = date(2028, 1, 1)
    assert not in_time.is_overdue(far) and late.is_overdue(far)
    assert in_time.open_waits == frozenset()


def test_a_question_without_an_answer_is_idle_once_the_case_is_closed():
    case = deadline(
        received("2026-03-02"), event("other_agency_asked", "2026-03-10"), event("closed", "2026-03-24")
    )
    assert case.due == date(2026, 4, 14)
    assert case.open_enquiries == ()


def test_a_case_taken_up_again_counts_anew_or_to_the_day_that_was_ordered():
    closed = [
        received("2026-03-02"),
        *supplement("2026-03-05", until="2026-03-12"),
        event("closed", "2026-03-13"),
    ]
    again = deadline(*closed, event("reopened", "2026-06-15"))
    assert again.due == date(2026, 7, 14)
    assert again.open_waits == frozenset()
    ordered = deadline(*closed, event("reopened", "2026-06-15", until="2026-06-30"))
    assert ordered.due == date(2026, 6, 30)
    assert deadline(*closed, event("reopened", "2026-06-15"), event("closed", "2026-06-15")).closed == date(
        2026, 6, 15
    )


def test_days_left_leave_out_what_is_paused():
    case = deadline(received("2026-03-02"), *consultation("2026-03-10", "2026-03-24"))
    assert case.days_left(date(2026, 3, 10)) == 14
    assert case.days_left(date(2026, 3, 17)) == 14
    assert case.days_left(date(2026, 4, 14)) == 0
    assert case.days_left(date(2026, 4, 16)) == -2


@pytest.mark.parametrize(
    "on, ruleset, due",
    [("2019-05-14", "cn-2008", date(2019, 6, 4)), ("2019-05-15", "cn-2019", date(2019, 6, 13))],
)
def test_the_rule_set_in_force_on_receipt_governs(on, ruleset, due):
    assert governing_ruleset(CN, [received(on)]).code == ruleset
    assert deadline(received(on)).due == due


def test_the_rule_set_of_receipt_governs_also_what_comes_later():
    case = deadline(received("2019-05-06"), *extension("2019-05-20", "2019-05-20", 15))
    assert (case.ruleset.code, case.working_days) == ("cn-2008", 30)
    with pytest.raises(RuleError):
        deadline(received("2019-05-06"), *extension("2019-05-20", "2019-05-20", 20))


def test_before_the_first_law_no_rule_set_governs():
    with pytest.raises(RuleError) as error:
        governing_ruleset(CN, [received("2008-04-30")])
    assert error.value.code == "no_law"


def test_a_year_that_is_not_announced_is_provisional_until_somebody_checks_it():
    case = deadline(received("2026-12-15"))
    assert case.provisional_years == (2027,)
    assert "provisional" in [row.code for row in case.explain("citizen", "en")]
    assert not deadline(
        received("2026-12-15"), calendar=get_calendar("cn", confirmed_years=[2027])
    ).provisional


def test_a_correction_of_own_records_has_no_time_limit():
    case = deadline(received("2026-03-02"), clock="correction")
    assert case.due is None and not case.is_overdue(date(2030, 1, 1))
    assert [row.code for row in case.explain("citizen", "en")] == ["received", "no_limit"]


def test_nothing_is_known_before_receipt():
    assert case_deadline([], CALENDARS["cn"], CN.rulesets[-1]) is None
    assert governing_ruleset(CN, []) is None


def test_same_events_same_deadline():
    events = [received("2026-03-02"), *consultation("2026-03-10", "2026-03-24")]
    assert deadline(*events) == deadline(*events, calendar=get_calendar("cn"))


def test_what_guards_ask_of_the_clock():
    case = deadline(received("2026-03-02"), *consultation("2026-03-10", key="a"))
    assert case.facts(date(2026, 4, 1)) == {"lapsed": {"third_party"}, "extension_possible": True}
    assert case.facts(date(2026, 4, 1), key="b")["lapsed"] == frozenset()
    assert not case.facts(date(2026, 4, 22))["extension_possible"]


# The second profile.


@pytest.mark.parametrize(
    "events, due",
    [
        # A bank holiday in one part of the country counts nowhere (s.10(6)): 17 March and 13 July in Northern
        # Ireland, 15 June in Scotland.
        ([received("2026-03-02")], date(2026, 3, 31)),
        ([received("2026-03-01")], date(2026, 3, 30)),
        (
            [
                received("2026-06-01"),
                event("clarification_asked", "2026-06-03", until="2026-08-03"),
                event("clarification_received", "2026-06-10"),
            ],
            date(2026, 7, 9),
        ),
        # The day of the notice and that of payment are disregarded, both (s.10(2)).
        ([received("2026-06-01"), *fee("2026-06-04", "2026-06-09")], date(2026, 7, 6)),
        (
            [received("2026-06-01"), event("later_date_set", "2026-06-20", until="2026-07-31")],
            date(2026, 7, 31),
        ),
    ],
)
def test_the_british_act(events, due):
    assert deadline(*events, profile=UK).due == due


def test_a_british_fee_is_to_be_paid_within_three_months_of_the_notice():
    case = deadline(received("2026-06-01"), *fee("2026-06-04"), profile=UK)
    assert limit(case, "fee").due == date(2026, 9, 3)
    assert case.due is None


def test_clarification_may_be_asked_more_than_once():
    events = [received("2026-06-01")]
    for key, asked, answered in (("a", "2026-06-03", "2026-06-10"), ("b", "2026-06-12", "2026-06-15")):
        events += [
            event("clarification_asked", asked, key, until="2026-08-03"),
            event("clarification_received", answered, key),
        ]
    assert deadline(*events, profile=UK).start == date(2026, 6, 15)


def test_an_internal_review_takes_twenty_working_days_and_forty_at_most():
    asked = received("2026-06-01")
    assert deadline(asked, profile=UK, clock="internal_review").due == date(2026, 6, 30)
    longer = deadline(asked, *extension("2026-06-25", "2026-06-25"), profile=UK, clock="internal_review")
    assert longer.due == date(2026, 7, 29)


# In words.


def every_case():
    yield deadline(received("2026-03-02"))
    yield deadline(
        received("2026-03-02"),
        *consultation("2026-03-10", "2026-03-24", delivered="2026-03-11"),
        *consultation("2026-03-12", who="co_maker"),
        event("other_agency_asked", "2026-03-12"),
        *extension("2026-03-25", "2026-03-26"),
        event("transferred", "2026-03-27"),
    )
    yield deadline(
        received("2026-12-02"),
        *supplement("2026-12-04", "2026-12-07"),
        event("reasons_asked", "2026-12-08", until="2026-12-11"),
        event("reasons_given", "2026-12-09"),
        event("later_date_set", "2026-12-10", until="2027-03-31"),
    )
    yield deadline(received("2026-03-02"), *fee("2026-03-04"))
    yield deadline(received("2026-03-02"), event("closed", "2026-03-10"), event("served", "2026-03-11"))
    yield deadline(received("2019-05-06"), *consultation("2019-05-07", "2019-05-09"))
    yield deadline(received("2026-06-01"), *fee("2026-06-04", "2026-06-09"), profile=UK)
    yield deadline(
        received("2026-06-01"), event("clarification_asked", "2026-06-03", until="2026-08-03"), profile=UK
    )
    yield deadline(
        received("2026-06-01"), *extension("2026-06-25", "2026-06-25"), profile=UK, clock="internal_review"
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("audience", ["officer", "citizen"])
def test_every_sentence_is_complete_in_both_languages(audience, language):
    for case in every_case():
        rows = case.explain(audience, language)
        assert rows
        for row in rows:
            assert "{" not in row.text and row.text.strip()
            chinese = any("一" <= char <= "鿿" for char in row.text)
            assert chinese == (language == "zh-hans"), row.text


def test_the_vector_in_words_for_officer_and_citizen():
    case = deadline(received("2026-03-02"), *consultation("2026-03-10", "2026-03-24"))
    officer = case.explain("officer", "zh-hans")
    assert [(row.code, row.citation) for row in officer] == [
        ("received", "第三十一条"),
        ("third_party_asked", "第三十二条、第三十三条"),
        ("third_party_answered", "第三十二条"),
        ("paused", "第三十三条"),
        ("due", "第三十三条"),
    ]
    assert officer[-1].text == "应当自2026年3月2日起20个工作日内答复，最迟为2026年4月14日。"
    with translation.override("en"):
        assert case.explain("citizen")[-1].text == "We will reply by 14 April 2026 at the latest."


def test_an_unknown_audience_is_an_error():
    with pytest.raises(LookupError):
        deadline(received("2026-03-02")).explain("press")


def test_every_kind_of_event_says_something_to_the_officer():
    for profile in (CN, UK):
        for ruleset in profile.rulesets:
            for clock in ruleset.clocks.values():
                for kind in clock.kinds.values():
                    for language in ("zh-hans", "en"):
                        assert kind.text("officer", language) and kind.label(language), kind.code


def test_a_deadline_cannot_be_changed():
    case = deadline(received("2026-03-02"))
    with pytest.raises(dataclasses.FrozenInstanceError):
        case.ledger = ()
