"""A frozen report becomes a page through the review: its numbers are in what was approved, and stay."""

import csv
import datetime
import io
import json

import docx
import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse

from tests import factories
from tests.reports.conftest import case
from tests.reports.test_exports import printed_numbers
from wagtail_disclosure.publishing.digest import digest_of
from wagtail_disclosure.publishing.errors import ReviewRequired
from wagtail_disclosure.reports import actions, publication
from wagtail_disclosure.reports.charts import compared
from wagtail_disclosure.reports.figures.report import differences, figures_of
from wagtail_disclosure.reports.models import AnnualReport, AnnualReportPage
from wagtail_disclosure.rules.annual_report.layout import grid_of

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
    tables = soup.select("table.disclosure-report__table")
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
    assert sheet["D5"].value == 1


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


def test_another_edition_of_what_did_not_change_is_said_to_be_none(client, scene):
    published(scene)
    client.force_login(scene.people.root)
    report = AnnualReport.objects.get()
    address = reverse("wagtail_disclosure_reports:draft", args=[report.pk])
    assert len(BeautifulSoup(client.get(address).content, "html.parser").select(".help-warning")) == 1


def test_another_edition_is_a_draft_of_the_same_page(client, scene):
    page = published(scene)
    report = actions.take_up(AnnualReport.objects.get(), by=scene.people.root)
    actions.correct(report, "B/new/natural", 2, by=scene.people.root, reason="补登")
    actions.correct(report, "B/granted/natural", 2, by=scene.people.root, reason="补登")
    scene.report = actions.freeze(report, by=scene.people.root)
    again = publication.make_draft(scene.report, by=scene.people.officer, reason="补登一件")
    assert again.pk == page.pk
    assert json.loads(client.get(f"{page.url}?format=json").content)["cells"]["B/new/natural"] == "1"
    factories.publish(scene, AnnualReportPage.objects.get(pk=page.pk))
    assert json.loads(client.get(f"{page.url}?format=json").content)["cells"]["B/new/natural"] == "2"
    assert AnnualReport.objects.get().state == "published"


def corrected(scene, value=2):
    """The public report taken up again with another number, and frozen."""
    report = actions.take_up(AnnualReport.objects.get(year=2025), by=scene.people.root)
    for code in ("B/new/natural", "B/granted/natural"):
        actions.correct(report, code, value, by=scene.people.root, reason="补登")
    scene.report = actions.freeze(report, by=scene.people.root, despite=True)
    return scene.report


def test_what_is_public_is_not_changed_without_a_reason(client, scene):
    published(scene)
    report = corrected(scene)
    with pytest.raises(ValidationError):
        publication.make_draft(report, by=scene.people.officer, reason=" ")
    client.force_login(scene.people.root)
    address = reverse("wagtail_disclosure_reports:draft", args=[report.pk])
    page = BeautifulSoup(client.get(address).content, "html.parser")
    assert page.find(attrs={"name": "reason"}) and "1 → 2" in page.get_text()
    assert client.post(address, {"reason": ""}).status_code == 200
    assert not AnnualReportPage.objects.get().get_latest_revision_as_object().corrections


def test_a_changed_number_is_shown_on_the_public_page_with_its_reason(client, scene):
    page = published(scene)
    assert "disclosure-report__correction" not in client.get(page.url).content.decode()
    corrected(scene)
    for reason in ("一件信函申请漏登", "一件信函申请漏登，已补录"):
        # A draft that is made anew has one correction, not two.
        publication.make_draft(scene.report, by=scene.people.officer, reason=reason)
    factories.publish(scene, AnnualReportPage.objects.get())
    note = BeautifulSoup(client.get(page.url).content, "html.parser").select(".disclosure-report__correction")
    assert len(note) == 1 and "已补录" in note[0].get_text()
    rows = [[c.get_text() for c in tr.select("th, td")] for tr in note[0].select("tbody tr")]
    assert rows[0][0].endswith("一、本年新收政府信息公开申请数量 · 自然人") and rows[0][1:] == ["1", "2"]
    assert len(rows) == 6
    corrected(scene, 3)
    publication.make_draft(scene.report, by=scene.people.officer, reason="又补录一件")
    factories.publish(scene, AnnualReportPage.objects.get())
    notes = BeautifulSoup(client.get(page.url).content, "html.parser").select(
        ".disclosure-report__correction p:first-of-type"
    )
    assert [each.get_text() for each in notes] == ["又补录一件", "一件信函申请漏登，已补录"]


