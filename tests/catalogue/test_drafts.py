"""Drafts and their 20 working days: editor, start page, report, and who sees whose."""

import datetime
from io import BytesIO

import openpyxl
import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils.translation import override
from wagtail.users.models import UserProfile

from tests import factories
from wagtail_disclosure.catalogue import drafts
from wagtail_disclosure.catalogue.models import EntryPage
from wagtail_disclosure.departments.models import DepartmentMember
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.review import deadline

pytestmark = pytest.mark.django_db
REPORT = "wagtail_disclosure_drafts:report"


@pytest.fixture
def world(time_machine):
    time_machine.move_to("2026-03-25 09:00+08:00")
    return factories.world()


def english(user):
    """Screens for ``user`` are in English, so that a test reads what the source says."""
    profile = UserProfile.get_for_user(user)
    profile.preferred_language = "en"
    profile.save()
    return user


@pytest.fixture
def office(world):
    """Somebody of the office: may work on the whole catalogue and determine attributes, has no department."""
    person = factories.user("office", groups=[world.drafters])
    world.drafters.permissions.add(Permission.objects.get(codename="add_attributedetermination"))
    # The officer is a drafter of one department only.
    world.people.officer.groups.remove(world.drafters)
    return english(person)


def text_of(client, user, url=None):
    client.force_login(user)
    response = client.get(url or reverse("wagtailadmin_home"))
    assert response.status_code == 200
    return response.content.decode()


def panel(text, panel_id):
    begin = text.find(f'id="{panel_id}')
    return text[begin : text.index("</table>", begin)] if begin > -1 else ""


# One computation


@pytest.mark.parametrize(
    ("formed", "signed", "basis", "level"),
    [
        ("2026-03-24", "2026-01-05", "formed_on", "ahead"),
        (None, "2026-01-05", "date_signed", "late"),
        ("", "2026-03-24", "date_signed", "ahead"),
        (None, None, "", "unstated"),
        ("9999-12-31", None, "", "unstated"),
        ("2001-01-05", None, None, None),
    ],
)
def test_the_limit_counts_from_formation_else_from_the_date_signed(formed, signed, basis, level):
    due = deadline.due_from(formed, signed, datetime.date(2026, 3, 25))
    assert (due and due.basis, due and due.level) == (basis, level)


def test_the_sentence_says_how_late_and_from_which_day():
    with override("en"):
        late = deadline.due_from(None, "2026-02-10", datetime.date(2026, 3, 18)).sentence
        assert "2 working days late" in late and "counted from the date signed" in late
        assert "date signed" not in deadline.due_from("2026-02-10", None, datetime.date(2026, 3, 18)).sentence
        assert "not stated" in deadline.due_from(None, None, datetime.date(2026, 3, 18)).sentence


def test_years_late_are_not_counted_in_days():
    assert deadline.due_from("2009-03-02", None, datetime.date(2026, 3, 18)).days_left is None


def test_a_due_day_in_a_year_not_yet_announced_is_provisional():
    due = deadline.due_from("2030-12-20", None, datetime.date(2030, 12, 21))
    with override("en"):
        assert due.provisional and "Provisional" in due.in_full


def test_the_days_of_a_level_are_those_whose_limit_stands_there(time_machine):
    today = datetime.date(2026, 3, 25)
    for back in range(60):
        day = today - datetime.timedelta(days=back)
        level = deadline.due_from(day, None, today).level
        inside = []
        for name in ("late", "soon", "ahead"):
            first, last = deadline.starts_of(name, today)
            if day >= first and (last is None or day <= last):
                inside.append(name)
        assert inside == [level], day


# The editor


def editor(client, user, page):
    text = text_of(client, english(user), reverse("wagtailadmin_pages:edit", args=[page.pk]))
    begin = text.index("20 working days to publication")
    return text[begin : text.index("official calendar", begin)]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"formed_on": "2026-02-10"}, "working days late"),
        ({"formed_on": "2026-03-24"}, "working days left"),
        ({"date_signed": "2026-03-24"}, "counted from the date signed"),
        ({}, "day of formation is not stated"),
        ({"attribute": "on_request", "formed_on": "2020-01-02"}, "disclosure on request"),
    ],
)
def test_the_editor_shows_the_limit_of_the_draft(client, world, fields, said):
    assert said in editor(client, world.people.officer, factories.draft(world, **fields))


