"""Agencies and departments in the admin."""

import datetime

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from wagtail.models import Page, Site

from tests import factories
from wagtail_disclosure.departments.models import Agency, Department, DepartmentMember

DEPARTMENT, AGENCY = (
    "wagtailsnippets_wagtail_disclosure_department",
    "wagtailsnippets_wagtail_disclosure_agency",
)


def url(namespace, view, *args):
    return reverse(f"{namespace}:{view}", args=args)


def filled(agency, members=(), **fields):
    """The department form as a browser sends it. ``members`` are (user, role) or rows that exist."""
    data = {
        "agency": agency.pk,
        "code": "01",
        "name": "办公室",
        "sort_order": "0",
        "status": "active",
        "members-TOTAL_FORMS": len(members),
        "members-INITIAL_FORMS": sum(isinstance(each, DepartmentMember) for each in members),
        "members-MIN_NUM_FORMS": 0,
        "members-MAX_NUM_FORMS": 1000,
    }
    for number, each in enumerate(members):
        row = each if isinstance(each, DepartmentMember) else DepartmentMember(user=each[0], role=each[1])
        data |= {
            f"members-{number}-id": row.pk or "",
            f"members-{number}-user": row.user_id,
            f"members-{number}-role": row.role,
        }
    return data | fields


def agency_form(**fields):
    return {"name": "临江市发展和改革委员会", "site": Site.objects.get(is_default_site=True).pk} | fields


def said(response):
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def problems(response):
    assert response.status_code == 200, "the form was accepted"
    form = response.context["form"]
    return {
        **form.errors,
        **{name: formset.errors for name, formset in form.formsets.items() if any(formset.errors)},
    }


# Agency


def test_an_agency_is_added_once_per_site(admin):
    assert admin.get(url(AGENCY, "add")).status_code == 200
    sent = admin.post(
        url(AGENCY, "add"), agency_form(**{"names-en": "Linjiang DRC", "organisation_code": ""})
    )
    assert sent.status_code == 302
    assert Agency.objects.get().names == {"en": "Linjiang DRC"}
    again = admin.get(url(AGENCY, "add"))
    assert again.status_code == 302 and again.url == url(AGENCY, "list")
    assert admin.post(url(AGENCY, "add"), agency_form(name="另一个")).status_code == 302
    assert Agency.objects.count() == 1
    assert url(AGENCY, "add") not in admin.get(url(AGENCY, "list")).content.decode()


def test_a_second_site_may_have_its_own_agency(admin, agency):
    second = Site.objects.create(hostname="second.example", root_page=Page.objects.get(depth=2))
    assert admin.post(url(AGENCY, "add"), agency_form(site=second.pk)).status_code == 302
    assert Agency.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("organisation_code", "12345"),
        ("organisation_code", "<b>620700</b>"),
        ("region_code", "62070"),
        ("site_id_code", "一二三"),
        ("email", "nobody"),
    ],
)
def test_a_code_of_the_wrong_form_is_refused_and_the_answers_kept(admin, agency, field, value):
    response = admin.post(url(AGENCY, "edit", agency.pk), agency_form(**{"sponsor": "市政府", field: value}))
    assert list(problems(response)) == [field]
    assert response.context["form"]["sponsor"].value() == "市政府"


def test_codes_are_stored_in_their_normal_form(admin, agency):
    codes = {
        "organisation_code": "６２０７-０００３６ ",
        "site_id_code": "BM01000001",
        "region_code": " 620700",
    }
    assert admin.post(url(AGENCY, "edit", agency.pk), agency_form(**codes)).status_code == 302
    agency.refresh_from_db()
    assert (agency.organisation_code, agency.site_id_code) == ("620700036", "bm01000001")