def test_another_edition_with_the_same_numbers_has_no_correction(scene):
    published(scene)
    report = actions.take_up(AnnualReport.objects.get(), by=scene.people.root)
    again = publication.make_draft(actions.freeze(report, by=scene.people.root), by=scene.people.officer)
    assert again.corrections == []


def shown_tables(html):
    """``[[text of every number]]`` by table, as the public page has them."""
    tables = BeautifulSoup(html, "html.parser").select(".disclosure-report__table")
    return [
        [[td.get_text() for td in tr.select("td")] for tr in table.select("tbody tr")] for table in tables
    ]


def test_every_file_has_every_number_of_the_page_in_its_place(client, scene):
    page = published(scene)
    form, shown = page.report_form, shown_tables(client.get(page.url).content)
    tables = [form.table(code) for section in form.sections for code in section.tables]
    cells = [[[cell.code for cell in line.cells] for line in grid_of(table).lines] for table in tables]
    by_code = {
        code: text
        for codes, texts in zip(cells, shown, strict=True)
        for row, line in zip(codes, texts, strict=True)
        for code, text in zip(row, line, strict=True)
    }
    data = json.loads(client.get(f"{page.url}?format=json").content)["cells"]
    assert {code: data[code] or "" for code in by_code} == by_code
    rows = csv.DictReader(io.StringIO(client.get(f"{page.url}?format=csv").content.decode("utf-8-sig")))
    values = {row["code"]: row["value"] for row in rows}
    assert {code: values[code] for code in by_code} == by_code
    files = {each.document.filename.rpartition(".")[2]: each.document for each in page.attachments.all()}
    streams = {kind: io.BytesIO(document.file.read()) for kind, document in files.items()}
    book, word = openpyxl.load_workbook(streams["xlsx"]), docx.Document(streams["docx"])
    for place, (table, numbers) in enumerate(zip(tables, shown, strict=True)):
        grid = grid_of(table)
        sheet = book[table.code].iter_rows(
            min_row=2 + len(grid.head), min_col=grid.depth + 1, values_only=True
        )
        assert [["" if each is None else str(each) for each in row] for row in sheet] == numbers
        texts = [cell.text for cell in word.tables[place]._cells]
        lines = [texts[start : start + grid.width] for start in range(0, len(texts), grid.width)]
        assert [line[grid.depth :] for line in lines[len(grid.head) :]] == numbers
    assert printed_numbers(streams["pdf"].read()) == [
        each for table in shown for row in table for each in row if each
    ]


def test_charts_stand_beside_tables_that_say_the_same(client, scene):
    page = published(scene)
    soup = BeautifulSoup(client.get(page.url).content, "html.parser")
    (figure,) = soup.select("figure.disclosure-report__chart")
    rows = [[c.get_text() for c in tr.select("th, td")] for tr in figure.select("tbody tr")]
    assert rows[0] == ["予以公开", "1"] and [each[1] for each in rows[1:]] == ["0"] * 5
    drawing = figure.svg
    assert drawing["role"] == "img" and "予以公开 1" in drawing["aria-label"]
    assert len(drawing.select(".disclosure-chart__bar")) == 6


def test_years_are_compared_with_what_was_public_when_the_draft_was_made(client, scene):
    published(scene)
    case(scene, D(2026, 2, 1))
    later = AnnualReport.objects.create(agency=scene.agency, year=2026, body_kind="department")
    missing = [code for code, each in figures_of(later).by_code.items() if each.value is None]
    actions.enter(later, dict.fromkeys(missing, 0), by=scene.people.root, source="核实")
    scene.report = actions.freeze(later, by=scene.people.root, despite=True)
    page = published(scene)
    assert page.earlier["2025"]["B/new/total"] == "1"
    soup = BeautifulSoup(client.get(page.url).content, "html.parser")
    table = soup.select("figure.disclosure-report__chart table")[-1]
    assert [th.get_text() for th in table.select("thead th")][1:3] == ["2025", "2026"]
    rows = [[c.get_text() for c in tr.select("th, td")] for tr in table.select("tbody tr")]
    assert rows == [
        ["新收", "1", "1", "0 (0%)"],
        ["办结", "1", "0", "-1 (-100.00%)"],
        ["结转下年", "0", "1", "+1"],
    ]


def test_a_change_is_said_in_numbers_and_percent():
    """8,166 items from January to July 2009 after 5,281 the year before: 2,885 more, 54.63 %."""
    assert compared(5281, 8166) == "+2885 (+54.63%)"
    assert [compared(*each) for each in ((None, 3), (0, 0), (0, 4))] == ["—", "0", "+4"]


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
