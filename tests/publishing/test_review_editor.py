"""Submitting, taking back and submitting again, through Wagtail's page editor over HTTP."""

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils.translation import override
from wagtail.log_actions import registry
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from tests import factories
from wagtail_disclosure.catalogue.models import EntryPage
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.digest import digest_of
from wagtail_disclosure.publishing.errors import GateRefused
from wagtail_disclosure.publishing.models import Approval, LedgerEntry, ReviewPolicyStep
from wagtail_disclosure.publishing.review.history import history_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client, world):
    client.force_login(world.people.officer)
    return client


def fresh(page):
    return EntryPage.objects.get(pk=page.pk)


def draft_of(page):
    return fresh(page).get_latest_revision().as_object()


def edit_url(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def form_data(client, page, **more):
    """What the editor's form would post unchanged, with ``more`` on top."""
    form = client.get(edit_url(page)).context["form"]
    data = {}
    for name, field in form.fields.items():
        value = form.get_initial_for_field(field, name)
        if name != "body" and isinstance(value, str | int) and not isinstance(value, bool):
            data[name] = value
    data["body"] = streamfield(
        [("paragraph", '{"blocks": [{"text": "x", "type": "unstyled"}], "entityMap": {}}')]
    )
    for name in form.formsets:
        data[name] = inline_formset([])
    return {**nested_form_data(data), **more}


def messages_on(response):
    return " ".join(str(message) for message in response.context["messages"])


# Submitting


def test_the_editors_submit_button_starts_the_review(officer, world):
    page = factories.draft(world)
    officer.post(edit_url(page), form_data(officer, page, **{"action-submit": "1"}))
    assert fresh(page).current_workflow_task_state.task.name == "处室负责人初审"


def test_without_attribute_the_draft_is_saved_and_the_reason_is_told(officer, world):
    page = factories.draft(world, attribute=None)
    data = form_data(officer, page, title="改过的标题", **{"action-submit": "1"})
    response = officer.post(edit_url(page), data, follow=True)
    assert not fresh(page).workflow_in_progress
    assert draft_of(page).title == "改过的标题"
    assert "公开属性" in messages_on(response) or "disclosure attribute" in messages_on(response)


def test_a_new_item_submitted_at_once_is_saved_as_a_draft(officer, world):
    template = factories.draft(world)
    data = form_data(officer, template, title="全新的条目", **{"action-submit": "1"})
    url = reverse("wagtailadmin_pages:add", args=["wagtail_disclosure", "entrypage", world.folder.pk])
    response = officer.post(url, data, follow=True)
    page = EntryPage.objects.get(title="全新的条目")
    assert not page.live and not page.workflow_in_progress
    assert "公开属性" in messages_on(response) or "disclosure attribute" in messages_on(response)


def test_code_that_starts_the_workflow_itself_is_refused_without_attribute(world):
    page = factories.draft(world, attribute=None)
    with pytest.raises(GateRefused):
        world.workflow.start(page, world.people.officer)
    assert not fresh(page).workflow_in_progress


def test_publish_is_offered_to_nobody_and_forged_it_saves_a_draft(client, world):
    client.force_login(world.people.root)
    page = factories.draft(world)
    assert "action-publish" not in client.get(edit_url(page)).content.decode()
    client.post(edit_url(page), form_data(client, page, **{"action-publish": "1"}))
    assert not fresh(page).live


def test_publish_is_not_offered_for_a_new_item_but_for_a_new_ordinary_page(client, world):
    client.force_login(world.people.root)
    parent = factories.draft(world).get_parent()

    def footer_of_new(app, model, above):
        return client.get(reverse("wagtailadmin_pages:add", args=[app, model, above.pk])).content.decode()

    guarded = footer_of_new("wagtail_disclosure", "entrypage", parent)
    assert "action-submit" in guarded and "action-publish" not in guarded
    assert "action-publish" in footer_of_new("testapp", "plainpage", parent.get_site().root_page)


# Under review


def test_nobody_edits_what_is_under_review(officer, world):
    page = factories.draft(world)
    data = form_data(officer, page, title="偷偷改动")
    actions.submit(page, world.people.officer)
    officer.post(edit_url(page), data)
    assert draft_of(page).title == "关于价格公示的通知"


def test_the_editor_links_to_the_review_page(officer, world):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    state = fresh(page).current_workflow_task_state
    text = officer.get(edit_url(page)).content.decode()
    assert reverse("wagtail_disclosure_review:review", args=[state.pk]) in text


def take_back(client, page):
    return client.post(edit_url(page), {"action-cancel-workflow": "1", "body-count": "0"})


def test_the_lock_says_who_can_end_it(officer, world):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    with override("en"):
        response = officer.get(edit_url(page), headers={"accept-language": "en"})
    assert "The drafter can take it back, and reviewers can return it." in messages_on(response)


def test_the_drafter_takes_a_submission_back_and_the_lock_is_gone(officer, world):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    take_back(officer, page)
    assert not fresh(page).workflow_in_progress
    officer.post(edit_url(page), form_data(officer, page, title="又能修改"))
    assert draft_of(page).title == "又能修改"


def test_a_stranger_cannot_take_it_back(client, world):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    client.force_login(factories.user("colleague", groups=[world.drafters]))
    take_back(client, page)
    assert fresh(page).workflow_in_progress


def test_taking_back_voids_the_approvals_and_the_next_review_passes_every_step(officer, world):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    factories.approve_step(page, world.people.head)
    take_back(officer, page)
    assert not Approval.objects.filter(voided_at=None).exists()
    assert LedgerEntry.objects.filter(kind="voided").exists()
    assert factories.publish(world, page).live


def test_taking_back_a_second_edition_leaves_the_public_one_and_its_approvals(officer, world):
    page = factories.published(world)
    draft = draft_of(page)
    draft.title = "第二版"
    draft.save_revision(user=world.people.officer)
    actions.submit(fresh(page), world.people.officer)
    factories.approve_step(page, world.people.head)
    take_back(officer, page)
    assert fresh(page).live and fresh(page).title == "关于价格公示的通知"
    assert Approval.objects.filter(voided_at=None).count() == 4


# Returned


def reject(page, by):
    actions.reject(fresh(page).current_workflow_task_state, by, comment="请修改")


def test_returned_at_a_later_step_the_editors_resubmit_begins_with_the_first(officer, world):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    factories.approve_step(page, world.people.head)
    reject(page, world.people.secrecy)
    officer.post(edit_url(page), form_data(officer, page, title="改正稿", **{"action-submit": "1"}))
    assert fresh(page).current_workflow_task_state.task.name == "处室负责人初审"
    for reviewer in (world.people.head, world.people.secrecy, world.people.copy, world.people.leader):
        factories.approve_step(page, reviewer)
    assert fresh(page).title == "改正稿" and fresh(page).live


def test_restarting_a_returned_review_in_the_editor_passes_every_step(officer, world):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    factories.approve_step(page, world.people.head)
    reject(page, world.people.secrecy)
    officer.post(edit_url(page), form_data(officer, page, **{"action-restart-workflow": "1"}))
    assert fresh(page).current_workflow_task_state.task.name == "处室负责人初审"


def footer(client, page):
    """The names and labels of what the editor's footer offers."""
    items = client.get(edit_url(page)).context["action_menu"]
    return {
        item.name: str(item.get_context_data({**items.context, "page": fresh(page)})["label"])
        for item in [items.default_item, *items.menu_items]
    }


def returned_page(world, comment="请补充附件二。\n核对金额。"):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    factories.approve_step(page, world.people.head)
    actions.reject(fresh(page).current_workflow_task_state, world.people.secrecy, comment=comment)
    return page


@pytest.fixture
def english():
    with override("en"), override_settings(LANGUAGE_CODE="en"):
        yield


def test_after_a_return_the_footer_offers_two_ways_on(officer, world, english):
    page = returned_page(world)
    offered = footer(officer, page)
    assert offered["action-submit"] == "Submit again (from the first step)"
    assert offered["action-cancel-workflow"] == "Take back"
    assert "action-restart-workflow" not in offered


def test_before_a_first_submission_the_footer_is_wagtails(officer, world, english):
    offered = footer(officer, factories.draft(world))
    assert "action-submit" in offered and "action-cancel-workflow" not in offered
    assert offered["action-submit"] != "Submit again (from the first step)"


def test_above_the_editor_of_a_returned_draft_stands_why(officer, world, english):
    said = messages_on(officer.get(edit_url(returned_page(world))))
    assert "Returned at the step “保密审查” by 李密" in said
    assert "请补充附件二。<br>核对金额。" in said


def test_the_comment_of_a_reviewer_is_text_and_no_markup(officer, world):
    said = messages_on(officer.get(edit_url(returned_page(world, "<script>x</script>"))))
    assert "&lt;script&gt;" in said and "<script>" not in said


def test_once_submitted_again_nothing_says_returned(officer, world, english):
    page = returned_page(world)
    actions.submit(fresh(page), world.people.officer)
    assert "Returned at the step" not in messages_on(officer.get(edit_url(page)))


def test_submitting_again_is_logged_as_a_new_review(officer, world):
    page = returned_page(world)
    officer.post(edit_url(page), form_data(officer, page, title="改正稿", **{"action-submit": "1"}))
    logged = [entry.action for entry in registry.get_logs_for_instance(page).order_by("pk")]
    assert "wagtail.workflow.resume" not in logged
    assert logged.count("wagtail.workflow.start") == 2
    assert fresh(page).current_workflow_state.requested_by == world.people.officer


def labels(page):
    with override("en"):
        return [event.label for event in reversed(history_of(fresh(page)))]


def test_the_history_tells_of_one_submission_after_a_return(world):
    page = returned_page(world)
    actions.submit(fresh(page), world.people.officer)
    assert labels(page)[-1] == "submitted again" and "taken back" not in labels(page)


def test_the_history_tells_that_a_returned_draft_was_taken_back(officer, world):
    page = returned_page(world)
    fresh(page).current_workflow_state.cancel(user=world.people.officer)
    assert labels(page)[-1] == "taken back"


def test_the_start_page_of_the_drafters_says_what_was_returned(officer, world, client):
    page = returned_page(world)
    text = officer.get(reverse("wagtailadmin_home")).content.decode()
    assert 'id="disclosure-returned' in text and "请补充附件二。" in text and edit_url(page) in text
    client.force_login(factories.user("stranger", groups=[world.drafters]))
    assert 'id="disclosure-returned' not in client.get(reverse("wagtailadmin_home")).content.decode()


def test_a_folder_is_no_draft(client, world):
    client.force_login(world.people.root)
    with override("en"):
        assert world.folder.status_string == "folder"


def test_a_step_skipped_before_is_required_once_its_condition_holds(world):
    """An item that becomes important between two submissions needs the leader after all."""
    step = ReviewPolicyStep.objects.get(task__name="委领导审批")
    step.condition = ReviewPolicyStep.Condition.IMPORTANT
    step.save()
    check = ReviewPolicyStep.objects.get(task__name="保密审查")
    check.condition = ReviewPolicyStep.Condition.IMPORTANT
    check.save()
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    factories.approve_step(page, world.people.head)
    assert fresh(page).current_workflow_task_state.task.name == "办公室核稿"
    reject(page, world.people.copy)
    draft = draft_of(page)
    draft.important = True
    draft.save_revision(user=world.people.officer)
    actions.submit(fresh(page), world.people.officer)
    for reviewer in (world.people.head, world.people.secrecy, world.people.copy, world.people.leader):
        factories.approve_step(page, reviewer)
    assert fresh(page).live


def test_the_open_step_follows_the_draft_that_code_saved_behind_the_lock(world):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    factories.approve_step(page, world.people.head)
    draft = draft_of(page)
    draft.title = "锁后改动"
    draft.save_revision(user=world.people.officer)
    state = fresh(page).current_workflow_task_state
    assert state.task.name == "处室负责人初审"
    assert digest_of(state.revision.as_object()).value == digest_of(draft_of(page)).value
