"""A reviewer of a department gets into the admin by that role, and out again with it."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from tests.installed import default_site
from wagtail_disclosure.departments.models import DepartmentMember
from wagtail_disclosure.installation.people import REVIEWERS
from wagtail_disclosure.installation.setup import setup

pytestmark = pytest.mark.django_db


@pytest.fixture
def installed():
    return setup(default_site())


@pytest.fixture
def head():
    return get_user_model().objects.create_user("head", password="pass")


@pytest.fixture
def member(installed, head, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return DepartmentMember.objects.create(
            department=installed.departments[0], user=head, role="reviewer"
        )


def may_enter(client, user):
    client.force_login(user)
    return client.get(reverse("wagtailadmin_home")).status_code == 200


def test_a_new_reviewer_gets_in(client, member, head):
    assert may_enter(client, head)


def test_somebody_without_a_role_does_not(client, installed, head):
    assert not may_enter(client, head)


def test_a_former_reviewer_does_not(client, member, head, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        member.delete()
    assert not may_enter(client, head)


def test_a_role_given_to_somebody_else_goes_with_it(client, member, head, django_capture_on_commit_callbacks):
    successor = get_user_model().objects.create_user("successor")
    member.user = successor
    with django_capture_on_commit_callbacks(execute=True):
        member.save()
    assert may_enter(client, successor)
    assert not may_enter(client, head)


def test_a_role_ends_with_its_department(client, member, head, django_capture_on_commit_callbacks):
    second = member.department.agency.departments.create(code="02", name="价格管理科")
    member.department = second
    member.save()
    with django_capture_on_commit_callbacks(execute=True):
        second.delete()
    assert not may_enter(client, head)


def test_who_reviews_for_two_departments_stays_while_one_is_left(
    client, installed, member, head, django_capture_on_commit_callbacks
):
    first = installed.departments[0]
    second = first.agency.departments.create(code="02", name="价格管理科")
    DepartmentMember.objects.create(department=second, user=head, role="reviewer")
    with django_capture_on_commit_callbacks(execute=True):
        member.delete()
    assert may_enter(client, head)


def test_reviewers_from_before_setup_get_in_by_setup(client, installed, head):
    DepartmentMember.objects.create(department=installed.departments[0], user=head, role="reviewer")
    assert not may_enter(client, head), "the signal waits for a commit"
    setup(default_site())
    assert may_enter(client, head)


def test_people_put_into_the_group_by_hand_stay(installed, member, head, django_capture_on_commit_callbacks):
    other = get_user_model().objects.create_user("other")
    installed.groups[REVIEWERS].user_set.add(other)
    with django_capture_on_commit_callbacks(execute=True):
        member.delete()
    setup(default_site())
    assert list(installed.groups[REVIEWERS].user_set.all()) == [other]
