"""What happens to cases by itself: due moves of the system, and reminders, each once."""

import datetime
import io

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests import factories, factories_cases
from wagtail_disclosure.casework import moves
from wagtail_disclosure.casework.desk import alarms, jobs
from wagtail_disclosure.casework.models import CalendarDay, CaseAlarm
from wagtail_disclosure.departments.models import DepartmentMember


def at(text, hour=8):
    return timezone.make_aware(datetime.datetime.fromisoformat(text) + datetime.timedelta(hours=hour))


def run(day, hour=8):
    """Run the command on that day; returns what it wrote."""
    out = io.StringIO()
    with time_machine.travel(at(day, hour), tick=False):
        call_command("disclosure_run_cases", stdout=out, stderr=out)
    return out.getvalue()


def told(outbox):
    """Addresses of the mails since the last call."""
    found = sorted(mail.to[0] for mail in outbox)
    outbox.clear()
    return found


@pytest.fixture
def place(db):
    found = factories_cases.agency()
    found.reviewer, found.head = factories_cases.reviewer(found.prices), factories_cases.head()
    for name in ("officer", "other_officer", "reviewer", "head"):
        user = getattr(found, name)
        user.email = f"{name}@example.org"
        user.save()
    return found


@pytest.fixture
def case(place):
    """Received on Tuesday 3 March 2026 and in hand: due on Tuesday 31 March."""
    found = factories_cases.request(place, department=place.prices, at=at("2026-03-03"))
    moves.act(found, "confirm_receipt", by=place.officer, at=at("2026-03-03"))
    moves.act(found, "accept", by=place.officer, at=at("2026-03-03"))
    moves.act(found, "assign", by=place.head, at=at("2026-03-03"), changes={"officer": place.officer})
    assert found.due_on == datetime.date(2026, 3, 31)
    return found


def test_each_step_is_reminded_of_once_however_often_the_job_runs(place, case, mailoutbox):
    run("2026-03-23")
    assert told(mailoutbox) == []
    for day, expected in [
        ("2026-03-24", ["officer@example.org"]),
        ("2026-03-24", []),
        ("2026-03-25", []),
        ("2026-03-28", []),
        ("2026-03-27", ["officer@example.org"]),
        ("2026-03-31", []),
        ("2026-04-01", ["head@example.org", "officer@example.org", "reviewer@example.org"]),
        ("2026-04-02", []),
        ("2026-04-08", ["head@example.org", "officer@example.org", "reviewer@example.org"]),
        ("2026-04-20", []),
    ]:
        run(day)
        assert told(mailoutbox) == expected, day


def test_after_a_week_without_a_run_only_the_nearest_step_goes_out(place, case, mailoutbox):
    run("2026-03-30")
    assert len(mailoutbox) == 1 and case.number in mailoutbox[0].body
    assert told(mailoutbox) == ["officer@example.org"]
    assert CaseAlarm.objects.count() == 1


def test_an_extension_makes_the_steps_due_anew(place, case, mailoutbox):
    run("2026-03-27")
    moves.act(case, "propose_extension", by=place.officer, days=20, at=at("2026-03-27"))
    moves.act(case, "approve_extension", by=place.head, at=at("2026-03-27"))
    moves.act(case, "notify_extension", by=place.officer, at=at("2026-03-27"))
    told(mailoutbox)
    run("2026-04-01")
    assert told(mailoutbox) == []
    with time_machine.travel(at("2026-04-01")):
        case.refresh_from_db()
    run((case.due_on - datetime.timedelta(1)).isoformat())
    assert told(mailoutbox) == ["officer@example.org"]


def test_nothing_goes_out_on_a_rest_day_that_the_office_decided(place, case, mailoutbox):
    CalendarDay.objects.create(date=datetime.date(2026, 3, 30), is_working=False, reason="台风停工")
    run("2026-03-30")
    assert told(mailoutbox) == []


def test_a_mail_names_numbers_and_nothing_else_in_the_language_of_its_reader(place, case, mailoutbox):
    from wagtail.users.models import UserProfile

    profile = UserProfile.get_for_user(place.officer)
    profile.preferred_language = "zh-hans"
    profile.save()
    run("2026-03-30")
    text = f"{mailoutbox[0].subject} {mailoutbox[0].body}"
    assert case.number in text and f"/{case.pk}/" in text
    for hidden in ("王", case.subject, factories_cases.PHONE):
        assert hidden not in text


def test_an_officer_who_left_does_not_let_a_case_lie(place, case, mailoutbox):
    colleague = factories.user("colleague")
    colleague.email = "colleague@example.org"
    colleague.save()
    DepartmentMember.objects.create(department=place.prices, user=colleague, role="officer")
    place.officer.is_active = False
    place.officer.save()
    run("2026-03-30")
    assert told(mailoutbox) == ["colleague@example.org", "head@example.org"], "the office: nobody has it"


