"""What is published, changed or withdrawn reaches the platform, each version once, whatever happens on the way."""

import datetime
import json

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories, register_rows
from tests.killed import Killed, at_each_write
from wagtail_disclosure.interchange.models import UpwardEvent, UpwardRun, UpwardSubmission
from wagtail_disclosure.interchange.upward import push
from wagtail_disclosure.interchange.upward.planning import plan
from wagtail_disclosure.interchange.upward.transport import Answer
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.models import PublishedItem

from .receiver import Receiver, items_of, results

State = UpwardSubmission.State


def states(platform):
    return sorted(UpwardSubmission.objects.filter(platform=platform).values_list("state", flat=True))


def withdrawn(world, page):
    actions.withdraw(page, world.people.root, reason="content_error", explanation="内容有误")


def later(hours=200):
    return time_machine.travel(timezone.now() + datetime.timedelta(hours=hours), tick=False)


def test_each_item_is_sent_once_and_has_its_status(platform, rows):
    receiver = Receiver()
    push.run(platform, send=receiver)
    push.run(platform, send=receiver)
    assert states(platform) == ["accepted"] * 6
    assert len(receiver.calls) == 1 and len(receiver.got) == 6
    sent = UpwardSubmission.objects.first()
    assert sent.sent_at and sent.route == "push"
    assert [event.state for event in sent.events.all()] == ["waiting", "accepted"]


def test_a_changed_item_is_an_update_and_a_withdrawn_one_a_withdrawal(world, platform):
    page = factories.published(world)
    receiver = Receiver()
    push.run(platform, send=receiver)
    draft = page.get_latest_revision_as_object()
    draft.title = "关于价格公示的补充通知"
    draft.save_revision(user=world.people.officer)
    page = factories.publish(world, draft)
    push.run(platform, send=receiver)
    withdrawn(world, page)
    push.run(platform, send=receiver)
    push.run(platform, send=receiver)
    assert [(each["action"], each.get("title")) for each in receiver.got.values()] == [
        ("publish", "关于价格公示的通知"),
        ("update", "关于价格公示的补充通知"),
        # Nothing of what was withdrawn is told again.
        ("withdraw", None),
    ]
    assert states(platform) == ["accepted", "accepted", "confirmed"]


def test_what_left_before_it_was_sent_is_not_sent(world, platform):
    page = factories.published(world)
    plan(platform)
    withdrawn(world, page)
    receiver = Receiver()
    push.run(platform, send=receiver)
    assert receiver.got == {} and states(platform) == ["superseded"]


def test_only_chosen_departments_categories_and_times(world, make_platform, rows):
    own = PublishedItem.objects.filter(department_id=world.office.pk).count()
    cases = [
        (make_platform(code="a", departments=[world.office]), own),
        (make_platform(code="b", categories=[world.parent_category]), 6),
        (make_platform(code="c", language="en"), 0),
        (make_platform(code="d", since=timezone.localdate() + datetime.timedelta(days=1)), 0),
        (make_platform(code="e", active=False), 0),
    ]
    assert [plan(platform) for platform, _count in cases] == [count for _platform, count in cases]
    assert 0 < own < 6


def test_what_a_platform_takes_no_more_is_withdrawn_there(world, platform, rows):
    """Else it would show for ever what is corrected here."""
    push.run(platform, send=Receiver())
    others = PublishedItem.objects.filter(department_id=world.other.pk).count()
    platform.departments.set([world.office])
    receiver = Receiver()
    push.run(platform, send=receiver)
    assert [each["action"] for each in receiver.got.values()] == ["withdraw"] * others and 0 < others < 6
    assert not any("title" in each for each in receiver.got.values())
    push.run(platform, send=receiver)
    assert len(receiver.got) == others
    platform.departments.clear()
    push.run(platform, send=receiver)
    assert [each["action"] for each in receiver.got.values()][others:] == ["publish"] * others


def test_what_was_published_before_the_day_from_which_a_platform_takes_items_stays_there(platform, rows):
    push.run(platform, send=Receiver())
    platform.since = timezone.localdate() + datetime.timedelta(days=1)
    platform.save()
    receiver = Receiver()
    push.run(platform, send=receiver)
    assert receiver.got == {}


