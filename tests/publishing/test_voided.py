"""After a change: who is told that an approval is void, and what the next review page shows them."""

import pytest
from django.core import mail as outbox
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.users.models import UserProfile

from tests import factories
from wagtail_disclosure.catalogue.models import EntryPage
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.models import LedgerEntry, ReviewPolicyStep, SeenContent

from .test_delegation import delegate

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(world):
    world.people.deputy = factories.user("deputy", name="孙副")
    for person in vars(world.people).values():
        profile = UserProfile.get_for_user(person)
        profile.preferred_language = "en"
        profile.save()
    return world


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Run a function as a transaction that commits, and give the mails about void approvals."""

    def run(function, *args, **kwargs):
        outbox.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            function(*args, **kwargs)
        return [mail for mail in outbox.outbox if "was changed after you approved it" in mail.subject]

    return run


def fresh(page):
    return EntryPage.objects.get(pk=page.pk)


def edit(page, by, **changes):
    """Change the draft behind the lock, as code can."""
    draft = fresh(page).get_latest_revision().as_object()
    for name, value in changes.items():
        setattr(draft, name, value)
    draft.save_revision(user=by)


def in_review(world, *reviewers, **fields):
    page = factories.draft(world, **fields)
    actions.submit(page, world.people.officer)
    for reviewer in reviewers:
        factories.approve_step(page, reviewer)
    return fresh(page)


def take_back(page, by):
    fresh(page).current_workflow_state.cancel(user=by)


def review_text(client, page, person):
    client.force_login(person)
    url = reverse("wagtail_disclosure_review:review", args=[fresh(page).current_workflow_task_state.pk])
    return client.get(url).content.decode()


def to(mails):
    return sorted(mail.to[0].split("@")[0] for mail in mails)


# Mails


def test_a_change_tells_those_who_approved_what_changed(world, committed):
    people = world.people
    page = in_review(world, people.head, people.secrecy, summary="旧概述")
    mails = committed(edit, page, people.officer, summary="新概述", title="改过的标题")
    assert to(mails) == ["head", "secrecy"]
    body = mails[0].body
    assert "Summary" in body or "summary" in body
    assert "title" in body.lower() and "陈信" in body and "passes every step again" in body
    from wagtail_disclosure.publishing.review.views import item_url

    assert item_url("history", page) in body


def test_they_are_told_once_however_often_it_is_saved(world, committed):
    page = in_review(world, world.people.head)
    assert to(committed(edit, page, world.people.officer, summary="一")) == ["head"]
    for text in ("二", "三"):
        assert committed(edit, page, world.people.officer, summary=text) == []


def test_a_save_without_a_change_tells_nobody(world, committed):
    page = in_review(world, world.people.head)
    assert committed(edit, page, world.people.officer) == []


def test_what_was_taken_back_is_told_when_it_comes_again_with_changes(world, committed):
    page = in_review(world, world.people.head)
    assert committed(take_back, page, world.people.officer) == []
    assert committed(edit, page, world.people.officer, summary="新概述") == []
    mails = committed(actions.submit, fresh(page), world.people.officer)
    assert to(mails) == ["head"] and "passes every step again" in mails[0].body


def test_what_comes_again_unchanged_is_no_news(world, committed):
    page = in_review(world, world.people.head)
    take_back(page, world.people.officer)
    assert committed(actions.submit, fresh(page), world.people.officer) == []
    take_back(page, world.people.officer)
    edit(page, world.people.officer, summary="新概述")
    assert to(committed(actions.submit, fresh(page), world.people.officer)) == ["head"]


def test_of_a_returned_item_earlier_approvers_learn_what_was_changed(world, committed):
    people = world.people
    page = in_review(world, people.head)
    actions.reject(fresh(page).current_workflow_task_state, people.secrecy, comment="请删去附件")
    edit(page, people.officer, summary="已删")
    assert to(committed(actions.submit, fresh(page), people.officer)) == ["head"]


def test_the_drafter_of_a_returned_item_is_told_why(world, django_capture_on_commit_callbacks):
    page = in_review(world, world.people.head)
    outbox.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        actions.reject(fresh(page).current_workflow_task_state, world.people.secrecy, comment="请删去附件")
    (mail,) = [mail for mail in outbox.outbox if mail.to == ["officer@agency.example"]]
    assert "请删去附件" in mail.body and "李密" in mail.body


def document(name, data):
    return get_document_model().objects.create(title=name, file=ContentFile(data, name=f"{name}.txt"))


def test_a_file_that_was_replaced_is_named(world, committed, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    file = document("附件一", b"one")
    in_review(
        world,
        world.people.head,
        body=[("paragraph", f'<p><a linktype="document" id="{file.pk}">附件</a></p>')],
    )

    def replace():
        file.file = ContentFile(b"two", name="other.txt")
        file.save()

    mails = committed(replace)
    assert to(mails) == ["head"] and "附件一" in mails[0].body and "another file" in mails[0].body


def test_the_absent_person_and_the_deputy_learn_of_it_as_far_as_they_may_see(world, committed):
    people = world.people
    row = delegate(people.head, people.deputy)
    page = in_review(world, people.deputy)
    from wagtail_disclosure.publishing import delegation

    delegation.end(row, people.head)
    assert to(committed(edit, page, people.officer, summary="新")) == ["head"]


def test_a_scheduled_item_that_is_edited_tells_all_who_approved(world, committed):
    import datetime

    from django.utils import timezone

    people = world.people
    when = timezone.now() + datetime.timedelta(days=3)
    page = in_review(world, people.head, people.secrecy, people.copy, people.leader, go_live_at=when)
    assert not page.live
    mails = committed(edit, page, people.officer, summary="新")
    assert to(mails) == ["copy", "head", "leader", "secrecy"]
    assert "It is a draft now" in mails[0].body


# The review page


def test_the_next_review_shows_the_reader_what_changed_since_they_approved(client, world):
    people = world.people
    page = in_review(world, people.head, summary="旧的概述文字")
    edit(page, people.officer, summary="新的概述文字")
    text = review_text(client, page, people.head)
    assert "Changes since you approved on" in text
    assert '<span class="deletion">旧</span>' in text and '<span class="addition">新</span>' in text


def test_another_reviewer_sees_it_by_step(client, world):
    people = world.people
    page = in_review(world, people.head, people.secrecy, summary="第一稿")
    edit(page, people.officer, summary="第二稿")
    factories.approve_step(page, people.head)
    text = review_text(client, page, people.secrecy)
    assert "Changes since you approved on" in text
    assert "Since the step “处室负责人初审”" not in text, "the head has seen the present content"
    edit(page, people.officer, summary="第三稿")
    text = review_text(client, page, people.head)
    assert "Changes since you approved on" in text and "Since the step “保密审查”" in text


def test_who_returned_it_sees_what_was_done_about_it(client, world):
    people = world.people
    page = in_review(world, summary="旧的概述文字")
    actions.reject(fresh(page).current_workflow_task_state, people.head, comment="请改")
    edit(page, people.officer, summary="新的概述文字")
    actions.submit(fresh(page), people.officer)
    assert "Changes since you returned it on" in review_text(client, page, people.head)


def test_what_was_approved_is_kept_although_the_revision_is_overwritten(client, world):
    """Autosave writes into the revision that is there; somebody may try that to hide a change."""
    people = world.people
    page = in_review(world, people.head, summary="旧的概述文字")
    draft = fresh(page).get_latest_revision().as_object()
    draft.summary = "新的概述文字"
    draft.save_revision(user=people.officer, overwrite_revision=fresh(page).get_latest_revision())
    text = review_text(client, page, people.head)
    assert "no longer kept" not in text and '<span class="addition">新</span>' in text


def test_files_are_part_of_the_difference_to_what_is_public(client, world, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    page = factories.published(world)
    file = document("附件一", b"one")
    edit(
        page,
        world.people.officer,
        body=[("paragraph", f'<p><a linktype="document" id="{file.pk}">附</a></p>')],
    )
    actions.submit(fresh(page), world.people.officer)
    text = review_text(client, page, world.people.head)
    assert "<strong>added</strong> 附件一" in text


def test_once_public_or_deleted_no_earlier_draft_is_kept(world):
    page = in_review(world, world.people.head)
    assert SeenContent.objects.about(page).count() == 1
    public = factories.published(world)
    assert not SeenContent.objects.about(public).exists()
    take_back(page, world.people.officer)
    fresh(page).delete()
    assert not SeenContent.objects.exists()


# Importance


def only_for_important(world):
    ReviewPolicyStep.objects.filter(task=world.tasks[3].task_ptr).update(condition="important")


def test_importance_cannot_be_switched_off_under_review(client, world):
    """An important item passes the leader; taking the mark off is a change of the draft, and all begins anew."""
    only_for_important(world)
    people = world.people
    page = in_review(world, people.head, people.secrecy, people.copy, important=True)
    assert fresh(page).current_workflow_task_state.task.name == "委领导审批"
    edit(page, people.officer, important=False)
    assert not fresh(page).live
    assert fresh(page).current_workflow_task_state.task.name == "处室负责人初审"
    assert LedgerEntry.objects.about(page).filter(kind="voided").count() == 3
    text = review_text(client, page, people.head)
    assert "Not required for this item: “委领导审批”" in text
    assert "Changes since you approved on" in text


def test_the_review_page_says_who_marked_it(client, world):
    page = in_review(world)
    edit(page, factories.user("editor", name="郑编"), important=True)
    text = review_text(client, page, world.people.head)
    panel = text[text.index("review-importance") :][:4000]
    assert "<strong>yes</strong>" in panel and "Set by 郑编" in panel
    edit(page, world.people.officer, summary="其他改动")
    text = review_text(client, page, world.people.head)
    assert "Set by 郑编" in text, "it was not the last editor who set it"
