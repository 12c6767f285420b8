"""Folders: one for each department and language, its officers' place, never public."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from tests import factories
from wagtail_disclosure.catalogue.folders import ensure_folder
from wagtail_disclosure.catalogue.models import CatalogueIndexPage, DepartmentFolderPage
from wagtail_disclosure.departments import roles
from wagtail_disclosure.publishing.errors import GateRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(world):
    DepartmentFolderPage.objects.all().delete()
    world.catalogue = CatalogueIndexPage.objects.get(pk=world.catalogue.pk)
    return world


def test_a_folder_is_made_once(world):
    folder, made = ensure_folder(world.catalogue, world.office)
    assert (made, folder.title, folder.slug, folder.live) == (True, "办公室", "01", False)
    assert ensure_folder(world.catalogue, world.office) == (folder, False)


def test_the_officers_may_work_in_their_folder_and_in_no_other(world, client):
    own, _made = ensure_folder(world.catalogue, world.other)
    foreign, _made = ensure_folder(world.catalogue, world.office)
    roles.sync(world.other)
    person = factories.user("zhang")
    world.other.officers_group = None
    group = roles.officers_group(world.other)
    person.groups.add(group)
    client.force_login(person)

    def status(folder):
        return client.get(
            reverse("wagtailadmin_pages:add", args=["wagtail_disclosure", "entrypage", folder.pk])
        ).status_code

    assert status(own) == 200
    assert status(foreign) == 302


def test_a_renamed_department_renames_its_folder_and_keeps_the_address(world):
    folder, _made = ensure_folder(world.catalogue, world.office)
    world.office.name, world.office.code = "综合办公室", "09"
    world.office.save()
    again, made = ensure_folder(world.catalogue, world.office)
    assert (made, again.pk, again.title, again.slug) == (False, folder.pk, "综合办公室", "01")


def test_a_code_given_to_another_department_makes_another_address(world):
    ensure_folder(world.catalogue, world.office)
    type(world.office).objects.filter(pk=world.office.pk).update(code="07")
    type(world.other).objects.filter(pk=world.other.pk).update(code="01")
    world.other.refresh_from_db()
    folder, _made = ensure_folder(world.catalogue, world.other)
    assert folder.slug == f"01-{world.other.pk}"


def test_folders_of_one_department_are_translations_of_each_other(world):
    folder, _made = ensure_folder(world.catalogue, world.office)
    locale = type(folder.locale).objects.get_or_create(language_code="en")[0]
    english = world.catalogue.copy_for_translation(locale, copy_parents=True)
    twin, made = ensure_folder(english, world.office)
    assert made and twin.locale == locale and twin.translation_key == folder.translation_key


def test_a_folder_is_never_public(world, client):
    folder, _made = ensure_folder(world.catalogue, world.office)
    folder.live = True
    with pytest.raises(GateRefused):
        folder.save()
    with pytest.raises(GateRefused):
        DepartmentFolderPage.objects.get(pk=folder.pk).save_revision().publish()
    assert client.get(folder.get_url()).status_code == 404


def test_a_folder_is_not_made_by_hand(world, client):
    client.force_login(world.people.root)
    url = reverse(
        "wagtailadmin_pages:add", args=["wagtail_disclosure", "departmentfolderpage", world.catalogue.pk]
    )
    assert client.get(url).status_code in (302, 403)


@pytest.mark.parametrize("name", ["number", "search", "category", "on-request", "check-file"])
def test_a_folder_has_no_address_of_the_catalogue(world, name):
    folder, _made = ensure_folder(world.catalogue, world.office)
    folder.slug = name
    with pytest.raises(ValidationError, match="slug"):
        folder.save()
    type(world.other).objects.filter(pk=world.other.pk).update(code=name)
    world.other.refresh_from_db()
    folder, _made = ensure_folder(world.catalogue, world.other)
    assert folder.slug == f"{name}-{world.other.pk}"
