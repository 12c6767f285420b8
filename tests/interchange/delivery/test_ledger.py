"""What is due at reading points, delivery notes and receipts, recalls: by the ways in which the office does it."""

import datetime
import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.html import strip_tags

from tests import factories
from tests.interchange.delivery.places import intake_point, reading_point, receipt_file
from wagtail_disclosure.interchange.delivery import actions, due, notes
from wagtail_disclosure.interchange.models import Delivery, DeliveryBatch, DeliveryEvent
from wagtail_disclosure.publishing import actions as publishing

pytestmark = pytest.mark.django_db
State, Kind = Delivery.State, Delivery.Kind


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def office(world):
    return world.people.root


@pytest.fixture
def point(world):
    return reading_point(world)


def published(world, commit, title="关于价格公示的通知", **fields):
    with commit():
        return factories.published(world, title, **fields)


def withdraw(world, commit, page, **options):
    with commit():
        publishing.withdraw(
            page, world.people.root, reason="content_error", explanation="数字有误", **options
        )


def batch_of(point, office):
    return actions.make_batch(point, [each.pk for each in point.deliveries.due()], office)


def delivered(batch, office, **options):
    return actions.mark_delivered(batch, office, on=timezone.localdate(), delivered_by="陈信", **options)


def received(batch, office, **options):
    options = {"on": timezone.localdate(), "received_by": "档案馆 王芳", **options}
    return actions.record_receipt(batch, office, **options)


def refused(code=None):
    return pytest.raises(ValidationError, match="." if code is None else None)


# What becomes due


def test_a_published_item_is_due_once_at_every_point_that_takes_it(world, commit, point):
    other = reading_point(world, "市图书馆", kind="library", term=3, copies=2)
    page = published(world, commit, document_number="临发改〔2026〕1号")
    rows = Delivery.objects.filter(page_id=page.pk)
    assert {each.point for each in rows} == {point, other}
    row = rows.get(point=other)
    assert (row.title, row.index_number, row.document_number) == (
        page.title,
        page.index_number,
        "临发改〔2026〕1号",
    )
    assert row.state == State.DUE and row.copies == 2 and row.department == world.office
    assert row.due_on > row.published_on and row.due_on < rows.get(point=point).due_on
    assert due.settle(page.pk) == 0 and due.catch_up() == (0, 0)
    assert rows.count() == 2


def test_the_run_catches_up_what_was_missed(world, point):
    page = factories.published(world)
    assert not Delivery.objects.exists()
    assert due.catch_up() == (1, 0)
    assert Delivery.objects.get().page_id == page.pk


@pytest.mark.parametrize(
    "without",
    ["department", "category", "day", "active", "closed", "not_yet_open"],
)
def test_a_point_takes_only_what_it_is_there_for(world, commit, without):
    today, day = timezone.localdate(), datetime.timedelta(days=1)
    point = reading_point(world)
    if without == "department":
        point.departments.add(world.other)
    elif without == "category":
        from wagtail_disclosure.catalogue.models import Category

        point.categories.add(Category.objects.create(scheme=world.scheme, code="02", name="其他"))
    else:
        changed = {
            "day": {"delivers_from": today + day},
            "active": {"active": False},
            "closed": {"closed_on": today - day},
            "not_yet_open": {"opened_on": today + day},
        }[without]
        type(point).objects.filter(pk=point.pk).update(**changed)
    published(world, commit)
    assert not Delivery.objects.exists()


def test_a_category_takes_what_stands_below_it(world, commit, point):
    point.categories.add(world.parent_category)
    point.departments.add(world.office)
    published(world, commit)
    assert Delivery.objects.count() == 1


def test_items_on_request_are_not_delivered(world, commit, point):
    published(world, commit, title="某工程概算", attribute="on_request") if False else None
    page = factories.draft(world, attribute=None)
    factories.determine(page, world.people.officer, "on_request", "art_13")
    assert due.catch_up() == (0, 0)


# Delivery notes


def test_from_due_to_received(world, commit, point, office):
    page = published(world, commit)
    batch = batch_of(point, office)
    year = timezone.localdate().year
    assert (
        batch.number == f"{year}-001"
        and page.title in batch.html
        and page.index_number in strip_tags(batch.html)
    )
    assert batch.lines[0]["title"] == page.title
    row = Delivery.objects.get()
    assert row.state == State.BATCHED and row.batch == batch
    delivered(batch, office)
    received(batch, office, upload=receipt_file())
    row.refresh_from_db()
    batch.refresh_from_db()
    assert (row.state, batch.state) == (State.RECEIVED, DeliveryBatch.State.RECEIVED)
    assert row.received_on == batch.received_on and batch.receipt_name == "receipt.png"
    assert [each.action for each in batch.events.filter(delivery=None)] == ["make", "deliver", "receive"]


