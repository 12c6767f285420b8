"""What the review page tells about the candidate: its header, files, original, and what became of it."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail.documents import get_document_model
from wagtail.models import Locale

from tests import factories
from tests.publishing.test_review_page import approval_data, digest_on, fresh, url_of
from wagtail_disclosure.catalogue.models import Attachment, EntryPage
from wagtail_disclosure.departments.models import DepartmentMember
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.review.candidate import Candidate

pytestmark = pytest.mark.django_db


def submitted(world, **fields):
    page = factories.draft(world, **fields)
    actions.submit(page, world.people.officer)
    return page


def in_three_days():
    return timezone.now().replace(microsecond=0) + timedelta(days=3)


def candidate(page, user):
    return Candidate(fresh(page).current_workflow_task_state, user, None)


def test_the_header_begins_with_title_and_summary_and_leaves_out_what_is_empty(world):
    page = submitted(world, summary="价格公示安排。", document_number="")
    with override("en"):
        header = [(str(label), value) for label, value in candidate(page, world.people.head).header]
    assert header[:2] == [("Title", "关于价格公示的通知"), ("Summary", "价格公示安排。")]
    labels = {label for label, _value in header}
    assert "Language" in labels and "Locale" not in labels
    assert not labels & {"Document number", "Go live date/time", "Expiry date/time"}


def test_a_schedule_stands_in_the_header(world):
    page = submitted(world, go_live_at=in_three_days())
    assert any(value == page.go_live_at for _label, value in candidate(page, world.people.head).header)


def test_files_are_named_with_kind_and_size(world):
    page = factories.draft(world)
    document = get_document_model().objects.create(
        title="附件一", file=ContentFile(b"%PDF-1.4" + b"x" * 2040, name="fee-table.pdf")
    )
    draft = page.get_latest_revision().as_object()
    draft.attachments.add(Attachment(document=document))
    draft.save_revision(user=world.people.officer)
    actions.submit(fresh(page), world.people.officer)
    (file,) = candidate(page, world.people.head).files
    assert file["title"] == "附件一" and file["name"].startswith("fee-table") and file["kind"] == "PDF"
    assert file["url"] and "2.0" in file["size"].replace("\xa0", " ")


# A translation


@pytest.fixture
def translated(world):
    """The English draft of a public item, in review."""
    english = Locale.objects.get_or_create(language_code="en")[0]
    for place in (world.site.root_page, world.catalogue, world.folder):
        place.copy_for_translation(english)
    original = factories.published(
        world, "关于价格公示的通知", formed_on=timezone.localdate(), summary="安排如下。"
    )
    page = original.copy_for_translation(english)
    page.title, page.summary = "Notice on price disclosure", "The arrangements are as follows."
    page.save_revision(user=world.people.officer)
    actions.submit(EntryPage.objects.get(pk=page.pk), world.people.officer)
    return original, page


def test_a_translation_stands_beside_its_original_and_has_no_time_limit_of_it(client, world, translated):
    original, page = translated
    client.force_login(world.people.head)
    text = client.get(url_of(page)).content.decode()
    assert "安排如下。" in text and "The arrangements are as follows." in text
    assert original.full_url in text
    assert candidate(page, world.people.head).due is None


def test_what_is_no_translation_has_no_original(client, world):
    page = submitted(world)
    client.force_login(world.people.head)
    assert candidate(page, world.people.head).original is None
    assert 'id="review-original' not in client.get(url_of(page)).content.decode()


# After the last step


def approve_last(client, world, page):
    for name in ("head", "secrecy", "copy"):
        factories.approve_step(page, getattr(world.people, name))
    client.force_login(world.people.leader)
    url = url_of(page)
    data = approval_data(page, digest_on(client.get(url)))
    response = client.post(url, data, headers={"accept-language": "en"})
    home = client.get(reverse("wagtailadmin_home"))
    assert response.status_code == 302
    return " ".join(str(message) for message in home.context["messages"])


def test_the_last_approval_says_where_it_is_public_now(client, world):
    page = submitted(world)
    assert fresh(page).full_url in approve_last(client, world, page)


def test_the_last_approval_says_when_it_becomes_public(client, world):
    page = submitted(world, go_live_at=in_three_days())
    said = approve_last(client, world, page)
    assert str(timezone.localtime(page.go_live_at).year) in said
    assert not fresh(page).live and fresh(page).full_url not in said


# A comment outlives the review it was meant for


@pytest.mark.parametrize("ended", ["approved", "returned", "taken back"])
def test_a_comment_is_kept_when_the_step_was_decided_meanwhile(client, world, ended):
    second = factories.user("head2")
    DepartmentMember.objects.create(department=world.office, user=second, role="reviewer")
    page = submitted(world)
    client.force_login(second)
    url = url_of(page)
    data = approval_data(page, digest_on(client.get(url)), **{"approve-comment": "数字已核对"})
    if ended == "approved":
        factories.approve_step(page, world.people.head)
    elif ended == "returned":
        actions.reject(fresh(page).current_workflow_task_state, world.people.head, comment="请修改")
    else:
        fresh(page).current_workflow_state.cancel(user=world.people.officer)
    response = client.post(url, data)
    assert response.status_code == 409
    assert "数字已核对</textarea>" in response.content.decode()
