"""The review page over HTTP: who may open it, what it shows, and what it refuses."""

import re

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from tests import factories
from wagtail_disclosure.catalogue.models import EntryPage
from wagtail_disclosure.departments.models import DepartmentMember
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.models import Approval, PublishedItem, SecrecyReview
from wagtail_disclosure.publishing.review.views import framed
from wagtail_disclosure.rules.profiles import get_profile

pytestmark = pytest.mark.django_db
STEPS = ("head", "secrecy", "copy", "leader")


@pytest.fixture
def page(world):
    """A draft that waits for the department head."""
    page = factories.draft(world, "关于价格公示的通知", summary="价格公示安排。")
    actions.submit(page, world.people.officer)
    return page


def fresh(page):
    return EntryPage.objects.get(pk=page.pk)


def open_state(page):
    return fresh(page).current_workflow_task_state


def url_of(page):
    return reverse("wagtail_disclosure_review:review", args=[open_state(page).pk])


def digest_on(response):
    return re.search(r'name="approve-digest" value="([0-9a-f]{64})"', response.content.decode()).group(1)


def approval_data(page, digest, **more):
    data = {"action": "approve", "approve-digest": digest, "approve-comment": "", **more}
    if isinstance(open_state(page).task.specific, SecrecyReview):
        data.setdefault("approve-checklist", factories.checklist()["checklist"])
    return data


def approve(client, page, person, **more):
    client.force_login(person)
    url = url_of(page)
    digest = digest_on(client.get(url))
    return client.post(url, approval_data(page, digest, **more))


def edit(page, by, **changes):
    """Change the draft behind the lock, as code can."""
    draft = fresh(page).get_latest_revision().as_object()
    for name, value in changes.items():
        setattr(draft, name, value)
    draft.save_revision(user=by)


def make_reviewer(department, user):
    DepartmentMember.objects.create(department=department, user=user, role="reviewer")


# The ordinary journey


def test_each_reviewer_passes_their_step_and_the_last_one_publishes(client, world, page):
    for step in STEPS:
        assert not PublishedItem.objects.filter(page_id=page.pk).exists()
        response = approve(client, page, getattr(world.people, step))
        assert response.status_code == 302
    assert fresh(page).live
    assert PublishedItem.objects.get(page_id=page.pk).title == "关于价格公示的通知"
    assert Approval.objects.about(page).count() == 4


def test_the_page_shows_what_a_reviewer_has_to_know(client, world, page):
    client.force_login(world.people.head)
    text = client.get(url_of(page)).content.decode()
    assert "关于价格公示的通知" in text
    assert "陈信" in text, "who drafted"
    assert "处室负责人初审" in text and "委领导审批" in text, "the steps"
    assert "办公室" in text, "the responsible department"
    assert open_state(page).revision.as_object().document_number == ""
    assert 'sandbox="allow-same-origin"' in text


def test_comment_stands_in_the_history_the_next_reviewer_reads(client, world, page):
    approve(client, page, world.people.head, **{"approve-comment": "数字已与原件核对"})
    client.force_login(world.people.secrecy)
    assert "数字已与原件核对" in client.get(url_of(page)).content.decode()


def test_candidate_is_the_draft_and_runs_no_scripts(client, world, page):
    client.force_login(world.people.head)
    response = client.get(reverse("wagtail_disclosure_review:candidate", args=[open_state(page).pk]))
    assert "关于价格公示的通知" in response.content.decode()
    assert response["Content-Security-Policy"] == "sandbox allow-same-origin"
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_scripts_of_the_site_are_data_in_the_candidate(client, world, page):
    client.force_login(world.people.head)
    response = client.get(reverse("wagtail_disclosure_review:candidate", args=[open_state(page).pk]))
    scripts = re.findall(r"<script[^>]*>", response.content.decode())
    assert scripts
    assert all(script.startswith("<script type=text/plain") for script in scripts)


def test_what_only_looks_like_a_script_stays_visible_in_the_candidate():
    response = framed(
        HttpResponse('<p title="<script>">&lt;script&gt; 全文</p><SCRIPT/src=x></SCRIPT><scripts>')
    )
    assert response.content.decode() == (
        '<p title="<script type=text/plain>">&lt;script&gt; 全文</p><SCRIPT type=text/plain/src=x></SCRIPT><scripts>'
    )


