"""The end of a department: who may succeed it, what becomes of its drafts and reviews, and that nothing new begins."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import GroupPagePermission

from tests import factories
from wagtail_disclosure.catalogue.models import EntryPage
from wagtail_disclosure.departments import roles
from wagtail_disclosure.departments.models import Department, DepartmentMember
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.review.views import review_url

pytestmark = pytest.mark.django_db
DAY = datetime.date(2024, 3, 1)


@pytest.fixture
def world(world):
    """Two departments with an officer each, who reach their own places only."""
    GroupPagePermission.objects.filter(group=world.drafters).delete()
    world.heir_officer = factories.user("heir-officer", name="林接")
    DepartmentMember.objects.create(department=world.other, user=world.heir_officer, role="officer")
    for department in (world.office, world.other):
        roles.sync(department)
    return world


def end(department, *successors, status="merged"):
    department.status, department.status_date = status, DAY
    department.save()
    department.successors.set(successors)
    for each in (department, *successors):
        roles.sync(each)
    roles.settle_places(department)


def edit_url(department):
    return reverse(Department.snippet_viewset.get_url_name("edit"), args=[department.pk])


def save(client, department, *successors, status="merged", superuser):
    client.force_login(superuser)
    data = {
        "agency": department.agency_id,
        "code": department.code,
        "name": department.name,
        "sort_order": 0,
        "status": status,
        "status_date": "2024-03-01",
        "successors": [each.pk for each in successors],
    }
    members = list(department.members.all())
    data.update({"members-TOTAL_FORMS": len(members), "members-INITIAL_FORMS": len(members)})
    data.update({"members-MIN_NUM_FORMS": 0, "members-MAX_NUM_FORMS": 99})
    for number, member in enumerate(members):
        row = {"id": member.pk, "user": member.user_id, "role": member.role}
        data.update({f"members-{number}-{key}": value for key, value in row.items()})
    return client.post(edit_url(department), data)


def told(client):
    response = client.get(reverse("wagtailadmin_home"))
    return " ".join(str(each) for each in response.context["messages"])


# Successors


def test_an_ended_department_cannot_be_chosen_as_successor(client, world):
    third = Department.objects.create(agency=world.agency, code="03", name="综合科")
    end(world.other, third)
    client.force_login(world.people.root)
    assert "价格管理科" not in client.get(edit_url(world.office)).context["form"]["successors"].as_widget()
    response = save(client, world.office, world.other, superuser=world.people.root)
    [error] = response.context["form"].errors["successors"]
    assert "价格管理科" in error and "综合科" in error
    with pytest.raises(ValidationError):
        Department(agency=world.agency, status="merged").check_successors([world.other])
    assert save(client, world.office, third, superuser=world.people.root).status_code == 302


def test_a_successor_that_ended_since_stays_and_its_own_take_over(client, world):
    third = Department.objects.create(agency=world.agency, code="03", name="综合科")
    end(world.office, world.other)
    end(world.other, third)
    assert save(client, world.office, world.other, superuser=world.people.root).status_code == 302
    assert world.office.heirs() == [third]


# Drafts


def test_who_ends_a_department_is_told_who_takes_its_drafts(client, world):
    factories.draft(world, "未完成的通知")
    assert save(client, world.office, world.other, superuser=world.people.root).status_code == 302
    text = told(client)
    assert "未完成的通知" in text and "价格管理科" in text


def test_without_drafts_nothing_is_told(client, world):
    factories.published(world)
    save(client, world.office, world.other, superuser=world.people.root)
    assert "价格管理科" not in told(client)


@pytest.mark.parametrize("status", ["closed", "merged"])
def test_a_department_whose_drafts_nobody_would_finish_does_not_end(client, world, status):
    factories.draft(world, "未完成的通知")
    DepartmentMember.objects.filter(department=world.other).delete()
    successors = [world.other] if status == "merged" else []
    response = save(client, world.office, *successors, status=status, superuser=world.people.root)
    assert "未完成的通知" in str(response.context["form"].errors["status"])
    world.office.refresh_from_db()
    assert world.office.status == "active"


def test_once_its_drafts_are_given_away_a_department_may_close(client, world):
    draft = factories.draft(world, "未完成的通知")
    draft = draft.get_latest_revision_as_object()
    draft.department = world.other
    draft.save_revision(user=world.people.root)
    assert save(client, world.office, status="closed", superuser=world.people.root).status_code == 302


def test_the_heirs_see_the_drafts_on_the_start_page_and_others_do_not(client, world):
    factories.draft(world, "未完成的通知")
    end(world.office, world.other)
    for person, shown in ((world.heir_officer, True), (factories.user("stranger"), False)):
        client.force_login(person)
        assert ("未完成的通知" in client.get(reverse("wagtailadmin_home")).content.decode()) is shown


# Reviews


@pytest.mark.parametrize("successors", [True, False])
def test_a_draft_of_an_ended_department_is_not_submitted(world, successors):
    draft = factories.draft(world)
    end(world.office, *([world.other] if successors else []), status="merged" if successors else "closed")
    with pytest.raises(ValidationError) as refused:
        actions.submit(EntryPage.objects.get(pk=draft.pk), world.people.officer)
    assert ("价格管理科" in str(refused.value)) is successors


def test_a_running_review_tells_that_the_department_has_ended(client, world):
    draft = factories.draft(world)
    actions.submit(draft, world.people.officer)
    state = EntryPage.objects.get(pk=draft.pk).current_workflow_task_state
    client.force_login(world.people.head)
    before = client.get(review_url(state)).context["candidate"].findings
    end(world.office, status="closed")
    after = client.get(review_url(state)).context["candidate"].findings
    assert len(after) == len(before) + 1
    assert after[0].row.severity == "warn" and "办公室" in str(after[0].message)


# New entries


@pytest.mark.parametrize("who", ["officer", "heir_officer"])
def test_nothing_new_is_entered_under_an_ended_department(client, world, who):
    end(world.office, world.other)
    client.force_login(world.heir_officer if who == "heir_officer" else world.people.officer)
    add = reverse("wagtailadmin_pages:add", args=["wagtail_disclosure", "entrypage", world.folder.pk])
    for send in (client.get, client.post):
        response = send(add)
        assert response.status_code == 302
        assert "价格管理科" in told(client)
    assert not EntryPage.objects.exists()


def test_the_successor_enters_new_items_in_its_own_folder(client, world):
    end(world.office, world.other)
    client.force_login(world.heir_officer)
    add = reverse("wagtailadmin_pages:add", args=["wagtail_disclosure", "entrypage", world.other_folder.pk])
    assert client.get(add).status_code == 200
