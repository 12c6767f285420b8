"""Leaving the public site over HTTP: only by a decision, by those who may, with words for the public."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page

from tests import factories
from wagtail_disclosure.catalogue.models import EntryPage
from wagtail_disclosure.publishing.models import LedgerEntry, PublishedItem, Withdrawal
from wagtail_disclosure.publishing.review.views import item_url

pytestmark = pytest.mark.django_db
GIVEN = {"reason": "content_error", "explanation": "表二数字有误，更正后重新公布。", "successor_url": ""}


@pytest.fixture(scope="module")
def built_world(built_world):
    built_world.page = factories.published(built_world)
    return built_world


@pytest.fixture
def page(world):
    return world.page


@pytest.fixture
def office(world):
    """Somebody of the office, who may withdraw."""
    user = factories.user("office", name="孙办")
    user.user_permissions.add(Permission.objects.get(codename="add_withdrawal"))
    return user


def fresh(page):
    return EntryPage.objects.get(pk=page.pk)


def test_a_decision_takes_the_item_off_and_is_recorded(client, office, page):
    client.force_login(office)
    client.post(item_url("withdraw", page), GIVEN)
    assert not fresh(page).live
    assert not PublishedItem.objects.filter(page_id=page.pk).exists()
    decision = Withdrawal.objects.get()
    assert decision.decided_by == office and decision.decided_by_name == "孙办"
    assert decision.explanation == GIVEN["explanation"]
    assert LedgerEntry.objects.latest("sequence").kind == LedgerEntry.Kind.WITHDRAWN
    gone = client.get(page.url)
    assert gone.status_code == 410 and GIVEN["explanation"] in gone.content.decode()


def test_the_button_stands_on_the_page_of_who_may(client, world, page):
    client.force_login(world.people.root)
    explorer = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert item_url("withdraw", page) in client.get(explorer).content.decode()
    client.force_login(world.people.officer)
    assert item_url("withdraw", page) not in client.get(explorer).content.decode()


@pytest.mark.parametrize("person", ["officer", "head", "secrecy", "copy", "leader"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_without_the_permission_nothing_leaves(client, world, page, person, method):
    client.force_login(getattr(world.people, person))
    response = getattr(client, method)(item_url("withdraw", page), GIVEN)
    assert response.status_code == 302
    assert fresh(page).live and not Withdrawal.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"reason": "mood"},
        {"explanation": ""},
        {"explanation": "   "},
        {"explanation": "长" * 5001},
        {"successor_url": "javascript:alert(1)"},
        {"successor_url": "//evil.example/"},
        {"successor_url": "/a\\evil"},
        {"successor_url": "data:text/html,x"},
        {"successor_url": "see the other page"},
        {"reason": "replaced", "successor_url": ""},
        {"reason": "secrecy", "successor_url": "/catalogue/"},
    ],
)
def test_a_wrong_decision_is_refused_with_what_was_typed_kept(client, office, page, wrong):
    client.force_login(office)
    response = client.post(item_url("withdraw", page), {**GIVEN, **wrong})
    assert response.status_code == 200
    assert fresh(page).live and not Withdrawal.objects.exists()
    explanation = {**GIVEN, **wrong}["explanation"].strip()
    assert explanation in response.content.decode()


@pytest.mark.parametrize("address", ["/catalogue/01/new/", "https://www.gov.cn/zhengce/"])
def test_a_replaced_item_names_its_successor(client, office, page, address):
    client.force_login(office)
    client.post(item_url("withdraw", page), {**GIVEN, "reason": "replaced", "successor_url": address})
    assert Withdrawal.objects.get().successor_url == address


def test_withdrawing_twice_is_one_decision(client, office, page):
    client.force_login(office)
    for _each in range(2):
        client.post(item_url("withdraw", page), GIVEN)
    assert Withdrawal.objects.count() == 1


def test_a_draft_cannot_be_withdrawn(client, world, office):
    page = factories.draft(world)
    for person, status in ((world.people.root, 302), (office, 404)):
        client.force_login(person)
        assert client.get(item_url("withdraw", page)).status_code == status
        assert client.post(item_url("withdraw", page), GIVEN).status_code == status
    assert not Withdrawal.objects.exists()


@pytest.mark.parametrize("name", ["withdraw", "history"])
@pytest.mark.parametrize("key", ["999999", "x", "1 OR 1=1"])
def test_no_such_item_is_not_found(client, world, page, name, key):
    client.force_login(world.people.root)
    url = item_url(name, page).replace(f"/{page.pk}/", f"/{key}/")
    assert client.get(url).status_code == 404


def test_pages_outside_the_gate_have_no_withdrawal(client, world):
    client.force_login(world.people.root)
    assert client.get(item_url("withdraw", world.site.root_page)).status_code == 404


# Wagtail's own ways out


@pytest.fixture
def publisher(world):
    """Somebody with every page permission there is."""
    group = factories.group_with_pages("publishers", Page.get_first_root_node(), "add", "change", "publish")
    group = factories.group_with_pages("publishers", Page.get_first_root_node(), "bulk_delete", "unlock")
    assert GroupPagePermission.objects.filter(group=group).count() == 5
    return factories.user("publisher", groups=[group])


ROUTES = {
    "unpublish": lambda page: reverse("wagtailadmin_pages:unpublish", args=[page.pk]),
    "delete": lambda page: reverse("wagtailadmin_pages:delete", args=[page.pk]),
    "bulk unpublish": lambda page: bulk("unpublish", page),
    "bulk delete": lambda page: bulk("delete", page),
}


def bulk(action, page):
    return reverse("wagtail_bulk_action", args=["wagtailcore", "page", action]) + f"?id={page.pk}"


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("who", ["publisher", "superuser"])
def test_wagtails_own_routes_out_refuse(client, world, publisher, page, route, who):
    client.force_login(world.people.root if who == "superuser" else publisher)
    client.post(ROUTES[route](page), {"confirm": "1"})
    assert fresh(page).live


def test_moving_a_public_item_is_refused(client, world, page):
    client.force_login(world.people.root)
    url = reverse("wagtailadmin_pages:move_confirm", args=[page.pk, world.other_folder.pk])
    client.post(url)
    assert fresh(page).get_parent().pk == world.folder.pk


def test_the_buttons_of_those_routes_are_hidden(client, world, page):
    client.force_login(world.people.root)
    text = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    for name in ("unpublish", "delete", "move"):
        assert reverse(f"wagtailadmin_pages:{name}", args=[page.pk]) not in text


def test_a_withdrawn_item_comes_back_only_by_a_whole_review(client, world, office, page):
    client.force_login(office)
    client.post(item_url("withdraw", page), GIVEN)
    draft = fresh(page).get_latest_revision().as_object()
    draft.title = "更正后的通知"
    draft.save_revision(user=world.people.officer)
    assert factories.publish(world, fresh(page)).title == "更正后的通知"


def test_what_is_missing_is_said_once(client, office, page):
    client.force_login(office)
    form = client.post(item_url("withdraw", page), {**GIVEN, "reason": "", "explanation": " "}).context[
        "form"
    ]
    assert {name: len(errors) for name, errors in form.errors.items()} == {"reason": 1, "explanation": 1}


def test_what_only_the_decision_knows_is_said_at_its_field(client, office, page):
    client.force_login(office)
    response = client.post(
        item_url("withdraw", page), {**GIVEN, "reason": "secrecy", "successor_url": "/elsewhere/"}
    )
    assert list(response.context["form"].errors) == ["successor_url"]


def test_who_withdraws_learns_no_title_of_a_draft_or_of_the_next_edition(client, world, office, page):
    client.force_login(office)
    draft = factories.draft(world, "尚未公开的题名")
    assert client.get(item_url("withdraw", draft)).status_code == 404
    edition = fresh(page)
    edition.title = "下一版的题名"
    edition.save_revision(user=world.people.officer)
    shown = client.get(item_url("withdraw", page)).content.decode()
    assert page.title in shown and "下一版的题名" not in shown