def test_where_to_turn_against_a_reply_is_named_in_the_languages_of_the_site(admin, agency):
    places = {
        "reconsideration_body": "临江市人民政府",
        "reconsideration_body_names-en": "Linjiang People’s Government",
        "reconsideration_link": "https://fuyi.example.gov.cn/",
    }
    assert admin.post(url(AGENCY, "edit", agency.pk), agency_form(**places)).status_code == 302
    agency.refresh_from_db()
    assert agency.remedy_places("zh-hans")["reconsideration_body"] == "临江市人民政府"
    assert agency.remedy_places("en") == {
        "reconsideration_body": "Linjiang People’s Government",
        "reconsideration_link": "https://fuyi.example.gov.cn/",
    }
    bad = admin.post(url(AGENCY, "edit", agency.pk), agency_form(reconsideration_link="javascript:alert(1)"))
    assert list(problems(bad)) == ["reconsideration_link"]


def test_a_code_that_looks_wrong_is_saved_with_a_warning(admin, agency):
    sent = admin.post(url(AGENCY, "edit", agency.pk), agency_form(organisation_code="123456789"))
    assert sent.status_code == 302
    assert "123456789" in said(sent)
    assert Agency.objects.get().organisation_code == "123456789"


def test_an_agency_keeps_its_site(admin, agency):
    second = Site.objects.create(hostname="second.example", root_page=Page.objects.get(depth=2))
    admin.post(url(AGENCY, "edit", agency.pk), agency_form(site=second.pk))
    agency.refresh_from_db()
    assert agency.site.is_default_site


def test_an_agency_with_departments_is_not_deleted(admin, agency, department):
    department()
    response = admin.post(url(AGENCY, "delete", agency.pk))
    assert response.status_code == 302 and "1" in said(response)
    assert Agency.objects.exists()


# Departments


def test_a_department_is_added_with_its_people(admin, agency):
    officer, reviewer = factories.user(name="陈信"), factories.user()
    form = admin.get(url(DEPARTMENT, "add")).content.decode()
    assert f"陈信 ({officer.get_username()})" in form
    sent = admin.post(
        url(DEPARTMENT, "add"),
        filled(agency, [(officer, "officer"), (reviewer, "reviewer")], **{"names-en": "Office"}),
    )
    assert sent.status_code == 302
    office = Department.objects.get()
    assert office.names == {"en": "Office"}
    assert {(row.user, row.role) for row in office.members.all()} == {
        (officer, "officer"),
        (reviewer, "reviewer"),
    }


def test_in_one_department_a_person_cannot_draft_and_review(admin, agency):
    person = factories.user("twice")
    response = admin.post(url(DEPARTMENT, "add"), filled(agency, [(person, "officer"), (person, "reviewer")]))
    assert "twice" in str(problems(response)["__all__"])
    assert not Department.objects.exists()


def test_a_person_drafts_here_and_reviews_there(admin, agency):
    person = factories.user()
    for code, role in (("01", "officer"), ("02", "reviewer")):
        sent = admin.post(url(DEPARTMENT, "add"), filled(agency, [(person, role)], code=code))
        assert sent.status_code == 302


def test_a_code_in_use_is_refused_with_the_reason(admin, agency, department):
    department("办公室", code="01")
    response = admin.post(url(DEPARTMENT, "add"), filled(agency, name="法规科"))
    assert "办公室" in str(problems(response)["code"])
    assert Department.objects.count() == 1


def test_people_whose_account_is_closed_are_not_offered(admin, agency, department):
    gone, kept = factories.user("gone"), factories.user("kept")
    office = department()
    DepartmentMember.objects.create(department=office, user=kept, role="officer")
    for person in (gone, kept):
        person.is_active = False
        person.save()
    form = admin.get(url(DEPARTMENT, "edit", office.pk)).content.decode()
    assert ">kept<" in form and ">gone<" not in form


def merged(agency, *successors, **fields):
    return filled(
        agency,
        status="merged",
        status_date="2024-03-01",
        successors=[each.pk for each in successors],
        **fields,
    )


