"""A letter from the citizen's phone through the office to the selected letters, and back when consent is withdrawn."""

import re

import pytest
from django.test import override_settings
from django.urls import reverse
from playwright.sync_api import expect
from wagtail.models import Site as WagtailSite

from tests import factories, factories_cases, factories_mail
from tests.casework.following.applicant import CODE
from tests.casework.test_moves import at
from tests.journeys import citizens
from tests.journeys.citizens import fits, follow, go_on
from tests.mailboxes.published import answered, reviewed
from wagtail_disclosure.casework.receipts import protection, throttle
from wagtail_disclosure.mailboxes.models import CannedAnswer, CitizenLetter, SelectedLetterPage

from .office import PHONE, WIDE, address_of, now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SUBJECT, REPLY = "小区二次供水价格咨询", "您好，关于供水价格：加价依据为市政府文件。"


@pytest.fixture(scope="module", autouse=True)
def mailbox(site):
    """A leader's mailbox with its page, and public addresses, at the office of the module."""
    place = site.place
    with pytest.MonkeyPatch.context() as patch, override_settings(ROOT_URLCONF="tests.urls_with_requests"):
        patch.setattr(protection.ProtectedForm, "fastest", 0)
        WagtailSite.objects.update(hostname="localhost")
        WagtailSite.clear_site_root_paths_cache()
        place.leader = factories.user("leader", name="周局长")
        place.mailbox = factories_mail.mailbox(
            place, leaders=[place.leader], notice="<p>来信请写明时间、地点和具体情况。</p>"
        )
        reviewed(place)
        yield place.mailbox


@pytest.fixture
def citizen(site, place):
    """A citizen at a phone, in a browser of their own."""
    throttle._memory.clear()
    context = site.browser.new_context(base_url=site.url, locale="zh-CN", viewport=PHONE)
    context.set_default_timeout(45_000)
    page = context.new_page()
    page.on("pageerror", lambda error: site.errors.append(f"{page.url}: {error}"))
    yield page
    context.close()


@pytest.fixture
def look(accessible, screenshot):
    def at(page, name, context=None):
        if context:
            # The admin scrolls inside of its window.
            size = page.viewport_size
            page.set_viewport_size({**size, "height": 2600})
            screenshot(page, f"mail-{name}")
            page.set_viewport_size(size)
        else:
            screenshot(page, f"mail-{name}")
        accessible(page, context)
        assert fits(page), page.url

    return at


def do(page, action):
    with page.expect_navigation():
        page.locator(f".disclosure-actions a[href*='/do/{action}/']").click()


def writes(page, place, look):
    """The citizen writes with a file and by name, and consents. Returns number and code."""
    page.goto(place.page.get_url())
    page.check("[name=type][value=consultation]")
    page.fill("#id_subject", SUBJECT)
    page.fill("#id_body", "请问我们小区的二次供水加价依据是什么？")
    go_on(page)
    page.check("[name=signed][value=named]")
    page.fill("#id_name", "王小明")
    page.fill("#id_phone", factories_cases.PHONE)
    go_on(page)
    page.set_input_files("#disclosure-files", [citizens.text_file()])
    go_on(page, "button[value=upload]")
    go_on(page, "button[value=continue]")
    page.check("#id_consent_to_publish")
    go_on(page)
    look(page, "citizen-receipt")
    return page.locator(".disclosure-receipt strong").all_inner_texts()


def is_not_satisfied(citizen, case, number, code, look):
    """The citizen reads the reply, says why it is not enough, asks again, and withdraws the consent."""
    follow(citizen, number, code)
    expect(citizen.locator("article")).to_contain_text(REPLY)
    look(citizen, "citizen-replied")
    address = citizen.url
    do(citizen, "rate")
    citizen.check("[name=rating][value=not_satisfied]")
    go_on(citizen)
    expect(citizen.locator(".disclosure-errors")).to_be_visible()
    look(citizen, "citizen-rate-errors")
    citizen.fill("#id_comment", "没有写明文件名称")
    go_on(citizen)
    look(citizen, "citizen-rate-check")
    go_on(citizen)
    assert now(case).rating == "not_satisfied"
    look(citizen, "citizen-rated")
    citizen.goto(address)
    do(citizen, "ask_follow_up")
    look(citizen, "citizen-ask-again")
    citizen.fill("#id_description", "是哪一份文件？")
    go_on(citizen)
    go_on(citizen)
    assert now(case).state == "follow_up"
    look(citizen, "citizen-asked-again")
    citizen.goto(address)
    do(citizen, "withdraw_consent")
    look(citizen, "citizen-withdraw-consent")
    go_on(citizen)
    go_on(citizen)
    assert not now(case).consent_to_publish


