"""The officers' groups: who is in them and what they open (P7)."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.utils import translation
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission

from tests import factories
from wagtail_disclosure.catalogue.models import DepartmentFolderPage
from wagtail_disclosure.departments import roles
from wagtail_disclosure.departments.models import Department, DepartmentMember

OFFICER, REVIEWER = DepartmentMember.Role.OFFICER, DepartmentMember.Role.REVIEWER


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Do something, and what follows its commit: ``with committed(): …``."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def named(text):
    """The name of an officers' group, in the agency's own language."""
    with translation.override("zh-hans"):
        return f"{translation.gettext('Information officers')} · {text}"


def rights(group):
    rows = GroupPagePermission.objects.filter(group=group).select_related("permission")
    return {(row.page_id, row.permission.codename) for row in rows}


def both(*pages):
    return {(page.pk, right) for page in pages for right in ("add_page", "change_page")}


def group_of(department):
    return Department.objects.get(pk=department.pk).officers_group


def merge(department, *successors, status="merged"):
    department.refresh_from_db()
    department.status, department.status_date = status, datetime.date(2024, 1, 1)
    department.save()
    department.successors.set(successors)


def test_a_new_department_has_its_group_collection_and_rights(department, committed):
    with committed():
        office = department("办公室")
    group = group_of(office)
    assert group.name == named("办公室")
    assert group.permissions.get().codename == "access_admin"
    collection = Department.objects.get(pk=office.pk).collection
    assert collection.name == "办公室"
    codenames = GroupCollectionPermission.objects.filter(group=group, collection=collection).values_list(
        "permission__codename", flat=True
    )
    assert sorted(codenames) == sorted(codename for _app, codename in roles.FILE_RIGHTS)


def test_the_group_follows_the_officers(department, committed):
    with committed():
        office = department("办公室")
    officer, reviewer, stranger = factories.user(), factories.user(), factories.user()
    with committed():
        row = DepartmentMember.objects.create(department=office, user=officer, role=OFFICER)
        DepartmentMember.objects.create(department=office, user=reviewer, role=REVIEWER)
    assert list(group_of(office).user_set.all()) == [officer]
    group_of(office).user_set.add(stranger)
    roles.sync(office)
    assert list(group_of(office).user_set.all()) == [officer]
    with committed():
        row.delete()
    assert list(group_of(office).user_set.all()) == []


def test_nothing_happens_to_a_group_before_the_commit(department, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        office = department("办公室")
    assert callbacks and group_of(office) is None


def test_syncing_twice_changes_nothing(department, committed):
    office = department("办公室")
    first = roles.sync(office)
    before = (Group.objects.count(), Collection.objects.count(), GroupCollectionPermission.objects.count())
    version = Department.objects.get(pk=office.pk).version
    assert roles.sync(office) == first
    assert before == (
        Group.objects.count(),
        Collection.objects.count(),
        GroupCollectionPermission.objects.count(),
    )
    assert Department.objects.get(pk=office.pk).version == version


def test_the_group_is_renamed_with_its_department_unless_a_person_renamed_it(department, committed):
    office, price = department("办公室"), department("价格科")
    roles.sync(office), roles.sync(price)
    Group.objects.filter(pk=group_of(price).pk).update(name="价格信息员")
    for each, name in ((office, "综合办公室"), (price, "价格管理科")):
        each.refresh_from_db()
        each.name = name
        with committed():
            each.save()
    assert group_of(office).name == named("综合办公室")
    assert group_of(price).name == "价格信息员"


def test_a_shorter_name_is_followed_too(department, committed):
    office = department("办公室甲")
    roles.sync(office)
    office.refresh_from_db()
    office.name = "办公室"
    office.save()
    roles.sync(office)
    assert group_of(office).name == named("办公室")


def test_groups_of_departments_with_one_name_are_told_apart(department):
    Group.objects.create(name=named("办公室"))
    names = [roles.sync(department("办公室")).name for _number in range(2)]
    assert len({named("办公室"), *names}) == 3
    assert names[0] == named("办公室 · 市发展改革委")


def test_a_very_long_name_fits(department):
    assert len(roles.sync(department("科" * 255)).name) == 150
    assert len(roles.sync(department("科" * 255)).name) == 150


def test_a_deleted_group_is_made_again_with_its_rights(world):
    group = roles.sync(world.office)
    group.delete()
    world.office.refresh_from_db()
    again = roles.sync(world.office)
    assert rights(again) == both(world.folder)
    assert list(again.user_set.all()) == [world.people.officer]


def test_the_group_goes_with_its_department(department, committed):
    office = department("办公室")
    group = roles.sync(office)
    office.refresh_from_db()
    with committed():
        office.delete()
    assert not Group.objects.filter(pk=group.pk).exists()


def test_a_new_place_is_opened_to_its_department_alone(world, committed):
    with committed():
        folder = DepartmentFolderPage(title="二", slug="second", department=world.other, live=False)
        world.catalogue.add_child(instance=folder)
    assert both(folder) <= rights(group_of(world.other))
    roles.sync(world.office)
    assert folder.pk not in {page for page, _right in rights(group_of(world.office))}


def test_the_successor_gets_the_places_of_a_merged_department(world, committed):
    for each in (world.office, world.other):
        roles.sync(each)
    with committed():
        merge(world.office, world.other)
    assert rights(group_of(world.other)) == both(world.folder, world.other_folder)
    assert rights(group_of(world.office)) == both(world.folder)


def test_undoing_a_merger_closes_the_places_again(world, committed):
    for each in (world.office, world.other):
        roles.sync(each)
    with committed():
        merge(world.office, world.other)
    with committed():
        world.office.refresh_from_db()
        world.office.status, world.office.status_date = "active", None
        world.office.save()
        world.office.successors.clear()
    assert rights(group_of(world.other)) == both(world.other_folder)


def test_in_a_chain_of_mergers_the_last_successor_has_the_places(world, committed):
    third = Department.objects.create(agency=world.agency, code="03", name="综合科")
    for each in (world.office, world.other, third):
        roles.sync(each)
    with committed():
        merge(world.office, world.other)
    with committed():
        merge(world.other, third)
    assert rights(group_of(third)) == both(world.folder, world.other_folder)
    assert rights(group_of(world.other)) == both(world.other_folder)


def test_a_group_made_late_opens_the_places_it_is_in_charge_of(world, committed):
    with committed():
        merge(world.office, world.other)
    group_of(world.other).delete()
    assert rights(roles.sync(world.other)) == both(world.folder, world.other_folder)


def test_rights_of_other_groups_stay(world, committed):
    roles.sync(world.other)
    with committed():
        merge(world.office, world.other)
    assert rights(world.drafters) == both(world.catalogue)


def test_opening_a_place_twice_changes_nothing(world):
    roles.grant_on(world.folder, world.office)
    before = rights(group_of(world.office))
    roles.grant_on(world.folder, world.office)
    assert rights(group_of(world.office)) == before == both(world.folder)


def test_a_collection_with_the_name_of_another_is_told_apart(department):
    Collection.get_first_root_node().add_child(instance=Collection(name="办公室"))
    assert roles.collection_of(department("办公室")).name == "办公室 · 市发展改革委"
