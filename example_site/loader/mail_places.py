"""Where the public writes to the agency: four mailboxes and their pages, which setup prepared and the review publishes."""

from wagtail_disclosure.mailboxes.models import Mailbox, MailboxLeader, MailboxPage, MailboxType

from .content import at, data, following
from .diary import Item
from .documents import ENGLISH, TRANSLATOR, drafter_of
from .places import FOUNDED, OFFICE, items_of, paragraph

# Working days after the foundation; the request forms come first.
BEGINS = 20
CONSENT = {
    "zh-hans": "同意在隐去个人信息后公开来信和答复。同意可以随时撤回，撤回后公开的内容即予撤下。",
    "en": "Letter and reply may be published without what tells who wrote. I may withdraw this at any time; what was "
    "published is then taken off.",
}
CLOSED = {
    "zh-hans": "信箱暂停受理，请拨打政务服务便民热线12345。",
    "en": "The mailbox takes no letters at present. Please call 12345.",
}
ENGLISH_BEGINS = 6  # working days after the Chinese one


def items(world):
    """The mailboxes, then their pages: a page passes its review once its mailbox is public. English follows Chinese."""
    officer = drafter_of(world, "places", OFFICE)
    for place, facts in enumerate(data("mailboxes")):
        yield from _of_language(facts, place, "zh-hans", officer, BEGINS)
        yield from _of_language(facts, place, "en", TRANSLATOR, BEGINS + ENGLISH_BEGINS)


def _of_language(facts, place, language, drafter, after):
    code, is_translation = facts["code"], language != "zh-hans"
    suffix = ENGLISH if is_translation else ""
    begins, shown = following(FOUNDED, after), following(FOUNDED, after + 5)
    yield Item(
        f"mailbox-{code}{suffix}",
        drafter,
        at(begins, 10, place * 5),
        at(following(begins, 4), 16),
        _mailbox(facts, drafter, language),
        is_translation=is_translation,
    )
    yield Item(
        f"mailbox-page-{code}{suffix}",
        drafter,
        at(shown, 10, place * 5),
        at(following(shown, 2), 16),
        _page(facts, drafter, language),
        is_translation=is_translation,
    )


def mailbox(code, language="zh-hans"):
    return Mailbox.objects.get(code=code, locale__language_code=language)


def _words(facts, language):
    return facts if language == "zh-hans" else {**facts, **facts[language]}


def _mailbox(facts, username, language):
    words = _words(facts, language)

    def draft(world):
        found = mailbox(facts["code"], language)
        # What was submitted by an interrupted load is left as it is.
        if found.live or found.workflow_in_progress:
            return found
        for name in ("title", "addressee_kind", "addressee", "real_name"):
            setattr(found, name, words[name])
        found.department = world.departments.get(facts["department"])
        found.notice = items_of(words["notice"])
        found.closed_notice, found.consent_text = CLOSED[language], CONSENT[language]
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


def _page(facts, username, language):
    words = _words(facts, language)

    def draft(world):
        page = MailboxPage.objects.get(mailbox=mailbox(facts["code"], language))
        if not page.live and not page.workflow_in_progress:
            page.title = page.draft_title = words["title"]
            page.introduction = paragraph(words["introduction"])
            page.save_revision(user=world.users[username])
        return page

    return draft
