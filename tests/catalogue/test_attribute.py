"""Determining the disclosure attribute (Arts. 13–18): append-only, before review, and what follows from it."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone

from tests import factories
from wagtail_disclosure.catalogue import attribute
from wagtail_disclosure.catalogue.models import AttributeDetermination, EntryPage, FiledItem, IndexNumber
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.errors import GateRefused, ReviewRequired
from wagtail_disclosure.publishing.models import Approval, Contribution, LedgerEntry, PublishedItem

pytestmark = pytest.mark.django_db
TOMORROW = datetime.timedelta(days=1)
GROUNDS = {
    "proactive": "proactive_statutory",
    "on_request": "request_not_proactive",
    "withheld": "internal",
}


def determine(world, page, chosen, by=None, **more):
    more.setdefault("ground", GROUNDS[chosen])
    if chosen == "withheld":
        more.setdefault("review_by", timezone.localdate() + 30 * TOMORROW)
    return attribute.determine(page, by or world.people.officer, attribute=chosen, **more)


def draft(world, title="关于内部会议的通知", chosen="proactive", **fields):
    page = factories.draft(world, title, attribute=None, **fields)
    if chosen:
        determine(world, page, chosen)
    return page


def fresh(page):
    return type(page).objects.get(pk=page.pk)


def filed(world, chosen, **fields):
    return factories.publish(world, draft(world, chosen=chosen, **fields))


# Who, and how


def test_a_determination_records_person_time_and_ground(world):
    page = draft(world, chosen=None)
    row = determine(world, page, "withheld", note="人事安排")
    assert (row.attribute, row.ground, row.note) == ("withheld", "internal", "人事安排")
    assert (row.decided_by, row.decided_by_name) == (world.people.officer, "陈信")
    assert (row.title, row.department_name) == (page.title, "办公室")
    assert row.decided_at <= timezone.now()
    assert page.determination == row
    assert "第十六条" in row.ground_text


def test_determinations_are_added_and_never_changed(world):
    page = draft(world)
    first = page.determination
    determine(world, page, "on_request")
    assert AttributeDetermination.objects.filter(translation_key=page.translation_key).count() == 2
    first.note = "改"
    with pytest.raises(ValidationError):
        first.save()
    for delete in (first.delete, AttributeDetermination.objects.all().delete):
        with pytest.raises(ProtectedError):
            delete()


def test_the_archive_outlives_the_draft_and_the_account(world):
    page = draft(world)
    page.delete()
    world.people.officer.delete()
    row = AttributeDetermination.objects.get()
    assert (row.title, row.decided_by, row.decided_by_name) == ("关于内部会议的通知", None, "陈信")


@pytest.mark.parametrize(
    ("chosen", "ground"), [("proactive", "internal"), ("withheld", "none"), ("none", "internal"), ("", "")]
)
def test_a_ground_belongs_to_its_attribute(world, chosen, ground):
    page = draft(world, chosen=None)
    with pytest.raises(ValidationError):
        attribute.determine(page, world.people.officer, attribute=chosen, ground=ground)
    assert page.determination is None


@pytest.mark.parametrize("days", [None, 0, -1])
def test_what_is_withheld_has_a_future_date_of_reassessment(world, days):
    page = draft(world, chosen=None)
    review_by = None if days is None else timezone.localdate() + days * TOMORROW
    with pytest.raises(ValidationError) as refused:
        determine(world, page, "withheld", review_by=review_by)
    assert "review_by" in refused.value.message_dict


def test_only_what_is_withheld_has_a_date_of_reassessment(world):
    page = draft(world, chosen=None)
    assert determine(world, page, "on_request", review_by=timezone.localdate() + TOMORROW).review_by is None


def test_the_default_date_is_a_year_on():
    assert attribute.default_review_by(datetime.date(2026, 3, 31)) == datetime.date(2027, 3, 31)
    assert attribute.default_review_by(datetime.date(2024, 2, 29)) == datetime.date(2025, 2, 28)
    assert attribute.default_review_by(datetime.date(2025, 12, 31)) == datetime.date(2026, 12, 31)


def test_the_person_who_determines_does_not_review(world):
    page = draft(world, chosen=None)
    determine(world, page, "proactive", by=world.people.root)
    assert Contribution.objects.filter(user=world.people.root).exists()


def test_officers_of_the_department_and_the_office_may_determine(world):
    page = draft(world)
    assert attribute.may_determine(world.people.officer, page)
    assert attribute.may_determine(world.people.root, page)
    assert not attribute.may_determine(world.people.head, page)
    other = draft(world, department=world.other)
    assert not attribute.may_determine(world.people.officer, other)


# State secrets


@pytest.mark.parametrize("where", ["body", "summary", "history"])
def test_a_state_secret_with_content_is_refused(world, where):
    page = factories.draft(world, attribute=None, body=[], summary="要点" if where == "summary" else "")
    if where != "summary":
        page.body = [("paragraph", "<p>内容</p>")]
        page.save_revision(user=world.people.officer)
    if where == "history":
        page.body = []
        page.save_revision(user=world.people.officer)
    with pytest.raises(ValidationError) as refused:
        determine(world, page, "withheld", ground="state_secret")
    assert refused.value.code == "classified"
    assert page.determination is None


def test_a_state_secret_is_not_named_not_reviewed_and_not_filed(world):
    page = factories.draft(world, attribute=None, body=[])
    row = determine(world, page, "withheld", ground="state_secret")
    assert (row.title, row.department_name) == ("", "")
    with pytest.raises(ValidationError) as refused:
        actions.submit(page, world.people.officer)
    assert refused.value.code == "classified"


# Review


def test_without_a_determination_nothing_enters_review(world):
    with pytest.raises(ValidationError) as refused:
        actions.submit(draft(world, chosen=None), world.people.officer)
    assert refused.value.code == "attribute"


def test_a_new_determination_voids_the_approvals_given_before(world):
    page = draft(world)
    actions.submit(page, world.people.officer)
    factories.approve_step(page, world.people.head)
    determine(world, page, "on_request")
    assert not Approval.objects.filter(voided_at=None).exists()
    assert fresh(page).current_workflow_task_state.task.name == "处室负责人初审"


def test_the_same_determination_again_keeps_the_approvals(world):
    page = draft(world)
    actions.submit(page, world.people.officer)
    factories.approve_step(page, world.people.head)
    determine(world, page, "proactive", note="复核")
    assert Approval.objects.filter(voided_at=None).count() == 1


def test_a_new_determination_concerns_every_language(world):
    page = draft(world)
    twin = draft(world, chosen=None)
    english = type(page.locale).objects.get_or_create(language_code="en")[0]
    EntryPage.objects.filter(pk=twin.pk).update(locale=english, translation_key=page.translation_key)
    twin = fresh(twin)
    twin.save_revision(user=world.people.officer)
    actions.submit(twin, world.people.officer)
    factories.approve_step(twin, world.people.head)
    determine(world, page, "on_request")
    assert not Approval.objects.filter(voided_at=None).exists()


# What is not published


@pytest.mark.parametrize("chosen", ["on_request", "withheld"])
def test_a_reviewed_item_that_is_not_proactive_is_filed_and_never_a_page(world, client, chosen):
    page = filed(world, chosen, document_number="临发改〔2026〕5号", date_signed=datetime.date(2026, 1, 5))
    row = FiledItem.objects.get()
    assert not page.live
    assert client.get(page.get_url()).status_code == 404
    assert not PublishedItem.objects.filter(pk=page.pk).exists()
    assert (row.title, row.document_number, row.attribute) == (page.title, "临发改〔2026〕5号", chosen)
    assert (row.department_name, row.issuing_body, row.language) == ("办公室", "市发展改革委", "zh-hans")
    assert row.approvals.count() == 4
    assert (row.review_by is not None) == (chosen == "withheld")
    entry = LedgerEntry.objects.latest("sequence")
    assert (entry.kind, entry.digest, len(entry.data["approvals"])) == ("filed", row.digest, 4)
    assert not IndexNumber.objects.exists()


def test_the_public_list_has_titles_of_on_request_items_only(world):
    listed = filed(world, "on_request")
    filed(world, "withheld")
    rows = FiledItem.objects.on_request_list(world.site.pk, "zh-hans")
    assert [row.page_id for row in rows] == [listed.pk]


@pytest.mark.parametrize("route", ["save", "action", "scheduled"])
def test_no_route_makes_a_filed_item_public(world, route):
    from wagtail.actions.publish_page_revision import PublishPageRevisionAction

    page = filed(world, "on_request")
    with pytest.raises(GateRefused), transaction.atomic():
        if route == "save":
            page = page.get_latest_revision().as_object()
            page.live = True
            page.save()
        elif route == "action":
            PublishPageRevisionAction(page.get_latest_revision()).execute(skip_permission_checks=True)
        else:
            page.get_latest_revision().as_object().prepare_publication(None)
    assert not fresh(page).live


def test_filing_needs_the_whole_review(world):
    page = draft(world, chosen="on_request")
    actions.submit(page, world.people.officer)
    factories.approve_step(page, world.people.head)
    with pytest.raises(ReviewRequired):
        page.get_latest_revision().publish()
    with pytest.raises(ReviewRequired):
        page.get_latest_revision().as_object().file_instead()
    assert not FiledItem.objects.exists()


def test_a_filed_item_is_not_reviewed_again_unchanged(world):
    page = filed(world, "on_request")
    with pytest.raises(ValidationError) as refused:
        actions.submit(page, world.people.officer)
    assert refused.value.code == "filed"


def test_redetermined_and_reviewed_anew_it_is_published_and_the_entry_closed(world):
    page = filed(world, "on_request")
    determine(world, page, "proactive")
    assert FiledItem.objects.open().count() == 1
    page = factories.publish(world, page)
    assert page.live
    row = FiledItem.objects.get()
    assert row.closed_at is not None and row.close_reason
    assert IndexNumber.objects.get().number == page.index_number


def test_redetermined_as_withheld_it_is_filed_anew(world):
    page = filed(world, "on_request")
    determine(world, page, "withheld")
    factories.publish(world, page)
    assert [(row.attribute, row.closed_at is None) for row in FiledItem.objects.order_by("pk")] == [
        ("on_request", False),
        ("withheld", True),
    ]


def test_reassessment_moves_the_date_in_the_register(world):
    page = filed(world, "withheld")
    later = timezone.localdate() + 400 * TOMORROW
    determine(world, page, "withheld", review_by=later, note="定期评估")
    assert FiledItem.objects.get().review_by == later
    assert not FiledItem.objects.to_reassess().exists()
    assert FiledItem.objects.to_reassess(later).exists()


@pytest.mark.parametrize("chosen", ["on_request", "withheld"])
def test_what_is_public_has_to_be_withdrawn_first(world, chosen):
    page = factories.publish(world, draft(world))
    with pytest.raises(ValidationError) as refused:
        determine(world, page, chosen)
    assert refused.value.code == "public"
    assert page.title in str(refused.value)
    actions.withdraw(page, world.people.root, reason="attribute_changed", explanation="属性有误")
    determine(world, fresh(page), chosen)


def test_the_ground_of_what_is_public_is_that_of_its_approval(world):
    page = factories.publish(world, draft(world))
    with pytest.raises(ValidationError):
        determine(world, page, "proactive", ground="proactive_local")
    determine(world, page, "proactive", note="仍然适用")
    assert fresh(page).live


def test_closing_an_entry_needs_a_reason_and_is_in_the_ledger(world):
    filed(world, "on_request")
    row = FiledItem.objects.get()
    with pytest.raises(ValidationError):
        attribute.close(row, world.people.root, reason=" ")
    attribute.close(row, world.people.root, reason="题名不当")
    row.refresh_from_db()
    assert (row.close_reason, row.closed_by_name) == ("题名不当", "root")
    assert not FiledItem.objects.on_request_list(world.site.pk, "zh-hans").exists()
    assert LedgerEntry.objects.latest("sequence").kind == "unfiled"
    with pytest.raises(ValidationError):
        attribute.close(row, world.people.root, reason="再次")


# The screen


def screen(page):
    return reverse("wagtail_disclosure_catalogue:determine", args=[page.pk])


def test_an_officer_determines_on_the_screen(world, client):
    page = draft(world, chosen=None)
    client.force_login(world.people.officer)
    response = client.get(screen(page))
    text = response.content.decode()
    assert "依法确定为国家秘密" in text and "涉密信息不得录入本系统" in text
    data = {"choice": "withheld:internal", "note": "内部", "review_by": "2099-01-01"}
    response = client.post(screen(page), data)
    assert response.url == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert (page.determination.attribute, page.determination.ground) == ("withheld", "internal")
    assert "内部" in client.get(screen(page)).content.decode()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"choice": "withheld:internal", "review_by": ""},
        {"choice": "withheld:internal", "review_by": "2001-01-01"},
        {"choice": "withheld:state_secret", "review_by": "2099-01-01"},
        {"choice": "proactive:internal"},
        {"choice": "x"},
    ],
)
def test_what_cannot_be_determined_is_told_on_the_screen(world, client, data):
    page = draft(world, chosen=None)
    client.force_login(world.people.officer)
    response = client.post(screen(page), data)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert page.determination is None


def test_the_screen_of_a_public_item_says_that_it_has_to_be_withdrawn(world, client):
    page = factories.publish(world, draft(world))
    client.force_login(world.people.officer)
    response = client.post(screen(page), {"choice": "on_request:request_not_proactive"})
    assert page.title in str(response.context["form"].non_field_errors())


@pytest.mark.parametrize(
    ("who", "status"), [("head", 404), ("secrecy", 404), ("stranger", 404), ("root", 200)]
)
def test_the_screen_is_for_those_who_work_on_the_item(world, client, who, status):
    page = draft(world)
    client.force_login(factories.user("stranger") if who == "stranger" else getattr(world.people, who))
    assert client.get(screen(page)).status_code == status
    assert client.post(screen(page), {"choice": "proactive:proactive_local"}).status_code in (404, 302)


def test_an_editor_who_is_no_officer_reads_the_history_only(world, client):
    page = draft(world)
    client.force_login(factories.user("editor", groups=[world.drafters]))
    assert b'name="choice"' not in client.get(screen(page)).content
    assert client.post(screen(page), {"choice": "proactive:proactive_local"}).status_code == 302
    assert AttributeDetermination.objects.count() == 1


def test_the_editor_leads_to_the_screen(world, client):
    page = draft(world)
    client.force_login(world.people.officer)
    assert screen(page) in client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
