"""What Wagtail's screens offer for guarded items: no button leads to what the gate refuses anyway."""

import pytest
from django.urls import reverse
from wagtail.users.models import UserProfile

from tests import factories
from tests.testapp.models import Memo, Notice, PlainPage
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.review.views import review_url

pytestmark = pytest.mark.django_db
DIRECT = ("action-publish", "action-unpublish")


@pytest.fixture
def world():
    return factories.world()


def notice(world, text="公告"):
    row = Notice.objects.create(text=text, live=False)
    row.save_revision(user=world.people.officer)
    return row


def memo(world):
    row = Memo.objects.create(text="备忘", live=True)
    row.save_revision(user=world.people.officer)
    return row


def address(row, name):
    keys = [] if name in ("list", "add") else [row.pk]
    return reverse(f"wagtailsnippets_testapp_{row._meta.model_name}:{name}", args=keys)


def screen(client, row, name="edit"):
    return client.get(address(row, name)).content.decode()


def test_no_direct_publication_is_offered_for_a_guarded_snippet(client, world):
    row = factories.publish(world, notice(world))
    client.force_login(world.people.root)
    for name in ("edit", "add", "copy"):
        text = screen(client, row, name)
        assert not [action for action in DIRECT if action in text]
        assert address(row, "unpublish") not in text


def test_a_snippet_that_nothing_guards_keeps_its_buttons(client, world):
    row = memo(world)
    client.force_login(world.people.root)
    text = screen(client, row)
    assert "action-publish" in text
    assert address(row, "unpublish") in text
    assert address(row, "delete") in text
    assert address(row, "delete") in screen(client, row, "list")


def test_a_public_snippet_offers_no_deletion(client, world):
    row = factories.publish(world, notice(world))
    client.force_login(world.people.root)
    assert address(row, "delete") not in screen(client, row)
    assert address(row, "delete") not in screen(client, row, "list")
    assert address(row, "edit") in screen(client, row, "list")


def test_a_draft_snippet_offers_its_deletion(client, world):
    row = notice(world)
    client.force_login(world.people.root)
    assert address(row, "delete") in screen(client, row)
    assert address(row, "delete") in screen(client, row, "list")


def test_the_refusal_of_deleting_says_why(client, world):
    row = factories.publish(world, notice(world))
    client.force_login(world.people.root)
    text = client.post(address(row, "delete"), follow=True).content.decode()
    assert "已公开，请先撤下再删除" in text
    assert Notice.objects.get(pk=row.pk).live


def test_under_review_a_snippet_leads_to_the_review_page(client, world):
    row = notice(world)
    actions.submit(row, world.people.officer)
    row.refresh_from_db()
    client.force_login(world.people.root)
    text = screen(client, row)
    assert review_url(row.current_workflow_task_state) in text
    assert 'data-workflow-action-name="approve"' not in text


def reader(world):
    """A superuser who reads the admin in English."""
    UserProfile.objects.update_or_create(user=world.people.root, defaults={"preferred_language": "en"})
    return world.people.root


def bulk(client, action, *pages):
    query = "&".join(f"id={page.pk}" for page in pages)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    return client.get(f"{address}?{query}&next=/admin/").content.decode()


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("publish", "the last approval publishes it"),
        ("unpublish", "withdrawn with a reason"),
        ("delete", "Withdraw it first"),
        ("move", "Withdraw it first"),
    ],
)
def test_a_bulk_action_explains_what_it_leaves_out(client, world, action, words):
    page = factories.published(world)
    client.force_login(reader(world))
    assert words in bulk(client, action, page)


def test_a_bulk_action_on_other_pages_explains_nothing(client, world):
    page = world.site.root_page.add_child(instance=PlainPage(title="普通页面", slug="plain"))
    client.force_login(reader(world))
    assert "the last approval publishes it" not in bulk(client, "publish", page)


def menus(client, page):
    """The menu of a page in the explorer above it and in its own editor."""
    texts = [
        client.get(reverse("wagtailadmin_explore", args=[page.get_parent().pk])).content.decode(),
        client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode(),
    ]
    return [
        name
        for name in ("delete", "move")
        for text in texts
        if reverse(f"wagtailadmin_pages:{name}", args=[page.pk]) in text
    ]


def test_what_holds_public_items_offers_neither_moving_nor_deleting(client, world):
    factories.published(world)
    client.force_login(world.people.root)
    assert menus(client, world.folder) == []
    assert menus(client, world.catalogue) == []


def test_a_folder_which_is_never_public_is_not_offered_for_publication(client, world):
    client.force_login(world.people.root)
    text = client.get(reverse("wagtailadmin_pages:edit", args=[world.folder.pk])).content.decode()
    assert not [action for action in DIRECT if action in text]


def test_what_holds_drafts_alone_keeps_its_menu(client, world):
    factories.draft(world)
    client.force_login(world.people.root)
    assert menus(client, world.folder)


def test_what_holds_public_items_is_not_deleted_by_its_address_either(client, world):
    page = factories.published(world)
    client.force_login(world.people.root)
    address = reverse("wagtailadmin_pages:delete", args=[world.folder.pk])
    client.post(address)
    assert type(world.folder).objects.filter(pk=world.folder.pk).exists()
    assert type(page).objects.filter(pk=page.pk, live=True).exists()
