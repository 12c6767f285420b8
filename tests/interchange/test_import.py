"""Importing documents: drafts that enter review, the same as those made one by one, and taken through to the public."""

import json

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError
from wagtail.models import Locale, Page, PageLogEntry, ReferenceIndex, TaskState

from tests import factories
from tests.interchange.conftest import ROW
from wagtail_disclosure.catalogue import numbers
from wagtail_disclosure.catalogue.models import AttributeDetermination, EntryPage, IndexNumber
from wagtail_disclosure.interchange.importing import writer
from wagtail_disclosure.interchange.models import ImportBatch, ImportedItem
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.digest import digest_of
from wagtail_disclosure.publishing.models import Contribution, PublishedItem, ReviewPolicyStep

pytestmark = pytest.mark.django_db


def imported(title=ROW["title"]):
    return EntryPage.objects.get(title=title)


def titles():
    return list(EntryPage.objects.order_by("path").values_list("title", flat=True))


# What an import makes


def test_a_row_becomes_a_draft_at_the_first_step_of_review(world, source):
    source.manifest({"index_number": "620700036/2024-00008"})
    assert source.run().refused == ""
    page = imported()
    assert not page.live and page.has_unpublished_changes
    assert page.owner == world.people.officer
    assert page.current_workflow_task_state.task.specific == world.tasks[0]
    assert page.current_workflow_state.requested_by == world.people.officer
    assert page.index_number == "620700036/2024-00008"
    assert page.category == world.category and page.department == world.office
    assert str(page.date_signed) == "2024-03-01"
    assert page.determination.attribute == "proactive"
    assert "manifest.csv" in page.determination.note
    batch = ImportBatch.objects.get()
    assert batch.state == ImportBatch.State.DONE and batch.new == 1


def test_an_imported_draft_is_the_same_as_one_made_by_hand(world, source):
    source.manifest({})
    source.run()
    page = imported()
    revision = page.get_latest_revision()
    twin = factories.draft(
        world,
        ROW["title"],
        body=page.body,
        issuing_body=ROW["issuing_body"],
        department_name=ROW["responsible_department"],
        date_signed=page.date_signed,
        date_generated=page.date_generated,
        keywords=ROW["keywords"],
        attribute=None,
    )
    current = page.determination
    factories.determine(twin, world.people.officer, current.attribute, current.ground)
    draft, theirs = revision.as_object(), twin.get_latest_revision().as_object()
    assert digest_of(draft).body == digest_of(theirs).body
    assert digest_of(draft).value == digest_of(page).value
    assert comparable(revision) == comparable(twin.get_latest_revision())


def comparable(revision):
    """The content of a revision without what is each page's own."""
    own = {
        "pk",
        "slug",
        "path",
        "url_path",
        "translation_key",
        "latest_revision_created_at",
        "date_generated",
    }
    found = {key: value for key, value in revision.content.items() if key not in own}
    return found | {"body": json.loads(found["body"])}


def test_an_imported_draft_has_every_row_that_one_made_by_hand_has(world, source):
    source.manifest({})
    source.run()
    page, twin = imported(), factories.draft(world)
    actions.submit(twin, world.people.officer)
    assert references(page) == references(twin)
    assert set(actions_logged(page)) == set(actions_logged(twin))
    assert Contribution.objects.about(page).get().user == world.people.officer
    ours, theirs = page.current_workflow_state, EntryPage.objects.get(pk=twin.pk).current_workflow_state
    assert (ours.workflow, ours.status, ours.content_type) == (
        theirs.workflow,
        theirs.status,
        theirs.content_type,
    )
    assert ours.current_task_state.revision == page.latest_revision
    entry = PageLogEntry.objects.get(page=page.pk, action="wagtail.workflow.start")
    assert entry.data["workflow"]["task_state_id"] == ours.current_task_state.pk