@pytest.mark.parametrize(
    "row",
    ['{"key": "KEY", "status": "accepted", "reason": "\\ud800"}', '"\\u0000\\ud800\\n2026 forged line"'],
)
def test_an_answer_that_no_database_can_keep_is_a_finding_and_makes_no_line_in_the_log(
    platform, rows, caplog, row
):
    def send(platform, data, key):
        body = '{"results": [ROW]}'.replace("ROW", row).replace("KEY", json.loads(data)["items"][0]["key"])
        return Answer(200, body.encode(), "application/json")

    found = push.run(platform, send=send)
    assert found.state == "done" and found.findings[0]["code"] == "not_a_result"
    assert states(platform) == ["waiting"] * 6
    assert "\\ud800" not in json.dumps(found.findings) and not any(
        "\n" in each.message for each in caplog.records
    )


def test_by_entry_the_text_goes_along(world, make_platform):
    factories.published(world, body=[("paragraph", "<p>全文在此。</p>")])
    receiver = Receiver()
    push.run(make_platform(content="entry", mapping={"category": {"0101": "A01"}}), send=receiver)
    (item,) = receiver.got.values()
    assert "全文在此。" in item["text"] and item["files"] == []
    assert item["category"] == "0101" and item["platformCodes"] == {"category": "A01"}


# Killed


def test_a_run_that_dies_at_any_write_loses_and_doubles_nothing(world, platform):
    register_rows.fill(world, 2)
    receiver = Receiver()

    def after():
        # A run that said nothing for long is taken for ended.
        long_ago = timezone.now() - datetime.timedelta(hours=1)
        UpwardRun.objects.filter(state="running").update(progress_at=long_ago)

    at_each_write(lambda: push.run(platform, send=receiver), after)
    assert states(platform) == ["accepted"] * 2
    assert len(receiver.got) == 2 and len(set(receiver.versions)) == 2


FATES = ["die before", "die after", "no answer", "error", "busy", "partial", "gibberish", "gone", "good"]


@given(fates=st.lists(st.sampled_from(FATES), max_size=8), size=st.integers(1, 4))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_whatever_interrupts_it_each_item_arrives_once(world, make_platform, rows, fates, size):
    from django.db import transaction

    with transaction.atomic():
        receiver, script = Receiver(), list(fates)
        platform = make_platform(batch_size=size)

        def send(platform, body, key):
            fate = script.pop(0) if script else "good"
            if fate == "die before":
                raise Killed
            if fate == "no answer":
                return Answer(fault="no_answer")
            answer = receiver(platform, body, key)
            if fate == "die after":
                raise Killed
            keys = [item["key"] for item in items_of(body)]
            return {
                "error": Answer(500),
                "busy": Answer(503, retry_after=60),
                "partial": results(keys[:1]),
                "gibberish": Answer(200, b"<html>", "text/html"),
                "gone": Answer(400),
            }.get(fate, answer)

        for step in range(12):
            with time_machine.travel(timezone.now() + datetime.timedelta(hours=100 * step), tick=False):
                try:
                    push.run(platform, send=send)
                except Killed:
                    pass
        assert states(platform) == ["accepted"] * 6
        assert len(receiver.got) == 6 == len(set(receiver.versions))
        transaction.set_rollback(True)


def test_two_runs_at_once_are_one(platform, rows):
    push.begin(platform, "the other")
    with pytest.raises(push.Busy):
        push.run(platform, send=Receiver())
    with pytest.raises(CommandError, match="region"):
        call_command("disclosure_push_upward")
    with later():
        # The other has said nothing for long.
        push.run(platform, send=Receiver())
    assert states(platform) == ["accepted"] * 6
    assert sorted(UpwardRun.objects.values_list("state", flat=True)) == ["done", "lost"]


def test_a_run_that_was_taken_over_sends_no_more(make_platform, rows):
    platform = make_platform(batch_size=2)
    receiver = Receiver()

    def send(platform, body, key):
        UpwardRun.objects.update(state=UpwardRun.State.LOST)
        return receiver(platform, body, key)

    push.run(platform, send=send)
    assert len(receiver.calls) == 1


# Answers


