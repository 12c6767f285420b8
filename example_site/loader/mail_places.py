"""Where the public writes to the agency: four mailboxes and their pages, which setup prepared and the review publishes."""

from wagtail_disclosure.mailboxes.models import Mailbox, MailboxLeader, MailboxPage, MailboxType

from .content import at, data, following
from .diary import Item
from .documents import drafter_of
from .places import FOUNDED, OFFICE, items_of, paragraph

# Working days after the foundation; the request forms come first.
BEGINS = 20
CONSENT = "同意在隐去个人信息后公开来信和答复。同意可以随时撤回，撤回后公开的内容即予撤下。"
CLOSED = "信箱暂停受理，请拨打政务服务便民热线12345。"


def items(world):
    """The mailboxes, then their pages: a page passes its review once its mailbox is public."""
    officer = drafter_of(world, "places", OFFICE)
    begins, shown = following(FOUNDED, BEGINS), following(FOUNDED, BEGINS + 5)
    for place, facts in enumerate(data("mailboxes")):
        code = facts["code"]
        yield Item(
            f"mailbox-{code}",
            officer,
            at(begins, 10, place * 5),
            at(following(begins, 4), 16),
            _mailbox(facts, officer),
        )
        yield Item(
            f"mailbox-page-{code}",
            officer,
            at(shown, 10, place * 5),
            at(following(shown, 2), 16),
            _page(facts, officer),
        )


def mailbox(code):
    return Mailbox.objects.get(code=code, locale__language_code="zh-hans")


def _mailbox(facts, username):
    def draft(world):
        found = mailbox(facts["code"])
        # What was submitted by an interrupted load is left as it is.
        if found.live or found.workflow_in_progress:
            return found
        for name in ("title", "addressee_kind", "addressee", "real_name"):
            setattr(found, name, facts[name])
        found.department = world.departments.get(facts["department"])
        found.notice, found.closed_notice, found.consent_text = items_of(facts["notice"]), CLOSED, CONSENT
        found.types = [
            MailboxType(
                type=code, limit=days or None, unit="working_days" if days else "days", sort_order=place
            )
            for place, (code, days) in enumerate(facts["types"].items())
        ]
        found.leaders = [
            MailboxLeader(user=world.users[name], sort_order=place)
            for place, name in enumerate(facts["leaders"])
        ]
        found.save_revision(user=world.users[username])
        return found

    return draft


def _page(facts, username):
    def draft(world):
        page = MailboxPage.objects.get(mailbox=mailbox(facts["code"]))
        if not page.live and not page.workflow_in_progress:
            page.title = page.draft_title = facts["title"]
            page.introduction = paragraph(facts["introduction"])
            page.save_revision(user=world.users[username])
        return page

    return draft
