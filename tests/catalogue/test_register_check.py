"""disclosure_register: what is derived from the live pages is compared with them, and made anew."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests import factories
from wagtail_disclosure.catalogue.models import Category, SearchDocument
from wagtail_disclosure.catalogue.scope import scope_of
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.models import PublishedItem, PublishedItemCategory, RegisterCounter
from wagtail_disclosure.publishing.records import register_open

pytestmark = pytest.mark.django_db


def drop_index(world):
    from importlib import import_module

    migration = import_module("wagtail_disclosure.migrations.0002_search_index")
    with connection.cursor() as cursor:
        for statement in migration.DROP[connection.vendor]:
            cursor.execute(statement)


def drop(rows):
    with register_open():
        rows.delete()


DAMAGE = {
    "a row changed": lambda world: PublishedItem.objects.update(title="别的标题"),
    "a row missing": lambda world: drop(PublishedItem.objects.all()),
    "a category missing": lambda world: drop(
        PublishedItemCategory.objects.filter(category_id=world.category.pk)
    ),
    "a category out of place": lambda world: PublishedItemCategory.objects.update(position=1),
    "a position changed": lambda world: PublishedItem.objects.update(position=7),
    "a counter off": lambda world: RegisterCounter.objects.filter(axis="all").update(count=5),
    "a counter gone": lambda world: RegisterCounter.objects.all().delete(),
    "a counter of nothing": lambda world: RegisterCounter.objects.create(
        site_id=9, language="xx", axis="all", count=1
    ),
    "a search document gone": lambda world: SearchDocument.objects.all().delete(),
    "a search document changed": lambda world: SearchDocument.objects.update(tokens="t别"),
    "a category moved in the tree": lambda world: Category.objects.filter(pk=world.category.pk).update(
        parent=None
    ),
}


@pytest.mark.raw
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damage_is_reported_and_repaired(world, damage, capsys):
    factories.published(world)
    call_command("disclosure_register", "check")
    damage(world)
    with pytest.raises(CommandError):
        call_command("disclosure_register", "check")
    assert capsys.readouterr().out.strip().count("\n") >= 1
    call_command("disclosure_register", "rebuild")
    call_command("disclosure_register", "check")


def test_an_index_that_does_not_exist_is_reported(world):
    factories.published(world)
    drop_index(world)
    with pytest.raises(CommandError):
        call_command("disclosure_register", "check")


def test_after_publishing_changing_and_withdrawing_everything_agrees(world):
    first, second = factories.published(world, "第一号"), factories.published(world, "第二号")
    first.title = "第一号（修改）"
    first.save_revision(user=world.people.officer)
    first = factories.publish(world, type(first).objects.get(pk=first.pk))
    actions.withdraw(second, world.people.leader, reason="content_error", explanation="有误")
    call_command("disclosure_register", "check")
    assert scope_of(world.catalogue).directory.count("all") == 1


def test_a_rebuild_keeps_the_dates_and_changes_nothing_that_was_right(world):
    factories.published(world)
    before = list(PublishedItem.objects.values())
    documents = list(SearchDocument.objects.values())
    call_command("disclosure_register", "rebuild")
    assert list(PublishedItem.objects.values()) == before
    assert list(SearchDocument.objects.values()) == documents


def test_the_register_of_an_empty_site_agrees(world):
    call_command("disclosure_register", "check")
    call_command("disclosure_register", "rebuild")
