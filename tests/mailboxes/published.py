"""A mailbox page under a review of two steps, and letters on their way to it, for the tests of what is published."""

from wagtail.models import Site, Workflow, WorkflowTask

from tests import factories, factories_mail
from tests.case_admin import browser, soup
from wagtail_disclosure.mailboxes.models import CitizenLetter, MailboxPage, SelectedLetterPage
from wagtail_disclosure.mailboxes.selected import consent, making
from wagtail_disclosure.publishing import gate
from wagtail_disclosure.publishing.models import (
    DepartmentHeadReview,
    LeaderApproval,
    ReviewPolicy,
    ReviewPolicyStep,
)

SECRETS = ("王小明", "13812345678", "138 1234 5678", "wang@example.com", "胜利路12号3栋402室")
BODY = (
    "我叫王小明，住胜利路12号3栋402室，电话138 1234 5678，邮箱wang@example.com。\n"
    "请问我们小区的二次供水加价依据是什么？"
)
REPLY = {"reply": "answered", "details": {"reply_text": "王小明您好：加价依据为市政府文件。"}}
TEXTS = {
    "title": "小区二次供水价格咨询",
    "letter": "请问我们小区的二次供水加价依据是什么？",
    "reply": "您好：加价依据为市政府文件。",
}


def reviewed(place):
    """Let ``place`` have the page of its mailbox, with a policy of two steps, their people, and a public catalogue."""
    leader_group = factories.Group.objects.create(name="leaders")
    head = DepartmentHeadReview.objects.create(name="处室负责人初审")
    leader = LeaderApproval.objects.create(name="领导审批")
    leader.groups.add(leader_group)
    place.approver = factories.user("approver", groups=[leader_group], name="周委")
    workflow = Workflow.objects.create(name="来信选登审查")
    root = Site.objects.get(is_default_site=True).root_page
    place.page = MailboxPage(title="局长信箱", slug="leader", mailbox=place.mailbox, live=False)
    root.add_child(instance=place.page)
    place.catalogue = factories.CatalogueIndexPage(title="公开目录", slug="catalogue", live=False)
    root.add_child(instance=place.catalogue)
    policy = ReviewPolicy.objects.create(page=place.page, workflow=workflow)
    for order, task in enumerate((head, leader)):
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=order)
        ReviewPolicyStep.objects.create(policy=policy, task=task.task_ptr, sort_order=order)
    for page in (place.page, place.catalogue):
        gate.seal_installed(page)
        page.save_revision().publish()
    place.page = MailboxPage.objects.get(pk=place.page.pk)
    return place


def answered(place, **fields):
    """A letter that was answered, with its writer's data in letter and reply."""
    fields = {"mailbox": place.mailbox, "language": "zh-hans", "body": BODY, **fields}
    person = fields.pop(
        "correspondent", {"phone": "13812345678", "address": "临江市柳北区胜利路12号3栋402室"}
    )
    case = factories_mail.letter(place, correspondent=person, **fields)
    factories_mail.through(case, place, "accept", "handle")
    factories_mail.moves.act(case, "draft_decision", by=place.officer, **REPLY)
    return factories_mail.through(case, place, "approve_decision", "issue_decision")


def drafted(place, case=None, **texts):
    """A selected letter in draft."""
    case = case or answered(place)
    return making.store(case, place.officer, {**TEXTS, **texts})


def publish(place, page):
    """Take a draft through its review."""
    from wagtail_disclosure.publishing import actions

    page = SelectedLetterPage.objects.get(pk=page.pk)
    actions.submit(page, place.officer)
    for reviewer in (place.reviewer, place.approver):
        factories.approve_step(page, reviewer, acknowledging=True)
    return SelectedLetterPage.objects.get(pk=page.pk)


def case_of(page):
    return CitizenLetter.objects.get(selections__translation_key=page.translation_key)


def withdraw_consent(place, page, **given):
    given = given or {"role": "applicant"}
    factories_mail.moves.act(case_of(page), "withdraw_consent", **given)


__all__ = ["browser", "consent", "soup"]
