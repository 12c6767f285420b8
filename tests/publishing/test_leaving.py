"""Withdrawal, complete: successors and redirects, what the public reads and finds, caches, pages outside the catalogue."""

import datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale

from tests import factories
from tests.publishing.leaving import (
    EVERYWHERE,
    RecordingCache,
    fresh,
    number_url,
    official,
    public_places,
    text,
    with_file,
)
from tests.testapp.models import PlainPage
from wagtail_disclosure.catalogue import departed
from wagtail_disclosure.publishing import actions, front_cache, gate, guard, takedowns
from wagtail_disclosure.publishing.errors import WithdrawalRequired
from wagtail_disclosure.publishing.evidence import contributors
from wagtail_disclosure.publishing.models import LedgerEntry, Seal, Withdrawal
from wagtail_disclosure.publishing.review.views import item_url

pytestmark = pytest.mark.django_db
GIVEN = {"reason": "content_error", "explanation": "数据有误，已更正。"}


@pytest.fixture(autouse=True)
def _files_are_redirected_to(settings):
    # The storage of the tests has no paths to send files from.
    settings.WAGTAILDOCS_SERVE_METHOD = "redirect"


@pytest.fixture
def office(world):
    return official("office", name="孙办")


def withdraw(page, by, **given):
    return actions.withdraw(page, by, **{**GIVEN, **given})


# What a visitor gets at each stage


def test_what_a_visitor_gets_before_after_and_when_it_is_back(client, world, office):
    page, attached = with_file(world)
    number = number_url(world, page)
    assert public_places(client, world, page) == EVERYWHERE
    assert client.get(attached.url).status_code == 302 and client.get(number)["Location"] == page.url
    withdraw(page, office)
    assert public_places(client, world, page) == set()
    assert client.get(attached.url).status_code == 404
    assert client.get(page.url).status_code == client.get(number).status_code == 410
    assert GIVEN["explanation"] in text(client.get(number))
    factories.publish(world, fresh(page))
    assert public_places(client, world, page) == EVERYWHERE
    assert client.get(attached.url).status_code == 302 and client.get(number)["Location"] == page.url


def test_a_withdrawn_item_comes_back_only_by_a_whole_review_by_people_who_did_not_work_on_it(world, office):
    page = factories.published(world)
    withdraw(page, office)
    draft = fresh(page).get_latest_revision_as_object()
    draft.summary = "更正"
    draft.save_revision(user=world.people.head)
    assert contributors(fresh(page)) == {str(world.people.head.pk)}
    actions.submit(fresh(page), world.people.officer)
    with pytest.raises(gate.GateRefused):
        factories.approve_step(page, world.people.head)
    assert not fresh(page).live


def test_the_review_that_ran_when_it_was_withdrawn_ends(world, office):
    page = factories.published(world)
    edition = fresh(page)
    edition.title = "下一版"
    edition.save_revision(user=world.people.officer)
    actions.submit(fresh(page), world.people.officer)
    withdraw(page, office)
    assert not fresh(page).workflow_in_progress


LEFT = {
    "withdrawn": withdraw,
    "taken down": lambda page, by: takedowns.take_down(
        page, by, reason="secrecy", explanation="走向不宜公开。"
    ),
}


@pytest.mark.parametrize("leave", LEFT.values(), ids=LEFT)
def test_notices_stay_when_the_key_of_the_ledger_is_lost(client, world, office, settings, leave):
    page, attached = with_file(world)
    leave(page, office)
    places = (page.url, number_url(world, page))
    before = [(client.get(each).status_code, text(client.get(each))) for each in places]
    settings.WAGTAIL_DISCLOSURE = {"LEDGER_KEY": "another key of this site, much too late"}
    assert [(client.get(each).status_code, text(client.get(each))) for each in places] == before
    assert before[0][0] == 410 and client.get(attached.url).status_code == 404


@pytest.mark.raw
def test_what_was_public_without_a_review_leaves_by_the_decision_and_leaves_none_open(client, world, office):
    page = factories.draft(world)
    type(page).objects.filter(pk=page.pk).update(live=True)
    decision = withdraw(fresh(page), office)
    assert decision.carried_out_at is not None
    assert client.get(page.url).status_code == 410 and GIVEN["explanation"] in text(client.get(page.url))
    entry = LedgerEntry.objects.about(page).get(kind=LedgerEntry.Kind.WITHDRAWN)
    assert entry.data["unsealed"] is True
    page = factories.publish(world, fresh(page))
    with pytest.raises(WithdrawalRequired):
        page.unpublish()


# Successor and redirect