def test_candidate_of_another_digest_is_refused(client, world, page):
    client.force_login(world.people.head)
    url = reverse("wagtail_disclosure_review:candidate", args=[open_state(page).pk])
    assert client.get(url, {"digest": "0" * 64}).status_code == 409


def test_difference_to_what_is_public_is_shown(client, world):
    page = factories.published(world, summary="旧的概述文字")
    edit(page, world.people.officer, summary="新的概述文字", validity="repealed")
    actions.submit(fresh(page), world.people.officer)
    client.force_login(world.people.head)
    text = client.get(url_of(page)).content.decode()
    assert re.search(r'<span class="deletion">旧', text) and re.search(r'<span class="addition">新', text)
    assert "repealed" in text or "废止" in text


def test_difference_to_what_reviewers_saw_before_is_shown(client, world, page):
    approve(client, page, world.people.head)
    client.force_login(world.people.secrecy)
    client.post(url_of(page), {"action": "reject", "reject-comment": "概述写错了"})
    edit(page, world.people.officer, summary="改正后的概述")
    actions.submit(fresh(page), world.people.officer)
    client.force_login(world.people.head)
    text = client.get(url_of(page)).content.decode()
    assert "概述写错了" in text
    assert re.search(r'<span class="addition">[^<]*改', text)


def test_findings_that_do_not_block_are_shown(client, world):
    page = factories.draft(world, summary="", body=[("paragraph", "<p>联系人王某，手机13912345678</p>")])
    actions.submit(page, world.people.officer)
    client.force_login(world.people.head)
    text = client.get(url_of(page)).content.decode()
    assert "联系人王某，手机139******78" in text, (
        "masked: findings are kept, and the text beside them says it all"
    )
    assert approve(client, page, world.people.head).status_code == 302


def test_what_is_not_published_says_so(client, world):
    page = factories.draft(world, attribute="on_request")
    actions.submit(page, world.people.officer)
    client.force_login(world.people.head)
    note = get_profile().attribute("on_request").note("zh-hans")
    assert note in client.get(url_of(page)).content.decode()


def test_a_last_approval_that_lacks_a_step_changes_nothing_and_says_which(client, world, page):
    """The policy asks for a step that somebody took out of the workflow."""
    world.workflow.workflow_tasks.filter(task=world.tasks[2].task_ptr).delete()
    approve(client, page, world.people.head)
    approve(client, page, world.people.secrecy)
    response = approve(client, page, world.people.leader, **{"approve-comment": "同意公开"})
    assert response.status_code == 200
    assert "办公室核稿" in response.content.decode() and "同意公开" in response.content.decode()
    assert not fresh(page).live and Approval.objects.count() == 2


# Who is refused


@pytest.mark.parametrize("person", ["officer", "secrecy", "copy", "leader", "root"])
def test_the_wrong_person_can_read_but_not_approve(client, world, page, person):
    client.force_login(getattr(world.people, person))
    url = url_of(page)
    response = client.get(url)
    assert response.status_code == 200
    assert "approve-digest" not in response.content.decode()
    client.post(url, approval_data(page, open_state_digest(page)))
    assert not Approval.objects.exists()


def open_state_digest(page):
    from wagtail_disclosure.publishing.digest import digest_of

    return digest_of(fresh(page).get_latest_revision().as_object()).value


def test_a_contributor_in_every_group_cannot_review(client, world, page):
    officer = world.people.officer
    officer.groups.add(*world.groups.values())
    DepartmentMember.objects.filter(user=officer).update(role="reviewer")
    client.force_login(officer)
    client.post(url_of(page), approval_data(page, open_state_digest(page)))
    assert not Approval.objects.exists()


def test_a_superuser_who_holds_the_step_still_cannot_pass_two(client, world, page):
    root = world.people.root
    make_reviewer(world.office, root)
    root.groups.add(world.groups["secrecy"])
    assert approve(client, page, root).status_code == 302
    client.post(url_of(page), approval_data(page, open_state_digest(page)))
    assert Approval.objects.count() == 1


