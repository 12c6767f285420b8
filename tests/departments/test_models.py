"""Departments: their tree, their end, and who is in charge afterwards."""

import datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import ProtectedError

from tests import factories
from wagtail_disclosure.departments.models import Department, DepartmentMember

OFFICER, REVIEWER = DepartmentMember.Role.OFFICER, DepartmentMember.Role.REVIEWER


def errors(department, *exclude):
    try:
        department.full_clean(exclude=exclude)
    except ValidationError as error:
        return error.message_dict
    return {}


def ended(department, status, *successors, date=datetime.date(2024, 3, 1)):
    department.status, department.status_date = status, date
    department.save()
    department.successors.set(successors)
    return department


def test_a_code_is_given_once_per_agency(department):
    department("办公室", code="01")
    twin = Department(agency=department("价格科", code="02").agency, name="法规科", code="01")
    assert "办公室" in str(errors(twin)["code"])
    with pytest.raises(IntegrityError):
        twin.save()


@pytest.mark.parametrize("code", ["a1", "Ａ１"])
def test_width_and_case_do_not_tell_codes_apart(department, code):
    agency = department("办公室", code="A1").agency
    assert "code" in errors(Department(agency=agency, name="法规科", code=code))


@pytest.mark.parametrize("code", ["a b", "-1", "1/2", "<b>", "1\u200b"])
def test_a_code_that_is_none_is_refused(department, code):
    agency = department("办公室", code="01").agency
    assert "code" in errors(Department(agency=agency, name="法规科", code=code))


@pytest.mark.parametrize("name", ["\u200b", "办\u202e公室", "\ud800"])
def test_a_name_that_cannot_be_read_is_refused(department, name):
    agency = department("办公室", code="01").agency
    assert "name" in errors(Department(agency=agency, name=name, code="02"))
    assert "names" in errors(Department(agency=agency, name="法规科", code="02", names={"en": name}))


def test_a_move_is_checked_as_it_is_saved(department):
    """Somebody else may have moved the parent since the form was checked."""
    top, other = department("办公室"), department("秘书科")
    stale = Department.objects.get(pk=top.pk)
    stale.parent = Department.objects.get(pk=other.pk)
    other.parent = top
    other.save()
    with pytest.raises(ValidationError, match="below itself|自身"):
        stale.save()


def test_a_code_given_up_may_be_given_anew(department):
    office, other = department("办公室", code="01"), department("价格科", code="02")
    office.code = "09"
    office.save()
    other.code = "01"
    assert errors(other) == {}


def test_a_department_cannot_stand_below_itself(department):
    top = department("办公室")
    below = department("秘书科", parent=top)
    top.parent = below
    assert "parent" in errors(top)


def test_tree_lists_each_department_below_its_parent(department):
    office, price = department("办公室", sort_order=1), department("价格科", sort_order=2)
    clerks = department("秘书科", parent=office, sort_order=9)
    assert Department.objects.tree() == [(office.pk, 0), (clerks.pk, 1), (price.pk, 0)]


@pytest.mark.parametrize("status", ["merged", "split", "closed"])
def test_an_end_needs_its_day(department, status):
    office = department("办公室")
    office.status = status
    assert "status_date" in errors(office)


@time_machine.travel("2026-05-04 10:00+08:00", tick=False)
def test_an_end_does_not_lie_ahead(department):
    office = department("办公室")
    office.status, office.status_date = "closed", datetime.date(2026, 5, 5)
    assert "status_date" in errors(office)
    office.status_date = datetime.date(2026, 5, 4)
    assert errors(office) == {}


def test_a_department_with_others_below_it_does_not_end(department):
    office = department("办公室")
    department("秘书科", parent=office)
    office.status, office.status_date = "closed", datetime.date(2024, 1, 1)
    assert "秘书科" in str(errors(office)["status"])


@pytest.mark.parametrize(
    ("status", "count", "fits"),
    [
        ("active", 0, True),
        ("active", 1, False),
        ("merged", 0, False),
        ("merged", 1, True),
        ("merged", 2, False),
        ("split", 1, False),
        ("split", 2, True),
        ("closed", 0, True),
        ("closed", 1, False),
    ],
)
def test_successors_fit_the_status(department, status, count, fits):
    office = department("办公室")
    office.status = status
    successors = [department(f"科室{number}") for number in range(count)]
    if fits:
        office.check_successors(successors)
    else:
        with pytest.raises(ValidationError):
            office.check_successors(successors)


def test_successors_do_not_lead_back(department):
    first, second, third = department("一科"), department("二科"), department("三科")
    ended(first, "merged", second)
    ended(second, "merged", third)
    third.status = "merged"
    with pytest.raises(ValidationError, match="一科"):
        third.check_successors([first])
    with pytest.raises(ValidationError):
        third.check_successors([third])


def test_a_successor_belongs_to_the_same_agency(department, agency):
    office = department("办公室")
    office.status = "merged"
    with pytest.raises(ValidationError, match="别处"):
        office.check_successors([Department(name="别处", agency_id=agency.pk + 1)])


def test_after_its_end_the_active_followers_are_in_charge(department):
    first, second, third, fourth = (department(f"{name}科") for name in "一二三四")
    ended(first, "merged", second)
    ended(second, "split", third, fourth)
    assert first.in_charge() == [first, third, fourth]
    assert set(fourth.forerunners()) == {first, second}


def test_people_of_an_ended_department_are_those_in_charge(department):
    first, second = department("一科"), department("二科")
    head = factories.user("head")
    DepartmentMember.objects.create(department=second, user=head, role=REVIEWER)
    assert list(first.people(REVIEWER)) == []
    ended(first, "merged", second)
    assert list(first.people(REVIEWER)) == [head]
    assert list(first.people(OFFICER)) == []


def test_a_loop_in_the_data_ends_every_walk(department):
    first, second = department("一科"), department("二科")
    ended(first, "merged", second)
    ended(second, "merged", first)
    assert first.followers() == [second]
    assert first.in_charge() == [first]


def test_in_one_department_a_person_drafts_or_reviews(department):
    one, two = department("一科"), department("二科")
    person = factories.user()
    DepartmentMember.objects.create(department=one, user=person, role=OFFICER)
    DepartmentMember.objects.create(department=two, user=person, role=REVIEWER)
    with pytest.raises(IntegrityError):
        DepartmentMember.objects.create(department=one, user=person, role=REVIEWER)


def test_a_department_in_use_is_not_deleted(db):
    world = factories.world()
    factories.draft(world)
    with pytest.raises(ProtectedError):
        world.office.delete()
    assert type(world.folder).objects.filter(pk=world.folder.pk).exists()


def test_an_unused_department_goes_with_its_empty_folder(db):
    world = factories.world()
    world.other.delete()
    assert not type(world.folder).objects.filter(pk=world.other_folder.pk).exists()
    assert not Department.objects.filter(pk=world.other.pk).exists()
