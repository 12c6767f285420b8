"""One document on its way: officer, head, secrecy reviewer, copy-checker and leader each log in and do their part."""

import re

import pytest
from playwright.sync_api import expect
from wagtail.models import Site

from tests import factories
from tests.conftest import SCREENSHOTS
from wagtail_disclosure.catalogue.models import DepartmentFolderPage, EntryPage
from wagtail_disclosure.departments.models import DepartmentMember
from wagtail_disclosure.installation.people import COPY, LEADER, SECRECY
from wagtail_disclosure.installation.setup import setup

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "关于调整停车收费标准的通知"
BODY = "自2026年3月1日起，机动车停放服务收费标准按本通知执行。"


@pytest.fixture
def agency():
    """An agency as ``disclosure_setup`` leaves it, with one person for each part of the work."""
    made = setup(
        Site.objects.get(is_default_site=True), name="临江市发展和改革委员会", organisation_code="620700036"
    )
    office = made.departments[0]
    factories.user("officer", name="陈信")
    factories.user("head", name="王处")
    for username, key in (("secrecy", SECRECY), ("copy", COPY), ("leader", LEADER)):
        factories.user(username, groups=[made.groups[key]], name=username)
    for username, role in (("officer", "officer"), ("head", "reviewer")):
        person = factories.get_user_model().objects.get(username=username)
        DepartmentMember.objects.create(department=office, user=person, role=role)
    made.folder = DepartmentFolderPage.objects.get(department=office, locale=made.catalogue.locale)
    return made


@pytest.fixture
def log_in(new_page):
    def open_admin(username, **options):
        page = new_page(**options)
        page.goto("/admin/login/")
        page.fill("[name=username]", username)
        page.fill("[name=password]", "password")
        page.click("button[type=submit]")
        page.wait_for_url("**/admin/")
        return page

    return open_admin


def picture(page, name):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


def draft_in_the_editor(page, folder):
    """What the officer does: a title, a paragraph, a category, saved as a draft."""
    page.goto(f"/admin/pages/add/wagtail_disclosure/entrypage/{folder.pk}/")
    page.fill("[name=title]", TITLE)
    page.locator("[data-streamfield-stream-container] button.c-sf-add-button").first.click()
    page.get_by_role("option", name=re.compile("文本|正文|Text")).first.click()
    page.locator(".public-DraftEditor-content[contenteditable=true]").first.click()
    page.keyboard.type(BODY)
    page.get_by_role("tab", name=re.compile("分类|Classification")).click()
    page.locator("[data-contentpath=category] button").filter(visible=True).first.click()
    page.locator(".modal-body tbody a").first.click()
    expect(page.locator(".modal-body")).to_have_count(0)
    picture(page, "1-officer-editor")
    page.get_by_role("button", name=re.compile("保存草稿|Save draft")).first.click()
    page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
    return int(re.search(r"/pages/(\d+)/edit/", page.url)[1])


def determine_as_proactive(page, page_id):
    """属性审核: what comes before review (Arts. 13–18)."""
    page.goto(f"/admin/disclosure/catalogue/determine/{page_id}/")
    page.locator("[name=choice][value^='proactive:']").first.check()
    picture(page, "2-officer-attribute")
    with page.expect_navigation():
        page.locator("main form button[type=submit], main form [type=submit]").first.click()


def submit_for_review(page, page_id):
    page.goto(f"/admin/pages/{page_id}/edit/")
    page.locator("footer [data-w-dropdown-target=toggle], footer button[aria-label]").last.click()
    with page.expect_navigation():
        page.locator("[name=action-submit]").click()


def decide(page, name):
    """What each reviewer does: from the queue on the home page to the review page, read, approve."""
    page.goto("/admin/")
    page.get_by_role("link", name=TITLE).first.click()
    page.wait_for_url(re.compile(r"/admin/disclosure/review/\d+/"))
    for point in page.locator("[name$=checklist]").all():
        point.check()
    frame = page.frame_locator("iframe").first
    expect(frame.locator("h1")).to_contain_text(TITLE)
    picture(page, name)
    with page.expect_navigation():
        page.locator("button[name=action][value=approve]").click()


def test_a_document_goes_from_the_officer_to_the_public(agency, log_in, new_page):
    officer = log_in("officer")
    page_id = draft_in_the_editor(officer, agency.folder)
    determine_as_proactive(officer, page_id)
    submit_for_review(officer, page_id)
    assert EntryPage.objects.get(pk=page_id).workflow_in_progress
    steps = ("head", "secrecy", "copy", "leader")
    for number, username in enumerate(steps, start=3):
        assert not EntryPage.objects.get(pk=page_id).live
        decide(log_in(username), f"{number}-{username}")
    entry = EntryPage.objects.get(pk=page_id)
    assert entry.live
    citizen = new_page()
    citizen.goto(agency.catalogue.url)
    citizen.get_by_role("link", name=TITLE).click()
    expect(citizen.locator("h1")).to_contain_text(TITLE)
    expect(citizen.locator("body")).to_contain_text(BODY)
    expect(citizen.locator("body")).to_contain_text(entry.index_number)
    picture(citizen, "7-citizen")
    phone = new_page(width=390, height=844)
    phone.goto(entry.url)
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    picture(phone, "8-citizen-phone")


def test_the_drafter_is_not_offered_a_decision(agency, log_in):
    officer = log_in("officer")
    page_id = draft_in_the_editor(officer, agency.folder)
    determine_as_proactive(officer, page_id)
    submit_for_review(officer, page_id)
    state = EntryPage.objects.get(pk=page_id).current_workflow_task_state
    response = officer.goto(f"/admin/disclosure/review/{state.pk}/")
    assert response.status == 200
    expect(officer.locator("button[value=approve]")).to_have_count(0)