def test_the_editor_of_what_is_public_speaks_of_no_delay(client, world):
    page = factories.published(world, formed_on="2026-01-05")
    text = editor(client, world.people.officer, page)
    assert "late" not in text.replace("later", "") and "is public" in text


def test_a_new_item_is_told_that_the_day_counts(client, world):
    url = reverse("wagtailadmin_pages:add", args=["wagtail_disclosure", "entrypage", world.folder.pk])
    assert "20 working days to publication" in text_of(client, english(world.people.officer), url)


def test_the_review_page_says_that_the_day_is_not_stated(client, world):
    page = factories.draft(world)
    actions.submit(page, world.people.officer)
    state = EntryPage.objects.get(pk=page.pk).current_workflow_task_state
    url = reverse("wagtail_disclosure_review:review", args=[state.pk])
    assert "day of formation is not stated" in text_of(client, english(world.people.head), url)


# The start page


def test_the_office_sees_the_drafts_of_all_departments_nearest_first(client, world, office):
    factories.draft(world, "办公室草稿", formed_on="2026-03-20")
    factories.draft(
        world, "价格科草稿", department=world.other, folder=world.other_folder, date_signed="2026-02-10"
    )
    factories.draft(world, "无日期草稿")
    factories.draft(world, "依申请草稿", attribute="on_request", formed_on="2020-01-02")
    for person in (office, world.people.root):
        shown = panel(text_of(client, person), "disclosure-office-drafts")
        places = [shown.index(each) for each in ("价格科草稿", "办公室草稿", "无日期草稿", "依申请草稿")]
        assert places == sorted(places)
    assert "not stated" in panel(text_of(client, office), "disclosure-office-drafts")


@pytest.mark.parametrize("name", ["officer", "head", "secrecy", "leader"])
def test_others_have_no_panel_of_all_departments(client, world, office, name):
    factories.draft(world, "价格科草稿", department=world.other, folder=world.other_folder)
    text = text_of(client, getattr(world.people, name))
    assert "disclosure-office-drafts" not in text and "价格科草稿" not in text


def test_the_panel_is_limited_and_leads_to_the_report(client, world, office, monkeypatch):
    monkeypatch.setattr("wagtail_disclosure.catalogue.dashboard.SHOWN", 1)
    for number in range(3):
        factories.draft(world, f"草稿{number}", formed_on="2026-03-20")
    text = text_of(client, office)
    assert "2 more are not shown." in text and f'href="{reverse(REPORT)}"' in text


def test_the_successor_sees_the_drafts_of_a_department_that_ended(world):
    factories.draft(world, "旧科室草稿", department=world.other, folder=world.other_folder)
    assert not drafts.drafts_for(world.people.head).exists()
    world.other.status, world.other.status_date = "merged", datetime.date(2026, 1, 1)
    world.other.save()
    world.other.successors.add(world.office)
    assert drafts.drafts_for(world.people.head).get().title == "旧科室草稿"


# The report: address by role


@pytest.mark.parametrize(
    ("name", "own", "others"),
    [
        ("officer", True, False),
        ("head", True, False),
        ("office", True, True),
        ("root", True, True),
        ("secrecy", None, None),
        ("leader", None, None),
    ],
)
@pytest.mark.parametrize("query", ["", "?export=csv", "?limit=late"])
def test_who_may_read_the_report_and_whose_drafts_it_names(client, world, office, name, own, others, query):
    factories.draft(world, "办公室草稿", formed_on="2026-02-10")
    factories.draft(
        world, "价格科草稿", department=world.other, folder=world.other_folder, formed_on="2026-02-10"
    )
    client.force_login(office if name == "office" else getattr(world.people, name))
    for view in (REPORT, f"{REPORT}_results"):
        response = client.get(reverse(view) + query)
        if own is None:
            assert response.status_code == 302
            continue
        text = b"".join(response).decode()
        assert ("办公室草稿" in text, "价格科草稿" in text) == (own, others)