def test_a_platform_without_an_answer_is_tried_later_and_given_up_in_the_end(platform, rows):
    tried = []

    def send(platform, body, key):
        tried.append(timezone.now())
        return Answer(fault="no_answer")

    push.run(platform, send=send)
    push.run(platform, send=send)
    assert len(tried) == 1
    for day in range(1, 40):
        with later(24 * day):
            push.run(platform, send=send)
    assert states(platform) == ["failed"] * 6
    assert 5 < len(tried) < 15
    assert any(each["code"] == "given_up" for run in UpwardRun.objects.all() for each in run.findings)


def test_one_item_that_spoils_the_message_does_not_keep_the_others(platform, rows):
    plan(platform)
    bad = str(UpwardSubmission.objects.order_by("pk")[3].key)
    receiver = Receiver()

    def send(platform, body, key):
        return Answer(400) if bad in body.decode() else receiver(platform, body, key)

    push.run(platform, send=send)
    assert states(platform) == ["accepted"] * 5 + ["waiting"]


@pytest.mark.parametrize("status", [301, 302, 401, 403, 404, 405, 418, 429, 500, 502, 503])
def test_an_answer_that_is_none_stops_the_run(make_platform, rows, status):
    platform, calls = make_platform(batch_size=2), []

    def send(platform, body, key):
        calls.append(key)
        return Answer(status, b'{"results": []}', "application/json", retry_after=7200)

    found = push.run(platform, send=send)
    assert len(calls) == 1 and found.state == "stopped" and found.findings
    first = UpwardSubmission.objects.order_by("pk").first()
    assert first.next_try_at >= timezone.now() + datetime.timedelta(hours=1)


def test_202_says_that_statuses_follow(platform, rows):
    push.run(platform, send=lambda *message: Answer(202))
    assert states(platform) == ["sent"] * 6


def test_a_refusal_has_its_reason_and_can_be_sent_again(platform, rows, office):
    from wagtail_disclosure.interchange.upward import moves

    push.run(
        platform,
        send=lambda p, body, k: results([i["key"] for i in items_of(body)], "refused", reason="重复"),
    )
    found = UpwardSubmission.objects.first()
    assert (found.state, found.reason) == ("refused", "重复")
    moves.send_again(found, office, "已更正")
    push.run(platform, send=Receiver())
    assert states(platform) == ["accepted"] + ["refused"] * 5
    assert list(found.events.values_list("state", "by_name", "reason"))[2] == ("waiting", "办公室", "已更正")


# The command


def test_a_dry_run_writes_and_sends_nothing(platform, rows, capsys):
    call_command("disclosure_push_upward", "--dry-run")
    assert not UpwardSubmission.objects.exists() and not UpwardEvent.objects.exists()
    assert "6" in capsys.readouterr().out


def test_an_unknown_platform_is_named(platform):
    with pytest.raises(CommandError, match="region"):
        call_command("disclosure_push_upward", "--platform", "nowhere")


def test_a_limit_is_kept(make_platform, rows, monkeypatch):
    platform, receiver = make_platform(batch_size=2), Receiver()
    monkeypatch.setattr("wagtail_disclosure.interchange.upward.transport.post", receiver)
    call_command("disclosure_push_upward", "--limit", "3", "--platform", "region")
    assert len(receiver.got) == 3 and states(platform) == ["accepted"] * 3 + ["waiting"] * 3


def test_what_a_platform_fetches_is_only_planned(make_platform, rows, capsys):
    platform = make_platform(direction="fetch", endpoint="")
    call_command("disclosure_push_upward")
    assert states(platform) == ["waiting"] * 6


def test_publication_plans_at_once(world, platform, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = factories.published(world)
    assert states(platform) == ["waiting"]
    with django_capture_on_commit_callbacks(execute=True):
        withdrawn(world, page)
    assert states(platform) == ["superseded"]


def test_the_same_items_make_the_same_message(platform, rows):
    bodies = []

    def send(platform, body, key):
        bodies.append((key, body))
        return Answer(fault="no_answer")

    push.run(platform, send=send)
    with later(1):
        push.run(platform, send=send)
    assert bodies[0] == bodies[1] and json.loads(bodies[0][1])["message"] == bodies[0][0]
