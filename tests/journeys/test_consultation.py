"""A consultation from the first comment to the public report, and a survey from its first answer to its results."""

from urllib.parse import urljoin

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import expect
from wagtail.models import Site, Workflow, WorkflowTask

from tests import factories
from tests import factories_participation as made
from tests.case_admin import office
from tests.journeys import citizens
from tests.journeys.casework.office import cookie_of
from tests.journeys.citizens import fits, go_on
from wagtail_disclosure.participation.models import Comment, ConsultationPage, FeedbackItem, SurveyPage
from wagtail_disclosure.publishing import actions
from wagtail_disclosure.publishing.models import (
    DepartmentHeadReview,
    LeaderApproval,
    ReviewPolicy,
    ReviewPolicyStep,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, DESKTOP = {"width": 375, "height": 812}, {"width": 1280, "height": 900}
MAIN = {"include": [["main"]]}
PRICE, TIERS = "降低第一级价格", "取消阶梯水价"


@pytest.fixture
def place(request_site):
    return office()


@pytest.fixture
def look(accessible, screenshot):
    """Keep a picture and ask axe; a public page fits its window as well."""

    def at(page, name, context=None):
        screenshot(page, f"participation-{name}")
        accessible(page, context)
        assert context or fits(page), page.url

    return at


@pytest.fixture
def officer(new_page, place):
    page = new_page(**DESKTOP)
    page.goto("/admin/login/")
    page.context.add_cookies([{**cookie_of(place.officer), "url": urljoin(page.url, "/")}])
    return page


def comment(page, body, look=lambda page, name: None, **choices):
    """Fill in the form that is open, and send it. Returns number and code of the receipt."""
    look(page, "comment")
    page.fill("#id_body", body)
    for name, value in choices.items():
        page.select_option(f"#id_{name}", value)
    page.check("#id_consent")
    go_on(page)
    expect(page.locator(".disclosure-code")).to_be_visible()
    return page.locator(".disclosure-receipt strong").all_inner_texts()


@pytest.mark.parametrize(("window", "scripted"), [(PHONE, True), (PHONE, False), (DESKTOP, True)])
def test_a_citizen_comments_on_a_paragraph_and_on_the_whole(place, new_page, look, window, scripted):
    consultation = made.consultation(place, takes_files=True)
    page, size = new_page(**window, java_script_enabled=scripted), window["width"]

    def shown(page, name):
        if scripted:
            look(page, f"{name}-{size}")
        assert fits(page), page.url

    page.goto(consultation.get_url_parts()[2])
    shown(page, "consultation")
    with page.expect_navigation():
        page.locator(".disclosure-commented__links a").nth(1).click()
    assert page.input_value("#id_paragraph") == made.SECOND
    go_on(page)
    expect(page.locator(".disclosure-errors a").first).to_be_visible()
    shown(page, "errors")
    page.fill("#id_body", "阶梯数应当与家庭人口相联系。")
    page.set_input_files("#disclosure-files", [citizens.text_file("用水量.txt")])
    go_on(page, "button[value=upload]")
    expect(page.get_by_text("用水量.txt").first).to_be_visible()
    number, code = comment(page, "阶梯数应当与家庭人口相联系。", shown)
    shown(page, "receipt")
    with page.expect_navigation():
        page.locator(f"a[href$='/{consultation.pk}/comment/']").first.click()
    comment(page, "总体上同意。")
    first, second = Comment.objects.order_by("pk")
    assert (first.number, first.paragraph, first.attachments.count()) == (number, made.SECOND, 1)
    assert (second.paragraph, second.body) == ("", "总体上同意。")
    page.goto(f"/participation/{consultation.pk}/status/")
    page.fill("#id_number", number)
    page.fill("#id_code", code)
    go_on(page)
    expect(page.locator(".disclosure-receipt")).to_be_visible()
    shown(page, "status")


def under_review(place, page):
    """Let the page have a review of two steps."""
    group = factories.Group.objects.create(name="leaders")
    place.approver = factories.user("approver", groups=[group], name="周委")
    tasks = [DepartmentHeadReview.objects.create(name="初审"), LeaderApproval.objects.create(name="审批")]
    tasks[1].groups.add(group)
    workflow = Workflow.objects.create(name="征集审查")
    policy = ReviewPolicy.objects.create(
        page=Site.objects.get(is_default_site=True).root_page, workflow=workflow
    )
    for order, task in enumerate(tasks):
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=order)
        ReviewPolicyStep.objects.create(policy=policy, task=task.task_ptr, sort_order=order)


