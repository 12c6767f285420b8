"""Public addresses begin with a site and run along the tree: neither changes under what is public."""

import pytest
from django.db import transaction
from django.db.models import ProtectedError
from django.urls import reverse
from treebeard.mp_tree import MP_MoveHandler
from wagtail.models import Page, Site

from tests import factories
from tests.testapp.models import PlainPage
from wagtail_disclosure.catalogue.models import EntryPage
from wagtail_disclosure.publishing.errors import GateRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(world):
    Site.objects.update(hostname="agency.example")
    world.site.refresh_from_db()
    Site.clear_site_root_paths_cache()
    return world


@pytest.fixture
def page(world):
    return factories.published(world)


@pytest.fixture
def served(client, page):
    def look():
        found = EntryPage.objects.get(pk=page.pk)
        response = client.get(found.url)
        return found.full_url, response.status_code, page.title in response.content.decode()

    before = look()
    assert before[1:] == (200, True)
    yield look
    assert look() == before


def site_form(site, **changes):
    values = {
        "hostname": site.hostname,
        "port": site.port,
        "site_name": site.site_name,
        "root_page": site.root_page_id,
        "is_default_site": "on" if site.is_default_site else "",
    }
    return {**values, **changes}


def other_root(world):
    return world.site.root_page.add_child(instance=PlainPage(title="别处", slug="elsewhere"))


def test_the_site_of_public_items_keeps_its_root_and_hostname(world, served):
    for changes in ({"root_page": other_root(world)}, {"hostname": "other.example"}, {"port": 8000}):
        site = Site.objects.get(pk=world.site.pk)
        for name, value in changes.items():
            setattr(site, name, value)
        with pytest.raises(GateRefused), transaction.atomic():
            site.save()
    Site.clear_site_root_paths_cache()


def test_the_form_of_the_site_says_so_and_keeps_what_was_typed(world, served, client):
    client.force_login(world.people.root)
    url = reverse("wagtailsites:edit", args=[world.site.pk])
    response = client.post(url, site_form(world.site, hostname="other.example", site_name="新名"))
    assert response.status_code == 200
    assert response.context["form"].errors
    assert "other.example" in response.content.decode()
    client.logout()


def test_a_site_gets_its_hostname_after_it_was_set_up_on_this_machine(world, page):
    Site.objects.update(hostname="localhost")
    site = Site.objects.get()
    site.hostname = "fgw.agency.example"
    site.save()
    assert EntryPage.objects.get(pk=page.pk).full_url.startswith("http://fgw.agency.example/")


def test_the_name_of_the_site_changes_freely(world, served, client):
    client.force_login(world.people.root)
    url = reverse("wagtailsites:edit", args=[world.site.pk])
    client.post(url, site_form(world.site, site_name="新名"))
    assert Site.objects.get(pk=world.site.pk).site_name == "新名"
    client.logout()


def test_the_site_of_public_items_is_not_deleted(world, served, client):
    with pytest.raises(GateRefused), transaction.atomic():
        world.site.delete()
    with pytest.raises((GateRefused, ProtectedError)), transaction.atomic():
        Site.objects.all().delete()
    client.force_login(world.people.root)
    response = client.post(reverse("wagtailsites:delete", args=[world.site.pk]), follow=True)
    assert response.status_code == 200
    assert list(response.context["messages"])
    client.logout()


@pytest.mark.parametrize("root", ["catalogue", "folder"])
def test_a_second_site_does_not_take_public_items_over(world, served, client, root):
    with pytest.raises(GateRefused), transaction.atomic():
        Site.objects.create(hostname="second.example", root_page=getattr(world, root))
    client.force_login(world.people.root)
    data = {"hostname": "second.example", "port": 80, "root_page": getattr(world, root).pk}
    response = client.post(reverse("wagtailsites:add"), data)
    assert response.status_code == 200
    assert response.context["form"].errors
    client.logout()


def test_a_second_hostname_for_the_same_root_leaves_the_addresses(world, served):
    Site.objects.create(hostname="www.example", root_page=world.site.root_page)


def test_a_site_for_other_pages_comes_and_goes(world, served):
    site = Site.objects.create(hostname="other.example", root_page=other_root(world))
    site.hostname = "another.example"
    site.save()
    site.delete()


# The tree


def test_the_tree_itself_does_not_move_public_items(world, served, page):
    elsewhere = other_root(world)
    for node in (page, world.folder, world.catalogue):
        node = Page.objects.get(pk=node.pk)
        with pytest.raises(GateRefused), transaction.atomic():
            MP_MoveHandler(node, Page.objects.get(pk=elsewhere.pk), "last-child").process()
    with pytest.raises(GateRefused), transaction.atomic():
        super(Page, Page.objects.get(pk=page.pk)).move(Page.objects.get(pk=elsewhere.pk), "last-child")


def test_siblings_change_their_order(world, served, page):
    other = factories.published(world, "另一条")
    page.refresh_from_db()
    page.move(EntryPage.objects.get(pk=other.pk), pos="right")


def test_the_tree_itself_deletes_no_public_items(world, served, page):
    for pages in (
        Page.objects.filter(pk=page.pk),
        Page.objects.filter(pk=world.folder.pk),
        EntryPage.objects.all(),
        Page.objects.filter(depth__gt=1),
    ):
        with pytest.raises((GateRefused, ProtectedError)), transaction.atomic():
            pages.delete()
