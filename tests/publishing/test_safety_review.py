"""Files of a draft in review: what is refused, what is acknowledged, by whom, and that nothing passes without."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import translation
from wagtail import hooks
from wagtail.documents import get_document_model

from tests import factories
from tests import sample_files as make
from wagtail_disclosure.catalogue.models import EntryPage
from wagtail_disclosure.publishing import actions, pinned
from wagtail_disclosure.publishing.digest import digest_of
from wagtail_disclosure.publishing.errors import GateRefused, NotYourReview, ReviewRequired, StaleReview
from wagtail_disclosure.publishing.evidence import verdict
from wagtail_disclosure.publishing.models import (
    Acknowledgement,
    Approval,
    FileCheck,
    LedgerEntry,
    ReviewCheck,
    ReviewFinding,
)
from wagtail_disclosure.publishing.review.findings import HOOK, Finding

pytestmark = pytest.mark.django_db


def draft_with(world, *files, **fields):
    """A draft by the officer with files attached: pairs of name and bytes."""
    page = factories.draft(world, summary="价格公示安排。", **fields)
    for name, data in files:
        attach(page, name, data)
    return EntryPage.objects.get(pk=page.pk)


def attach(page, name, data):
    document = get_document_model().objects.create(title=name, file=ContentFile(data, name=name))
    draft = EntryPage.objects.get(pk=page.pk).get_latest_revision().as_object()
    draft.attachments.create(document=document)
    draft.save_revision(user=page.owner)


def under_review(world, *files, **fields):
    page = draft_with(world, *files, **fields)
    actions.submit(page, world.people.officer)
    return EntryPage.objects.get(pk=page.pk)


def state_of(page):
    return EntryPage.objects.get(pk=page.pk).current_workflow_task_state


def digest(page):
    return digest_of(EntryPage.objects.get(pk=page.pk).get_latest_revision().as_object()).value


def findings(page):
    return {each.code: each for each in ReviewCheck.objects.get(digest=digest(page)).findings.all()}


TRACKED = ("通知.docx", make.word(inserted="新增"))
SHEET = ("名单.xlsx", make.workbook(hidden_sheet="底稿", hidden_row=1))


# When review starts


def test_findings_are_pinned_when_review_starts(world):
    page = under_review(world, TRACKED, SHEET)
    found = findings(page)
    assert found["tracked_changes"].severity == "block" and found["tracked_changes"].file_title == "通知.docx"
    assert found["hidden_sheet"].place == ["sheet", "底稿"]
    assert found["hidden_rows"].severity == "warn"


def test_they_are_in_words_of_the_readers_language(world):
    row = findings(under_review(world, TRACKED))["tracked_changes"]
    with translation.override("zh-hans"):
        assert "修订" in pinned.in_words(row)
    with translation.override("en"):
        assert "Tracked changes (1)" in pinned.in_words(row)


def test_a_file_that_is_not_what_it_says_ends_the_submission_and_is_named(world):
    page = draft_with(world, ("通知.docx", b"MZ" + b"\0" * 90))
    with pytest.raises(GateRefused, match="通知.docx"):
        actions.submit(page, world.people.officer)
    with pytest.raises(GateRefused, match="通知.docx"):
        world.workflow.start(EntryPage.objects.get(pk=page.pk), world.people.officer)
    assert not EntryPage.objects.get(pk=page.pk).workflow_in_progress


def test_a_file_larger_than_the_limit_ends_it_too(world, settings):
    page = draft_with(world, ("a.txt", b"x" * 100))
    settings.WAGTAIL_DISCLOSURE = {"FILE_MAX_BYTES": 99}
    with pytest.raises(GateRefused, match="a.txt"):
        actions.submit(page, world.people.officer)


def test_the_same_bytes_are_looked_into_once(world, monkeypatch):
    under_review(world, TRACKED)
    assert FileCheck.objects.count() == 1
    monkeypatch.setattr(
        "wagtail_disclosure.publishing.safety.child.Inspector.inspect", lambda *args: pytest.fail("again")
    )
    under_review(world, TRACKED)
    assert FileCheck.objects.count() == 1


def test_checks_in_force_now_replace_what_older_ones_found(world, settings):
    under_review(world, TRACKED)
    FileCheck.objects.update(findings=[], checker="0")
    assert "tracked_changes" in findings(under_review(world, TRACKED))


# Acknowledging


def test_the_first_step_is_refused_until_each_finding_is_acknowledged(world):
    page, people = under_review(world, TRACKED, SHEET), world.people
    with pytest.raises(pinned.FindingsOpen):
        factories.approve_step(page, people.head)
    row = findings(page)["tracked_changes"]
    actions.acknowledge(state_of(page), people.head, digest=digest(page), reasons={row.key: "修订将保留"})
    with pytest.raises(pinned.FindingsOpen, match="底稿"):
        factories.approve_step(page, people.head)
    assert not Approval.objects.exists()
    factories.acknowledge(page, people.head)
    for person in (people.head, people.secrecy, people.copy, people.leader):
        factories.approve_step(page, person)
    assert EntryPage.objects.get(pk=page.pk).live


def test_it_stands_in_the_ledger(world):
    page = under_review(world, TRACKED)
    factories.acknowledge(page, world.people.head, "已核对")
    entry = LedgerEntry.objects.get(kind=LedgerEntry.Kind.ACKNOWLEDGED)
    assert entry.actor == world.people.head and entry.digest == digest(page)
    assert entry.data["comment"] == "已核对" and entry.data["code"] == "tracked_changes"
    assert entry.data["file"] == findings(page)["tracked_changes"].file_sha256


@pytest.mark.parametrize("person", ["officer", "secrecy", "root"])
def test_only_who_may_decide_now_acknowledges(world, person):
    page = under_review(world, TRACKED)
    with pytest.raises(NotYourReview):
        factories.acknowledge(page, getattr(world.people, person))
    assert not Acknowledgement.objects.exists()


def test_who_worked_on_the_draft_does_not_even_as_a_reviewer(world):
    page = draft_with(world, TRACKED)
    page.get_latest_revision().as_object().save_revision(user=world.people.head)
    actions.submit(EntryPage.objects.get(pk=page.pk), world.people.officer)
    with pytest.raises(NotYourReview):
        factories.acknowledge(page, world.people.head)


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_reason_is_needed(world, reason):
    page = under_review(world, TRACKED)
    with pytest.raises(ValidationError):
        factories.acknowledge(page, world.people.head, reason)


def test_what_does_not_block_or_is_not_there_cannot_be_acknowledged(world):
    page = under_review(world, SHEET)
    for key in (findings(page)["hidden_rows"].key, "0" * 32):
        with pytest.raises(ValidationError):
            actions.acknowledge(state_of(page), world.people.head, digest=digest(page), reasons={key: "好"})


def test_a_changed_draft_is_acknowledged_anew_with_the_earlier_reason_at_hand(world):
    page = under_review(world, TRACKED)
    seen = digest(page)
    factories.acknowledge(page, world.people.head, "修订将保留")
    draft = page.get_latest_revision().as_object()
    draft.title = "改过的标题"
    draft.save_revision(user=world.people.officer)
    with pytest.raises(StaleReview):
        actions.acknowledge(state_of(page), world.people.head, digest=seen, reasons={})
    with pytest.raises(pinned.FindingsOpen):
        factories.approve_step(page, world.people.head)
    key = ReviewFinding.objects.filter(code="tracked_changes").first().key
    assert pinned.earlier_reasons(page, [key]) == {key: "修订将保留"}


def test_severities_are_a_setting_and_refusals_are_not(world, settings):
    settings.WAGTAIL_DISCLOSURE = {"FINDING_SEVERITY": {"tracked_changes": "warn", "type_mismatch": "info"}}
    page = under_review(world, TRACKED)
    factories.approve_step(page, world.people.head)
    with pytest.raises(GateRefused):
        under_review(world, ("a.pdf", b"x"))


def test_a_check_of_the_site_can_block(world):
    def check(draft, digest):
        yield Finding("标题", "标题过短", draft.title, severity="block")

    with hooks.register_temporarily(HOOK, check):
        page = under_review(world)
        with pytest.raises(pinned.FindingsOpen, match="标题过短"):
            factories.approve_step(page, world.people.head)
        factories.approve_step(page, world.people.head, acknowledging=True)


def test_an_identity_number_in_the_text_blocks_and_is_kept_masked(world):
    page = under_review(world, body=[("paragraph", f"<p>证号{make.ID_NUMBER}</p>")])
    assert findings(page)["id_number"].passage == "证号110*************2X"
    with pytest.raises(pinned.FindingsOpen):
        factories.approve_step(page, world.people.head)


# Around the actions


def test_code_that_publishes_with_all_approvals_still_lacks_the_acknowledgement(world):
    page, people = under_review(world, TRACKED), world.people
    factories.acknowledge(page, people.head)
    for person in (people.head, people.secrecy, people.copy):
        factories.approve_step(page, person)
    Acknowledgement.objects.all().delete()
    with pytest.raises(pinned.FindingsOpen):
        factories.approve_step(page, people.leader)
    draft = page.get_latest_revision().as_object()
    with pytest.raises(ReviewRequired):
        page.get_latest_revision().publish()
    assert pinned.obstacles(draft, digest(page))


@pytest.mark.parametrize("change", [{"key": "0" * 32}, {"digest": "0" * 64}, {"user_key": "999"}])
def test_a_forged_acknowledgement_does_not_count(world, change):
    page = under_review(world, TRACKED)
    factories.acknowledge(page, world.people.head)
    Acknowledgement.objects.update(**change)
    assert pinned.obstacles(page.get_latest_revision().as_object(), digest(page))


def test_what_was_never_checked_is_checked_before_it_counts(world):
    page = draft_with(world, TRACKED)
    draft = page.get_latest_revision().as_object()
    (reason,) = pinned.obstacles(draft, digest(page))
    assert "通知.docx" in reason
    assert not verdict(draft, digest(page)).complete


# The review page


def page_url(page):
    return reverse("wagtail_disclosure_review:review", args=[state_of(page).pk])


def post(client, page, action, **data):
    url = page_url(page)
    return client.post(url, {"action": action, "approve-digest": digest(page), "approve-comment": "", **data})


def test_reasons_and_approval_are_sent_with_one_form(client, world):
    page = under_review(world, TRACKED)
    key = findings(page)["tracked_changes"].key
    client.force_login(world.people.head)
    shown = client.get(page_url(page)).content.decode()
    assert f'name="reason-{key}"' in shown and 'form="review-approve"' in shown
    refused = post(client, page, "approve", **{"approve-comment": "同意"})
    assert refused.status_code == 200 and "同意" in refused.content.decode()
    assert not Approval.objects.exists()
    assert post(client, page, "approve", **{f"reason-{key}": "修订将保留"}).status_code == 302
    assert Approval.objects.count() == 1
    client.force_login(world.people.secrecy)
    later = client.get(page_url(page)).content.decode()
    assert "修订将保留" in later and "王处" in later and f'name="reason-{key}"' not in later


def test_acknowledging_alone_decides_nothing_and_keeps_what_was_typed(client, world):
    page = under_review(world, TRACKED, SHEET)
    key = findings(page)["tracked_changes"].key
    client.force_login(world.people.head)
    response = post(
        client, page, "acknowledge", **{f"reason-{key}": "修订将保留", "approve-comment": "写了一半"}
    )
    assert "写了一半" in response.content.decode()
    assert Acknowledgement.objects.count() == 1 and not Approval.objects.exists()
    assert post(client, page, "acknowledge").status_code == 200


def test_the_drafter_sees_the_findings_and_no_fields(client, world):
    page = under_review(world, TRACKED)
    client.force_login(world.people.officer)
    shown = client.get(page_url(page)).content.decode()
    assert "通知.docx" in shown and 'name="reason-' not in shown
    key = findings(page)["tracked_changes"].key
    post(client, page, "acknowledge", **{f"reason-{key}": "好"})
    assert not Acknowledgement.objects.exists()
