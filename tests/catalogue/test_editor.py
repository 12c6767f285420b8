"""The editor of items over HTTP: what may be typed and chosen, and what may not."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.rich_text import RichText
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from tests import factories
from wagtail_disclosure.catalogue import numbers
from wagtail_disclosure.catalogue.blocks import CleanRichText
from wagtail_disclosure.catalogue.models import Category, CategoryScheme, EntryPage

pytestmark = pytest.mark.django_db
ADD = ["wagtail_disclosure", "entrypage"]


@pytest.fixture
def officer(client, world):
    client.force_login(world.people.officer)
    return client


def data(world, **more):
    fields = {
        "title": "关于价格公示的通知",
        "summary": "",
        "body": streamfield([("paragraph", rich_text("<p>现将有关事项通知如下。</p>"))]),
        "department": world.office.pk,
        "category": world.category.pk,
        "validity": "valid",
        "attachments": inline_formset([]),
        "related_items": inline_formset([]),
        "comments": inline_formset([]),
        **more,
    }
    return nested_form_data(fields)


def add_url(world):
    return reverse("wagtailadmin_pages:add", args=[*ADD, world.folder.pk])


def add(client, world, **more):
    return client.post(add_url(world), data(world, **more))


def only_draft():
    return EntryPage.objects.get().get_latest_revision().as_object()


def errors_of(response):
    form = response.context["form"]
    return {**form.errors, **{name: each.errors for name, each in form.formsets.items() if any(each.errors)}}


def test_the_form_has_its_tabs_and_nothing_for_what_cannot_be_typed(officer, world):
    response = officer.get(add_url(world))
    soup = BeautifulSoup(response.content, "html.parser")
    assert len(soup.select('[role="tab"]')) >= 5
    fields = set(response.context["form"].fields)
    assert {"title", "body", "department", "date_signed", "validity", "category"} <= fields
    assert not fields & {"slug", "first_published_at", "department_name", "index_number", "seo_title"}
    assert {"go_live_at", "expire_at"} <= fields


def test_a_draft_is_saved_with_its_header_filled_in(officer, world):
    add(officer, world, keywords="价格，公示", document_number="临发改〔2026〕1号")
    draft = only_draft()
    assert (draft.keywords, draft.department_name, draft.issuing_body) == (
        "价格；公示",
        "办公室",
        "市发展改革委",
    )
    assert not draft.live and draft.slug


def test_the_department_is_that_of_the_folder_and_others_are_not_offered(officer, world):
    form = officer.get(add_url(world)).context["form"]
    assert form["department"].initial == world.office.pk
    assert list(form.fields["department"].queryset) == [world.office]
    response = add(officer, world, department=world.other.pk)
    assert "department" in errors_of(response)
    assert not EntryPage.objects.exists()


def test_the_office_may_choose_any_department_of_the_agency(client, world):
    client.force_login(world.people.root)
    form = client.get(add_url(world)).context["form"]
    assert set(form.fields["department"].queryset) == {world.office, world.other}


@pytest.mark.parametrize("field", ["first_published_at", "last_published_at", "slug", "index_number"])
def test_what_is_set_by_publishing_cannot_be_typed(officer, world, field):
    add(officer, world, **{field: "2001-01-01"})
    draft = only_draft()
    assert draft.first_published_at is None and draft.slug != "2001-01-01" and draft.index_number == ""


@pytest.mark.parametrize("field", ["date_signed", "formed_on"])
def test_a_date_in_the_future_is_refused_in_its_field(officer, world, field):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    assert field in errors_of(add(officer, world, **{field: tomorrow.isoformat()}))


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=40 * 1024 * 1024)
def test_ten_megabytes_are_refused_and_stay_in_the_form(officer, world):
    text = "信" * 3_500_000
    response = add(officer, world, body=streamfield([("quote", {"text": text, "source": ""})]))
    assert "MB" in str(errors_of(response)["body"])
    assert response.context["form"]["title"].value() == "关于价格公示的通知"
    assert not EntryPage.objects.exists()


def test_half_a_character_is_refused_and_the_text_stays_in_the_form(officer, world):
    response = add(officer, world, body=streamfield([("paragraph", rich_text("<p>半个\ud83d字</p>"))]))
    assert "U+D83D" in str(errors_of(response)["body"])
    assert "\\ud83d" in response.content.decode()
    assert not EntryPage.objects.exists()


@pytest.mark.parametrize("field", ["title", "document_number", "source"])
@pytest.mark.parametrize("text", ["\u200b", "通\u202e知"])
def test_a_line_that_cannot_be_read_is_refused_in_its_field(officer, world, field, text):
    assert field in errors_of(add(officer, world, **{field: text}))


def test_a_text_marked_as_a_state_secret_is_refused_in_its_field(officer, world):
    body = streamfield([("paragraph", rich_text("<p>机密★10年</p>"))])
    assert "机密★10年" in str(errors_of(add(officer, world, body=body))["body"])
    assert "summary" in errors_of(add(officer, world, summary="密级：秘密"))


def test_a_category_out_of_use_cannot_be_chosen(officer, world):
    Category.objects.filter(pk=world.category.pk).update(active=False)
    assert "category" in errors_of(add(officer, world))


def test_an_image_needs_a_text_or_is_decorative(officer, world):
    image = get_image_model().objects.create(title="封面", file=get_test_image_file())
    block = {"image": image.pk, "alt_text": "", "decorative": ""}
    page = factories.draft(world)
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    submitted = {**data(world, body=streamfield([("image", block)])), "action-submit": "1"}
    officer.post(url, submitted)
    page.refresh_from_db()
    # The draft is kept, and the review does not begin.
    assert page.get_latest_revision_as_object().body[0].value.pk == image.pk
    assert not page.workflow_in_progress
    block["decorative"] = "on"
    officer.post(url, {**data(world, body=streamfield([("image", block)])), "action-submit": "1"})
    assert EntryPage.objects.get(pk=page.pk).workflow_in_progress


def test_an_item_is_not_related_to_itself_or_twice(officer, world):
    page, other = factories.draft(world), factories.draft(world)
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])

    def post(*related):
        rows = [
            {"kind": "related", "related": each.pk, "ORDER": n, "id": ""} for n, each in enumerate(related)
        ]
        return officer.post(url, data(world, related_items=inline_formset(rows)))

    assert "related_items" in errors_of(post(page))
    assert "related_items" in errors_of(post(other, other))
    assert post(other).status_code == 302
    page.refresh_from_db()
    assert [each.related_id for each in page.get_latest_revision_as_object().related_items.all()] == [
        other.pk
    ]


def test_the_editor_shows_number_and_attribute(officer, world):
    page = factories.draft(world, attribute=None)
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    before = officer.get(url).content.decode()
    assert reverse("wagtail_disclosure_catalogue:reserve", args=[page.pk]) in before
    number = numbers.reserve(page).number
    assert number in officer.get(url).content.decode()


def test_a_number_is_reserved_from_the_editor(officer, world):
    page = factories.draft(world)
    officer.post(reverse("wagtail_disclosure_catalogue:reserve", args=[page.pk]))
    assert page.index_number


def test_a_number_that_cannot_be_made_is_told(officer, world):
    page = factories.draft(world)
    type(world.agency).objects.update(organisation_code="")
    response = officer.post(reverse("wagtail_disclosure_catalogue:reserve", args=[page.pk]))
    assert response.context["form"].non_field_errors()


# Choosing categories


def choose(client, kind="agency", **query):
    url = reverse(f"disclosure_category_{kind}:choose_results")
    return client.get(url, query).content.decode()


def test_the_chooser_finds_by_name_and_code(officer, world):
    assert "年度报告" in choose(officer)
    assert "年度报告" in choose(officer, q="度报")
    assert "年度报告" in choose(officer, q="0101")
    assert "年度报告" not in choose(officer, q="统计")


def test_the_chooser_offers_its_kind_and_the_own_catalogue_only(officer, world):
    topics = CategoryScheme.objects.create(code="topics", name="主题", kind="topic")
    Category.objects.create(scheme=topics, code="01", name="综合政务")
    Category.objects.create(scheme=topics, code="02", name="旧主题", active=False)
    site = type(world.site).objects.create(hostname="b.example", root_page=world.site.root_page)
    other = type(world.agency).objects.create(site=site, name="市教育局")
    scheme = CategoryScheme.objects.create(code="other", name="目录", kind="agency", agency=other)
    Category.objects.create(scheme=scheme, code="01", name="教育目录")
    type(world.office).objects.create(agency=other, code="01", name="教育局办公室")
    mine = choose(officer, department=world.office.pk)
    assert "年度报告" in mine and "教育目录" not in mine and "综合政务" not in mine
    assert "综合政务" in choose(officer, "topic", department=world.office.pk)
    assert "旧主题" not in choose(officer, "topic")


# Rich text


@pytest.mark.parametrize(
    ("source", "absent"),
    [
        ("<p>a</p><script>alert(1)</script>", "alert"),
        ('<p onclick="x()">a</p>', "onclick"),
        ('<a href="javascript:alert(1)">a</a>', "javascript"),
        ('<img src="x" onerror="alert(1)">a', "onerror"),
        ('<iframe src="//evil.example"></iframe>a', "iframe"),
        ("<style>p{}</style>a", "style"),
    ],
)
def test_rich_text_is_served_without_what_the_editor_cannot_make(source, absent):
    served = str(CleanRichText(source))
    assert absent not in served and "a" in served


def test_rich_text_of_the_editor_is_served_whole(world):
    page = factories.published(world)
    source = (
        f'<h3>一</h3><p><b>粗</b><a linktype="page" id="{page.pk}">链</a><br/></p><ol><li>项</li></ol><hr/>'
    )
    served = str(CleanRichText(source))
    for part in ("<h3>一</h3>", "<b>粗</b>", f'href="{page.url}"', "<ol><li>项</li></ol>", "<hr>"):
        assert part in served
    assert CleanRichText(source) == RichText(source)


def test_a_body_with_a_script_in_the_database_is_served_clean(world, client):
    page = factories.published(world, body=[("paragraph", "<p>正文</p><script>alert('x')</script>")])
    text = client.get(page.get_url()).content.decode()
    assert "正文" in text and "alert('x')" not in text