def test_a_department_is_merged_into_another(admin, agency, department):
    office, other = department("办公室", code="01"), department("综合科")
    assert admin.post(url(DEPARTMENT, "edit", office.pk), merged(agency, other)).status_code == 302
    office.refresh_from_db()
    assert (office.status, list(office.successors.all())) == ("merged", [other])
    assert "2024-03-01 → 综合科" in admin.get(url(DEPARTMENT, "list")).content.decode()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"status": "merged", "status_date": "2024-03-01"}, "successors"),
        ({"status": "split", "status_date": "2024-03-01", "successors": ["one"]}, "successors"),
        ({"status": "closed"}, "status_date"),
        ({"status": "closed", "status_date": "2999-01-01"}, "status_date"),
        ({"status": "merged", "status_date": "2024-13-01", "successors": ["one"]}, "status_date"),
        ({"status": "active", "successors": ["one"]}, "successors"),
        ({"status": "melted"}, "status"),
    ],
)
def test_an_end_that_is_not_whole_is_refused(admin, agency, department, fields, field):
    office, other = department("办公室", code="01"), department("综合科")
    if "successors" in fields:
        fields = fields | {"successors": [other.pk]}
    response = admin.post(url(DEPARTMENT, "edit", office.pk), filled(agency, **fields))
    assert field in problems(response)
    office.refresh_from_db()
    assert (office.status, office.successors.count()) == ("active", 0)


def test_successors_that_lead_back_are_refused(admin, agency, department):
    first, second = department("一科", code="01"), department("二科", code="02")
    admin.post(url(DEPARTMENT, "edit", first.pk), merged(agency, second, name="一科"))
    response = admin.post(url(DEPARTMENT, "edit", second.pk), merged(agency, first, code="02", name="二科"))
    assert "一科" in str(problems(response)["successors"])


def test_only_departments_of_the_agency_are_offered(admin, agency, department):
    site = Site.objects.create(hostname="second.example", root_page=Page.objects.get(depth=2))
    foreign = Department.objects.create(
        agency=Agency.objects.create(site=site, name="别的机关"), code="01", name="别的科室"
    )
    office = department("办公室", code="01")
    assert "别的科室" not in admin.get(url(DEPARTMENT, "edit", office.pk)).content.decode()
    response = admin.post(url(DEPARTMENT, "edit", office.pk), merged(agency, foreign))
    assert "successors" in problems(response)


def test_somebody_elses_change_in_the_meantime_is_noticed(admin, agency, department):
    office = department("办公室", code="01")
    opened = office.version
    assert admin.post(url(DEPARTMENT, "edit", office.pk), filled(agency, phone="1")).status_code == 302
    late = filled(agency, phone="2", opened_version=opened)
    response = admin.post(url(DEPARTMENT, "edit", office.pk), late)
    assert "__all__" in problems(response)
    assert response.context["form"]["phone"].value() == "2"
    office.refresh_from_db()
    assert office.phone == "1"
    again = late | {"opened_version": response.context["form"]["opened_version"].value()}
    assert admin.post(url(DEPARTMENT, "edit", office.pk), again).status_code == 302
    office.refresh_from_db()
    assert office.phone == "2"


def test_the_form_carries_the_version_it_was_opened_with(admin, department):
    office = department()
    html = admin.get(url(DEPARTMENT, "edit", office.pk)).content.decode()
    assert f'name="opened_version" value="{office.version}"' in html


def test_the_list_shows_the_tree_and_who_is_lacking(admin, department):
    office = department("办公室")
    department("秘书科", parent=office, sort_order=9)
    DepartmentMember.objects.create(department=office, user=factories.user(name="陈信"), role="officer")
    html = admin.get(url(DEPARTMENT, "list")).content.decode()
    assert html.index("办公室") < html.index("— 秘书科")
    assert html.count("w-status--primary") == 3
    assert "陈信" in html


def listed(admin, **query):
    response = admin.get(url(DEPARTMENT, "list"), query)
    return [each.name for each in response.context["object_list"]]


