"""The annual report on its way: the office computes, enters, corrects, freezes and publishes it; a citizen reads and downloads."""

import datetime
import io

import openpyxl
import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from playwright.sync_api import expect
from wagtail.models import Site

from tests import factories
from tests.reports.conftest import case
from wagtail_disclosure.reports.models import AnnualReport, AnnualReportPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

D = datetime.date
HOME = "wagtail_disclosure_reports"


def url(name, *args):
    return reverse(f"{HOME}:{name}", args=args)


@pytest.fixture
def scene(settings, tmp_path):
    """The agency of the catalogue with cases of 2025; its officer belongs to the disclosure office as well."""
    # Files are served from their path, which those in memory do not have.
    settings.MEDIA_ROOT = str(tmp_path)
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }
    Site.objects.update(hostname="localhost")
    Site.clear_site_root_paths_cache()
    found = factories.world()
    found.prices = found.office
    found.people.officer.user_permissions.add(Permission.objects.get(codename="oversee_cases"))
    case(found, D(2025, 2, 1), (D(2025, 3, 1), "provided"))
    case(found, D(2025, 4, 1), (D(2025, 5, 6), "refused_process"), kind="business")
    case(found, D(2025, 12, 20))
    return found


@pytest.fixture
def officer(scene, new_page):
    page = new_page()
    page.goto("/admin/login/")
    page.fill("[name=username]", scene.people.officer.username)
    page.fill("[name=password]", "password")
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")
    return page


def send(page):
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()


def link(page, address):
    with page.expect_navigation():
        page.locator(f"main a[href='{address}']").first.click()


def enter_everything(page, report):
    link(page, url("enter", report.pk))
    page.fill("[name=source]", "行政审批科台账")
    for field in page.locator("main form [name^=cell]").all():
        field.fill("0")
    page.locator("main form [name^=cell]").first.fill("412")


def workbook_with_errors(page, report):
    """The export sent back with a text in place of a number and a merged cell; returns the bytes."""
    answer = page.request.get(url("download", report.pk, "xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(answer.body()))
    book["A5"]["B3"] = "许多"
    book["B"].merge_cells("D5:E5")
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def prepare(officer, screenshot, accessible):
    """The report is begun, imported with errors, entered, corrected wrongly and rightly, and frozen."""
    officer.goto(url("index"))
    link(officer, url("create"))
    officer.fill("[name=year]", "2025")
    send(officer)
    report = AnnualReport.objects.get()
    expect(officer.locator(f"a[href='{url('cell', report.pk, 'B/new/total')}']")).to_have_text("3")
    officer.goto(url("import", report.pk))
    file = {
        "name": "report.xlsx",
        "mimeType": "application/octet-stream",
        "buffer": workbook_with_errors(officer, report),
    }
    officer.set_input_files("[name=file]", files=[file])
    officer.fill("[name=source]", "法规科")
    send(officer)
    expect(officer.locator("main")).to_contain_text("许多")
    expect(officer.locator("main")).to_contain_text("B!D5")
    screenshot(officer, "annual-report-import-errors")
    accessible(officer, "main")
    officer.goto(url("report", report.pk))
    enter_everything(officer, report)
    screenshot(officer, "annual-report-enter")
    accessible(officer, "main")
    send(officer)
    link(officer, url("cell", report.pk, "B/new/natural"))
    screenshot(officer, "annual-report-cell")
    accessible(officer, "main")
    officer.fill("[name=value]", "3")
    officer.fill("[name=reason]", "一件纸质申请未录入")
    send(officer)
    officer.goto(url("report", report.pk))
    # What does not balance is explained with its numbers.
    findings = officer.locator("#findings-content, #findings-section, #findings").first
    expect(findings).to_contain_text("I1")
    screenshot(officer, "annual-report-office-error")
    accessible(officer, "main")
    officer.goto(url("cell", report.pk, "B/carried_forward/natural"))
    officer.fill("[name=value]", "2")
    officer.fill("[name=reason]", "同上，年底仍在办理")
    send(officer)
    officer.goto(url("report", report.pk))
    expect(officer.locator(".disclosure-report-admin__finding--error")).to_have_count(0)
    screenshot(officer, "annual-report-office")
    return report


def make_public(officer, report, scene, screenshot):
    """Frozen, drafted by the office, reviewed by the others."""
    link(officer, url("freeze", report.pk))
    send(officer)
    link(officer, url("draft", report.pk))
    screenshot(officer, "annual-report-draft")
    officer.select_option("[name=folder]", str(scene.folder.pk))
    if officer.locator("[name=category]").count():
        officer.select_option("[name=category]", str(scene.category.pk))
    send(officer)
    officer.wait_for_url("**/edit/")
    page = AnnualReportPage.objects.get()
    assert not page.live
    factories.determine(page, scene.people.officer)
    factories.publish(scene, page)
    page.refresh_from_db()
    assert page.live
    return page


def test_a_report_goes_from_the_cases_to_the_public(scene, officer, new_page, screenshot, accessible):
    report = prepare(officer, screenshot, accessible)
    page = make_public(officer, report, scene, screenshot)
    for name in ("index", "bodies"):
        officer.goto(url(name))
        screenshot(officer, f"annual-report-{name}")
        accessible(officer, "main")
    citizen = new_page()
    citizen.goto(page.url)
    rows = citizen.locator(".disclosure-report table").filter(has_text="本年新收").locator("tbody tr")
    assert rows.first.locator("td").all_inner_texts() == ["3", "1", "0", "0", "0", "0", "4"]
    expect(citizen.locator("figure.disclosure-report__chart svg[role=img]")).to_have_count(1)
    # Nothing leads from a public number to cases.
    assert citizen.locator(".disclosure-report td a").count() == 0
    assert "/admin/" not in citizen.content()
    accessible(citizen)
    screenshot(citizen, "annual-report-public")
    kinds = download_everything(citizen)
    assert {"xlsx", "docx", "pdf", "csv", "json"} <= kinds
    phone = new_page(width=375, height=812)
    phone.goto(page.url)
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    accessible(phone)
    screenshot(phone, "annual-report-public-phone")
    narrow = officer
    narrow.set_viewport_size({"width": 375, "height": 812})
    for name, address in (
        ("office", url("report", report.pk)),
        ("cell", url("cell", report.pk, "B/new/natural")),
        ("index", url("index")),
        ("bodies", url("bodies")),
    ):
        narrow.goto(address)
        screenshot(narrow, f"annual-report-{name}-phone")
        assert narrow.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


def download_everything(citizen):
    """Ask for every file that the page offers; returns their kinds."""
    found = set()
    addresses = {
        each.get_attribute("href")
        for each in citizen.locator("a[href*='documents/'], a[href*='?format=']").all()
    }
    for address in addresses:
        target = address if "?" not in address or "/" in address else citizen.url.partition("?")[0] + address
        answer = citizen.request.get(target)
        assert answer.status == 200 and len(answer.body()) > 100, target
        name = answer.headers.get("content-disposition", address)
        found |= {kind for kind in ("xlsx", "docx", "pdf", "csv", "json") if kind in f"{name} {target}"}
    return found
