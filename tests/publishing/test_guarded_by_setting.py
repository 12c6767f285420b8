"""P1 for a page type of the site itself, which a setting puts under the gate: its fields, streams, files and shared rows."""

import hashlib
import io

import pytest
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from wagtail.rich_text import RichText

from tests import factories
from tests.sample_files import pdf
from tests.testapp.models import Counter, OpeningHours, ServiceHint, ServicePage, ServiceStep, Topic
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.digest import digest_of
from wagtail_disclosure.publishing.errors import GateRefused, NotYourReview, ReviewRequired
from wagtail_disclosure.publishing.models import Approval, FileUse, ReviewPolicy, ReviewPolicyStep
from wagtail_disclosure.publishing.verification.verify import Verification

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, tmp_path, world):
    """The agency, whose review also covers the ordinary pages below the home page."""
    settings.MEDIA_ROOT = tmp_path
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": files}
    policy = ReviewPolicy.objects.create(page=world.site.root_page, workflow=world.workflow)
    for task in world.tasks[1:]:
        ReviewPolicyStep.objects.create(policy=policy, task=task.task_ptr)
    # Its owner's department head is not asked: the page is no department's.
    world.workflow.workflow_tasks.filter(task=world.tasks[0].task_ptr).delete()
    world.policy.steps.filter(task=world.tasks[0].task_ptr).delete()
    return world


def service(world, title="价格举报办事指南", **fields):
    page = ServicePage(title=title, slug=f"service-{ServicePage.objects.count()}", live=False, **fields)
    world.site.root_page.add_child(instance=page)
    page.save_revision(user=world.people.officer)
    return ServicePage.objects.get(pk=page.pk)


def reviewed(world, page):
    actions.submit(page, world.people.officer)
    for reviewer in (world.people.secrecy, world.people.copy, world.people.leader):
        factories.approve_step(page, reviewer)
    return fresh(page)


def public(world, **fields):
    return reviewed(world, service(world, **fields))


def fresh(page):
    return type(page).objects.get(pk=page.pk)


def served(client, page):
    response = client.get(fresh(page).url)
    return response.content.decode() if response.status_code == 200 else ""


def counter(name="一号窗口", **fields):
    return Counter.objects.create(name=name, address="人民路1号", **fields)


# The page itself


def test_a_page_type_of_the_site_becomes_public_by_review_alone(world, client):
    page = service(world)
    with pytest.raises(GateRefused), transaction.atomic():
        page.get_latest_revision().publish()
    assert served(client, page) == ""
    assert page.title in served(client, reviewed(world, page))


def test_its_second_edition_is_served_after_review(world, client):
    page = public(world)
    page.title = "第二版"
    page.save_revision(user=world.people.officer)
    assert "第二版" not in served(client, page)
    reviewed(world, fresh(page))
    assert "第二版" in served(client, page)


def test_a_field_that_saving_sets_does_not_hinder_the_review(world, client, time_machine):
    time_machine.move_to("2026-03-02T09:00:00+08:00")
    page = service(world)
    before = digest_of(page).value
    time_machine.shift(3600)
    assert digest_of(page).value == before
    assert page.title in served(client, reviewed(world, page))


@pytest.mark.parametrize("kind", ["person", "people"])
def test_what_a_block_of_the_site_calls_id_is_content(world, client, kind):
    def body(number):
        person = {"id": number, "name": "张三"}
        return [(kind, person if kind == "person" else [person])]

    page = public(world, body=body("工号甲"))
    page.body = body("工号乙")
    with pytest.raises(GateRefused), transaction.atomic():
        page.save()
    assert "工号乙" not in served(client, page)


def test_ids_of_blocks_are_no_content(world):
    page = service(world, body=[("people", [{"id": "甲", "name": "张三"}])])
    before = digest_of(page).value
    page.body = [("people", [{"id": "甲", "name": "张三"}])]
    assert digest_of(page).value == before


# Rows that several pages share


def shown_by_key(row):
    return {"counter": row}


def shown_in_a_stream(row):
    return {"body": [("counter", row)]}


SHOWN = pytest.mark.parametrize("show", [shown_by_key, shown_in_a_stream])


@SHOWN
def test_a_shared_row_that_is_shown_does_not_change(world, client, show):
    row = counter()
    page = public(world, **show(row))
    row.name = "未经审查"
    for save in (row.save, lambda: row.save(update_fields=["name"])):
        with pytest.raises(GateRefused, match=page.title), transaction.atomic():
            save()
    assert "一号窗口" in served(client, page)


def test_a_field_that_is_called_like_bookkeeping_is_content(world):
    row = counter()
    public(world, counter=row)
    row.owner = "未经审查"
    with pytest.raises(GateRefused), transaction.atomic():
        row.save()