def test_departments_are_found_by_any_part_of_their_name_and_by_code(admin, department):
    department("办公室", code="0101")
    department("价格管理科", code="0202")
    assert listed(admin, q="管理") == ["价格管理科"]
    assert listed(admin, q="0101") == ["办公室"]
    assert listed(admin, q="' OR 1=1 --") == []


def test_departments_are_filtered(admin, department):
    office, closed = (
        department("办公室"),
        department("价格科", status="closed", status_date=datetime.date(2020, 1, 1)),
    )
    DepartmentMember.objects.create(department=office, user=factories.user(), role="officer")
    assert listed(admin, status="closed") == [closed.name]
    assert listed(admin, lacking="officer") == []
    assert listed(admin, lacking="reviewer") == [office.name]
    assert listed(admin, ordering="-code") == [closed.name, office.name]


def test_a_department_in_use_is_not_deleted_and_says_why(admin):
    world = factories.world()
    factories.draft(world)
    for method in (admin.get, admin.post):
        response = method(url(DEPARTMENT, "delete", world.office.pk))
        assert response.status_code == 302
        assert "办公室" in said(response) and "(1)" in said(response)
    assert Department.objects.filter(pk=world.office.pk).exists()


def test_bulk_deletion_stops_at_departments_in_use(admin):
    world = factories.world()
    factories.draft(world)
    bulk = reverse("wagtail_bulk_action", args=["wagtail_disclosure", "department", "delete"])
    response = admin.post(f"{bulk}?id={world.office.pk}&id={world.other.pk}&next=/admin/")
    assert response.status_code == 302
    assert Department.objects.count() == 2


@pytest.mark.parametrize("status", ["children", "predecessors", "categories"])
def test_what_refers_to_a_department_keeps_it(admin, status):
    world = factories.world()
    if status == "children":
        Department.objects.create(agency=world.agency, code="03", name="秘书科", parent=world.other)
    elif status == "predecessors":
        world.office.successors.add(world.other)
    else:
        world.category.responsible_department = world.other
        world.category.save()
    assert admin.post(url(DEPARTMENT, "delete", world.other.pk)).status_code == 302
    assert Department.objects.filter(pk=world.other.pk).exists()


def test_an_unused_department_is_deleted_with_its_empty_folder(admin):
    world = factories.world()
    assert admin.get(url(DEPARTMENT, "delete", world.other.pk)).status_code == 200
    admin.post(url(DEPARTMENT, "delete", world.other.pk))
    assert not Department.objects.filter(pk=world.other.pk).exists()
    bulk = reverse("wagtail_bulk_action", args=["wagtail_disclosure", "department", "delete"])
    extra = Department.objects.create(agency=world.agency, code="04", name="临时")
    admin.post(f"{bulk}?id={extra.pk}&next=/admin/")
    assert not Department.objects.filter(pk=extra.pk).exists()


def test_both_stand_in_the_disclosure_menu(admin, agency):
    html = admin.get(reverse("wagtailadmin_home")).content.decode()
    assert url(DEPARTMENT, "list") in html and url(AGENCY, "list") in html


def test_an_officer_administers_neither(client, db):
    world = factories.world()
    client.force_login(world.people.officer)
    for namespace, record in ((DEPARTMENT, world.office), (AGENCY, world.agency)):
        for view, args in (
            ("list", []),
            ("add", []),
            ("edit", [record.pk]),
            ("delete", [record.pk]),
            ("history", [record.pk]),
        ):
            assert client.get(url(namespace, view, *args)).status_code == 302, view


def test_every_view_answers(admin, agency, department):
    office = department()
    for view in ("edit", "history", "usage", "delete"):
        assert admin.get(url(DEPARTMENT, view, office.pk)).status_code == 200, view
        if view != "delete":
            assert admin.get(url(AGENCY, view, agency.pk)).status_code == 200, view
