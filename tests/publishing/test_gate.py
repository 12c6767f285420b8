"""P1 and P2: what a visitor is served is what every step approved, and nobody reviews their own work."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import Page, TaskState

from tests import factories
from wagtail_disclosure.catalogue.models import Attachment, EntryPage, IndexNumber
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.digest import digest_of
from wagtail_disclosure.publishing.errors import (
    GateRefused,
    NotYourReview,
    ReviewRequired,
    StaleReview,
    WithdrawalRequired,
)
from wagtail_disclosure.publishing.models import Approval, LedgerEntry, PublishedItem, Seal

pytestmark = pytest.mark.django_db


def fresh(page):
    return EntryPage.objects.get(pk=page.pk)


def served(client, page):
    response = client.get(fresh(page).url)
    return response.content.decode() if response.status_code == 200 else ""


def state_of(page):
    return fresh(page).current_workflow_task_state


def current_digest(page):
    return digest_of(fresh(page).get_latest_revision().as_object()).value


# The ordinary journey


def test_four_steps_make_a_draft_public(world, client):
    page = factories.draft(world, "关于价格公示的通知")
    assert served(client, page) == ""
    factories.publish(world, page)
    assert "关于价格公示的通知" in served(client, page)


def test_publication_enters_register_number_and_ledger(world):
    page = factories.published(world)
    row = PublishedItem.objects.get(page_id=page.pk)
    assert row.title == page.title
    assert row.index_number == IndexNumber.objects.get(translation_key=page.translation_key).number
    assert set(row.categories.values_list("category_id", flat=True)) == {
        world.category.pk,
        world.parent_category.pk,
    }
    kinds = list(LedgerEntry.objects.filter(object_id=str(page.pk)).values_list("kind", flat=True))
    assert kinds == ["approved"] * 4 + ["published"]


def test_three_of_four_steps_leave_it_a_draft(world, client):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    for reviewer in (world.people.head, world.people.secrecy, world.people.copy):
        factories.approve_step(page, reviewer)
    assert served(client, page) == ""
    assert not PublishedItem.objects.filter(page_id=page.pk).exists()


def test_second_edition_replaces_the_first_only_after_review(world, client):
    page = factories.published(world, "第一版")
    edited = fresh(page)
    edited.title = "第二版"
    edited.save_revision(user=world.people.officer)
    assert "第一版" in served(client, page)
    factories.publish(world, fresh(page))
    assert "第二版" in served(client, page)
    assert Seal.objects.about(page).in_force().count() == 1
    assert PublishedItem.objects.get(page_id=page.pk).title == "第二版"


def test_number_and_publication_date_survive_a_second_edition(world):
    page = factories.published(world, "第一版")
    before = PublishedItem.objects.get(page_id=page.pk)
    edited = fresh(page)
    edited.title = "第二版"
    edited.save_revision(user=world.people.officer)
    factories.publish(world, fresh(page))
    after = PublishedItem.objects.get(page_id=page.pk)
    assert (after.index_number, after.date_published) == (before.index_number, before.date_published)


def test_the_date_of_publication_cannot_be_typed(world, time_machine):
    time_machine.move_to("2026-03-02T09:00:00+08:00", tick=False)
    page = factories.draft(world)
    page.first_published_at = timezone.now() - datetime.timedelta(days=700)
    page.save()
    page = factories.publish(world, page)
    assert PublishedItem.objects.get(page_id=page.pk).date_published == timezone.now()
    page.first_published_at = timezone.now() - datetime.timedelta(days=700)
    page.save()
    row = PublishedItem.objects.get(page_id=page.pk)
    assert (row.date_published, row.year) == (timezone.now(), 2026)


def test_the_date_of_first_publication_survives_a_withdrawal(world, time_machine):
    time_machine.move_to("2026-03-02T09:00:00+08:00", tick=False)
    first = timezone.now()
    page = factories.published(world)
    actions.withdraw(page, world.people.root, reason="content_error", explanation="内容有误")
    time_machine.shift(datetime.timedelta(days=5))
    factories.publish(world, fresh(page))
    assert PublishedItem.objects.get(page_id=page.pk).date_published == first


def test_scheduled_release_goes_live_at_its_time(world, client, time_machine):
    time_machine.move_to("2026-03-02T09:00:00+08:00")
    page = factories.draft(world)
    page.go_live_at = timezone.now() + datetime.timedelta(days=2)
    page.save_revision(user=world.people.officer)
    factories.publish(world, fresh(page))
    assert served(client, page) == ""
    time_machine.shift(datetime.timedelta(days=3))
    call_command("publish_scheduled")
    assert page.title in served(client, page)


def test_approved_expiry_takes_it_off(world, client, time_machine):
    time_machine.move_to("2026-03-02T09:00:00+08:00")
    page = factories.draft(world)
    page.expire_at = timezone.now() + datetime.timedelta(days=2)
    page.save_revision(user=world.people.officer)
    factories.publish(world, fresh(page))
    assert page.title in served(client, page)
    time_machine.shift(datetime.timedelta(days=3))
    call_command("publish_scheduled")
    assert served(client, page) == ""
    assert not PublishedItem.objects.filter(page_id=page.pk).exists()


def test_return_with_comment_and_resubmission(world, client):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    actions.reject(state_of(page), world.people.head, comment="请补充依据")
    edited = fresh(page).get_latest_revision_as_object()
    edited.summary = "补充依据"
    edited.save_revision(user=world.people.officer)
    factories.publish(world, fresh(page))
    assert page.title in served(client, page)


def test_withdrawal_takes_it_off_with_a_reason(world, client):
    page = factories.published(world)
    decision = actions.withdraw(page, world.people.leader, reason="content_error", explanation="内容有误")
    assert served(client, page) == ""
    assert decision.carried_out_at is not None
    assert IndexNumber.objects.get(translation_key=page.translation_key).state == "issued"


# Routes around it


def publish_revision(page):
    fresh(page).get_latest_revision().publish()


def publish_action(page):
    PublishPageRevisionAction(fresh(page).get_latest_revision()).execute(skip_permission_checks=True)


def live_and_save(page):
    draft = fresh(page)
    draft.live = True
    draft.save()


def base_class_save(page):
    base = Page.objects.get(pk=page.pk)
    base.live = True
    base.save()


def live_update_fields(page):
    draft = fresh(page)
    draft.live = True
    draft.save(update_fields=["live"])


def forged_schedule(page):
    fresh(page).save_revision(approved_go_live_at=timezone.now() - datetime.timedelta(hours=1))
    call_command("publish_scheduled")


@pytest.mark.parametrize(
    "route",
    [publish_revision, publish_action, live_and_save, base_class_save, live_update_fields, forged_schedule],
)
def test_an_unreviewed_draft_goes_live_by_no_code_route(world, client, route):
    page = factories.draft(world)
    with pytest.raises(GateRefused), transaction.atomic():
        route(page)
    assert served(client, page) == ""


def edit_title(page):
    live = fresh(page)
    live.title = "未经审查"
    live.save()


def edit_title_field(page):
    live = fresh(page)
    live.title = "未经审查"
    live.save(update_fields=["title"])


def edit_base_class(page):
    base = Page.objects.get(pk=page.pk)
    base.title = "未经审查"
    base.save()


def add_child_row(page):
    from django.core.files.base import ContentFile
    from wagtail.documents import get_document_model

    document = get_document_model().objects.create(title="未经审查", file=ContentFile(b"x", name="x.txt"))
    Attachment.objects.create(page=fresh(page), document=document, title="未经审查")


@pytest.mark.parametrize("route", [edit_title, edit_title_field, edit_base_class, add_child_row])
def test_a_public_item_changes_by_no_code_route(world, client, route):
    page = factories.published(world, "已审查")
    with pytest.raises(GateRefused), transaction.atomic():
        route(page)
    assert "已审查" in served(client, page)
    assert "未经审查" not in served(client, page)


def unpublish(page):
    fresh(page).unpublish()


def delete(page):
    fresh(page).delete()


def delete_parent(page):
    fresh(page).get_parent().delete()


def move(page):
    fresh(page).move(EntryPage.objects.get(pk=page.pk).get_parent().get_next_sibling(), pos="last-child")


def rename_parent(page):
    parent = fresh(page).get_parent().specific
    parent.slug = "elsewhere"
    parent.save()


def restrict(page):
    from wagtail.models import PageViewRestriction

    PageViewRestriction.objects.create(page=fresh(page).get_parent(), restriction_type="login")


@pytest.mark.parametrize("route", [unpublish, delete, delete_parent, move, rename_parent, restrict])
def test_a_public_item_leaves_by_no_code_route(world, client, route):
    page = factories.published(world)
    with pytest.raises(GateRefused), transaction.atomic():
        route(page)
    assert page.title in served(client, page)


def test_a_new_page_cannot_start_live(world):
    page = EntryPage(title="直接上线", slug="direct", department=world.office, locale=world.folder.locale)
    with pytest.raises(ReviewRequired):
        world.folder.add_child(instance=page)


def test_copy_arrives_as_a_draft_or_not_at_all(world, client):
    page = factories.published(world)
    with pytest.raises(GateRefused):
        page.copy(update_attrs={"slug": "copy"}, keep_live=True)
    copy = fresh(page).copy(update_attrs={"slug": "copy-2"}, keep_live=False)
    assert served(client, copy) == ""


def test_drafts_unguarded_pages_and_bookkeeping_stay_free(world, client):
    from tests.testapp.models import PlainPage

    plain = PlainPage(title="普通页面", slug="plain", body="<p>自由</p>")
    world.site.root_page.add_child(instance=plain)
    plain.title = "改名"
    plain.save()
    assert "改名" in client.get(plain.url).content.decode()
    page = factories.draft(world)
    page.title = "草稿改名"
    page.save_revision(user=world.people.officer)
    factories.published(world, "另一条").save(update_fields=["locked"])


# Separation of duties


def test_the_drafter_cannot_review(world):
    world.groups["secrecy"].user_set.add(world.people.officer)
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    factories.approve_step(page, world.people.head)
    with pytest.raises(NotYourReview):
        factories.approve_step(page, world.people.officer)


def test_nobody_takes_two_steps(world):
    world.groups["secrecy"].user_set.add(world.people.head)
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    factories.approve_step(page, world.people.head)
    with pytest.raises(NotYourReview):
        factories.approve_step(page, world.people.head)


def test_a_superuser_holds_no_step(world):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    with pytest.raises(NotYourReview):
        factories.approve_step(page, world.people.root)


def test_a_superuser_cannot_publish(world, client):
    page = factories.draft(world)
    with pytest.raises(PermissionDenied):
        fresh(page).get_latest_revision().publish(user=world.people.root)
    assert served(client, page) == ""


def test_an_earlier_contributor_cannot_review_a_later_draft(world):
    world.groups["copy"].user_set.add(world.people.root)
    page = factories.draft(world)
    fresh(page).save_revision(user=world.people.root)
    fresh(page).save_revision(user=world.people.officer)
    actions.submit(fresh(page), world.people.officer)
    factories.approve_step(page, world.people.head)
    factories.approve_step(page, world.people.secrecy)
    with pytest.raises(NotYourReview):
        factories.approve_step(page, world.people.root)


# Approvals belong to a digest


def test_an_edit_during_review_voids_the_approvals_and_starts_over(world, client):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    factories.approve_step(page, world.people.head)
    factories.approve_step(page, world.people.secrecy)
    edited = fresh(page).get_latest_revision_as_object()
    edited.title = "审查中被修改"
    edited.save_revision(user=world.people.officer)
    assert not Approval.objects.about(page).filter(voided_at=None).exists()
    assert state_of(page).task.specific == world.tasks[0]
    assert served(client, page) == ""


def test_approving_another_digest_than_the_current_is_refused(world):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    with pytest.raises(StaleReview):
        actions.approve(state_of(page), world.people.head, digest="0" * 64)


def test_a_step_is_decided_once(world):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    state, digest = state_of(page), current_digest(page)
    actions.approve(state, world.people.head, digest=digest)
    with pytest.raises(StaleReview):
        actions.approve(state, world.people.head, digest=digest)


def test_an_incomplete_secrecy_checklist_is_refused(world):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    factories.approve_step(page, world.people.head)
    with pytest.raises(ValidationError):
        actions.approve(
            state_of(page), world.people.secrecy, digest=current_digest(page), details={"checklist": []}
        )


def test_states_approved_past_the_gate_publish_nothing(world, client):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    with pytest.raises(GateRefused):
        for _step in range(4):
            state_of(page).approve(user=world.people.leader)
    assert served(client, page) == ""


def test_forged_task_states_are_no_evidence(world, client):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    TaskState.objects.filter(workflow_state__object_id=str(page.pk)).update(status="approved")
    with pytest.raises(GateRefused):
        publish_revision(page)
    assert served(client, page) == ""


def test_a_forged_approval_row_is_no_evidence(world, client):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    for reviewer in (world.people.head, world.people.secrecy, world.people.copy):
        factories.approve_step(page, reviewer)
    entry = LedgerEntry.objects.latest("sequence")
    forged = LedgerEntry.objects.create(
        content_type=entry.content_type,
        object_id=entry.object_id,
        sequence=entry.sequence + 1,
        kind="approved",
        digest=entry.digest,
        at=timezone.now(),
        data={"task": world.tasks[3].pk, "user": str(world.people.leader.pk)},
        previous_hash=entry.hash,
        hash="f" * 64,
        mac="f" * 64,
    )
    row = Approval(
        digest=entry.digest,
        task=world.tasks[3].task_ptr,
        step_name="伪造",
        user=world.people.leader,
        user_key=str(world.people.leader.pk),
        user_name="伪造",
        approved_at=timezone.now(),
        ledger_entry=forged,
    )
    row.set_item(page)
    row.save()
    with pytest.raises(GateRefused):
        publish_revision(page)
    assert served(client, page) == ""


def test_removing_a_step_from_the_workflow_does_not_remove_the_requirement(world, client):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    world.workflow.workflow_tasks.filter(task=world.tasks[3].task_ptr).delete()
    factories.approve_step(page, world.people.head)
    factories.approve_step(page, world.people.secrecy)
    with pytest.raises(GateRefused):
        factories.approve_step(page, world.people.copy)
    assert served(client, page) == ""


def test_without_a_policy_nothing_is_published(world):
    page = factories.draft(world)
    world.policy.delete()
    with pytest.raises(GateRefused):
        actions.submit(page, world.people.officer)
    with pytest.raises(ReviewRequired):
        publish_revision(page)


def test_a_superseded_edition_cannot_be_replayed(world, client):
    page = factories.published(world, "第一版")
    first = fresh(page).get_latest_revision()
    edited = fresh(page)
    edited.title = "第二版"
    edited.save_revision(user=world.people.officer)
    factories.publish(world, fresh(page))
    with pytest.raises(GateRefused):
        first.publish()
    assert "第二版" in served(client, page)


def test_without_determination_an_item_does_not_enter_review(world):
    page = factories.draft(world, attribute=None)
    with pytest.raises(ValidationError):
        actions.submit(page, world.people.officer)


def test_a_file_of_a_public_item_cannot_be_replaced(world):
    from django.core.files.base import ContentFile
    from wagtail.documents import get_document_model

    document = get_document_model().objects.create(title="附件", file=ContentFile(b"reviewed", name="a.txt"))
    page = factories.draft(world)
    page.attachments.add(Attachment(document=document, title="附件"))
    page.save_revision(user=world.people.officer)
    factories.publish(world, fresh(page))
    document.file = ContentFile(b"swapped", name="b.txt")
    with pytest.raises(ReviewRequired):
        document.save()
    with pytest.raises((GateRefused, ProtectedError)), transaction.atomic():
        document.delete()


def test_withdrawing_what_is_not_public_is_refused(world):
    with pytest.raises(WithdrawalRequired):
        actions.withdraw(factories.draft(world), world.people.leader, reason="content_error", explanation="x")


def test_withdrawing_needs_a_known_reason_and_an_explanation(world, client):
    page = factories.published(world)
    for reason, explanation in (("nonsense", "说明"), ("error", " ")):
        with pytest.raises(ValidationError):
            actions.withdraw(page, world.people.leader, reason=reason, explanation=explanation)
    assert page.title in served(client, page)