def references(page):
    rows = ReferenceIndex.objects.filter(
        object_id=str(page.pk), base_content_type=page.get_base_content_type()
    )
    return set(rows.values_list("to_content_type", "to_object_id", "model_path"))


def actions_logged(page):
    return PageLogEntry.objects.filter(page=page.pk).values_list("action", flat=True)


def test_the_tree_is_in_order_after_an_import(world, source):
    factories.draft(world, "已有文件")
    source.manifest(
        *(
            {"title": f"文件{n}", "responsible_department": "价格管理科" if n % 2 else "办公室"}
            for n in range(7)
        )
    )
    source.run(batch=3)
    problems = Page.find_problems()
    assert not any(problems)
    world.folder.refresh_from_db()
    world.other_folder.refresh_from_db()
    assert world.folder.numchild == 5
    assert world.other_folder.get_children().count() == 3
    before = list(Page.objects.order_by("path").values_list("path", "depth", "numchild", "url_path"))
    call_command("fixtree", stdout=open("/dev/null", "w"))
    assert list(Page.objects.order_by("path").values_list("path", "depth", "numchild", "url_path")) == before
    assert all(
        page.url_path == f"{page.get_parent().url_path}{page.slug}/" for page in EntryPage.objects.all()
    )


def test_what_is_imported_would_pass_the_editor(world, source):
    source.file(
        "notice.txt",
        "一、总则\n\n第一条 为了公开。\n\n第二条 本办法自发布之日起施行。\n\n名称\t金额\n甲\t1\n",
    )
    source.manifest({"keywords": "价格，公示", "summary": "摘要"})
    source.run()
    page = imported()
    page.full_clean()
    EntryPage._meta.get_field("body").stream_block.clean(page.body)
    assert page.keywords == "价格；公示"


# Through review to the public


def test_imported_drafts_are_approved_published_and_keep_their_numbers(world, source):
    source.manifest({"index_number": "620700036/2021-00008"}, {"title": "另一份通知"})
    source.run()
    people = world.people
    for page in EntryPage.objects.all():
        for reviewer in (people.head, people.secrecy, people.copy, people.leader):
            factories.approve_step(page, reviewer)
    row = PublishedItem.objects.get(title=ROW["title"])
    assert row.index_number == "620700036/2021-00008"
    assert IndexNumber.objects.get(number="620700036/2021-00008").state == "issued"
    assert PublishedItem.objects.get(title="另一份通知").index_number


def test_whoever_imports_cannot_review(world, source):
    source.manifest({})
    source.run(user="head")
    with pytest.raises(Exception, match=".") as refused:
        factories.approve_step(imported(), world.people.head)
    assert type(refused.value).__name__ == "NotYourReview"


def test_steps_that_do_not_apply_are_skipped(world, source):
    ReviewPolicyStep.objects.filter(task=world.tasks[0].task_ptr).update(condition="important")
    source.manifest({"importance": "重要"}, {"title": "一般文件", "importance": "一般"})
    source.run()
    assert imported().current_workflow_task_state.task.specific == world.tasks[0]
    page = imported("一般文件")
    assert page.current_workflow_task_state.task.specific == world.tasks[1]
    assert list(page.current_workflow_state.task_states.order_by("pk").values_list("status", flat=True)) == [
        TaskState.STATUS_SKIPPED,
        TaskState.STATUS_IN_PROGRESS,
    ]


def test_each_reviewer_gets_one_mail_for_the_whole_import(world, source):
    source.manifest(*({"title": f"文件{n}"} for n in range(5)))
    source.run(batch=2)
    assert [message.to for message in mail.outbox] == [[world.people.head.email]]
    assert "5" in mail.outbox[0].body


def test_drafts_can_stay_out_of_review(world, source):
    source.manifest({})
    assert source.run(draft_only=True).refused == ""
    page = imported()
    assert page.current_workflow_state is None
    assert page.determination is not None
    assert mail.outbox == []