def draft_report(place, page):
    """What the officer enters in the editor: the words of the report and its issues."""
    draft = page.get_latest_revision_as_object()
    draft.feedback_on, draft.feedback = made.days(0), "<p>征求意见期间收到的意见归纳如下。</p>"
    draft.feedback_items = [
        FeedbackItem(issue=PRICE, adoption="adopted", sort_order=0),
        FeedbackItem(issue=TIERS, adoption="not_adopted", reason="法律要求实行阶梯水价。", sort_order=1),
    ]
    draft.save_revision(user=place.officer)


def over(page):
    type(page).objects.filter(pk=page.pk).update(closes_on=made.days(-1))
    found = type(page).objects.get(pk=page.pk)
    draft = found.get_latest_revision_as_object()
    draft.closes_on = made.days(-1)
    draft.save_revision()
    return type(page).objects.get(pk=page.pk)


def test_comments_are_moderated_assigned_and_reported_through_the_review(place, officer, new_page, look):
    page = made.consultation(place)
    for body in ("请降低价格。", "价格太高。", "取消阶梯。"):
        made.comment(page, body=body)
    under_review(place, page)
    page = over(page)
    draft_report(place, page)
    index, ids = reverse("disclosure_comments:index"), [f"id={each.pk}" for each in Comment.objects.all()]
    # One is looked at by itself, two at once.
    waiting = Comment.objects.order_by("pk")
    officer.goto(reverse("disclosure_comments:inspect", args=[waiting[2].pk]))
    officer.check("[name=issues] >> nth=1")
    with officer.expect_navigation():
        officer.locator("form[action$='/assign/'] button").click()
    look(officer, "moderation", MAIN)
    with officer.expect_navigation():
        officer.locator("button[value=show]").click()
    officer.goto(index)
    look(officer, "list", MAIN)
    bulk = reverse("wagtail_bulk_action", args=["wagtail_disclosure", "comment", "assign"])
    officer.goto(f"{bulk}?{ids[0]}&{ids[1]}&next={index}")
    officer.select_option("[name=issue]", index=1)
    look(officer, "bulk", MAIN)
    with officer.expect_navigation():
        officer.locator("main form button[type=submit]").click()
    officer.goto(reverse("disclosure_comments:report", args=[page.pk]))
    numbers = officer.locator("#issues-section tbody td a")
    look(officer, "report", MAIN)
    assert [each.strip() for each in numbers.all_inner_texts()][:2] == ["2", "1"]
    page = ConsultationPage.objects.get(pk=page.pk)
    page.get_latest_revision_as_object().save_revision(user=place.officer)
    page = ConsultationPage.objects.get(pk=page.pk)
    actions.submit(page, place.officer)
    for reviewer in (place.reviewer, place.approver):
        factories.approve_step(page, reviewer, acknowledging=True)
    for window in (DESKTOP, PHONE):
        visitor = new_page(**window)
        visitor.goto(page.get_url_parts()[2])
        section = visitor.locator("section[aria-labelledby=report]")
        expect(section.get_by_text(PRICE)).to_be_visible()
        assert section.locator("tbody tr").first.locator("td").first.inner_text().strip().endswith("2")
        look(visitor, f"public-report-{window['width']}")


def test_a_survey_is_answered_once_closes_and_shows_its_results(place, officer, new_page, look, rf):
    survey = made.survey(place, results="after")
    for number in range(9):
        made.answer(survey, rf, address=f"192.0.2.{number}", q0=str(number % 3), q2="4")
    page = new_page(**PHONE)
    page.goto(survey.get_url_parts()[2])
    look(page, "survey")
    with page.expect_navigation():
        page.locator("main a.disclosure-button--main, a.disclosure-button--main").first.click()
    look(page, "survey-form")
    page.locator("input[type=radio]").first.check()
    go_on(page)
    expect(page.get_by_role("status")).to_be_visible()
    look(page, "survey-thanks")
    page.goto(f"/participation/{survey.pk}/answer/")
    look(page, "survey-again")
    assert page.locator("input[type=radio]").count() == 0
    SurveyPage.objects.filter(pk=survey.pk).update(closes_on=made.days(-1))
    call_command("disclosure_participation")
    page.goto(survey.get_url_parts()[2])
    expect(page.locator("figure svg, .disclosure-chart svg, svg[role=img]").first).to_be_visible()
    expect(page.locator("table").first).to_be_visible()
    look(page, "survey-results-375")
    officer.goto(reverse("wagtail_disclosure_surveys_results", args=[survey.pk]))
    look(officer, "survey-admin", MAIN)
    with officer.expect_download() as download:
        officer.locator(f"a[href='{reverse('wagtail_disclosure_surveys_export', args=[survey.pk])}']").click()
    text = download.value.path().read_text("utf-8-sig")
    assert len(text.strip().splitlines()) == 11
