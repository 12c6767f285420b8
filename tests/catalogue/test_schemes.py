"""Category schemes: two levels, no loops by any route, nothing used is deleted."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, RestrictedError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.catalogue.concurrency import together
from wagtail_disclosure.catalogue.models import Category, CategoryScheme

pytestmark = pytest.mark.django_db


def scheme(**fields):
    return CategoryScheme.objects.create(**{"code": "topics", "name": "主题", "kind": "topic", **fields})


def node(owner, code, parent=None, **fields):
    return Category.objects.create(scheme=owner, code=code, name=f"类目{code}", parent=parent, **fields)


def refused(category, field):
    with pytest.raises(ValidationError) as error:
        category.full_clean()
    assert field in error.value.message_dict
    with pytest.raises(ValidationError), transaction.atomic():
        category.save()


def test_a_catalogue_has_an_agency():
    with pytest.raises(IntegrityError), transaction.atomic():
        scheme(kind="agency")


def test_a_third_level_is_refused():
    owner = scheme()
    child = node(owner, "0101", node(owner, "01"))
    refused(Category(scheme=owner, code="010101", name="三级", parent=child), "parent")


def test_a_category_with_others_below_it_stays_on_the_first_level():
    owner = scheme()
    first, second = node(owner, "01"), node(owner, "02")
    node(owner, "0101", first)
    first.parent = second
    refused(first, "parent")


def test_a_category_cannot_stand_below_itself():
    first = node(scheme(), "01")
    first.parent = first
    refused(first, "parent")


def test_a_parent_is_of_the_same_scheme():
    stranger = node(scheme(code="genres", kind="genre"), "01")
    refused(Category(scheme=scheme(), code="0101", name="x", parent=stranger), "parent")


def test_a_category_stays_in_its_scheme():
    first = node(scheme(), "01")
    first.scheme = scheme(code="genres", kind="genre")
    refused(first, "scheme")


def test_a_code_stands_once_in_a_scheme_and_again_in_another():
    owner = scheme()
    node(owner, "01")
    node(scheme(code="genres", kind="genre"), "01")
    with pytest.raises(IntegrityError), transaction.atomic():
        node(owner, "01")


@pytest.mark.parametrize("code", ["", " 01", "a b", "-1", "=1", "01/", "x" * 41])
def test_a_code_that_is_none_is_refused(code):
    with pytest.raises(ValidationError):
        Category(scheme=scheme(), code=code, name="x").full_clean()


@pytest.mark.parametrize("code", ["01", "20.15", "A-1", "public_notice", "类1"])
def test_codes_in_use_are_accepted(code):
    Category(scheme=scheme(), code=code, name="x").full_clean()


def test_the_responsible_department_is_of_the_agency():
    world = factories.world()
    other_site = type(world.site).objects.create(hostname="other.example", root_page=world.site.root_page)
    other = type(world.agency).objects.create(site=other_site, name="市教育局")
    stranger = type(world.office).objects.create(agency=other, code="01", name="办公室")
    category = Category(scheme=world.scheme, code="09", name="其他", responsible_department=stranger)
    with pytest.raises(ValidationError, match="."):
        category.full_clean()


def test_the_order_of_the_tree():
    owner = scheme()
    second = node(owner, "02", sort_order=1)
    first = node(owner, "09", sort_order=0)
    node(owner, "0202", second, sort_order=2)
    node(owner, "0201", second, sort_order=1)
    node(owner, "0901", first)
    assert [each.code for each in owner.categories.in_tree_order()] == ["09", "0901", "02", "0201", "0202"]


def test_only_own_and_shared_categories_in_use_are_offered():
    world = factories.world()
    shared = node(scheme(code="shared", agency=None), "s1")
    node(scheme(code="off"), "x1", active=False)
    offered = Category.objects.of_kind
    assert list(offered("topic", world.agency.pk)) == [shared]
    assert set(offered("agency", world.agency.pk)) == {world.category, world.parent_category}
    assert not offered("agency", world.agency.pk + 1).exists()
    assert not offered("agency").exists()


def test_a_category_that_is_used_cannot_be_deleted():
    world = factories.world()
    factories.draft(world)
    with pytest.raises(ProtectedError):
        world.category.delete()
    with pytest.raises(RestrictedError):
        world.parent_category.delete()
    with pytest.raises(ProtectedError):
        world.scheme.delete()


def test_an_unused_scheme_is_deleted_with_both_levels():
    owner = scheme()
    node(owner, "0101", node(owner, "01"))
    owner.delete()
    assert not Category.objects.exists()


def depth_of(category):
    return 1 + len(category.ancestors())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(st.integers(0, 5), st.one_of(st.none(), st.integers(0, 5))), max_size=15))
def test_no_sequence_of_moves_makes_a_loop_or_a_third_level(db, moves):
    with transaction.atomic():
        owner = scheme()
        nodes = [node(owner, f"0{number}") for number in range(6)]
        for moved, target in moves:
            category = Category.objects.get(pk=nodes[moved].pk)
            category.parent = nodes[target] if target is not None else None
            try:
                with transaction.atomic():
                    category.save()
            except ValidationError:
                pass
        for category in owner.categories.all():
            assert depth_of(category) <= 2
            assert category.parent is None or category.parent.parent_id is None
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_cannot_close_a_loop():
    """On PostgreSQL the two really run side by side; SQLite lets one wait for the other."""
    owner = scheme()
    pair = [node(owner, "01"), node(owner, "02")]

    def move(index):
        category = Category.objects.get(pk=pair[index].pk)
        category.parent = pair[1 - index]
        try:
            category.save()
        except ValidationError:
            return "refused"
        return "moved"

    assert sorted(together(move, 2)) == ["moved", "refused"]