def test_numbers_have_no_gaps_within_year_and_point(world, commit, point, office):
    other = reading_point(world, "市图书馆", kind="library")
    for number in range(3):
        published(world, commit, f"通知{number}")
    first, second, third = Delivery.objects.filter(point=point)
    assert actions.make_batch(point, [first.pk], office).serial == 1
    with pytest.raises(ValidationError):
        actions.make_batch(point, [first.pk, second.pk], office)
    assert actions.make_batch(point, [second.pk], office).serial == 2
    next_year = timezone.now() + datetime.timedelta(days=366)
    assert actions.make_batch(point, [third.pk], office, at=next_year).serial == 1
    assert batch_of(other, office).serial == 1


def test_a_note_has_the_number_and_the_days_of_the_agencys_clock(world, point, office, time_machine):
    """Half a minute into the new year, an officer whose account has the time zone of New York is still in the old one."""
    time_machine.move_to("2026-12-31T23:59:30+08:00")
    for title in ("甲", "乙"):
        factories.published(world, title)
    due.catch_up()
    first, second = Delivery.objects.order_by("pk")
    old = actions.make_batch(point, [first.pk], office)
    time_machine.move_to("2027-01-01T00:00:30+08:00")
    with timezone.override("America/New_York"):
        new = actions.make_batch(point, [second.pk], office)
        with pytest.raises(ValidationError):
            actions.mark_delivered(new, office, on=datetime.date(2026, 12, 31), delivered_by="赵送")
        actions.mark_delivered(new, office, on=datetime.date(2027, 1, 1), delivered_by="赵送")
    assert (old.number, new.number) == ("2026-001", "2027-001")


def test_who_comes_second_is_told_on_which_note_it_stands(world, commit, point, office):
    page = published(world, commit)
    keys = [Delivery.objects.get().pk]
    batch = actions.make_batch(point, keys, office)
    with pytest.raises(ValidationError) as caught:
        actions.make_batch(point, keys, world.people.leader)
    [message] = caught.value.messages
    assert batch.number in message and page.title in message
    assert DeliveryBatch.objects.count() == 1


@pytest.mark.parametrize("keys", [[], [0], [10**12]])
def test_a_note_of_nothing_is_refused(point, office, keys):
    with pytest.raises(ValidationError):
        actions.make_batch(point, keys, office)
    assert not DeliveryBatch.objects.exists()


def test_an_item_of_another_point_is_refused(world, commit, point, office):
    other = reading_point(world, "市图书馆", kind="library")
    published(world, commit)
    with pytest.raises(ValidationError):
        actions.make_batch(other, [Delivery.objects.get(point=point).pk], office)


def test_a_reprint_is_the_same_whatever_happened_since(world, commit, point, office):
    page = published(world, commit)
    batch = batch_of(point, office)
    before, sheet = batch.html, list(notes.sheet_rows(batch))
    delivered(batch, office)
    withdraw(world, commit, page)
    type(point).objects.filter(pk=point.pk).update(name="新名称", address="新地址")
    batch = DeliveryBatch.objects.get(pk=batch.pk)
    assert batch.html == before and list(notes.sheet_rows(batch)) == sheet
    assert notes.as_xlsx(batch)[:2] == b"PK"


def test_hostile_text_of_a_point_stays_text_on_the_note(world, commit, office):
    point = reading_point(world, '<script>alert("x")</script>', contact_name="=1+1")
    published(world, commit, title="<b>粗</b>通知")
    batch = batch_of(point, office)
    assert "<script>" not in batch.html and "<b>粗" not in batch.html


def test_numbers_of_a_note_are_broken_between_their_parts_only(world, commit, point, office):
    page = published(world, commit, document_number="临发改价格规〔2026〕18号")
    published(
        world, commit, "没有文号规则的通知", document_number="发文字号没有年份而且很长很长很长的一份文件"
    )
    batch = batch_of(point, office)
    code, serial = page.index_number.split("/")
    part = '<span class="disclosure-letter__part">{}</span>'.format
    assert f"{part(f'{code}/')}<wbr>{part(serial)}" in batch.html
    assert f"{part('临发改价格规')}<wbr>{part('〔2026〕18号')}" in batch.html
    # What has no such parts may be broken anywhere, or it would not stay on the paper.
    assert ">发文字号没有年份而且很长很长很长的一份文件<" in batch.html


def test_a_long_note_begins_on_its_first_page(world, commit, point, office):
    pypdf = pytest.importorskip("pypdf")
    published(world, commit, "第一份通知")
    batch = batch_of(point, office)
    batch.lines = batch.lines * 80
    batch.html = notes.render(batch)
    try:
        pages = pypdf.PdfReader(io.BytesIO(notes.as_pdf(batch))).pages
    except notes.NoPdf:
        pytest.skip("the extra is not installed")
    assert len(pages) > 2
    heading, title = "序号" if "序号" in batch.html else "No.", "第一份通知"
    texts = ["".join(page.extract_text().split()) for page in pages]
    assert title in texts[0] and all(heading in text for text in texts[:-1])


