"""Changes of the required review stand in the ledger, and what was changed past the admin is noticed."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from tests import factories
from wagtail_disclosure.catalogue.models import EntryPage
from wagtail_disclosure.publishing import actions, policy_record
from wagtail_disclosure.publishing.errors import ReviewRequired
from wagtail_disclosure.publishing.models import LedgerEntry, ReviewPolicy, ReviewPolicyStep
from wagtail_disclosure.publishing.verification.verify import Verification

from .test_review_policy import NAME, extra, form, root, step, stored, url, world  # noqa: F401

pytestmark = pytest.mark.django_db


def entries():
    return LedgerEntry.objects.filter(kind="policy").order_by("sequence")


def test_lowering_the_review_is_recorded_with_who_and_what(client, world, root):  # noqa: F811
    rows = stored(world.policy, step3={"condition": "important"})
    client.post(url("edit", world.policy.pk), form(world.catalogue, world.workflow, rows, 4))
    entry = entries().get()
    assert entry.actor == root and "委领导审批" in entry.data["before"]
    assert [world.tasks[3].pk, "important", None] in entry.data["policy"]["steps"]
    rows = stored(world.policy, step0={"working_days": 2})
    client.post(url("edit", world.policy.pk), form(world.catalogue, world.workflow, rows, 4))
    assert entries().count() == 2, "deadlines as well"
    client.post(url("edit", world.policy.pk), form(world.catalogue, world.workflow, rows, 4))
    assert entries().count() == 2, "nothing changed"


def test_a_policy_that_is_added_and_removed_is_recorded(client, world, root):  # noqa: F811
    task = extra(workflow=world.workflow, at=9)
    client.post(url("add"), form(world.folder, world.workflow, [step(task)]))
    policy = ReviewPolicy.objects.get(page_id=world.folder.pk)
    client.post(url("delete", policy.pk))
    added, removed = entries()
    assert "法规审核" in added.data["after"] and added.object_id == str(policy.pk)
    assert removed.data["policy"] is None and "法规审核" in removed.data["before"]
    assert policy_record.changed_unrecorded() == ([], [])
    text = client.get(reverse("wagtail_disclosure_review:ledger")).content.decode()
    assert "no longer there" in text


def test_what_was_changed_past_the_admin_is_named(client, world, root):  # noqa: F811
    policy_record.record(world.policy)
    text = client.get(url("index")).content.decode()
    assert "changed past the admin" not in text
    ReviewPolicyStep.objects.filter(task=world.tasks[1].task_ptr).delete()
    changed, gone = policy_record.changed_unrecorded()
    assert changed == [world.policy] and gone == []
    for view in (url("index"), url("edit", world.policy.pk), url("inspect", world.policy.pk)):
        assert "changed past the admin" in client.get(view).content.decode()
    client.post(url("edit", world.policy.pk), form(world.catalogue, world.workflow, stored(world.policy), 3))
    assert policy_record.changed_unrecorded() == ([], [])
    ReviewPolicy.objects.all().delete()
    assert len(policy_record.changed_unrecorded()[1]) == 1


def test_the_ledger_leads_to_the_policy(client, world, root):  # noqa: F811
    policy_record.record(world.policy)
    text = client.get(reverse("wagtail_disclosure_review:ledger")).content.decode()
    assert url("inspect", world.policy.pk) in text


def test_setup_records_what_it_installs_with_deadlines():
    call_command("disclosure_setup", verbosity=0)
    policy = ReviewPolicy.objects.get()
    assert [each.working_days for each in policy.steps.all()] == [2, 3, 2, 3, 3]
    assert policy_record.is_as_recorded(policy) and entries().count() == 1
    call_command("disclosure_setup", verbosity=0)
    assert entries().count() == 1
    policy.steps.last().delete()
    ReviewPolicyStep.objects.filter(policy=policy, condition="always").update(condition="important")
    call_command("disclosure_setup", verbosity=0)
    assert not policy_record.is_as_recorded(policy), "a repair does not make it good"


def test_a_step_is_named_again_below_only_with_fewer_days(client, world, root):  # noqa: F811
    ReviewPolicyStep.objects.filter(task=world.tasks[0].task_ptr).update(working_days=3)
    for days, saved in ((3, False), ("", False), (1, True)):
        rows = [step(world.tasks[0], working_days=days)]
        response = client.post(url("add"), form(world.folder, world.workflow, rows))
        assert (response.status_code == 302) == saved, days


@pytest.mark.parametrize("days", [0, 61, -1, "x"])
def test_days_that_are_none_are_refused(client, world, root, days):  # noqa: F811
    rows = stored(world.policy, step0={"working_days": days})
    response = client.post(url("edit", world.policy.pk), form(world.catalogue, world.workflow, rows, 4))
    assert response.status_code == 200


def test_nothing_is_published_by_a_policy_that_was_lowered_past_the_ledger(client, world, root):  # noqa: F811
    policy_record.record(world.policy)
    draft = factories.draft(world)
    actions.submit(draft, world.people.officer)
    factories.approve_step(draft, world.people.head)
    ReviewPolicyStep.objects.exclude(task=world.tasks[0].task_ptr).delete()
    with pytest.raises(ReviewRequired, match="政府信息公开目录"):
        draft.get_latest_revision().publish()
    assert [finding.code for finding in Verification().findings()] == ["policy_changed"]
    # Saved anew in the admin, it is somebody's decision and stands in the ledger.
    client.post(url("edit", world.policy.pk), form(world.catalogue, world.workflow, stored(world.policy), 1))
    assert list(Verification().findings()) == []
    draft.get_latest_revision().publish()
    assert EntryPage.objects.get(pk=draft.pk).live


def test_a_policy_that_was_deleted_past_the_ledger_is_missed(client, world, root):  # noqa: F811
    task = extra(workflow=world.workflow, at=9)
    client.post(url("add"), form(world.folder, world.workflow, [step(task)]))
    draft = factories.draft(world)
    ReviewPolicy.objects.get(page_id=world.folder.pk).delete()
    assert [finding.code for finding in Verification().findings()] == ["policy_gone"]
    factories.publish(world, draft)
    with pytest.raises(ReviewRequired, match=world.folder.title):
        draft.get_latest_revision().publish()


def test_a_policy_that_went_with_its_page_is_not_missed(client, world, root):  # noqa: F811
    task = extra(workflow=world.workflow, at=9)
    client.post(url("add"), form(world.other_folder, world.workflow, [step(task)]))
    type(world.other_folder).objects.get(pk=world.other_folder.pk).delete()
    assert list(Verification().findings()) == []
