"""A frozen report becomes a page through the review: its numbers are in what was approved, and stay."""

import datetime
import io
import json

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse

from tests import factories
from tests.reports.conftest import case
from wagtail_disclosure.publishing.digest import digest_of
from wagtail_disclosure.publishing.errors import ReviewRequired
from wagtail_disclosure.reports import actions, publication
from wagtail_disclosure.reports.figures.report import differences, figures_of
from wagtail_disclosure.reports.models import AnnualReport, AnnualReportPage

D = datetime.date


@pytest.fixture
def scene(world):
    """The agency of the catalogue with a case, and a report of 2025 whose numbers are frozen."""
    world.prices = world.office
    world.first = case(world, D(2025, 2, 1), (D(2025, 3, 1), "provided"))
    work = AnnualReport.objects.create(agency=world.agency, year=2025, body_kind="department")
    missing = [code for code, each in figures_of(work).by_code.items() if each.value is None]
    actions.enter(work, dict.fromkeys(missing, 0), by=world.people.root, source="核实")
    world.report = actions.freeze(work, by=world.people.root)
    return world


def draft(scene, by=None):
    by = by or scene.people.officer
    page = publication.make_draft(scene.report, by=by, folder=scene.folder, category=scene.category)
    scene.report.refresh_from_db()
    return page


def published(scene):
    page = draft(scene)
    factories.determine(page, scene.people.officer)
    return factories.publish(scene, page)


def test_a_report_that_is_worked_on_makes_no_page(scene):
    actions.take_up(scene.report, by=scene.people.root)
    with pytest.raises(ValidationError):
        draft(scene)
    assert not AnnualReportPage.objects.exists()


def test_only_who_may_add_to_the_folder_makes_the_draft(scene):
    with pytest.raises(PermissionDenied):
        draft(scene, by=scene.people.leader)
    assert not AnnualReportPage.objects.exists()


def test_nobody_makes_an_empty_report_page_or_publishes_one_unreviewed(client, scene):
    client.force_login(scene.people.root)
    kind = ("wagtail_disclosure", "annualreportpage", scene.folder.pk)
    assert client.get(reverse("wagtailadmin_pages:add", args=kind)).status_code != 200
    page = draft(scene)
    with pytest.raises(ReviewRequired), transaction.atomic():
        page.get_latest_revision().publish(user=scene.people.root)


def test_the_numbers_are_part_of_what_is_approved(scene):
    page = draft(scene)
    before = digest_of(page.get_latest_revision_as_object()).value
    changed = page.get_latest_revision_as_object()
    changed.figures["B/new/natural"] = "2"
    assert digest_of(changed).value != before


def test_the_published_page_shows_the_official_tables_and_the_words(client, scene):
    page = published(scene)
    scene.report.refresh_from_db()
    assert (scene.report.state, scene.report.published_on is not None) == ("published", True)
    response = client.get(page.url)
    soup = BeautifulSoup(response.content, "html.parser")
    tables = soup.select(".disclosure-report table")
    assert len(tables) == 6
    rows = [[td.get_text() for td in tr.select("td")] for tr in tables[4].select("tbody tr")]
    assert rows[0] == ["1", "0", "0", "0", "0", "0", "1"] and len(rows) == 25
    assert "新收政府信息公开申请1件" in soup.get_text()


def test_its_files_and_machine_readable_numbers_are_those_of_the_page(client, scene):
    page = published(scene)
    data = json.loads(client.get(f"{page.url}?format=json").content)
    assert data["cells"] == page.figures and data["year"] == 2025
    text = client.get(f"{page.url}?format=csv").content.decode("utf-8-sig")
    assert "B/new/natural" in text
    files = {each.document.filename.rpartition(".")[2]: each.document for each in page.attachments.all()}
    assert set(files) == {"xlsx", "docx", "pdf"}
    with files["xlsx"].file.open("rb") as stored:
        sheet = openpyxl.load_workbook(io.BytesIO(stored.read()))["B"]
    assert sheet["D4"].value == 1


def test_a_case_that_changes_afterwards_is_seen_and_what_is_public_stays(client, scene):
    page = published(scene)
    before = client.get(f"{page.url}?format=json").content
    # A lawsuit ordered another reply, recorded late with its day in the reported year.
    from wagtail_disclosure.casework.record import record

    record(scene.first, "reopen", state="handling", data={"on": "2025-12-20"}, closed_on=None)
    report = AnnualReport.objects.get()
    changed = {
        figure.cell.code: (str(then), str(figure.value))
        for figure, then in differences(report, figures_of(report))
    }
    assert changed["B/granted/natural"] == ("1", "0") and changed["B/carried_forward/natural"] == ("0", "1")
    assert client.get(f"{page.url}?format=json").content == before
    client.force_login(scene.people.root)
    shown = client.get(reverse("wagtail_disclosure_reports:report", args=[report.pk])).content.decode()
    assert 'id="changed' in shown


def test_another_edition_is_a_draft_of_the_same_page(client, scene):
    page = published(scene)
    report = actions.take_up(AnnualReport.objects.get(), by=scene.people.root)
    actions.correct(report, "B/new/natural", 2, by=scene.people.root, reason="补登")
    actions.correct(report, "B/granted/natural", 2, by=scene.people.root, reason="补登")
    scene.report = actions.freeze(report, by=scene.people.root)
    again = publication.make_draft(scene.report, by=scene.people.officer)
    assert again.pk == page.pk
    assert json.loads(client.get(f"{page.url}?format=json").content)["cells"]["B/new/natural"] == "1"
    factories.publish(scene, AnnualReportPage.objects.get(pk=page.pk))
    assert json.loads(client.get(f"{page.url}?format=json").content)["cells"]["B/new/natural"] == "2"
    assert AnnualReport.objects.get().state == "published"


def test_documents_and_items_are_counted_from_what_is_public(scene):
    from wagtail_disclosure.catalogue.models import Category

    rule = Category.objects.create(scheme=scene.scheme, code="0403", name="规范性文件")
    factories.published(scene, "价格管理办法", category=rule, date_signed=D(2025, 5, 6))
    factories.published(scene, "旧办法", category=rule, date_signed=D(2019, 5, 6))
    factories.published(scene, "简报")
    values = figures_of(scene.report).values
    assert [int(values[f"A1/normative/{name}"]) for name in ("made", "repealed", "in_force")] == [1, 0, 2]
    today = AnnualReport.objects.create(
        agency=scene.agency, year=datetime.date.today().year, body_kind="department"
    )
    assert figures_of(today).values["P/published/count"] == 3
