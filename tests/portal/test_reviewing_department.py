"""Who reviews the places of the portal: the department of the place, of the page above it, or the office."""

import pytest

from tests import factories
from wagtail_disclosure.departments.models import Department, DepartmentMember
from wagtail_disclosure.portal.models import ColumnPage, GuidePage, PlatformSectionPage, SubsitePage
from wagtail_disclosure.publishing import actions, queue
from wagtail_disclosure.publishing.errors import NotYourReview
from wagtail_disclosure.publishing.evidence import reviewers_for
from wagtail_disclosure.publishing.offices import reviewing_department

from .conftest import OFFICE_FIELDS, draft, place


def head_of(department, name):
    person = factories.user(name)
    DepartmentMember.objects.create(department=department, user=person, role="reviewer")
    return person


def test_the_platform_section_is_published_by_four_people(client, world):
    section = place(world, PlatformSectionPage, "政府信息公开")
    assert section.live
    assert client.get(section.url).status_code == 200


def test_the_guide_is_reviewed_by_the_head_of_the_office(world):
    other_head = head_of(world.other, "other-head")
    page = draft(world, GuidePage, "政府信息公开指南", **OFFICE_FIELDS)
    actions.submit(page, world.people.officer)
    assert list(reviewers_for(world.tasks[0], page)) == [world.people.head]
    with pytest.raises(NotYourReview):
        factories.approve_step(page, other_head)


def test_a_sub_site_is_reviewed_by_its_own_department(world):
    other_head = head_of(world.other, "other-head")
    page = draft(world, SubsitePage, "价格管理科", department=world.other)
    actions.submit(page, world.people.officer)
    assert list(reviewers_for(world.tasks[0], page)) == [other_head]


def test_a_column_of_a_sub_site_is_reviewed_by_the_department_of_the_sub_site(world):
    subsite = draft(world, SubsitePage, "价格管理科", department=world.other)
    column = draft(world, ColumnPage, "价格公示", parent=subsite)
    assert reviewing_department(column) == world.other


def test_a_column_with_a_department_of_its_own_keeps_it_in_another_sub_site(world):
    subsite = draft(world, SubsitePage, "价格管理科", department=world.other)
    column = draft(world, ColumnPage, "价格公示", parent=subsite, department=world.office)
    assert reviewing_department(column) == world.office


def test_the_office_is_the_first_active_department_of_the_top_level(world):
    page = draft(world, PlatformSectionPage, "政府信息公开")
    Department.objects.filter(pk=world.office.pk).update(status="closed", status_date="2026-01-01")
    Department.objects.create(agency=world.agency, code="00", name="下属科", parent=world.other)
    assert reviewing_department(page) == world.other


def test_an_agency_without_departments_has_no_reviewer_for_its_places(world):
    page = draft(world, PlatformSectionPage, "政府信息公开")
    Department.objects.update(status="closed", status_date="2026-01-01")
    assert reviewing_department(page) is None
    assert not reviewers_for(world.tasks[0], page).exists()


def test_a_place_of_no_department_waits_in_the_queue_of_the_office_and_no_other(world):
    other_head = head_of(world.other, "other-head")
    page = draft(world, PlatformSectionPage, "政府信息公开")
    actions.submit(page, world.people.officer)
    state = PlatformSectionPage.objects.get(pk=page.pk).current_workflow_task_state
    assert list(queue.waiting_for(world.people.head)) == [state]
    assert not queue.waiting_for(other_head).exists()


def test_the_successor_finds_drafts_of_a_merged_department_in_its_queue(world):
    page = draft(world, SubsitePage, "价格管理科", department=world.other)
    actions.submit(page, world.people.officer)
    state = SubsitePage.objects.get(pk=page.pk).current_workflow_task_state
    assert not queue.waiting_for(world.people.head).exists()
    Department.objects.filter(pk=world.other.pk).update(status="merged", status_date="2026-01-01")
    world.other.successors.add(world.office)
    assert list(queue.waiting_for(world.people.head)) == [state]