def test_withheld_items_say_on_which_ground_and_are_reassessed(world, source):
    source.manifest({"disclosure_attribute": "不予公开", "ground": "privacy", "note": "涉及个人信息"})
    assert source.run().refused == ""
    found = imported().determination
    assert (found.attribute, found.ground) == ("withheld", "privacy")
    assert found.review_by is not None and found.note.startswith("涉及个人信息")


# Again


def test_importing_a_file_again_changes_nothing(world, source):
    source.manifest({"index_number": "620700036/2024-00008"}, {"title": "无索引号的文件"})
    source.run()
    before = titles(), AttributeDetermination.objects.count(), IndexNumber.objects.count()
    said = source.run()
    assert said.refused == ""
    assert (titles(), AttributeDetermination.objects.count(), IndexNumber.objects.count()) == before
    assert ImportBatch.objects.first().unchanged == 2


def test_a_changed_row_becomes_a_new_draft_that_enters_review(world, source):
    source.manifest({"source_key": "a1"})
    source.run(draft_only=True)
    source.file("notice.txt", "改过的正文。\n")
    source.manifest({"source_key": "a1", "title": "改过的题名"})
    source.run()
    page = EntryPage.objects.get()
    draft = page.get_latest_revision_as_object()
    assert draft.title == "改过的题名" and "改过的正文" in str(draft.body)
    assert page.revisions.count() == 2
    assert page.current_workflow_task_state.task.specific == world.tasks[0]
    assert source.run().refused == "" and page.revisions.count() == 2


def test_a_changed_row_under_review_is_left_and_reported(world, source):
    source.manifest({"source_key": "a1"})
    source.run()
    source.manifest({"source_key": "a1", "title": "改过的题名"})
    said = source.run()
    assert said.refused == ""
    assert imported().revisions.count() == 1
    assert ImportBatch.objects.first().kept == 1


def test_work_done_here_is_not_overwritten(world, source):
    source.manifest({"source_key": "a1"})
    source.run(draft_only=True)
    page = imported()
    page.summary = "编辑补充的摘要"
    page.save_revision(user=world.people.officer)
    source.manifest({"source_key": "a1", "keywords": "别的"})
    source.run()
    assert imported().get_latest_revision_as_object().summary == "编辑补充的摘要"


def test_a_public_item_gets_a_draft_that_is_not_public(world, source):
    source.manifest({"source_key": "a1"})
    source.run()
    people = world.people
    for reviewer in (people.head, people.secrecy, people.copy, people.leader):
        factories.approve_step(imported(), reviewer)
    source.manifest({"source_key": "a1", "keywords": "新的关键词", "summary": "新的摘要"})
    source.run()
    page = imported()
    assert page.live and page.summary == ""
    assert page.get_latest_revision_as_object().summary == "新的摘要"
    assert page.current_workflow_state is not None


def test_an_attribute_is_left_while_another_language_is_public(world, source):
    source.manifest({"source_key": "a1"}, {"source_key": "a2", "title": "另一件"})
    source.run(draft_only=True)
    page = EntryPage.objects.get(title=ROW["title"])
    english = Locale.objects.get_or_create(language_code="en")[0]
    copy = page.copy_for_translation(english, copy_parents=True)
    copy.save_revision(user=world.people.officer)
    factories.publish(world, EntryPage.objects.get(pk=copy.pk))
    source.manifest(
        {"source_key": "a1", "disclosure_attribute": "依申请公开"},
        {"source_key": "a2", "title": "另一件", "disclosure_attribute": "依申请公开"},
    )
    assert source.run(draft_only=True).refused == ""
    batch = ImportBatch.objects.first()
    assert (batch.kept, batch.changed) == (1, 1)
    assert AttributeDetermination.current(page.translation_key).attribute == "proactive"


