"""Finding disclosed items in the admin: search of pages, explorer, choosers. By any part of a title, and by number."""

import pytest
from django.urls import reverse
from wagtail.models import Page

from tests import factories
from tests.testapp.models import PlainPage
from wagtail_disclosure.catalogue import numbers
from wagtail_disclosure.catalogue.models import RelatedItem
from wagtail_disclosure.departments import roles
from wagtail_disclosure.departments.models import DepartmentMember

TITLE = "关于公布２０２６年电价标准的通知"


@pytest.fixture
def scene(db):
    """Two departments with an officer each, who reach their own folder only; each has a draft."""
    world = factories.world()
    world.people.officer.groups.remove(world.drafters)
    world.other_officer = factories.user("other-officer")
    DepartmentMember.objects.create(department=world.other, user=world.other_officer, role="officer")
    for department in (world.office, world.other):
        roles.sync(department)
    world.item = factories.draft(world, TITLE, document_number="临发改价〔2026〕12号")
    world.number = numbers.reserve(world.item).number
    world.second = factories.draft(world, "第二件")
    return world


QUERIES = ["电价", "２０２６", "2026年", "电价 通知", "临发改价〔2026〕12号", "发改价", "number"]
PLACES = {
    "search": lambda world: reverse("wagtailadmin_pages:search"),
    "search results": lambda world: reverse("wagtailadmin_pages:search_results"),
    "explorer": lambda world: reverse("wagtailadmin_explore", args=[world.folder.pk]),
    "chooser of pages": lambda world: reverse("wagtailadmin_choose_page_search"),
    "chooser of items": lambda world: reverse("disclosure_item:choose_results"),
}


def finds(client, world, place, query):
    query = world.number if query == "number" else query
    response = client.get(PLACES[place](world), {"q": query})
    return TITLE in response.content.decode()


@pytest.mark.parametrize("place", PLACES)
def test_an_officer_finds_the_own_draft(client, scene, place):
    client.force_login(scene.people.officer)
    assert [query for query in QUERIES if not finds(client, scene, place, query)] == []


@pytest.mark.parametrize("place", PLACES)
def test_what_does_not_stand_in_it_does_not_find_it(client, scene, place):
    client.force_login(scene.people.officer)
    assert not finds(client, scene, place, "水价")
    assert not finds(client, scene, place, "电价 水价")


@pytest.mark.parametrize("place", PLACES)
def test_the_officer_of_another_department_does_not_find_it(client, scene, place):
    client.force_login(scene.other_officer)
    assert not finds(client, scene, place, "电价")


@pytest.mark.parametrize("place", PLACES)
def test_superusers_find_everything(client, scene, place):
    client.force_login(scene.people.root)
    assert finds(client, scene, place, "电价")


def test_the_search_stays_in_scope_where_wagtail_is_told_not_to_filter(client, scene, settings):
    settings.WAGTAILADMIN_PAGE_SEARCH_FILTER_BY_PERMISSIONS = False
    client.force_login(scene.other_officer)
    assert not finds(client, scene, "search", "电价")


def test_ordinary_pages_are_found_as_before(client, scene):
    scene.site.root_page.add_child(instance=PlainPage(title="Opening hours", slug="hours"))
    client.force_login(scene.people.root)
    for query in ("hours", "open", "ening"):
        response = client.get(PLACES["search"](scene), {"q": query})
        assert "Opening hours" in response.content.decode()


def test_the_search_counts_by_type(client, scene):
    client.force_login(scene.people.root)
    response = client.get(PLACES["search"](scene), {"q": "电价"})
    [(content_type, count)] = response.context["content_types"]
    assert (content_type.model, count) == ("entrypage", 1)


def test_a_search_that_is_ordered_keeps_its_order(client, scene):
    factories.draft(scene, "甲电价")
    client.force_login(scene.people.officer)
    for ordering in ("title", "-title"):
        response = client.get(PLACES["search"](scene), {"q": "电价", "ordering": ordering})
        titles = [page.title for page in response.context["pages"]]
        assert titles == sorted(titles, reverse=ordering.startswith("-"))


# The chooser of items


def test_the_chooser_lists_the_newest_first_with_what_tells_items_apart(client, scene):
    client.force_login(scene.people.officer)
    text = client.get(reverse("disclosure_item:choose_results")).content.decode()
    assert text.index("第二件") < text.index(TITLE)
    for shown in (scene.number, "临发改价〔2026〕12号", "办公室"):
        assert shown in text


def test_a_public_item_of_another_department_can_be_chosen(client, scene):
    public = factories.published(scene, "公开价目")
    client.force_login(scene.other_officer)
    assert client.get(reverse("disclosure_item:chosen", args=[public.pk])).status_code == 200
    assert client.get(reverse("disclosure_item:chosen", args=[scene.item.pk])).status_code != 200
    several = reverse("disclosure_item:chosen_multiple") + f"?id={public.pk}&id={scene.item.pk}"
    assert [each["id"] for each in client.get(several).json()["result"]] == [str(public.pk)]


def edit(client, page, **changes):
    """Send the form of ``page`` as the browser holds it, with ``changes``."""
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = client.get(url).context["form"]
    data = {}
    for bound in [form, *(each for formset in form.formsets.values() for each in formset.forms)]:
        for field in bound:
            value = (
                field.field.widget.format_value(field.value())
                if hasattr(field.field.widget, "format_value")
                else ""
            )
            data[field.html_name] = value if isinstance(value, str) else ""
    data.update(title=page.title, slug=page.slug, department=page.department_id, category=page.category_id)
    for name in form.formsets:
        data.update(
            {
                f"{name}-TOTAL_FORMS": 0,
                f"{name}-INITIAL_FORMS": 0,
                f"{name}-MIN_NUM_FORMS": 0,
                f"{name}-MAX_NUM_FORMS": 9,
            }
        )
    data["body-count"] = 0
    data.update(changes)
    client.post(url, data)
    return Page.objects.get(pk=page.pk).specific.get_latest_revision_as_object()


@pytest.mark.parametrize("field", ["related", "replaced_by"])
def test_an_item_outside_the_reach_cannot_be_named_by_a_request(client, scene, field):
    public = factories.published(scene, "公开价目")
    draft = factories.draft(
        scene, "另一处室", folder=scene.other_folder, department=scene.other, by=scene.other_officer
    )
    client.force_login(scene.other_officer)
    for other, named in ((scene.item, False), (public, True)):
        if field == "related":
            row = {"related_items-TOTAL_FORMS": 1, "related_items-0-related": other.pk}
            changes = {
                **row,
                "related_items-0-kind": "related",
                "related_items-0-ORDER": 1,
                "related_items-0-id": "",
            }
        else:
            changes = {"replaced_by": other.pk, "validity": "replaced"}
        saved = edit(client, draft, **changes)
        found = {each.related_id for each in saved.related_items.all()} | {saved.replaced_by_id}
        assert (other.pk in found) is named


def test_the_editor_shows_what_is_chosen(client, scene):
    scene.second.related_items.add(RelatedItem(related=scene.item))
    scene.second.save_revision(user=scene.people.officer)
    client.force_login(scene.people.officer)
    text = client.get(reverse("wagtailadmin_pages:edit", args=[scene.second.pk])).content.decode()
    assert TITLE in text and reverse("disclosure_item:choose") in text
