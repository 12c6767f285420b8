"""wagtail-localize from the first edition of a translation to the second: a visitor sees each after its review alone."""

import re

import pytest
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from tests import factories
from wagtail_disclosure.catalogue.models import EntryPage
from wagtail_disclosure.publishing.evidence import contributors
from wagtail_disclosure.publishing.models import Seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, world):
    settings.WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = True
    return world


@pytest.fixture
def english():
    return Locale.objects.get_or_create(language_code="en")[0]


@pytest.fixture
def original(world):
    return factories.published(world, "关于价格公示的通知")


def served(client, page):
    page = EntryPage.objects.get(pk=page.pk)
    # Languages share their addresses here; the reader's language chooses the page.
    response = client.get(page.url, headers={"Accept-Language": page.locale.language_code})
    text = response.content.decode() if response.status_code == 200 else ""
    return re.sub(r"<bdi>\d+</bdi>", "", text)


@pytest.fixture
def visit(client):
    from django.test import Client

    return lambda page: served(Client(), page)


def submitted(client, world, page, english):
    """What “Translate this page” does, while its original is public."""
    client.force_login(world.people.root)
    url = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    response = client.post(url, {"locales": [english.pk], "include_subtree": ""})
    assert response.status_code == 302
    return EntryPage.objects.get(translation_key=page.translation_key, locale=english)


def translate(page, english, by=None, **texts):
    """What the translation editor stores of each text."""
    source = TranslationSource.objects.get(object_id=page.translation_key)
    for path, text in texts.items():
        segment = source.stringsegment_set.get(context__path=path)
        StringTranslation.objects.update_or_create(
            translation_of=segment.string,
            locale=english,
            context=segment.context,
            defaults={"data": text, "last_translated_by": by},
        )


def take_over(client, translated, **data):
    translation = Translation.objects.get(source__object_id=translated.translation_key)
    url = reverse("wagtail_disclosure_review:take_over", args=[translation.pk])
    assert client.get(url).status_code == 200
    response = client.post(url, data, follow=True)
    assert response.status_code == 200
    return response


def pass_review(world, page):
    people = world.people
    for reviewer in (people.head, people.secrecy, people.copy, people.leader):
        factories.approve_step(page, reviewer)


def second_original(world, original, title="关于价格公示的通知（修订）"):
    edition = EntryPage.objects.get(pk=original.pk)
    edition.title = title
    edition.save_revision(user=world.people.officer)
    return factories.publish(world, EntryPage.objects.get(pk=original.pk))


def test_both_editions_of_a_translation_are_served_after_review(world, client, visit, original, english):
    translated = submitted(client, world, original, english)
    assert visit(translated) == ""
    translate(original, english, title="Notice on posting prices")
    take_over(client, translated, submit="1")
    assert visit(translated) == ""
    pass_review(world, translated)
    assert "Notice on posting prices" in visit(translated)
    # The original changes, the translation follows.
    second_original(world, original)
    url = reverse("wagtail_localize:update_translations", args=[TranslationSource.objects.get().pk])
    client.post(url, {"publish_translations": ""})
    translate(original, english, title="Notice on posting prices (revised)")
    assert "(revised)" not in visit(translated)
    take_over(client, translated)
    assert "Notice on posting prices" in visit(translated)
    assert "(revised)" not in visit(translated)
    draft = EntryPage.objects.get(pk=translated.pk).get_latest_revision_as_object()
    assert draft.title == "Notice on posting prices (revised)"
    take_over(client, translated, submit="1")
    assert "(revised)" not in visit(translated)
    pass_review(world, translated)
    assert "Notice on posting prices (revised)" in visit(translated)
    assert Seal.objects.about(translated).in_force().count() == 1


@pytest.fixture
def public_translation(world, client, original, english):
    translated = submitted(client, world, original, english)
    translate(original, english, title="Notice")
    take_over(client, translated, submit="1")
    pass_review(world, translated)
    return EntryPage.objects.get(pk=translated.pk)


def test_updating_translations_and_publishing_them_makes_drafts(
    world, client, visit, original, english, public_translation, django_capture_on_commit_callbacks
):
    before = visit(public_translation)
    second_original(world, original)
    url = reverse("wagtail_localize:update_translations", args=[TranslationSource.objects.get().pk])
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(url, {"publish_translations": "on"})
    assert response.status_code == 302
    assert visit(public_translation) == before
    page = EntryPage.objects.get(pk=public_translation.pk)
    assert page.has_unpublished_changes
    assert page.get_latest_revision_as_object().title == "关于价格公示的通知（修订）"


def test_the_translation_editor_leads_to_the_review(
    world, client, visit, original, english, public_translation
):
    before = visit(public_translation)
    translate(original, english, title="Unreviewed")
    url = reverse("wagtailadmin_pages:edit", args=[public_translation.pk])
    translation = Translation.objects.get()
    address = reverse("wagtail_disclosure_review:take_over", args=[translation.pk])
    assert address in client.get(url).content.decode()
    assert client.post(url, {"action": "publish"}).url == address
    assert visit(public_translation) == before


def test_what_is_under_review_is_not_taken_over_again(
    world, client, visit, original, english, public_translation
):
    translate(original, english, title="Second")
    take_over(client, public_translation, submit="1")
    translate(original, english, title="Unreviewed")
    response = take_over(client, public_translation)
    assert list(response.context["messages"])
    draft = EntryPage.objects.get(pk=public_translation.pk).get_latest_revision_as_object()
    assert draft.title == "Second"


def test_who_may_not_edit_the_translation_does_not_take_it_over(world, client, original, english):
    submitted(client, world, original, english)
    client.force_login(world.people.copy)
    url = reverse("wagtail_disclosure_review:take_over", args=[Translation.objects.get().pk])
    assert client.post(url).status_code == 404


def test_a_translator_whose_texts_were_corrected_reviews_none_of_it(world, client, original, english):
    translated = submitted(client, world, original, english)
    translate(original, english, by=world.people.leader, title="Notice on price publicty")
    translate(original, english, by=world.people.officer, title="Notice on price publicity")
    take_over(client, translated)
    assert str(world.people.leader.pk) in contributors(translated)


def test_what_is_translated_while_an_edition_is_under_review_counts_for_the_next(
    world, client, original, english
):
    translated = submitted(client, world, original, english)
    translate(original, english, by=world.people.officer, title="Notice")
    take_over(client, translated, submit="")
    translate(original, english, by=world.people.leader, title="Notice on prices")
    # Somebody else than the leader decides last here: the leader has worked on what comes next.
    deputy = factories.user("deputy", groups=[*world.people.leader.groups.all()])
    for reviewer in (world.people.head, world.people.secrecy, world.people.copy, deputy):
        factories.approve_step(translated, reviewer)
    assert EntryPage.objects.get(pk=translated.pk).live
    take_over(client, translated)
    assert str(world.people.leader.pk) in contributors(EntryPage.objects.get(pk=translated.pk))
