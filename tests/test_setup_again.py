"""disclosure_setup once more: it repairs what is missing, and what people changed stays as it is."""

from copy import deepcopy

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.urls import reverse
from wagtail.models import (
    GroupPagePermission,
    Locale,
    Task,
    Workflow,
)

from tests import factories
from tests.installed import CODE, NAME, again, default_site, run, state
from wagtail_disclosure.catalogue.models import (
    CatalogueIndexPage,
    Category,
    CategoryScheme,
    DepartmentFolderPage,
    NumberScheme,
)
from wagtail_disclosure.departments import roles
from wagtail_disclosure.departments.models import Agency, Department, DepartmentMember
from wagtail_disclosure.installation.people import COPY, LEADER, OFFICE, REVIEWERS, SECRECY, TRANSLATION
from wagtail_disclosure.installation.report import Outcome
from wagtail_disclosure.installation.setup import setup
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.models import (
    Contribution,
    LedgerEntry,
    ReviewPolicy,
    SecrecyReview,
)
from wagtail_disclosure.rules.profiles import get_profile


@pytest.fixture(scope="module")
def once(django_db_setup, django_db_blocker):
    """One agency set up for all tests of the module that want one."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield setup(default_site(), name=NAME, organisation_code=CODE)
        transaction.set_rollback(True)


@pytest.fixture
def installed(once, db):
    return deepcopy(once)


def test_a_fresh_site_gets_all_an_agency_needs(installed):
    agency = Agency.objects.get()
    assert (agency.site, agency.name, agency.organisation_code) == (default_site(), NAME, CODE)
    assert set(installed.groups) == {SECRECY, COPY, LEADER, OFFICE, TRANSLATION, REVIEWERS}
    assert NumberScheme.objects.get(agency=agency).preset == "national"
    assert set(Locale.objects.values_list("language_code", flat=True)) == {"zh-hans", "en"}
    assert [each.agency for each in Department.objects.all()] == [agency]
    assert {scheme.kind: scheme.agency for scheme in CategoryScheme.objects.all()} == {
        "agency": agency,
        "statutory": None,
        "topic": None,
        "genre": None,
        "reporting": None,
    }


def test_the_catalogue_is_public_and_recorded_as_installed(installed, client):
    catalogue = CatalogueIndexPage.objects.get()
    assert catalogue.live and catalogue.get_parent().pk == default_site().root_page_id
    kinds = LedgerEntry.objects.about(catalogue).values_list("kind", flat=True)
    assert list(kinds) == [LedgerEntry.Kind.INSTALLED, LedgerEntry.Kind.PUBLISHED]
    assert not Contribution.objects.exists()
    assert client.get(catalogue.url).status_code == 200


def test_the_review_has_its_steps_in_order(installed):
    policy = ReviewPolicy.objects.get(page=installed.catalogue)
    steps = list(policy.steps.all())
    kinds = [type(step.task.specific).__name__ for step in steps]
    assert kinds == [
        "DepartmentHeadReview",
        "SecrecyReview",
        "CopyCheck",
        "TranslationCheck",
        "LeaderApproval",
    ]
    assert [step.condition for step in steps] == ["always", "always", "always", "translation", "always"]
    assert [task.pk for task in policy.workflow.tasks] == [step.task_id for step in steps]
    for key in (SECRECY, COPY, LEADER, TRANSLATION):
        assert list(installed.tasks[key].groups.all()) == [installed.groups[key]]


def test_groups_may_do_what_their_role_needs(installed):
    office = installed.groups[OFFICE]
    codenames = set(office.permissions.values_list("codename", flat=True))
    assert {
        "access_admin",
        "change_agency",
        "add_department",
        "add_withdrawal",
        "view_ledgerentry",
    } <= codenames
    assert not codenames & {"add_agency", "delete_indexnumber", "change_withdrawal", "change_ledgerentry"}
    assert {row.page_id for row in office.page_permissions.all()} == {installed.catalogue.pk}
    leaving = {f"{act}_{what}" for act in ("add", "view") for what in ("takedown", "validitychange")}
    leaving |= {"ratify_takedown", "confirm_validitychange"}
    cases = {"oversee_cases", "head_cases"}
    for key, more in ((SECRECY, set()), (COPY, set()), (LEADER, leaving | cases)):
        group = installed.groups[key]
        assert {each.codename for each in group.permissions.all()} == {"access_admin"} | more
        assert not group.page_permissions.exists() and not group.collection_permissions.exists()


def test_the_first_department_has_its_folder_group_and_collection(installed):
    office = Department.objects.get()
    folder = DepartmentFolderPage.objects.get(department=office)
    assert folder.get_parent().pk == installed.catalogue.pk and not folder.live
    rights = office.officers_group.page_permissions.values_list("page_id", "permission__codename")
    assert set(rights) == {(folder.pk, "add_page"), (folder.pk, "change_page")}
    assert office.officers_group.collection_permissions.filter(collection=office.collection).count() == 6


def test_categories_come_with_their_levels_languages_and_contents(installed):
    statutory = Category.objects.filter(scheme__kind="statutory", parent=None)
    assert statutory.count() == 15
    assert Category.objects.filter(scheme__kind="topic", parent=None).count() == 22
    assert Category.objects.filter(scheme__kind="reporting").count() == 8
    own = Category.objects.filter(scheme__kind="agency")
    assert own.filter(parent=None).count() == 25
    below = own.exclude(parent=None)
    assert below.exists() and not below.filter(parent__parent__isnull=False).exists()
    first = own.get(code="01")
    assert first.name == "机构概况" and first.names["en"] and first.main_content
    assert "zh-hans" not in first.names


def test_running_it_again_changes_nothing(installed):
    before = state()
    report = again()
    assert state() == before
    assert not report.changed and report.of(Outcome.RESPECTED) == []


def test_the_body_type_of_the_first_run_stays(installed):
    before = state()
    report = again(body_type="township_street")
    assert state() == before
    assert len(report.of(Outcome.RESPECTED)) == 1


def test_what_people_renamed_keeps_its_name(installed):
    Group.objects.filter(pk=installed.groups[COPY].pk).update(name="文字审核组")
    Category.objects.filter(scheme__kind="agency", code="01").update(name="本委概况", code="99")
    Task.objects.filter(pk=installed.tasks[LEADER].pk).update(name="主任审批")
    Agency.objects.update(name="临江市发改委")
    Workflow.objects.update(name="审查")
    CategoryScheme.objects.filter(kind="topic").update(name="主题", code="themes")
    before = state()
    assert not again().changed
    assert state() == before
    assert Category.objects.get(scheme__kind="agency", code="99").name == "本委概况"
    assert not Category.objects.filter(scheme__kind="agency", code="01").exists()


def test_a_permission_taken_away_stays_away(installed):
    office = installed.groups[OFFICE]
    office.permissions.remove(office.permissions.get(codename="delete_category"))
    report = again()
    assert not report.changed
    assert any(office.name in text for text in report.of(Outcome.RESPECTED))
    assert not office.permissions.filter(codename="delete_category").exists()


def test_a_right_on_pages_taken_away_stays_away(installed):
    office = installed.groups[OFFICE]
    office.page_permissions.filter(permission__codename="add_page").delete()
    again()
    assert [row.permission.codename for row in office.page_permissions.all()] == ["change_page"]


def test_deleted_categories_stay_deleted_until_restored(installed):
    Category.objects.filter(scheme__kind="agency", code="0101").delete()
    Category.objects.filter(scheme__kind="genre").first().delete()
    report = again()
    assert not report.changed and any("0101" in text for text in report.of(Outcome.RESPECTED))
    restored = again(restore=True)
    assert restored.changed
    node = Category.objects.get(scheme__kind="agency", code="0101")
    assert node.parent.code == "01"
    assert not again().changed


def test_a_deleted_scheme_stays_deleted_until_restored(installed):
    CategoryScheme.objects.get(kind="topic").delete()
    assert not again().changed
    assert not CategoryScheme.objects.filter(kind="topic").exists()
    again(restore=True)
    assert Category.objects.filter(scheme__kind="topic", parent=None).count() == 22


def test_a_step_taken_out_of_the_policy_stays_out(installed):
    policy = ReviewPolicy.objects.get()
    policy.steps.filter(task=installed.tasks["copy"].task_ptr).delete()
    assert not again().changed
    assert ReviewPolicy.objects.get().steps.count() == 4


def test_a_step_taken_out_of_the_workflow_alone_is_pointed_out(installed):
    installed.workflow.workflow_tasks.filter(task=installed.tasks["copy"].task_ptr).delete()
    report = again()
    assert not report.changed
    assert any(installed.tasks["copy"].name in text for text in report.of(Outcome.NOTE))


def test_rights_added_by_people_stay(installed):
    extra = roles.page_permission("lock")
    GroupPagePermission.objects.create(
        group=installed.groups[COPY], page=installed.catalogue, permission=extra
    )
    installed.groups[COPY].permissions.add(*installed.groups[OFFICE].permissions.all())
    before = state()
    again()
    assert state() == before


def test_a_group_that_went_missing_comes_back_with_its_rights_and_step(installed):
    name = installed.groups[OFFICE].name
    installed.groups[OFFICE].delete()
    installed.groups[SECRECY].delete()
    report = again()
    assert report.of(Outcome.REPAIRED)
    office = Group.objects.get(name=name)
    assert office.permissions.filter(codename="add_department").exists()
    assert office.page_permissions.count() == 2 and office.collection_permissions.exists()
    assert SecrecyReview.objects.get().groups.get().permissions.filter(codename="access_admin").exists()
    assert not again().changed


def test_a_step_that_nobody_can_hold_is_given_its_group_again(installed):
    installed.tasks[LEADER].groups.clear()
    assert again().of(Outcome.REPAIRED)
    assert list(installed.tasks[LEADER].groups.all()) == [installed.groups[LEADER]]


def test_a_step_given_to_another_group_stays_there(installed):
    other = Group.objects.create(name="值班领导")
    installed.tasks[LEADER].groups.set([other])
    assert not again().changed
    assert list(installed.tasks[LEADER].groups.all()) == [other]


def test_a_missing_policy_number_scheme_and_folder_come_back(installed):
    ReviewPolicy.objects.all().delete()
    NumberScheme.objects.all().delete()
    DepartmentFolderPage.objects.get().delete()
    assert len(again().of(Outcome.REPAIRED)) == 3
    assert ReviewPolicy.objects.get().steps.count() == 5
    assert NumberScheme.objects.exists() and DepartmentFolderPage.objects.exists()
    assert not again().changed


def withdraw(page):
    reason = get_profile().withdrawal_reasons.codes()[0]
    actions.withdraw(
        page, factories.user(superuser=True), reason=reason, explanation="演练", successor_url="/"
    )


def test_a_deleted_catalogue_comes_back(installed):
    withdraw(installed.catalogue)
    CatalogueIndexPage.objects.get().delete()
    again()
    catalogue = CatalogueIndexPage.objects.get()
    assert catalogue.live and ReviewPolicy.objects.get(page=catalogue).steps.count() == 5
    assert DepartmentFolderPage.objects.get().get_parent().pk == catalogue.pk
    assert not again().changed


def test_a_withdrawn_catalogue_is_not_published_again(installed):
    withdraw(installed.catalogue)
    report = again()
    assert not CatalogueIndexPage.objects.get().live
    assert not report.changed and report.of(Outcome.NOTE)


def test_members_of_the_officers_groups_are_set_right(installed):
    office = Department.objects.get()
    officer, stranger = factories.user(), factories.user()
    DepartmentMember.objects.create(department=office, user=officer, role="officer")
    office.officers_group.user_set.add(stranger)
    assert again().of(Outcome.REPAIRED)
    assert list(office.officers_group.user_set.all()) == [officer]


def test_a_department_added_later_gets_folder_and_rights(installed, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        price = Department.objects.create(agency=installed.agency, code="02", name="价格管理科")
    folder = DepartmentFolderPage.objects.get(department=price)
    price.refresh_from_db()
    assert price.officers_group.page_permissions.filter(page_id=folder.pk).count() == 2
    assert not again().changed


def test_the_catalogue_exists_in_each_language_in_which_the_home_page_does(installed):
    english = Locale.objects.get(language_code="en")
    home = default_site().root_page.copy_for_translation(english)
    report = again()
    assert report.changed
    twin = CatalogueIndexPage.objects.get(locale=english)
    assert twin.translation_key == installed.catalogue.translation_key
    assert twin.live and twin.get_parent().pk == home.pk
    folders = DepartmentFolderPage.objects.filter(department=installed.departments[0])
    assert folders.count() == 2 and folders.values("translation_key").distinct().count() == 1
    translators = installed.groups[TRANSLATION]
    assert {row.page_id for row in translators.page_permissions.all()} == {twin.pk}
    assert ReviewPolicy.objects.count() == 1
    assert not again().changed


def test_the_command_says_when_there_is_nothing_to_do(installed):
    said = run()
    assert f"{Outcome.CREATED.label}: " not in said
    quiet = run("--verbosity", "0")
    assert quiet == ""
    assert len(run("--verbosity", "2").splitlines()) > len(said.splitlines())


def test_the_office_reads_the_review_policies_and_changes_none(installed, client):
    person = factories.user("reads-policies", groups=[installed.groups[OFFICE]])
    client.force_login(person)
    name = "disclosure_review_policies"
    text = client.get(reverse(f"{name}:index")).content.decode()
    assert all(task.name in text for task in installed.tasks.values())
    for view in ("edit", "delete"):
        assert client.get(reverse(f"{name}:{view}", args=[installed.policy.pk])).status_code == 302
    assert client.get(reverse(f"{name}:add")).status_code == 302


def test_the_office_administers_departments_in_the_admin(installed, client):
    client.force_login(factories.user("office", groups=[installed.groups[OFFICE]]))
    assert client.get(reverse("wagtailsnippets_wagtail_disclosure_department:list")).status_code == 200
    assert client.get(reverse("wagtailsnippets_wagtail_disclosure_agency:add")).status_code == 302
