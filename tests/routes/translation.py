"""Translations: wagtail-localize, simple translation, the aliases that Wagtail keeps in step."""

from django.test import Client, override_settings
from wagtail.models import Locale, Page
from wagtail_localize.models import (
    LocaleSynchronization,
    StringTranslation,
    Translation,
    TranslationSource,
)
from wagtail_localize.synctree import synchronize_tree

from .route import HARMLESS, NOBODY, Group
from .scene import DRAFT_WORD, FOREIGN, PUBLISHER, SUPERUSER

group = Group("Translation")
WHO = (PUBLISHER, SUPERUSER)


def seen_in_english():
    """What is served of pages in English to whoever asks for that language."""
    reader = Client(headers={"Accept-Language": "en"})
    found = [reader.get(page.url) for page in Page.objects.filter(locale__language_code="en") if page.url]
    return [answer.content.decode() for answer in found if answer.status_code == 200]


def nothing_foreign():
    for text in seen_in_english():
        assert FOREIGN not in text
        assert DRAFT_WORD not in text


def english():
    return Locale.objects.get_or_create(language_code="en")[0]


def translated(page):
    """``page`` with a translation whose texts are ``FOREIGN``."""
    source, _created = TranslationSource.update_or_create_from_instance(page)
    translation, _created = Translation.objects.get_or_create(source=source, target_locale=english())
    for segment in source.stringsegment_set.all():
        StringTranslation.objects.update_or_create(
            translation_of=segment.string,
            locale=translation.target_locale,
            context=segment.context,
            defaults={"data": FOREIGN},
        )
    return translation


@group.route(
    "“Translate this page” of what is public",
    "revised",
    "news",
    who=WHO,
    expects=HARMLESS,
    covers=["wagtail_localize:submit_page_translation"],
)
def submit(attempt, page):
    for setting in (True, False):
        with override_settings(WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE=setting):
            attempt.post(
                "wagtail_localize:submit_page_translation", page.pk, data={"locales": [english().pk]}
            )
    nothing_foreign()


@group.route(
    "translation saved and published by code", "revised", "news", "notice", who=NOBODY, expects=HARMLESS
)
def save_target(attempt, page):
    translated(page).save_target(publish=True)
    nothing_foreign()


@group.route("translation of an alias that is public", "item", who=NOBODY, expects=HARMLESS)
def save_over_alias(attempt, page):
    translated(page).save_target(publish=True)
    nothing_foreign()


@group.route(
    "“Publish” in the translation editor",
    "revised",
    "news",
    who=WHO,
    expects=HARMLESS,
    covers=["wagtailadmin_pages:edit"],
)
def publish_translation(attempt, page):
    translation = translated(page)
    translation.save_target(publish=False)
    target = translation.get_target_instance()
    attempt.post("wagtailadmin_pages:edit", target.pk, data={"action": "publish"})
    nothing_foreign()


@group.route(
    "“Sync translated pages”, published",
    "revised",
    "news",
    who=WHO,
    expects=HARMLESS,
    covers=["wagtail_localize:update_translations"],
)
def update_translations(attempt, page):
    translation = translated(page)
    translation.save_target(publish=False)
    address = "wagtail_localize:update_translations"
    attempt.post(address, translation.source_id, data={"publish_translations": "on"})
    nothing_foreign()


@group.route("revision of a translation published by code", "revised", "news", who=NOBODY)
def publish_target(attempt, page):
    translation = translated(page)
    translation.save_target(publish=False)
    translation.get_target_instance().get_latest_revision().publish()


@group.route("alias turned into a page and edited", "item_alias", who=NOBODY)
def convert_alias(attempt, page):
    page.alias_of, page.title = None, FOREIGN
    page.save()


@group.route(
    "alias turned into a page in the admin",
    "item_alias",
    who=WHO,
    expects=HARMLESS,
    covers=["wagtailadmin_pages:convert_alias"],
)
def convert_alias_in_admin(attempt, page):
    attempt.post("wagtailadmin_pages:convert_alias", page.pk)
    attempt.edit("wagtailadmin_pages:edit", page.pk, **{"title": FOREIGN, "action-publish": "1"})
    nothing_foreign()


@group.route(
    "translation turned back into an alias",
    "revised",
    who=WHO,
    expects=HARMLESS,
    covers=["wagtail_localize:convert_to_alias"],
)
def convert_to_alias(attempt, page):
    translation = translated(page)
    translation.save_target(publish=False)
    attempt.post("wagtail_localize:convert_to_alias", translation.get_target_instance().pk)
    nothing_foreign()


@group.route(
    "tree kept in step with a new language",
    "english",
    who=NOBODY,
    expects=HARMLESS,
    covers=["command:sync_locale_trees"],
)
def synchronize(attempt, locale):
    original = attempt.scene.item.locale
    LocaleSynchronization.objects.get_or_create(locale=locale, defaults={"sync_from": original})
    synchronize_tree(original, locale)
    nothing_foreign()


@group.route("aliases updated from a draft", "item", who=NOBODY)
def update_aliases(attempt, page):
    draft = page.get_latest_revision_as_object()
    draft.title = FOREIGN
    draft.update_aliases()
    nothing_foreign()


@group.route(
    "simple translation of what is public",
    "revised",
    who=WHO,
    expects=HARMLESS,
    covers=["simple_translation:submit_page_translation"],
)
def simple(attempt, page):
    attempt.post(
        "simple_translation:submit_page_translation",
        page.pk,
        data={"locales": [english().pk], "include_subtree": ""},
    )
    nothing_foreign()


@group.route("copy for translation", "revised", "news", who=NOBODY, expects=HARMLESS)
def copy_for_translation(attempt, page):
    copied = page.copy_for_translation(english(), copy_parents=True)
    copied.save_revision()
    nothing_foreign()


@group.route("copy of a snippet for translation, saved live", "notice", who=NOBODY)
def copy_snippet(attempt, row):
    row.copy_for_translation(english()).save()


@group.route("alias of a draft in another language, made live", "draft", "news_draft", who=NOBODY)
def live_alias(attempt, page):
    alias = page.copy_for_translation(english(), copy_parents=True, alias=True)
    alias.live = True
    alias.save()