def test_a_void_note_keeps_its_number_and_its_lines_are_due_again(world, commit, point, office):
    published(world, commit)
    batch = batch_of(point, office)
    with pytest.raises(ValidationError):
        actions.void(batch, office, reason="  ")
    actions.void(batch, office, reason="印错了")
    row = Delivery.objects.get()
    assert row.state == State.DUE and row.batch is None
    assert batch_of(point, office).serial == 2
    with pytest.raises(ValidationError):
        delivered(batch, office)


def test_days_follow_each_other(world, commit, point, office):
    published(world, commit)
    batch, today = batch_of(point, office), timezone.localdate()
    day = datetime.timedelta(days=1)
    for on in (None, today - day, today + day):
        with pytest.raises(ValidationError) as caught:
            actions.mark_delivered(batch, office, on=on, delivered_by="陈信")
        assert "delivered_on" in caught.value.message_dict
    with pytest.raises(ValidationError):
        received(batch, office)
    delivered(batch, office)
    with pytest.raises(ValidationError):
        delivered(batch, office)
    with pytest.raises(ValidationError):
        received(batch, office, on=today - day)
    with pytest.raises(ValidationError):
        received(batch, office, received_by=" ")


def test_what_came_back_is_not_due_again_by_itself(world, commit, point, office):
    published(world, commit)
    batch = batch_of(point, office)
    delivered(batch, office)
    row = Delivery.objects.get()
    with pytest.raises(ValidationError):
        received(batch, office, returned={row.pk: ""})
    with pytest.raises(ValidationError):
        received(batch, office, returned={row.pk + 1: "不收"})
    received(batch, office, returned={row.pk: "份数不符"})
    row.refresh_from_db()
    assert row.state == State.RETURNED and row.reason == "份数不符" and row.received_on is None
    assert due.catch_up() == (0, 0)
    again = actions.deliver_again(row, office, reason="补足份数")
    assert again.state == State.DUE and due.catch_up() == (0, 0)
    with pytest.raises(ValidationError):
        actions.deliver_again(row, office, reason="又一次")


def test_what_is_not_needed_stays_away(world, commit, point, office):
    published(world, commit)
    row = Delivery.objects.get()
    actions.cancel(row, office, reason="查阅点已有")
    assert due.catch_up() == (0, 0)
    with pytest.raises(ValidationError):
        actions.cancel(row, office, reason="再次")
    with pytest.raises(ValidationError):
        actions.make_batch(point, [row.pk], office)


def test_a_correction_keeps_the_former_value_and_its_reason(world, commit, point, office):
    published(world, commit)
    batch = batch_of(point, office)
    with pytest.raises(ValidationError):
        actions.correct(batch, office, reason="误", delivered_by="李四")
    delivered(batch, office)
    received(batch, office)
    with pytest.raises(ValidationError):
        actions.correct(batch, office, reason="误", received_by="档案馆 王芳")
    with pytest.raises(ValidationError):
        actions.correct(batch, office, reason="误", received_by="")
    actions.correct(batch, office, reason="签收人写错", received_by="档案馆 李敏", upload=receipt_file())
    event = batch.events.last()
    assert event.data["received_by"] == ["档案馆 王芳", "档案馆 李敏"] and event.reason == "签收人写错"
    assert event.data["receipt_name"] == ["", "receipt.png"]


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("a.exe", b"MZ\x90\x00" + b"\0" * 200),
        SimpleUploadedFile("a.pdf", b"<html><script>1</script></html>"),
        SimpleUploadedFile("a.png", b""),
    ],
    ids=["program", "other", "empty"],
)
def test_a_receipt_that_is_no_scan_is_refused_and_nothing_is_recorded(world, commit, point, office, upload):
    published(world, commit)
    batch = batch_of(point, office)
    delivered(batch, office)
    with pytest.raises(ValidationError):
        received(batch, office, upload=upload)
    batch.refresh_from_db()
    assert batch.state == DeliveryBatch.State.DELIVERED and not batch.receipt


# Items that leave


def test_an_item_that_leaves_before_its_delivery_is_not_needed(world, commit, point):
    page = published(world, commit)
    withdraw(world, commit, page)
    row = Delivery.objects.get()
    assert row.state == State.CANCELLED and row.ended_at is not None
    assert due.catch_up() == (0, 0)


