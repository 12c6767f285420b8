"""Places in several languages: translations arrive as drafts, and list what is public in their own language."""

import pytest
from bs4 import BeautifulSoup
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from tests import factories
from tests.register_rows import fill
from wagtail_disclosure.portal.models import ColumnPage, GuidePage, PlatformSectionPage, SubsitePage
from wagtail_disclosure.publishing.evidence import policies_for

from .conftest import OFFICE_FIELDS, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def english(world):
    """The site in English: a translated home page, public."""
    locale = Locale.objects.get_or_create(language_code="en")[0]
    home = world.site.root_page.specific.copy_for_translation(locale)
    home.title = "Home"
    home.save_revision().publish()
    return locale


@pytest.fixture
def read(client):
    def get(page):
        # Without a prefix in the addresses, the reader's language chooses the page.
        response = client.get(page.url, headers={"Accept-Language": page.locale.language_code})
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")

    return get


def in_english(page, english, world, **words):
    """Translate ``page``, say ``words`` in English and take it through the review."""
    draft = page.copy_for_translation(english)
    for name, text in words.items():
        setattr(draft, name, text)
    draft.save_revision(user=world.people.officer)
    return factories.publish(world, draft)


def titles(page):
    return [each.get_text(strip=True) for each in page.select(".disclosure-items tbody th > a")]


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (PlatformSectionPage, {}),
        (SubsitePage, {"phone": "0100-5550101"}),
        (ColumnPage, {"accent": "teal"}),
        (GuidePage, OFFICE_FIELDS),
    ],
)
def test_a_translation_is_a_draft_with_everything_in_it(world, english, model, fields):
    if model is SubsitePage:
        fields = {**fields, "department": world.office}
    if model is ColumnPage:
        fields = {**fields, "categories": [world.category, world.parent_category]}
    page = place(world, model, "原文", **fields)
    draft = page.copy_for_translation(english)
    assert not draft.live
    edition = draft.get_latest_revision_as_object()
    for name, value in fields.items():
        if name == "categories":
            assert [row.category for row in edition.mapped_categories.all()] == value
        else:
            assert getattr(edition, name) == value


def test_a_column_lists_what_is_public_in_its_own_language(world, english, read):
    column = place(world, ColumnPage, "通知通告", categories=[world.category])
    translated = in_english(column, english, world, title="Notices")
    fill(world, 2, titles=lambda number: f"中文{number}")
    fill(world, 2, language="en", titles=lambda number: f"English {number}")
    assert titles(read(column)) == ["中文0", "中文1"]
    assert titles(read(translated)) == ["English 0", "English 1"]


def test_menus_and_sub_sites_stay_in_the_language_of_the_page(world, english, read):
    subsite = place(world, SubsitePage, "办公室子站", department=world.office)
    column = place(world, ColumnPage, "动态", parent=subsite, categories=[world.category])
    english_subsite = in_english(subsite, english, world, title="General Office")
    english_column = in_english(column, english, world, title="News")
    tabs = read(english_subsite).select(".disclosure-tabs a")
    assert [each["href"] for each in tabs] == [english_subsite.url, english_column.url]
    assert column.url in str(read(subsite).select_one(".disclosure-tabs"))


def test_the_section_leads_to_the_translations_of_its_pages_where_they_are_public(world, english, read):
    guide = place(world, GuidePage, "公开指南", **OFFICE_FIELDS)
    rules = place(world, ColumnPage, "公开制度")
    section = place(world, PlatformSectionPage, "政府信息公开", guide_page=guide, rules_page=rules)
    english_guide = in_english(guide, english, world, title="Disclosure guide")
    english_section = in_english(section, english, world, title="Information disclosure")
    blocks = [each["href"] for each in read(english_section).select(".disclosure-blocks a")]
    assert blocks[:2] == [english_guide.url, rules.url]


def test_a_translation_stands_under_the_policy_of_its_own_site(world, english):
    page = place(world, PlatformSectionPage, "政府信息公开")
    assert policies_for(page.copy_for_translation(english)) == [world.policy]


def test_the_strings_of_a_place_are_offered_to_translators_and_its_settings_are_not(world, english):
    page = place(
        world,
        ColumnPage,
        "通知通告",
        introduction="<p>发布通知。</p>",
        accent="teal",
        categories=[world.category],
    )
    source, _created = TranslationSource.update_or_create_from_instance(page)
    strings = set(source.stringsegment_set.values_list("string__data", flat=True))
    assert {"通知通告", "发布通知。"} <= strings
    assert not {"news", "teal"} & strings
    translation = Translation.objects.create(source=source, target_locale=english)
    for segment in source.stringsegment_set.all():
        StringTranslation.objects.create(
            translation_of=segment.string,
            locale=english,
            context=segment.context,
            data="Notices" if segment.string.data == "通知通告" else "notices-en",
        )
    translation.save_target(publish=False)
    made = ColumnPage.objects.get(locale=english)
    assert not made.live
    assert made.get_latest_revision_as_object().title == "Notices"
    assert [row.category for row in made.mapped_categories.all()] == [world.category]