def test_a_page_of_the_site_is_chosen_and_the_old_address_leads_there(client, world, office):
    newer, page = factories.published(world, "新的通知"), factories.published(world, "旧的通知")
    client.force_login(office)
    data = {**GIVEN, "reason": "replaced", "successor": str(newer.pk), "redirects": "on"}
    client.post(item_url("withdraw", page), data)
    client.logout()
    answer = client.get(page.url)
    assert answer.status_code == 301 and answer["Location"] == newer.url
    assert "max-age=3600" in answer["Cache-Control"]
    notice = client.get(number_url(world, page))
    link = BeautifulSoup(notice.content, "html.parser").select_one(".disclosure-callout a")
    assert notice.status_code == 410 and link["href"] == newer.url and link.get_text() == "新的通知"


def test_without_the_wish_to_redirect_the_old_address_shows_the_notice(client, world, office):
    newer, page = factories.published(world, "新的通知"), factories.published(world, "旧的通知")
    withdraw(page, office, reason="replaced", successor=newer)
    answer = client.get(page.url)
    assert answer.status_code == 410 and newer.url in answer.content.decode()


def test_an_address_elsewhere_is_led_to(client, world, office):
    page = factories.published(world)
    withdraw(page, office, successor_url="https://www.gov.cn/zhengce/", redirects=True)
    assert client.get(page.url)["Location"] == "https://www.gov.cn/zhengce/"


def test_when_the_successor_leaves_the_way_ends_at_the_notice_and_never_in_a_circle(client, world, office):
    first, second = factories.published(world, "甲"), factories.published(world, "乙")
    third = factories.published(world, "丙")
    withdraw(first, office, successor=second, redirects=True)
    withdraw(second, office, successor=third, redirects=True)
    assert client.get(first.url)["Location"] == third.url
    withdraw(third, office)
    for page in (first, second, third):
        answer = client.get(page.url)
        assert answer.status_code == 410 and "丙" not in (text(answer) if page != third else "")
    Withdrawal.objects.about(third).update(successor=first, redirects=True)
    assert client.get(first.url).status_code == 410
    factories.publish(world, fresh(third))
    assert client.get(first.url)["Location"] == third.url


@pytest.mark.parametrize("address", ["own path", "own address", "another that left"])
def test_a_typed_address_of_this_site_is_led_to_only_while_it_is_public(client, world, office, address):
    page, other = factories.published(world, "甲"), factories.published(world, "乙")
    typed = {
        "own path": page.url,
        "own address": f"http://localhost{page.url}",
        "another that left": other.url,
    }
    withdraw(page, office, successor_url=typed[address], redirects=True)
    withdraw(other, office, successor_url=page.url, redirects=True)
    assert client.get(page.url).status_code == 410


def test_a_successor_that_the_public_cannot_read_is_refused_and_not_named(client, world, office):
    draft, page = factories.draft(world, "尚未公开的题名"), factories.published(world)
    client.force_login(office)
    response = client.post(item_url("withdraw", page), {**GIVEN, "successor": str(draft.pk)})
    assert response.status_code == 200 and "尚未公开的题名" not in response.content.decode()
    response = client.post(item_url("withdraw", page), {**GIVEN, "successor": str(page.pk)})
    assert response.status_code == 200 and fresh(page).live


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirects": "on"},
        {"reason": "secrecy", "successor": "other"},
        {"successor": "other", "successor_url": "https://www.gov.cn/"},
        {"successor": "x"},
        {"reason": "replaced"},
    ],
)
def test_successors_that_do_not_fit_are_refused(client, world, office, wrong):
    other, page = factories.published(world, "其他"), factories.published(world)
    wrong = {name: str(other.pk) if value == "other" else value for name, value in wrong.items()}
    client.force_login(office)
    response = client.post(item_url("withdraw", page), {**GIVEN, **wrong})
    assert response.status_code == 200 and response.context["form"].errors and fresh(page).live
    assert GIVEN["explanation"] in response.content.decode()


# What the public reads


@pytest.mark.parametrize("number", ["11010519491231002X", "13812345678"])
def test_a_number_of_a_person_in_the_explanation_is_asked_about_once(client, world, office, number):
    page = factories.published(world)
    client.force_login(office)
    data = {**GIVEN, "explanation": f"请与当事人联系：{number}。"}
    response = client.post(item_url("withdraw", page), data)
    assert response.status_code == 200 and fresh(page).live
    assert (
        'name="personal_checked"' in response.content.decode()
        and data["explanation"] in response.content.decode()
    )
    client.post(item_url("withdraw", page), {**data, "personal_checked": "on"})
    assert not fresh(page).live


def test_a_harmless_explanation_asks_for_no_confirmation(client, world, office):
    client.force_login(office)
    shown = client.get(item_url("withdraw", factories.published(world))).content.decode()
    assert 'type="checkbox" name="personal_checked"' not in shown


def test_translations_leave_with_it_or_stay(client, world, office):
    page = factories.published(world)
    copy = page.copy_for_translation(Locale.objects.get_or_create(language_code="en")[0], copy_parents=True)
    copy.save_revision(user=world.people.officer)
    translation = factories.publish(world, fresh(copy))
    client.force_login(office)
    client.post(item_url("withdraw", page), {**GIVEN, "also": [str(translation.pk)]})
    assert not fresh(page).live and not fresh(translation).live and Withdrawal.objects.count() == 2