@pytest.mark.parametrize(("name", "shown"), [("officer", True), ("office", True), ("secrecy", False)])
def test_the_menu_names_the_report_to_those_who_may_read_it(client, world, office, name, shown):
    person = office if name == "office" else getattr(world.people, name)
    client.force_login(person)
    assert (reverse(REPORT) in client.get(reverse("wagtailadmin_home")).content.decode()) == shown


@pytest.mark.parametrize(
    ("level", "title"),
    [("late", "逾期"), ("soon", "临近"), ("ahead", "宽裕"), ("unstated", "无日期")],
)
def test_the_report_is_filtered_by_the_state_of_the_limit(client, world, office, level, title):
    factories.draft(world, "逾期", formed_on="2026-02-10")
    factories.draft(world, "临近", date_signed="2026-03-02")
    factories.draft(world, "宽裕", formed_on="2026-03-24")
    factories.draft(world, "无日期")
    factories.draft(world, "依申请", attribute="on_request", formed_on="2026-02-10")
    found = drafts.at_level(drafts.drafts_for(office), level)
    assert [each.title for each in found] == [title]
    text = text_of(client, office, reverse(f"{REPORT}_results") + f"?limit={level}")
    assert title in text and "依申请" not in text


def test_the_report_is_filtered_by_department(client, world, office):
    factories.draft(world, "办公室草稿")
    factories.draft(world, "价格科草稿", department=world.other, folder=world.other_folder)
    text = text_of(client, office, f"{reverse(REPORT)}?department={world.other.pk}")
    assert "价格科草稿" in text and "办公室草稿" not in text


def test_a_department_is_offered_no_other_in_the_filter(client, world, office):
    factories.draft(world, "价格科草稿", department=world.other, folder=world.other_folder)
    factories.draft(world, "办公室草稿")
    assert "价格管理科" not in text_of(client, world.people.head, reverse(REPORT))


def test_what_is_filed_is_no_draft_until_somebody_changes_it(world):
    page = factories.draft(world, "听证会笔录", attribute=None)
    factories.determine(page, world.people.officer, "withheld", "internal")
    factories.publish(world, page)
    assert not drafts.drafts().exists()
    page = EntryPage.objects.get(pk=page.pk)
    page.summary = "补充"
    page.save_revision(user=world.people.officer)
    assert list(drafts.drafts()) == [page.disclosurepage_ptr]


def test_exports_hold_no_formulas_and_real_dates(client, world, office):
    factories.draft(world, "=1+1", formed_on="2026-02-10")
    client.force_login(office)
    csv = b"".join(client.get(reverse(REPORT), {"export": "csv"})).decode()
    assert "'=1+1" in csv and "2026-03-16" in csv
    xlsx = b"".join(client.get(reverse(REPORT), {"export": "xlsx"}))
    rows = list(openpyxl.load_workbook(BytesIO(xlsx)).active.values)
    assert rows[1][0] == "'=1+1"
    assert datetime.datetime(2026, 3, 16) in rows[1] or datetime.date(2026, 3, 16) in rows[1]


def test_a_reviewer_is_led_to_the_history_and_a_drafter_to_the_editor(client, world):
    page = factories.draft(world, "办公室草稿")
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in text_of(
        client, world.people.officer, reverse(REPORT)
    )
    text = text_of(client, world.people.head, reverse(REPORT))
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) not in text
    address = next(each.draft_url for each in drafts.described(drafts.drafts(), world.people.head))
    assert address in text
    assert client.get(address).status_code == 200


# Wagtail's own reports (P7)


