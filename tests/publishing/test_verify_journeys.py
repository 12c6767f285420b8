"""Whatever an item went through by the rules (marks, takedown, withdrawal, return) is no difference afterwards."""

import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.translation import override
from wagtail.models import Locale

from tests import factories
from tests.publishing.leaving import fresh, official, with_file
from wagtail_disclosure.catalogue import counters
from wagtail_disclosure.publishing import actions, takedowns, validity
from wagtail_disclosure.publishing.models import PublishedItem
from wagtail_disclosure.publishing.verification.verify import Verification

pytestmark = pytest.mark.django_db
START = "2026-03-02 09:00+08:00"
EMERGENCY = {"reason": "secrecy", "explanation": "走向不宜公开。"}
WITHDRAWAL = {"reason": "content_error", "explanation": "内容有误。"}


def found():
    with override("en"):
        return [str(finding) for finding in Verification().findings()]


@pytest.fixture
def world(time_machine):
    time_machine.move_to(START)
    world = factories.world()
    world.first, world.second = official("first", name="孙一"), official("second", name="钱二")
    return world


def mark(world, page, days=0, **changed):
    given = {
        "kind": "repealed",
        "effective_on": timezone.localdate() + datetime.timedelta(days=days),
        "basis_title": "关于废止部分文件的决定",
        **changed,
    }
    return validity.confirm(validity.propose(page, world.first, **given), world.second)


def english(world, page):
    copy = page.copy_for_translation(Locale.objects.get_or_create(language_code="en")[0], copy_parents=True)
    copy.save_revision(user=world.people.officer)
    return factories.publish(world, fresh(copy))


def edition(world, page, **changed):
    page = fresh(page)
    for name, value in changed.items():
        setattr(page, name, value)
    page.save_revision(user=world.people.officer)
    return factories.publish(world, fresh(page))


def test_a_database_that_went_through_everything_verifies_clean(world, time_machine):
    marked, _file = with_file(world, "被废止的")
    announced = factories.published(world, "将失效的")
    undone = factories.published(world, "误标的")
    amended = factories.published(world, "已修改的", validity="invalid")
    translated = factories.published(world, "有译文的")
    translation = english(world, translated)
    mark(world, marked)
    mark(world, announced, days=10, kind="expired")
    mark(world, undone)
    mark(world, undone, kind="valid", basis_title="更正说明")
    mark(world, amended, kind="replaced", successor=marked)
    mark(world, translated)
    declined = validity.propose(
        marked, world.first, kind="revised", effective_on=timezone.localdate(), basis_title="x"
    )
    validity.decline(declined, world.second, comment="文号不符")
    assert found() == []
    edition(world, marked, summary="新概述")
    assert found() == []

    down, _file = with_file(world, "下架后恢复的")
    mark(world, down, days=5)
    row = takedowns.take_down(down, world.first, **EMERGENCY)
    assert found() == []
    takedowns.refuse(row, world.second, comment="可以公开", submit=True)
    assert found() == []
    for reviewer in (world.people.head, world.people.secrecy, world.people.copy, world.people.leader):
        factories.approve_step(fresh(down), reviewer)
    assert fresh(down).live and found() == []

    ratified = factories.published(world, "追认下架的")
    row = takedowns.take_down(ratified, world.first, **EMERGENCY)
    time_machine.shift(datetime.timedelta(days=3))
    takedowns.escalate_takedowns()
    assert found() == []
    takedowns.ratify(row, world.second, reason="secrecy", explanation="已撤下。")
    assert found() == []

    actions.withdraw(fresh(marked), world.people.leader, **WITHDRAWAL)
    assert found() == []
    edition(world, marked, title="改正后又公开的")
    edition(world, ratified, title="处理后又公开的")
    assert PublishedItem.objects.get(pk=marked.pk).validity == "repealed" and found() == []

    actions.withdraw(fresh(translated), world.people.leader, **WITHDRAWAL)
    assert fresh(translation).live and found() == []
    time_machine.shift(datetime.timedelta(days=30))
    call_command("disclosure_escalate")
    assert found() == []


@pytest.mark.parametrize(
    ("own", "before", "then"),
    [
        ("valid", None, {"kind": "expired"}),
        ("valid", None, {"kind": "revised"}),
        ("invalid", None, {"kind": "repealed"}),
        ("valid", {"kind": "repealed"}, {"kind": "valid", "basis_title": "更正说明"}),
        ("invalid", {"kind": "repealed"}, {"kind": "valid", "basis_title": "更正说明"}),
    ],
)
def test_a_change_whose_day_has_come_is_no_difference_before_its_job_ran(
    world, time_machine, own, before, then
):
    page = factories.published(world, validity=own)
    if before:
        mark(world, page, **before)
    mark(world, page, days=10, **then)
    assert found() == []
    time_machine.shift(datetime.timedelta(days=10))
    assert found() == []
    time_machine.shift(datetime.timedelta(days=10))
    assert found() == [] and list(counters.check()) == []
    validity.bring_up_to_date()
    assert found() == [] and not PublishedItem.objects.exclude(next_validity_on=None).exists()


@pytest.mark.raw
@pytest.mark.parametrize(
    "values",
    [
        {"validity": "revised"},
        {"next_validity": "revised"},
        {"next_validity_on": datetime.date(2026, 3, 1)},
        {"ended_on": None},
    ],
    ids=str,
)
@pytest.mark.parametrize("days", [0, 20])
def test_a_column_of_validity_that_was_changed_is_found_all_the_same(world, time_machine, values, days):
    page = factories.published(world)
    mark(world, page, days=10)
    time_machine.shift(datetime.timedelta(days=days))
    PublishedItem.objects.filter(pk=page.pk).update(**values)
    assert any("In the register" in text for text in found())