def test_a_backslash_before_a_line_break_is_content(world):
    """A line break as browsers send it equals one; a text that only looks like it does not."""
    page = service(world)
    page.body = [("paragraph", RichText("\\r\n"))]
    one = digest_of(page).value
    page.body = [("paragraph", RichText("\\n"))]
    assert digest_of(page).value != one
    page.body = [("paragraph", RichText("一\r\n二"))]
    one = digest_of(page).value
    page.body = [("paragraph", RichText("一\n二"))]
    assert digest_of(page).value == one


def test_who_wrote_what_a_draft_shows_does_not_review_it(world, client):
    row = counter()
    page = service(world, counter=row)
    reviewer = world.people.secrecy
    reviewer.user_permissions.add(Permission.objects.get(codename="change_counter"))
    client.force_login(reviewer)
    hours = {
        f"hours-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    }
    address = reverse("wagtailsnippets_testapp_counter:edit", args=[row.pk])
    client.post(address, {"name": "审查人改的窗口", "address": "", "leaflet": "", **hours})
    assert fresh(row).name == "审查人改的窗口"
    actions.submit(page, world.people.officer)
    with pytest.raises(NotYourReview):
        factories.approve_step(page, reviewer)


@SHOWN
def test_a_shared_row_that_is_shown_is_not_deleted(world, client, show):
    row = counter()
    page = public(world, **show(row))
    for delete in (row.delete, Counter.objects.filter(pk=row.pk).delete):
        with pytest.raises(GateRefused), transaction.atomic():
            delete()
    assert "一号窗口" in served(client, page)


def test_child_rows_of_a_shared_row_do_not_change(world, client):
    row = counter()
    hours = OpeningHours.objects.create(counter=row, text="九点至十七点")
    page = public(world, counter=row)
    hours.text = "未经审查"
    with pytest.raises(GateRefused), transaction.atomic():
        hours.save()
    with pytest.raises(GateRefused), transaction.atomic():
        OpeningHours.objects.create(counter=row, text="未经审查")
    with pytest.raises(GateRefused), transaction.atomic():
        hours.delete()
    assert "九点至十七点" in served(client, page)
    assert "未经审查" not in served(client, page)


def test_a_document_of_a_shared_row_does_not_change(world, client):
    leaflet = document()
    page = public(world, counter=counter(leaflet=leaflet))
    leaflet.title = "未经审查"
    with pytest.raises(GateRefused), transaction.atomic():
        leaflet.save()
    assert leaflet.pk and "附件" in served(client, page)


def test_a_tag_or_topic_that_is_shown_does_not_change(world, client):
    topic = Topic.objects.create(name="价格")
    page = service(world)
    page.topics = [topic]
    page.save_revision(user=world.people.officer)
    page = reviewed(world, fresh(page))
    topic.name = "未经审查"
    with pytest.raises(GateRefused), transaction.atomic():
        topic.save()
    assert "价格" in served(client, page)


def test_the_form_of_a_shared_row_says_what_shows_it_and_keeps_what_was_typed(world, client):
    row = counter()
    page = public(world, counter=row)
    client.force_login(world.people.root)
    form = {"name": "未经审查", "address": row.address, "hours-TOTAL_FORMS": 0, "hours-INITIAL_FORMS": 0}
    response = client.post(reverse(Counter.snippet_viewset.get_url_name("edit"), args=[row.pk]), form)
    assert response.status_code == 200
    text = response.content.decode()
    assert page.title in text
    assert 'value="未经审查"' in text
    client.logout()
    assert "一号窗口" in served(client, page)


def test_deleting_a_shown_row_in_the_admin_is_refused_with_a_message(world, client):
    row = counter()
    page = public(world, counter=row)
    client.force_login(world.people.root)
    url = reverse(Counter.snippet_viewset.get_url_name("delete"), args=[row.pk])
    response = client.post(url, follow=True)
    assert response.status_code == 200
    assert page.title in response.content.decode()
    client.logout()
    assert "一号窗口" in served(client, page)


def test_bulk_deletion_of_a_shown_row_is_refused(world, client):
    row = counter()
    page = public(world, counter=row)
    client.force_login(world.people.root)
    url = reverse("wagtail_bulk_action", args=["testapp", "counter", "delete"]) + f"?id={row.pk}"
    assert client.post(url).status_code < 500
    client.logout()
    assert "一号窗口" in served(client, page)


def test_a_shared_row_changes_as_ever_where_nothing_public_shows_it(world, client):
    row = counter()
    service(world, counter=row)
    client.force_login(world.people.root)
    form = {"name": "二号窗口", "address": row.address, "hours-TOTAL_FORMS": 0, "hours-INITIAL_FORMS": 0}
    client.post(reverse(Counter.snippet_viewset.get_url_name("edit"), args=[row.pk]), form)
    assert fresh(row).name == "二号窗口"
    row.delete()
    assert not Counter.objects.exists()


def test_saving_a_shown_row_without_a_change_is_free(world):
    row = counter()
    public(world, counter=row)
    fresh(row).save()


def test_a_shared_row_is_free_again_when_what_showed_it_has_left(world):
    row = counter()
    page = public(world, counter=row)
    actions.withdraw(page, world.people.root, reason="content_error", explanation="内容有误")
    row.name = "二号窗口"
    row.save()
    assert fresh(row).name == "二号窗口"


def test_a_changed_row_voids_the_approvals_of_the_draft_that_shows_it(world, client):
    row = counter()
    page = service(world, counter=row)
    actions.submit(page, world.people.officer)
    factories.approve_step(page, world.people.secrecy)
    row.name = "二号窗口"
    row.save()
    assert not Approval.objects.filter(voided_at=None).exists()
    for reviewer in (world.people.secrecy, world.people.copy, world.people.leader):
        factories.approve_step(page, reviewer)
    assert "二号窗口" in served(client, page)


def test_the_way_to_change_a_row_is_a_new_one_in_a_new_edition(world, client):
    page = public(world, counter=counter())
    page.counter = counter("二号窗口")
    page.save_revision(user=world.people.officer)
    reviewed(world, fresh(page))
    assert "二号窗口" in served(client, page)


def test_the_cost_of_a_digest_does_not_grow_with_the_rows_that_are_shown(
    world, django_assert_max_num_queries
):
    def page_with(number):
        rows = []
        for each in range(number):
            row = counter(f"{each}号")
            OpeningHours.objects.create(counter=row, text="九点")
            rows.append(row)
        return service(world, body=[("counter", row) for row in rows])

    few, many = page_with(2), page_with(20)
    digest_of(few)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as context:
        digest_of(fresh(few))
    with django_assert_max_num_queries(len(context)):
        digest_of(fresh(many))


# Files and choices of the page itself


def test_the_bytes_of_its_own_file_are_approved(world, client):
    page = public(world, form=ContentFile(pdf("approved"), "form.pdf"))
    name = page.form.name
    assert name in served(client, page)
    seal_digest = digest_of(page).value
    page.form = ContentFile(pdf("unreviewed"), "form.pdf")
    with pytest.raises(GateRefused), transaction.atomic():
        page.save()
    assert fresh(page).form.name == name
    assert default_storage.open(name).read() == pdf("approved")
    default_storage.delete(name)
    default_storage.save(name, io.BytesIO(pdf("unreviewed")))
    assert digest_of(fresh(page)).value != seal_digest


def test_a_new_file_of_its_own_is_served_after_review(world, client):
    page = public(world, form=ContentFile(pdf("one"), "form.pdf"))
    before = page.form.name
    page.form = ContentFile(pdf("two"), "form.pdf")
    page.save_revision(user=world.people.officer)
    assert before in served(client, page)
    page = reviewed(world, fresh(page))
    assert default_storage.open(page.form.name).read() == pdf("two")


def test_the_file_of_a_child_row_is_approved(world):
    page = service(world)
    page.steps.add(ServiceStep(text="取号", sample=ContentFile(b"sample", "sample.txt")))
    page.save()
    before = digest_of(fresh(page)).value
    name = fresh(page).steps.get().sample.name
    default_storage.delete(name)
    default_storage.save(name, io.BytesIO(b"other"))
    assert digest_of(fresh(page)).value != before


def checked(client, world, content):
    """What the page on which anybody checks a file says of these bytes."""
    sha256 = hashlib.sha256(content).hexdigest()
    answer = client.get(f"{world.catalogue.url}check-file/?format=json&sha256={sha256}").json()
    return answer["files"][0]["state"], [each.get("title") for each in answer["files"][0]["items"]]


def test_files_in_fields_of_a_page_and_of_its_child_rows_are_known_to_the_check_of_files(client, world):
    draft = service(world, form=ContentFile(pdf("one"), "form.pdf"))
    draft.steps.add(ServiceStep(text="取号", sample=ContentFile(b"sample", "sample.txt")))
    draft.save_revision(user=world.people.officer)
    draft.save()
    assert checked(client, world, pdf("one")) == ("unknown", [])
    page = reviewed(world, fresh(draft))
    for content in (pdf("one"), b"sample"):
        assert checked(client, world, content) == ("current", [page.title])
    assert verified() == []
    page.form = ContentFile(pdf("two"), "form.pdf")
    page.save_revision(user=world.people.officer)
    page = reviewed(world, fresh(page))
    assert checked(client, world, pdf("one")) == ("earlier", [page.title])
    assert checked(client, world, pdf("two")) == ("current", [page.title])
    actions.withdraw(page, world.people.leader, reason="content_error", explanation="有误。")
    assert checked(client, world, pdf("two")) == ("withdrawn", [page.title])
    assert verified() == []


def verified():
    return [str(finding) for finding in Verification().findings()]


def add(page, topic):
    page.see_also.add(topic)


def set_all(page, topic):
    page.see_also.set([topic])


def clear(page, topic):
    page.see_also.clear()


def add_from_the_other_end(page, topic):
    topic.also_services.add(page)


def clear_from_the_other_end(page, topic):
    page.see_also.get().also_services.clear()


@pytest.mark.parametrize("route", [add, set_all, clear, add_from_the_other_end, clear_from_the_other_end])
def test_many_to_many_rows_of_a_public_page_do_not_change(world, client, route):
    page = service(world)
    page.see_also.add(Topic.objects.create(name="价格"))
    page = reviewed(world, page)
    with pytest.raises(GateRefused), transaction.atomic():
        route(page, Topic.objects.create(name="未经审查"))
    assert "价格" in served(client, page)
    assert "未经审查" not in served(client, page)


def test_topics_chosen_in_a_draft_are_served_after_review(world, client):
    page = public(world)
    page.topics = [Topic.objects.create(name="收费")]
    page.save_revision(user=world.people.officer)
    assert "收费" not in served(client, page)
    reviewed(world, fresh(page))
    assert "收费" in served(client, page)


# Documents by their address


def linked(world, address):
    text = RichText(f'<p><a href="{address}">附件</a></p>')
    return service(world, body=[("paragraph", text)])


def document(content=b"one"):
    from wagtail.documents import get_document_model

    return get_document_model().objects.create(title="附件", file=ContentFile(content, "a.txt"))


@pytest.mark.parametrize("host", ["", "http://localhost", "https://localhost:80", "//localhost"])
def test_a_document_whose_address_was_typed_stays(world, client, host):
    file = document()
    address = file.url
    page = reviewed(world, linked(world, host + address))
    assert FileUse.objects.filter(object_id=str(file.pk)).exists()
    file.file = ContentFile(b"unreviewed", "b.txt")
    with pytest.raises(GateRefused), transaction.atomic():
        file.save()
    with pytest.raises(GateRefused), transaction.atomic():
        fresh(file).delete()
    assert b"".join(client.get(address)) == b"one"
    assert "附件" in served(client, page)


def test_a_document_of_another_site_is_only_a_link(world):
    file = document()
    assert digest_of(linked(world, f"https://elsewhere.example{file.url}")).files == ()


def test_a_second_row_with_the_same_file_does_not_take_the_bytes_away(world, client):
    from wagtail.documents import get_document_model

    file = document()
    address = file.url
    page = reviewed(world, linked(world, address))
    twin = get_document_model().objects.create(title="另一行", file=file.file.name)
    with pytest.raises(GateRefused), transaction.atomic():
        twin.delete()
    twin.file = ContentFile(b"unreviewed", "b.txt")
    with pytest.raises(GateRefused), transaction.atomic():
        twin.save()
    assert b"".join(client.get(address)) == b"one"
    assert served(client, page)


def hinted(world):
    """A public service guide with a hint, a child row of a child row."""
    draft = service(world)
    draft.steps.add(ServiceStep(text="取号", hints=[ServiceHint(text="请带身份证")]))
    draft.save_revision(user=world.people.officer)
    return reviewed(world, fresh(draft))


def rewrite(step, hint):
    hint.text = "未经审查"
    hint.save()


@pytest.mark.parametrize(
    "change",
    [
        rewrite,
        lambda step, hint: hint.delete(),
        lambda step, hint: step.hints.model.objects.create(step=step, text="未经审查"),
        lambda step, hint: ServiceHint.objects.filter(pk=hint.pk).delete(),
    ],
    ids=["save", "delete", "create", "delete_by_queryset"],
)
def test_a_row_below_a_child_row_changes_with_the_page_only(world, client, change):
    page = hinted(world)
    step = page.steps.get()
    with pytest.raises(ReviewRequired), transaction.atomic():
        change(ServiceStep.objects.get(pk=step.pk), ServiceHint.objects.get(step=step))
    assert "请带身份证" in served(client, page) and "未经审查" not in served(client, page)


def test_a_row_below_a_child_row_is_approved_with_a_second_edition(world, client):
    page = hinted(world)
    step = page.steps.get()
    step.hints = [ServiceHint(text="请带户口簿")]
    page.steps = [step]
    page.save_revision(user=world.people.officer)
    assert "户口簿" not in served(client, page)
    page = reviewed(world, fresh(page))
    assert "户口簿" in served(client, page) and "身份证" not in served(client, page)
    assert verified() == []