def test_the_office_learns_of_a_case_that_nobody_has_taken(place, mailoutbox):
    case = factories_cases.request(place, department=place.projects, at=at("2026-03-03"))
    run("2026-03-04")
    assert told(mailoutbox) == []
    run("2026-03-05")
    assert case.number in mailoutbox[0].body
    assert told(mailoutbox) == ["head@example.org"]
    run("2026-03-09")
    assert told(mailoutbox) == []


def test_what_could_not_be_sent_is_sent_by_the_next_run(place, case, mailoutbox, monkeypatch, caplog):
    def broken(*args, **kwargs):
        raise OSError("officer@example.org: relay denied")

    with monkeypatch.context() as patch:
        patch.setattr("wagtail_disclosure.casework.mails.send_mail", broken)
        run("2026-03-30")
    assert told(mailoutbox) == []
    assert "officer@example.org" not in caplog.text
    run("2026-03-30", 9)
    assert told(mailoutbox) == ["officer@example.org"]


def test_a_run_that_was_killed_while_sending_is_made_up_for(place, case, mailoutbox, monkeypatch):
    def killed(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(alarms, "_send", killed)
        with pytest.raises(KeyboardInterrupt):
            run("2026-03-30")
    run("2026-03-30", 8.1)
    assert told(mailoutbox) == [], "another run may still be sending"
    run("2026-03-30", 9)
    assert told(mailoutbox) == ["officer@example.org"]


def test_a_reminder_of_what_has_changed_meanwhile_is_dropped(place, case, mailoutbox):
    with time_machine.travel(at("2026-03-30"), tick=False):
        alarms.plan(case, at("2026-03-30"), alarms.calendar())
        moves.act(case, "withdraw", role="applicant")
    run("2026-03-30", 9)
    assert told(mailoutbox) == [] and not CaseAlarm.objects.exists()


def asked(place, case, key, day):
    moves.act(case, "ask_third_party", by=place.officer, at=at(day), details={"third_party": "某公司"})
    moves.act(case, "record_third_party_delivery", by=place.officer, key=key, at=at(day))


def test_silence_of_a_third_party_is_recorded_when_its_time_is_over_and_not_before(place, case):
    asked(place, case, "1", "2026-03-04")
    asked(place, case, "2", "2026-03-09")
    run("2026-03-25")
    assert not case.events.filter(type="close_third_party").exists()
    for _twice in range(2):
        run("2026-03-26")
    event = case.events.get(type="close_third_party")
    assert (event.by, event.data["role"], event.data["key"], event.actor) == ("system", "system", "1", None)
    run("2026-04-15")
    assert case.events.filter(type="close_third_party").count() == 2, "the second, after missed runs"


def test_what_needs_a_day_or_a_fact_is_left_to_people(place, case):
    moves.act(case, "propose_extension", by=place.officer, days=20, at=at("2026-03-10"))
    moves.act(case, "approve_extension", by=place.head, at=at("2026-03-10"))
    with time_machine.travel(at("2026-03-11"), tick=False):
        assert "notify_extension" in {
            each.code for each in moves.allowed(case, "system", today=timezone.localdate())
        }
        assert jobs.due_moves(case, timezone.localdate()) == []


# Tasks of other departments


def involve(place, case, day="2026-03-09", days=5):
    data = {"department": place.projects.pk, "task_days": days}
    details = {"question": "请提供审批文件"}
    return moves.act(case, "involve", by=place.officer, at=at(day), data=data, details=details)


def test_a_department_is_reminded_of_its_task_and_with_it_the_officer_once_it_is_late(
    place, case, mailoutbox
):
    involve(place, case)
    for day, expected in [
        ("2026-03-09", []),
        ("2026-03-11", []),
        ("2026-03-12", ["other_officer@example.org"]),
        ("2026-03-13", []),
        ("2026-03-16", []),
        ("2026-03-17", ["officer@example.org", "other_officer@example.org"]),
        ("2026-03-17", []),
        ("2026-03-21", []),
        ("2026-03-23", ["officer@example.org", "other_officer@example.org"]),
        ("2026-03-23", []),
    ]:
        run(day)
        assert told(mailoutbox) == expected, day


def test_after_missed_runs_a_task_is_reminded_of_once(place, case, mailoutbox):
    involve(place, case, "2026-03-09")
    run("2026-03-23")
    run("2026-03-23", 9)
    assert told(mailoutbox) == ["officer@example.org", "other_officer@example.org"]


def test_nobody_is_reminded_of_a_task_that_was_answered_taken_back_or_lapsed(place, case, mailoutbox):
    for _each in range(2):
        involve(place, case)
    with time_machine.travel(at("2026-03-12"), tick=False):
        alarms.plan(case, at("2026-03-12"), alarms.calendar())
    assert CaseAlarm.objects.filter(kind="task_soon").count() == 2
    moves.act(case, "withdraw_task", by=place.officer, key="1", at=at("2026-03-12"))
    moves.act(
        case, "answer_task", by=place.other_officer, key="2", at=at("2026-03-12"), details={"answer": "附后"}
    )
    for day in ("2026-03-12", "2026-03-17"):
        run(day)
        assert told(mailoutbox) == [], day
    involve(place, case, "2026-03-17")
    moves.act(case, "withdraw", role="applicant", at=at("2026-03-18"))
    run("2026-03-25")
    assert told(mailoutbox) == []


def test_the_mail_about_a_task_says_number_and_days_in_both_languages(place, case, mailoutbox):
    from wagtail.users.models import UserProfile

    for user, language in ((place.other_officer, "zh-hans"), (place.officer, "en")):
        profile = UserProfile.get_for_user(user)
        profile.preferred_language = language
        profile.save()
    involve(place, case)
    run("2026-03-17")
    texts = {mail.to[0]: f"{mail.subject} {mail.body}" for mail in mailoutbox}
    assert "协办事项" in texts["other_officer@example.org"]
    assert "task of another department" in texts["officer@example.org"]
    for text in texts.values():
        assert case.number in text and f"/{case.pk}/" in text
        for hidden in ("王", case.subject, "审批文件", factories_cases.PHONE):
            assert hidden not in text


def test_whoever_is_late_in_a_task_learns_nothing_of_the_due_date_of_the_case(place, case, mailoutbox):
    involve(place, case, "2026-03-20")
    run("2026-04-01")
    own = next(mail for mail in mailoutbox if mail.to == ["other_officer@example.org"])
    assert own.body.count(case.number) == 1


# Answers that do not come


def test_the_officer_is_told_of_an_agency_that_does_not_answer_until_somebody_ends_it(
    place, case, mailoutbox
):
    moves.act(
        case,
        "ask_agency",
        by=place.officer,
        at=at("2026-03-04"),
        until=datetime.date(2026, 3, 10),
        details={"questions": "是否涉密？"},
    )
    for day, expected in [
        ("2026-03-10", []),
        ("2026-03-11", ["officer@example.org"]),
        ("2026-03-11", []),
        ("2026-03-12", []),
        ("2026-03-17", ["officer@example.org"]),
        ("2026-03-18", []),
    ]:
        run(day)
        for mail in mailoutbox:
            assert case.number in mail.body and "涉密" not in mail.body
        assert told(mailoutbox) == expected, day


def test_nobody_is_told_of_an_answer_that_came_or_of_silence_that_the_system_recorded(
    place, case, mailoutbox
):
    asked(place, case, "1", "2026-03-04")
    moves.act(case, "ask_agency", by=place.officer, at=at("2026-03-04"), until=datetime.date(2026, 3, 10))
    with time_machine.travel(at("2026-03-11"), tick=False):
        alarms.plan(case, at("2026-03-11"), alarms.calendar())
    assert CaseAlarm.objects.filter(kind="answer").count() == 1
    moves.act(case, "answer_agency", by=place.officer, at=at("2026-03-11"), data={"opinion": "agrees"})
    for day in ("2026-03-11", "2026-03-26", "2026-03-27"):
        run(day)
        assert told(mailoutbox) == [], day
    assert case.events.filter(type="close_third_party").count() == 1


def test_a_supplement_that_nobody_makes_does_not_lie_forgotten(place, mailoutbox):
    case = factories_cases.request(place, department=place.prices, officer=place.officer, at=at("2026-03-03"))
    moves.act(case, "confirm_receipt", by=place.officer, at=at("2026-03-03"))
    moves.act(case, "ask_supplement", by=place.officer, at=at("2026-03-03"), until=datetime.date(2026, 3, 13))
    assert case.due_on is None
    run("2026-03-16")
    assert told(mailoutbox) == ["officer@example.org"]


def test_a_case_that_cannot_be_dealt_with_stops_no_other(place, case, mailoutbox, caplog):
    broken = factories_cases.request(
        place, department=place.prices, at=at("2026-03-02"), officer=place.officer, subject="某某的秘密"
    )
    # Its first event says what the table does not know.
    events = broken.events.model._base_manager
    events.filter(case=broken).update(
        data={"from": "draft", "on": "no day", "clock": ["request", "received"]}
    )
    out = io.StringIO()
    with time_machine.travel(at("2026-03-30"), tick=False), pytest.raises(CommandError) as error:
        call_command("disclosure_run_cases", stdout=out)
    assert broken.number in str(error.value)
    assert "秘密" not in caplog.text + str(error.value)
    assert [mail.to[0] for mail in mailoutbox] == ["officer@example.org"], "about the other one"