def test_a_letter_is_answered_by_the_office_and_its_writer_is_not_satisfied(
    site, citizen, officer, reviewer, other, place, look
):
    CannedAnswer.objects.create(agency=place.agency, title="供水价格", body="您好，关于供水价格：")
    number, code = writes(citizen, place, look)
    case = CitizenLetter.objects.get(number=number)
    look(officer.goes("index", kind="disclosure_letters"), "office-list", "main")
    look(officer.looks(case), "office-case", "main")
    officer.acts(case, "accept")
    officer.acts(case, "handle")
    officer.acts(case, "phone_note", date="2026-06-10", note="已电话联系来信人，说明正在核实。")
    page = officer.presses(case, "hand_over")
    look(page, "office-hand-over", "main")
    officer.fills({"department": str(place.projects.pk), "until": "2026-06-12", "note": "属贵科职责"})
    officer.sends()
    assert now(case).department == place.projects
    look(other.looks(case), "office-handed-over", "main")
    other.presses(case, "hand_over")
    other.fills({"department": str(place.prices.pk), "note": "应由价格科答复"})
    other.sends()
    assert now(case).department == place.prices
    page = officer.presses(case, "draft_decision")
    look(page, "office-draft", "main")
    officer.clicks(page.locator("main a[href^='?canned=']").first)
    expect(page.locator("[name=decision_reply_text]")).to_have_value("您好，关于供水价格：")
    page.fill("[name=decision_reply_text]", REPLY)
    look(page, "office-drafted", "main")
    officer.sends()
    officer.is_back(case)
    look(reviewer.looks(case), "office-to-approve", "main")
    reviewer.acts(case, "return_decision", note="请写明文件名称")
    page = officer.presses(case, "draft_decision")
    look(page, "office-redraft", "main")
    officer.sends()
    officer.is_back(case)
    reviewer.acts(case, "approve_decision")
    assert officer.acts(case, "issue_decision").state == "replied"
    look(officer.looks(case), "office-replied", "main")
    is_not_satisfied(citizen, case, number, code, look)
    look(officer.looks(case), "office-asked-again", "main")


def test_a_leader_sees_what_is_late_and_rated_badly_and_supervises(site, place, look):
    late = factories_mail.letter(place, mailbox=place.mailbox, subject="路灯不亮", at=at("2026-05-06"))
    bad = factories_mail.letter(place, mailbox=place.mailbox, subject="公交改线")
    factories_mail.through(bad, place, *factories_mail.TO_REPLY)
    factories_mail.moves.act(
        bad, "rate", role="applicant", data={"rating": "not_satisfied"}, details={"comment": "没有说明理由"}
    )
    leader = site.person(place.leader)
    page = leader.page
    page.goto(reverse("wagtail_disclosure_my_mailboxes"))
    for case in (late, bad):
        expect(page.locator("main")).to_contain_text(case.number)
    look(page, "leader", "main")
    page.set_viewport_size(PHONE)
    look(page, "leader-phone", "main")
    page.set_viewport_size(WIDE)
    page.get_by_role("link", name=re.compile(late.number)).first.click()
    page.wait_for_url(f"**{address_of(late)}")
    leader.presses(late, "supervise")
    look(page, "leader-supervise", "main")
    leader.fills({"note": "请尽快答复", "until": "2026-06-15"})
    leader.sends()
    leader.is_back(late)
    assert now(late).is_supervised
    page.goto(reverse("wagtail_disclosure_my_mailboxes"))
    look(page, "leader-supervised", "main")


def is_read(citizen, place, public, look):
    """What the public reads below the page of the mailbox, on a phone and wide."""
    base = place.page.get_url()
    addresses = {"page": "", "letter": f"{public.slug}/", "list": "selected/?q=供水"}
    addresses |= {"questions": "questions/", "statistics": "statistics/"}
    for name, below in addresses.items():
        for width in (375, 1280):
            citizen.set_viewport_size({"width": width, "height": 800})
            citizen.goto(base + below)
            look(citizen, f"public-{name}-{width}")
            if name in ("letter", "list"):
                expect(citizen.locator("h1, .disclosure-items__title")).to_contain_text([SUBJECT])


def test_a_letter_is_masked_reviewed_published_and_gone_when_consent_is_withdrawn(
    site, citizen, officer, reviewer, place, look
):
    case = answered(place, code=CODE)
    page = officer.looks(case)
    officer.clicks(page.locator(f"main a[href$='/{case.pk}/select/']").first)
    look(page, "select-suggestions", "main")
    go = "main form:has([name=stage])"
    with page.expect_navigation():
        page.locator(f"{go} button[type=submit]").last.click()
    look(page, "select-text", "main")
    assert "王小明" not in page.input_value("[name=letter]")
    page.fill("[name=question]", "二次供水加价的依据是什么？")
    page.fill("[name=answer]", "依据为市政府文件。")
    page.check("[name=submit]")
    with page.expect_navigation():
        page.locator(f"{go} button[type=submit]").last.click()
    look(page, "select-stored", "main")
    draft = SelectedLetterPage.objects.get()
    state = draft.current_workflow_task_state
    reviewer.page.goto(f"/admin/disclosure/review/{state.pk}/")
    look(reviewer.page, "select-review", "main")
    with reviewer.page.expect_navigation():
        reviewer.page.locator("button[name=action][value=approve]").click()
    factories.approve_step(draft, place.approver, acknowledging=True)
    public = SelectedLetterPage.objects.get()
    assert public.live
    is_read(citizen, place, public, look)
    citizen.set_viewport_size(PHONE)
    follow(citizen, case.number, CODE)
    do(citizen, "withdraw_consent")
    go_on(citizen)
    go_on(citizen)
    look(citizen, "citizen-consent-withdrawn")
    assert citizen.goto(public.get_url()).status == 410
    look(citizen, "public-gone")
    citizen.goto(f"{place.page.get_url()}selected/")
    expect(citizen.locator("body")).not_to_contain_text(SUBJECT)
    look(citizen, "public-list-empty")
    look(officer.looks(case), "office-consent-withdrawn", "main")


def test_several_letters_are_followed_in_one_browser(citizen, place):
    for _each in range(5):
        case = factories_mail.letter(place, mailbox=place.mailbox, code=CODE)
        follow(citizen, case.number, CODE)
        expect(citizen.locator("article")).to_contain_text(case.number)