def test_the_names_of_files_are_kept_back_with_the_title(client, world, office):
    page, attached = with_file(world, "张三的处罚决定书")
    attached.title = "x"
    withdraw(page, office, reason="personal_information")
    record = text(client.get(f"{world.catalogue.url}record/{page.pk}/"))
    assert "附件" not in record


# What editors see


def test_editors_read_in_the_editor_and_in_the_drafts_why_it_was_withdrawn(client, world, office):
    page = factories.published(world)
    withdraw(page, office)
    client.force_login(world.people.officer)
    shown = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]), follow=True).content.decode()
    assert "孙办" in shown and GIVEN["explanation"] in shown
    state = fresh(page).status_string
    explorer = client.get(reverse("wagtailadmin_explore", args=[world.folder.pk])).content.decode()
    assert state != factories.draft(world).status_string and state in explorer


def test_an_item_that_expired_as_approved_shows_so(client, world):
    page = factories.published(world, expire_at=timezone.now() + datetime.timedelta(days=1))
    with time_machine.travel(timezone.now() + datetime.timedelta(days=2)):
        call_command("publish_scheduled")
        assert client.get(page.url).status_code == 410
        client.force_login(world.people.officer)
        edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
        assert client.get(edit, follow=True).status_code == 200


# Caches in front


@pytest.fixture
def purged(settings, monkeypatch):
    """What the cache in front is told to purge."""
    settings.WAGTAILFRONTENDCACHE = {"default": {"BACKEND": "tests.publishing.leaving.RecordingCache"}}
    monkeypatch.setattr(front_cache, "is_used", lambda: True)
    monkeypatch.setattr(RecordingCache, "purged", [])
    return RecordingCache.purged


@pytest.mark.parametrize("how", ["withdrawn", "published again"])
def test_the_item_its_lists_and_its_files_are_purged_on_commit(
    world, office, purged, django_capture_on_commit_callbacks, how
):
    page, attached = with_file(world)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(page, office)
        assert purged == []
    if how == "published again":
        purged.clear()
        with django_capture_on_commit_callbacks(execute=True):
            factories.publish(world, fresh(page))
    base = f"http://localhost{world.catalogue.url}"
    wanted = {
        f"http://localhost{page.url}",
        base,
        f"{base}category/0101/",
        f"{base}category/01/",
        f"{base}department/01/",
        f"{base}feed/atom/",
        f"{base}sitemap/",
        f"{base}record/{page.pk}/",
        f"http://localhost{number_url(world, page)}",
    }
    if how == "withdrawn":
        wanted.add(f"http://localhost{attached.url}")
    assert wanted - set(purged) == set()


def test_a_cache_that_cannot_be_reached_undoes_nothing(
    world, office, purged, monkeypatch, django_capture_on_commit_callbacks
):
    page = factories.published(world)
    monkeypatch.setattr(RecordingCache, "is_away", True)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(page, office)
    assert not fresh(page).live and purged == []


# Pages of the site outside the catalogue


@pytest.fixture
def plain(world, settings, monkeypatch):
    """A public page of a type that the site put under the gate."""
    settings.WAGTAIL_DISCLOSURE = {"GUARDED_MODELS": ["testapp.PlainPage"]}
    kept = {
        name: vars(PlainPage).get(name)
        for name in (
            "save",
            "publish",
            "get_workflow",
            "has_workflow",
            "permissions_for_user",
            "route",
            "status_string",
            "_disclosure_guarded",
        )
    }
    gate.guard_class(PlainPage)
    departed.answer_for(PlainPage)
    page = PlainPage(
        title="便民须知", slug="guide", body="<p>须知</p>", live=False, owner=world.people.officer
    )
    world.site.root_page.add_child(instance=page)
    page.save_revision(user=world.people.officer)
    yield factories.publish(world, fresh(page))
    for name, value in kept.items():
        if value is None and name in vars(PlainPage):
            delattr(PlainPage, name)
    guard.forget()


def test_a_page_of_the_site_that_was_withdrawn_leaves_a_notice_too(client, world, office, plain):
    assert client.get(plain.url).status_code == 200
    withdraw(plain, office)
    notice = client.get(plain.url)
    assert (
        notice.status_code == 410
        and GIVEN["explanation"] in text(notice)
        and "须知</p>" not in notice.content.decode()
    )
    assert not Seal.objects.about(plain).in_force().exists()
    newer = factories.published(world, "新须知")
    Withdrawal.objects.about(plain).update(successor=newer, redirects=True)
    assert client.get(plain.url)["Location"] == newer.url


def test_a_draft_of_such_a_page_and_a_page_below_it_are_not_found(client, world, plain):
    draft = PlainPage(title="未公开", slug="draft", live=False)
    world.site.root_page.add_child(instance=draft)
    assert client.get(draft.url).status_code == 404
    assert client.get(f"{plain.url}nothing/").status_code == 404
