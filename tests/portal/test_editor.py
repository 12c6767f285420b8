"""The editor of the portal: which places stand where, their forms, and who may work on a sub-site."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from tests import factories
from tests.testapp.models import PlainPage
from wagtail_disclosure.catalogue.models import (
    CatalogueIndexPage,
    Category,
    CategoryScheme,
    DepartmentFolderPage,
)
from wagtail_disclosure.departments.models import Agency, Department, DepartmentMember
from wagtail_disclosure.participation.models import ConsultationPage, SurveyPage
from wagtail_disclosure.portal import models
from wagtail_disclosure.portal.models import ColumnPage, GuidePage, PlatformSectionPage, SubsitePage

from .conftest import OFFICE_FIELDS, draft, place

pytestmark = pytest.mark.django_db

PLACES = [PlatformSectionPage, SubsitePage, ColumnPage, GuidePage]
DOCUMENTS = [
    models.ServiceGuidePage,
    models.PowerListPage,
    models.ProjectPage,
    models.ClarificationPage,
    models.InstitutionPage,
    models.LeadersPage,
    models.RulePage,
]


def add_url(model, parent):
    return reverse("wagtailadmin_pages:add", args=["wagtail_disclosure", model._meta.model_name, parent.pk])


# What stands where


@pytest.mark.parametrize(
    ("parent", "held"),
    [
        (PlatformSectionPage, {GuidePage, ColumnPage}),
        (SubsitePage, {ColumnPage, ConsultationPage, SurveyPage}),
        (ColumnPage, {ColumnPage, ConsultationPage, SurveyPage}),
        (GuidePage, set()),
        (CatalogueIndexPage, {DepartmentFolderPage}),
    ],
)
def test_a_place_holds_the_places_that_belong_below_it(parent, held):
    assert set(parent.allowed_subpage_models()) == held


@pytest.mark.parametrize("model", PLACES)
def test_a_place_stands_below_any_page_type_of_the_site(model):
    assert model in PlainPage.allowed_subpage_models()
    assert model in Page.allowed_subpage_models()


@pytest.mark.parametrize("model", DOCUMENTS)
def test_a_document_stands_in_the_folder_of_a_department_only(model):
    assert [parent for parent in model.allowed_parent_page_models()] == [DepartmentFolderPage]


@pytest.mark.parametrize("model", [PlatformSectionPage, GuidePage])
def test_one_is_enough_below_a_page(world, model):
    root = world.site.root_page.specific
    assert model.can_create_at(root)
    draft(world, model, "已有", **(OFFICE_FIELDS if model is GuidePage else {}))
    assert not model.can_create_at(Page.objects.get(pk=root.pk).specific)


# Forms


@pytest.mark.parametrize("model", [*PLACES, *DOCUMENTS])
def test_the_form_opens_and_says_what_it_makes(client, world, model):
    client.force_login(world.people.root)
    parent = world.folder if model in DOCUMENTS else world.site.root_page
    response = client.get(add_url(model, parent))
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select_one("[name=title]")
    assert model.get_page_description()


@pytest.mark.parametrize(
    ("model", "names"),
    [
        (models.ServiceGuidePage, models.ServiceGuidePage.EIGHT_FIELDS),
        (models.PowerListPage, ["powers-TOTAL_FORMS"]),
        (models.ProjectPage, ["amount", "stages-TOTAL_FORMS"]),
        (models.ClarificationPage, ["rumour", "facts"]),
        (models.InstitutionPage, ["duties", "head_name", "office_hours"]),
        (models.LeadersPage, ["leaders-TOTAL_FORMS"]),
    ],
)
def test_the_form_asks_for_what_its_page_shows(client, world, model, names):
    client.force_login(world.people.officer)
    response = client.get(add_url(model, world.folder))
    page = BeautifulSoup(response.content, "html.parser")
    assert [name for name in names if not page.select_one(f"[name={name}]")] == []


def column_data(**changes):
    return nested_form_data(
        {
            "title": "通知通告",
            "slug": "notices",
            "column_type": "notices",
            "introduction": rich_text("<p>发布通知。</p>"),
            "body": streamfield([]),
            "mapped_categories": inline_formset([]),
            "department": "",
            "accent": "",
            "keywords": "",
            "show_in_menus": "on",
            "comments": inline_formset([]),
            **changes,
        }
    )


def test_a_column_is_made_in_the_editor_and_enters_review(client, world):
    client.force_login(world.people.root)
    data = column_data(
        mapped_categories=inline_formset([{"category": str(world.category.pk)}]),
        **{"action-submit": "1"},
    )
    response = client.post(add_url(ColumnPage, world.site.root_page), data)
    page = ColumnPage.objects.get()
    assert response.status_code == 302
    assert not page.live
    assert page.show_in_menus
    assert page.current_workflow_state is not None
    assert [row.category for row in page.mapped_categories.all()] == [world.category]


def test_the_same_category_twice_is_refused(client, world):
    client.force_login(world.people.root)
    rows = [{"category": str(world.category.pk)}, {"category": str(world.category.pk)}]
    response = client.post(
        add_url(ColumnPage, world.site.root_page), column_data(mapped_categories=inline_formset(rows))
    )
    assert response.status_code == 200
    assert not ColumnPage.objects.exists()


def test_a_category_of_another_kind_is_refused(client, world):
    scheme = CategoryScheme.objects.create(code="topics", name="主题", kind="topic")
    topic = Category.objects.create(scheme=scheme, code="1", name="综合政务")
    client.force_login(world.people.root)
    response = client.post(
        add_url(ColumnPage, world.site.root_page),
        column_data(mapped_categories=inline_formset([{"category": str(topic.pk)}])),
    )
    assert response.status_code == 200
    assert not ColumnPage.objects.exists()


# Choosing categories


def chosen(client, **query):
    url = reverse("disclosure_column_category:choose_results")
    return client.get(url, query).content.decode()


@pytest.mark.parametrize("word", ["年度", "0101", "工作信息 报告"])
def test_a_category_is_found_by_name_code_or_parent(client, world, word):
    Category.objects.create(scheme=world.scheme, code="02", name="规划计划")
    client.force_login(world.people.root)
    shown = chosen(client, q=word)
    assert "年度报告" in shown
    assert "规划计划" not in shown


def test_categories_out_of_use_and_of_other_kinds_are_not_offered(client, world):
    Category.objects.create(scheme=world.scheme, code="02", name="旧类目", active=False)
    topics = CategoryScheme.objects.create(code="topics", name="主题", kind="topic")
    Category.objects.create(scheme=topics, code="1", name="综合政务")
    client.force_login(world.people.root)
    shown = chosen(client)
    assert "年度报告" in shown
    assert "旧类目" not in shown
    assert "综合政务" not in shown


def test_with_several_agencies_a_department_narrows_the_choice(client, world):
    from wagtail.models import Site

    site = Site.objects.create(hostname="elsewhere.example", root_page=world.site.root_page)
    agency = Agency.objects.create(site=site, name="别的机关")
    Department.objects.create(agency=agency, code="01", name="别的办公室")
    theirs = CategoryScheme.objects.create(code="theirs", name="目录", kind="agency", agency=agency)
    Category.objects.create(scheme=theirs, code="01", name="别的类目")
    client.force_login(world.people.root)
    assert "别的类目" in chosen(client)
    assert "别的类目" not in chosen(client, department=str(world.office.pk))


# Scope


@pytest.fixture
def officer_of_other(world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        person = factories.user("price-officer")
        DepartmentMember.objects.create(department=world.other, user=person, role="officer")
        world.other.save()
    return person


def rights(page, department):
    group = Department.objects.get(pk=department.pk).officers_group
    return GroupPagePermission.objects.filter(page_id=page.pk, group=group).count()


def test_the_officers_of_a_department_work_on_its_sub_site_and_on_no_other(
    client, world, officer_of_other, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        own = draft(world, SubsitePage, "价格管理科", department=world.other)
        foreign = draft(world, SubsitePage, "办公室", department=world.office)
    client.force_login(officer_of_other)
    assert client.get(reverse("wagtailadmin_pages:edit", args=[own.pk])).status_code == 200
    assert client.get(add_url(ColumnPage, own)).status_code == 200
    for address in (reverse("wagtailadmin_pages:edit", args=[foreign.pk]), add_url(ColumnPage, foreign)):
        assert client.get(address).status_code in (302, 403, 404)


def test_a_sub_site_that_moves_to_another_department_moves_its_rights(
    world, officer_of_other, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        page = draft(world, SubsitePage, "价格管理科", department=world.other)
    assert rights(page, world.other) == 2
    with django_capture_on_commit_callbacks(execute=True):
        page.department = world.office
        page.save()
    assert rights(page, world.other) == 0
    assert rights(page, world.office) == 2


def test_nobody_publishes_a_place_past_its_review(client, world):
    page = draft(world, ColumnPage, "通知通告")
    client.force_login(world.people.root)
    data = column_data(**{"action-publish": "1"})
    client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)
    assert not ColumnPage.objects.get(pk=page.pk).live


def test_a_preview_of_a_draft_shows_what_it_would_list(client, world):
    page = place(world, ColumnPage, "通知通告")
    factories.published(world, "关于价格公示的通知")
    from wagtail_disclosure.portal.models import ColumnCategory

    edition = ColumnPage.objects.get(pk=page.pk)
    edition.mapped_categories = [ColumnCategory(category=world.category)]
    edition.save_revision(user=world.people.officer)
    client.force_login(world.people.root)
    revision = ColumnPage.objects.get(pk=page.pk).latest_revision
    preview = client.get(reverse("wagtailadmin_pages:revisions_view", args=[page.pk, revision.pk]))
    assert "关于价格公示的通知" in preview.content.decode()
    assert "关于价格公示的通知" not in client.get(page.url).content.decode()
