"""The header of an item: keywords, dates, categories, validity, size, address, snapshots."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests import factories
from wagtail_disclosure.catalogue.header_checks import make_slug, normal_keywords, split_keywords
from wagtail_disclosure.catalogue.models import Category, CategoryScheme, EntryPage

DAY = datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("价格；公示", "价格；公示"),
        ("价格; 公示", "价格；公示"),
        ("价格,公示，收费、 价格", "价格；公示；收费"),
        ("价格 公示　收费", "价格；公示；收费"),
        ("价格 PPP project", "价格 PPP project"),
        ("public  notice; price", "public notice; price"),
        (" ;；, ", ""),
        ("", ""),
    ],
)
def test_keywords_are_normalised(typed, normal):
    assert normal_keywords(typed) == normal


@given(st.text())
def test_normal_keywords_are_normal(text):
    assert normal_keywords(normal_keywords(text)) == normal_keywords(text)
    assert split_keywords(normal_keywords(text)) == split_keywords(text)


@given(st.dates(), st.uuids())
def test_addresses_are_short_and_of_the_document(day, key):
    slug = make_slug(day, key)
    assert slug == make_slug(day, str(key)) and len(slug) <= 17


def refused(page, field):
    with pytest.raises(ValidationError) as error:
        page.full_clean()
    assert field in error.value.message_dict
    return error.value.message_dict[field]


def test_a_draft_gets_its_address_without_looking_at_namesakes(world, django_assert_max_num_queries):
    def add():
        page = EntryPage(
            title="行政处罚决定书", department=world.office, live=False, locale=world.folder.locale
        )
        world.folder.refresh_from_db()
        return world.folder.add_child(instance=page)

    first, second = add(), add()
    assert first.slug.startswith(f"{timezone.localdate():%Y%m%d}-")
    assert first.slug != second.slug
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        add()
    for _each in range(5):
        add()
    with django_assert_max_num_queries(len(few)):
        add()


@pytest.mark.parametrize("field", ["date_signed", "formed_on"])
def test_dates_of_the_document_are_not_in_the_future(world, field):
    page = factories.draft(world, **{field: timezone.localdate()})
    page.full_clean()
    setattr(page, field, timezone.localdate() + DAY)
    refused(page, field)


def test_the_entry_is_not_generated_in_the_future(world):
    page = factories.draft(world)
    page.date_generated = timezone.now() + 2 * DAY
    refused(page, "date_generated")


def test_the_summary_has_a_limit(world):
    with override_settings(WAGTAIL_DISCLOSURE={"SUMMARY_MAX_LENGTH": 100}):
        page = factories.draft(world)
        page.summary = "长" * 101
        assert "100" in refused(page, "summary")[0]
        page.summary = "长" * 100
        page.full_clean()


def test_a_text_of_ten_megabytes_is_refused(world):
    page = factories.draft(world)
    page.body = [("paragraph", "<p>" + "信息公开" * 900_000 + "</p>")]
    assert "MB" in refused(page, "body")[0]


def test_a_category_is_of_its_scheme_and_agency(world):
    topics = CategoryScheme.objects.create(code="topics", name="主题", kind="topic")
    topic = Category.objects.create(scheme=topics, code="01", name="综合政务")
    page = factories.draft(world, topic=topic)
    page.full_clean()
    page.category = topic
    refused(page, "category")
    site = type(world.site).objects.create(hostname="b.example", root_page=world.site.root_page)
    other = type(world.agency).objects.create(site=site, name="市教育局")
    scheme = CategoryScheme.objects.create(code="other", name="目录", kind="agency", agency=other)
    page.category = Category.objects.create(scheme=scheme, code="01", name="工作信息")
    refused(page, "category")


def test_an_item_keeps_a_category_that_went_out_of_use(world):
    page = factories.draft(world)
    Category.objects.filter(pk=world.category.pk).update(active=False)
    EntryPage.objects.get(pk=page.pk).full_clean()


def test_what_is_replaced_says_by_what(world):
    page, newer = factories.draft(world), factories.draft(world)
    page.validity = "replaced"
    refused(page, "replaced_by")
    page.replaced_by = newer
    page.full_clean()
    page.validity = "valid"
    refused(page, "validity")


def test_replacements_make_no_circle(world):
    first, second = factories.draft(world), factories.draft(world)
    first.validity, first.replaced_by = "replaced", first
    refused(first, "replaced_by")
    first.replaced_by = second
    first.save()
    second.validity, second.replaced_by = "replaced", first
    refused(second, "replaced_by")


def test_a_draft_carries_the_department_of_today_and_the_public_page_that_of_its_approval(world):
    page = factories.published(world)
    world.office.name = "综合办公室"
    world.office.save()
    page.refresh_from_db()
    assert page.department_name == "办公室"
    page = EntryPage.objects.get(pk=page.pk)
    page.save_revision(user=world.people.officer)
    assert page.get_latest_revision().as_object().department_name == "综合办公室"
    assert EntryPage.objects.get(pk=page.pk).department_name == "办公室"


def test_a_rename_between_approval_and_release_publishes_what_was_approved(world):
    page = factories.draft(world)
    from wagtail_disclosure.publishing import actions

    actions.submit(page, world.people.officer)
    for reviewer in (world.people.head, world.people.secrecy, world.people.copy):
        factories.approve_step(page, reviewer)
    world.office.name = "综合办公室"
    world.office.save()
    factories.approve_step(page, world.people.leader)
    page = EntryPage.objects.get(pk=page.pk)
    assert (page.live, page.department_name) == (True, "办公室")


def test_the_names_are_in_the_language_of_the_item(world):
    world.office.names = {"en": "General Office"}
    world.office.save()
    page = factories.draft(world, issuing_body="市发展改革委、市财政局")
    page.locale = type(page.locale).objects.get_or_create(language_code="en")[0]
    page.save_revision(user=world.people.officer, clean=False)
    draft = page.get_latest_revision().as_object()
    assert (draft.department_name, draft.issuing_body) == ("General Office", "市发展改革委、市财政局")


@pytest.mark.parametrize("ready", [True, False])
def test_an_item_of_a_department_that_ended_is_not_submitted(world, ready):
    from wagtail_disclosure.publishing import actions

    page = factories.draft(world)
    if ready:
        actions.submit(page, world.people.officer)
        return
    type(world.office).objects.filter(pk=world.office.pk).update(
        status="merged", status_date=timezone.localdate()
    )
    world.office.successors.add(world.other)
    with pytest.raises(ValidationError, match="价格管理科"):
        actions.submit(EntryPage.objects.get(pk=page.pk), world.people.officer)