def test_a_deleted_draft_is_imported_again_with_its_number(world, source):
    source.manifest({"index_number": "620700036/2024-00008"})
    source.run(draft_only=True)
    imported().delete()
    source.run(draft_only=True)
    assert imported().index_number == "620700036/2024-00008"
    assert IndexNumber.objects.count() == 1


def test_a_number_that_was_reserved_without_a_document_is_taken_up(world, source):
    held = numbers.reserve_blank(world.agency, note="留给旧文件")
    source.manifest({"index_number": held.number})
    assert source.run().refused == ""
    assert imported().index_number == held.number


def test_an_import_that_broke_off_goes_on_where_it_stopped(world, source, monkeypatch):
    source.manifest(*({"title": f"文件{n}"} for n in range(6)))
    reserve = writer.Writer._record
    calls = []

    def fails_once(self, rows, pages, at):
        calls.append(len(rows))
        if len(calls) == 2:
            raise IntegrityError("disk full")
        return reserve(self, rows, pages, at)

    monkeypatch.setattr(writer.Writer, "_record", fails_once)
    said = source.run(batch=2)
    assert "disk full" in said.refused
    assert len(titles()) == 2
    assert ImportBatch.objects.get().state == ImportBatch.State.FAILED
    assert source.run(batch=2).refused == ""
    assert sorted(titles()) == [f"文件{n}" for n in range(6)]
    assert ImportedItem.objects.count() == 6
    assert not any(Page.find_problems())


# Values


def test_values_are_named_by_code_or_label_and_texts_are_kept_as_written(world, source):
    source.manifest(
        {
            "disclosure_attribute": "proactive",
            "category": "0101",
            "issuing_body": "市发改委（原计委）",
            "responsible_department": "01",
            "validity": "失效",
            "date_generated": "2021-01-07 10:32:59",
            "formed_on": "2010年12月18日",
        }
    )
    assert source.run().refused == ""
    page = imported()
    assert page.issuing_body == "市发改委（原计委）" and page.department_name == "办公室"
    assert page.validity == "invalid" and str(page.formed_on) == "2010-12-18"
    assert page.date_generated.astimezone().strftime("%Y-%m-%d") >= "2021-01-07"


def test_the_name_of_an_unknown_department_stays_as_it_is_in_the_file(world, source):
    source.manifest({"responsible_department": "政府信息公开办公室"})
    assert "责任部门" in source.run().err
    assert source.run(department="01").refused == ""
    page = imported()
    assert page.department == world.office and page.department_name == "政府信息公开办公室"
    assert page.get_latest_revision_as_object().department_name == "政府信息公开办公室"


def test_chinese_headings_are_understood(world, source):
    chinese = ["题名", "正文文件", "发布机构", "责任部门", "成文日期", "索引号", "类目", "公开属性", "关键词"]
    text = ",".join(chinese) + "\n通知,notice.txt,市发展改革委,办公室,2024-03-01,,年度报告,主动公开,价格\n"
    source.path.write_text(text)
    assert source.run().refused == ""
    assert imported("通知").category == world.category


def test_attachments_become_documents_of_the_department(world, source):
    source.file("files/附件一.pdf", b"%PDF-1.4 one")
    source.manifest({"attachments": "files/附件一.pdf", "body_file": ""})
    assert source.run().refused == ""
    attached = imported().attachments.get()
    assert attached.document.title == "附件一"
    assert attached.document.collection == world.office.__class__.objects.get(pk=world.office.pk).collection
    assert (
        digest_of(imported()).files[0]["sha256"]
        == digest_of(imported().get_latest_revision_as_object()).files[0]["sha256"]
    )


def test_a_dry_run_says_the_same_and_writes_nothing(world, source):
    source.manifest({}, {"title": ""}, {"title": "好的"})
    dry = source.run(dry_run=True, user=None)
    real = source.run()
    assert dry.err == real.err and dry.refused == real.refused
    source.manifest({})
    assert source.run(dry_run=True, user=None).refused == ""
    assert titles() == [] and not ImportBatch.objects.exists()