def test_an_item_that_leaves_after_its_delivery_is_taken_back_at_each_point(world, commit, point, office):
    reading_point(world, "市图书馆", kind="library")
    page = published(world, commit)
    batch = batch_of(point, office)
    delivered(batch, office)
    withdraw(world, commit, page)
    recall = Delivery.objects.exclude(kind=Kind.DELIVER).get()
    assert recall.kind == Kind.TAKE_BACK and recall.point == point and recall.state == State.DUE
    assert recall.recalls.title == page.title == recall.title
    assert due.catch_up() == (0, 0) and due.settle(page.pk) == 0
    assert Delivery.objects.exclude(kind=Kind.DELIVER).count() == 1
    note = batch_of(point, office)
    assert note.lines[0]["kind"] == Kind.TAKE_BACK and page.title in note.html


def test_an_item_with_a_successor_is_replaced(world, commit, point, office):
    page = published(world, commit)
    successor = published(world, commit, "新的通知")
    delivered(batch_of(point, office), office)
    withdraw(world, commit, page, successor=successor)
    recall = Delivery.objects.exclude(kind=Kind.DELIVER).get()
    assert recall.kind == Kind.REPLACE and "新的通知" in recall.note


@pytest.mark.parametrize("was_taken_out", [True, False])
def test_an_item_that_leaves_between_print_and_delivery(world, commit, point, office, was_taken_out):
    page = published(world, commit)
    published(world, commit, "另一通知")
    batch = batch_of(point, office)
    withdraw(world, commit, page)
    row = Delivery.objects.get(page_id=page.pk)
    assert row.state == State.BATCHED and row.has_left
    delivered(batch, office, taken_out=[row.pk] if was_taken_out else [])
    row.refresh_from_db()
    assert row.state == (State.CANCELLED if was_taken_out else State.DELIVERED)
    assert Delivery.objects.filter(recalls=row).exists() is not was_taken_out
    received(batch, office)


def test_an_item_that_is_published_again_is_delivered_again(world, commit, point, office):
    page = published(world, commit)
    delivered(batch_of(point, office), office)
    withdraw(world, commit, page)
    page = type(page).objects.get(pk=page.pk)
    page.summary = "改正后重新公开"
    page.save_revision(user=world.people.officer)
    with commit():
        factories.publish(world, page)
    rows = Delivery.objects.filter(page_id=page.pk, kind=Kind.DELIVER)
    assert rows.count() == 2 and rows.filter(state=State.DUE, ended_at=None).count() == 1


def test_what_reads_otherwise_now_is_replaced_when_somebody_says_so(world, commit, point, office):
    published(world, commit)
    delivered(batch_of(point, office), office)
    row = Delivery.objects.get()
    new = actions.deliver_again(row, office, reason="附件已更新")
    recall = row.recall
    assert (recall.kind, recall.note, new.state) == (Kind.REPLACE, "附件已更新", State.DUE)
    assert batch_of(point, office).deliveries.count() == 2


def test_an_item_that_is_only_withheld_is_neither_recalled_nor_put_on_a_note(world, commit, point, office):
    from wagtail_disclosure.publishing.verification import withholding

    page = published(world, commit)
    with commit():
        withholding.withhold(page)
    row = Delivery.objects.get()
    assert row.state == State.DUE and row.ended_at is None
    with pytest.raises(ValidationError) as caught:
        actions.make_batch(point, [row.pk], office)
    assert caught.value.code == "not_public"


# What is kept


def test_the_ledger_is_kept(world, commit, point, office):
    published(world, commit)
    batch = batch_of(point, office)
    event = batch.events.first()
    for each in (batch, Delivery.objects.get(), event):
        with pytest.raises(ProtectedError):
            each.delete()
    with pytest.raises(ProtectedError):
        point.delete()
    event.reason = "改"
    with pytest.raises(ProtectedError):
        event.save()
    with pytest.raises(ProtectedError):
        DeliveryEvent.objects.update(reason="改")


def test_a_receipt_is_not_swept_away(world, commit, point, office):
    from wagtail_disclosure.casework import cleaning

    published(world, commit)
    batch = batch_of(point, office)
    delivered(batch, office)
    received(batch, office, upload=receipt_file())
    cleaning.clean(timezone.now() + datetime.timedelta(days=400))
    assert DeliveryBatch.objects.get().receipt.open("rb").read()


def test_a_point_cannot_close_before_it_opens_nor_be_shown_without_an_address(world):
    point = reading_point(world)
    point.opened_on, point.closed_on, point.address = (
        datetime.date(2026, 2, 1),
        datetime.date(2026, 1, 1),
        " ",
    )
    with pytest.raises(ValidationError) as caught:
        point.full_clean()
    assert {"closed_on", "address"} <= set(caught.value.message_dict)
    intake = intake_point(world, accepts=["by_pigeon"])
    with pytest.raises(ValidationError) as caught:
        intake.full_clean()
    assert "accepts" in caught.value.message_dict