@pytest.mark.parametrize("view", ["review", "candidate"])
def test_strangers_do_not_learn_that_the_item_exists(client, world, page, view):
    url = reverse(f"wagtail_disclosure_review:{view}", args=[open_state(page).pk])
    client.force_login(factories.user("stranger"))
    assert client.get(url).status_code == 404
    assert client.post(url, {"action": "approve"}).status_code == 404


def test_reviewers_of_another_department_do_not_see_the_item(client, world, page):
    other = factories.user("otherhead")
    make_reviewer(world.other, other)
    client.force_login(other)
    assert client.get(url_of(page)).status_code == 404


def test_an_email_link_leads_through_the_log_in(client, page):
    response = client.get(url_of(page))
    assert response.status_code == 302
    assert "login" in response.url


def test_no_such_step_is_not_found(client, world):
    client.force_login(world.people.root)
    assert client.get(reverse("wagtail_disclosure_review:review", args=[987654])).status_code == 404


# Stale pages, double posts, forged and incomplete forms


def test_a_page_that_went_stale_says_so_and_keeps_the_comment(client, world, page):
    client.force_login(world.people.head)
    url = url_of(page)
    digest = digest_on(client.get(url))
    edit(page, world.people.officer, summary="改动后的概述")
    response = client.post(url, approval_data(page, digest, **{"approve-comment": "打好的意见"}))
    assert response.status_code == 409
    text = response.content.decode()
    assert "打好的意见" in text
    assert digest_on(response) != digest
    assert not Approval.objects.exists()


def test_after_a_stale_page_the_new_content_can_be_approved(client, world, page):
    client.force_login(world.people.head)
    digest = digest_on(client.get(url_of(page)))
    edit(page, world.people.officer, summary="改动后的概述")
    stale = client.post(url_of(page), approval_data(page, digest))
    client.post(url_of(page), approval_data(page, digest_on(stale)))
    assert Approval.objects.count() == 1


def test_posting_twice_approves_once_and_leads_to_the_open_step(client, world, page):
    client.force_login(world.people.head)
    url, digest = url_of(page), open_state_digest(page)
    data = approval_data(page, digest)
    assert client.post(url, data).status_code == 302
    again = client.post(url, data)
    assert again.status_code == 302 and again.url == url_of(page)
    assert Approval.objects.count() == 1


def test_a_decided_step_shows_no_forms_and_links_to_the_open_one(client, world, page):
    old = url_of(page)
    approve(client, page, world.people.head)
    client.force_login(world.people.secrecy)
    text = client.get(old).content.decode()
    assert "approve-digest" not in text
    assert url_of(page) in text


def test_the_digest_of_another_page_approves_nothing(client, world, page):
    other = factories.draft(world, "另一份通知")
    actions.submit(other, world.people.officer)
    client.force_login(world.people.head)
    client.post(url_of(page), approval_data(page, open_state_digest(other)))
    assert not Approval.objects.exists()


@pytest.mark.parametrize("digest", ["", "x" * 64, "0" * 63, "Ａ" * 64])
def test_a_malformed_digest_is_refused_with_a_message(client, world, page, digest):
    client.force_login(world.people.head)
    response = client.post(url_of(page), approval_data(page, digest))
    assert response.status_code == 200
    assert not Approval.objects.exists()


@pytest.mark.parametrize("ticked", [0, 1, -1])
def test_an_incomplete_secrecy_checklist_is_refused_and_the_comment_kept(client, world, page, ticked):
    approve(client, page, world.people.head)
    points = factories.checklist()["checklist"]
    client.force_login(world.people.secrecy)
    data = approval_data(page, open_state_digest(page), **{"approve-comment": "逐件审查"})
    data["approve-checklist"] = points[:ticked]
    response = client.post(url_of(page), data)
    assert response.status_code == 200
    assert "逐件审查" in response.content.decode()
    assert Approval.objects.count() == 1