@pytest.mark.parametrize("name", ["workflow", "workflow_tasks", "aging_pages", "site_history"])
@pytest.mark.parametrize("export", ["", "?export=csv"])
def test_the_reports_of_wagtail_name_a_department_its_own_drafts_only(client, world, name, export):
    people = world.people
    other = factories.user("other-officer", groups=[])
    DepartmentMember.objects.create(department=world.other, user=other, role="officer")
    own = factories.group_with_pages("own folder", world.folder, "add", "change")
    people.officer.groups.remove(world.drafters)
    people.officer.groups.add(own)
    mine = factories.draft(world, "办公室草稿")
    theirs = factories.draft(world, "价格科草稿", department=world.other, folder=world.other_folder, by=other)
    actions.submit(mine, people.officer)
    actions.submit(theirs, other)
    client.force_login(people.officer)
    response = client.get(reverse(f"wagtailadmin_reports:{name}") + export)
    text = b"".join(response).decode()
    assert response.status_code == 200 and "价格科草稿" not in text
    client.force_login(people.root)
    seen = b"".join(client.get(reverse(f"wagtailadmin_reports:{name}") + export)).decode()
    # Aging pages lists what is public.
    assert name == "aging_pages" or "价格科草稿" in seen


@pytest.mark.parametrize("name", ["workflow", "workflow_tasks", "aging_pages", "locked_pages"])
@pytest.mark.parametrize("person", ["head", "secrecy", "leader"])
def test_the_reports_of_wagtail_are_closed_to_reviewers_without_pages(client, world, name, person):
    actions.submit(factories.draft(world, "办公室草稿"), world.people.officer)
    client.force_login(getattr(world.people, person))
    response = client.get(reverse(f"wagtailadmin_reports:{name}"))
    assert response.status_code == 302 or "办公室草稿" not in response.content.decode()


# What was public since


def changed(page, world, **fields):
    draft = EntryPage.objects.get(pk=page.pk).get_latest_revision().as_object()
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.save_revision(user=world.people.officer)
    return EntryPage.objects.get(pk=page.pk)


def dues(page):
    """What the editor and the review page, the panels, and the report say of ``page``."""
    (listed,) = drafts.drafts().filter(pk=page.pk)
    revision = page.get_latest_revision()
    each = drafts.described([listed], page.owner)[0]
    return (
        deadline.due_of(revision.as_object()),
        deadline.due_by_content({1: revision.content}).get(1),
        each.due,
    )


@pytest.mark.parametrize("withdrawn", [False, True])
def test_no_limit_runs_for_what_has_been_public_since_that_day(world, time_machine, withdrawn):
    page = factories.published(world, formed_on=datetime.date(2026, 3, 10))
    if withdrawn:
        actions.withdraw(page, world.people.root, reason="content_error", explanation="更正后重新公布。")
    time_machine.move_to("2026-08-03 09:00+08:00")
    assert dues(changed(page, world, summary="更正后的概述。")) == (None, None, None)


def test_a_later_change_has_twenty_working_days_of_its_own(world, time_machine):
    page = factories.published(world, formed_on=datetime.date(2026, 3, 10))
    time_machine.move_to("2026-08-03 09:00+08:00")
    page = changed(page, world, formed_on=datetime.date(2026, 8, 3))
    assert {due.level for due in dues(page)} == {deadline.AHEAD}
    assert len({due.on for due in dues(page)}) == 1


def test_what_was_never_public_is_late_as_before(world, time_machine):
    page = factories.draft(world, formed_on=datetime.date(2026, 3, 10))
    time_machine.move_to("2026-08-03 09:00+08:00")
    assert {due.level for due in dues(page)} == {deadline.LATE}


def test_a_translation_has_no_limit_of_its_own(world, time_machine):
    page = factories.draft(world, formed_on=datetime.date(2026, 3, 10))
    locale = type(page.locale).objects.get_or_create(language_code="en")[0]
    for place in (world.site.root_page, world.catalogue, world.folder):
        place.copy_for_translation(locale)
    english = page.copy_for_translation(locale)
    english.save_revision(user=world.people.officer)
    assert dues(EntryPage.objects.get(pk=english.pk)) == (None, None, None)