def test_a_point_that_is_not_on_the_checklist_is_refused(client, world, page):
    approve(client, page, world.people.head)
    client.force_login(world.people.secrecy)
    points = [*factories.checklist()["checklist"][1:], "invented"]
    client.post(url_of(page), approval_data(page, open_state_digest(page), **{"approve-checklist": points}))
    assert Approval.objects.count() == 1


def test_the_checklist_is_recorded_with_the_approval(client, world, page):
    approve(client, page, world.people.head)
    approve(client, page, world.people.secrecy)
    assert Approval.objects.get(task__name="保密审查").details == factories.checklist()


@pytest.mark.parametrize("action", [None, "", "publish", "cancel"])
def test_an_unknown_action_does_nothing(client, world, page, action):
    client.force_login(world.people.head)
    data = approval_data(page, open_state_digest(page))
    data["action"] = action or ""
    assert client.post(url_of(page), data).status_code == 200
    assert not Approval.objects.exists()


def test_a_comment_beyond_its_length_is_refused_and_kept(client, world, page):
    client.force_login(world.people.head)
    comment = "长" * 5001
    response = client.post(
        url_of(page), approval_data(page, open_state_digest(page), **{"approve-comment": comment})
    )
    assert comment in response.content.decode()
    assert not Approval.objects.exists()


# Returning


def test_returning_needs_a_comment(client, world, page):
    client.force_login(world.people.head)
    client.post(url_of(page), {"action": "reject", "reject-comment": "  "})
    assert fresh(page).workflow_in_progress


def test_returned_and_submitted_again_it_passes_every_step_again(client, world, page):
    approve(client, page, world.people.head)
    client.force_login(world.people.secrecy)
    client.post(url_of(page), {"action": "reject", "reject-comment": "请补充附件"})
    assert not fresh(page).workflow_in_progress
    actions.submit(fresh(page), world.people.officer)
    assert open_state(page).task.name == "处室负责人初审"
    for step in STEPS:
        approve(client, page, getattr(world.people, step))
    assert fresh(page).live


# Wagtail's own screens


def modal(page, action, state=None):
    args = [page.pk, action, (state or open_state(page)).pk]
    return reverse("wagtailadmin_pages:workflow_action", args=args)


AJAX = {"X-Requested-With": "XMLHttpRequest"}


def test_wagtails_modal_leads_to_the_review_page(client, world, page):
    client.force_login(world.people.head)
    answer = client.get(modal(page, "approve"), headers=AJAX).json()
    assert url_of(page) in answer["html"]


def test_wagtails_modal_returns_an_item(client, world, page):
    client.force_login(world.people.head)
    client.post(modal(page, "reject"), {"comment": "请核对日期"}, headers=AJAX)
    assert not fresh(page).workflow_in_progress


def test_wagtails_modal_approves_only_with_the_digest_seen(client, world, page):
    client.force_login(world.people.head)
    client.post(modal(page, "approve"), {"comment": ""})
    assert not Approval.objects.exists()
    client.post(modal(page, "approve"), {"comment": "", "digest": open_state_digest(page)})
    assert Approval.objects.count() == 1


def test_wagtails_modal_with_the_step_of_another_page_decides_nothing_unseen(client, world, page):
    other = factories.draft(world, "另一份通知")
    actions.submit(other, world.people.officer)
    client.force_login(world.people.head)
    url = modal(page, "approve", open_state(other))
    client.post(url, {"comment": "", "digest": open_state_digest(page)}, headers=AJAX)
    assert not Approval.objects.exists()


def test_the_editor_takes_no_decisions(client, world, page):
    """Approving in the editor's form would decide about content that nobody has seen rendered."""
    client.force_login(world.people.head)
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    text = client.get(url).content.decode()
    assert url_of(page) in text
    data = {"title": "x", "slug": "x", "action-workflow-action": "1", "workflow-action-name": "approve"}
    client.post(url, {**data, "body-count": "0", "workflow-action-extra-data": "{}"})
    assert not Approval.objects.exists()


def test_due_date_stands_on_the_page(client, world):
    page = factories.draft(world, formed_on=timezone.localdate())
    actions.submit(page, world.people.officer)
    client.force_login(world.people.head)
    assert "disclosure-due--ahead" in client.get(url_of(page)).content.decode()
