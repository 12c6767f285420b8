"""Mailboxes (领导信箱, 咨询, 投诉, 建议) with their pages, as drafts in each language of the catalogue.

Nobody reviewed their words, and nobody said who answers: setup publishes none. A site that has mailboxes of its own keeps
them as they are.
"""

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from ..mailboxes import vocabularies
from ..mailboxes.models import Mailbox, MailboxPage, MailboxType
from ..rules.labels import joined


@dataclass(frozen=True)
class Wanted:
    """A mailbox that setup prepares. ``code`` is that of the mailbox and its page, ``types`` what may be sent to it."""

    code: str
    title: str
    notice: str
    types: tuple
    addressee_kind: str = Mailbox.Addressee.OFFICE
    addressee: str = ""


WANTED = (
    Wanted(
        "leader",
        pgettext_lazy("mailbox", "Leader's mailbox"),
        gettext_lazy("Here you can write to the leader of %(agency)s."),
        ("consultation", "complaint", "suggestion", "petition", "help"),
        Mailbox.Addressee.LEADER,
        gettext_lazy("Leader in charge"),
    ),
    Wanted(
        "questions",
        pgettext_lazy("mailbox", "Questions"),
        gettext_lazy("Here you can ask %(agency)s about its policies and procedures."),
        ("consultation", "help"),
    ),
    Wanted(
        "complaints",
        pgettext_lazy("mailbox", "Complaints"),
        gettext_lazy("Here you can complain about a service or the administration of %(agency)s."),
        ("complaint",),
    ),
    Wanted(
        "suggestions",
        pgettext_lazy("mailbox", "Suggestions"),
        gettext_lazy("Here you can tell %(agency)s what could be done better."),
        ("suggestion",),
    ),
)
OPTIONAL = ("phone", "email")


def install_mailboxes(keeper, agency, roots):
    """The mailboxes in each language, and their pages beside the catalogue. Returns those that there are.

    None is made where the agency has one that setup did not make.
    """
    if _has_own(keeper, agency):
        return []
    found = []
    for wanted in WANTED:
        same = []
        for root in roots:
            mailbox = _install_each(keeper, wanted, agency, root, same, suffix=_suffix(root, roots))
            if mailbox is not None:
                same.append(mailbox)
        found += same
    drafts = [each.title for each in found if not each.live]
    if drafts:
        keeper.report.note(
            _(
                "Mailboxes are drafts: %(titles)s. Say in each who answers until when, name the leaders, submit it for "
                "review, and after it its page; delete those that are not wanted."
            )
            % {"titles": joined(dict.fromkeys(drafts))}
        )
    return found


def _suffix(root, roots):
    return "" if root == roots[0] else f"/{root.locale.language_code}"


def _has_own(keeper, agency):
    codes = {code for wanted in WANTED for code in _codes(wanted, agency)}
    return Mailbox.objects.filter(agency=agency).exclude(code__in=codes).exists()


def _codes(wanted, agency):
    """The code of the mailbox, and the one that it has where another agency was first."""
    return wanted.code, f"{wanted.code}-{agency.pk}"


def _install_each(keeper, wanted, agency, root, same, *, suffix):
    own = {"agency": agency, "locale": root.locale}
    mailbox = keeper.keep(
        f"mailbox-{wanted.code}{suffix}",
        find=lambda: Mailbox.objects.filter(**own, code__in=_codes(wanted, agency)).first(),
        make=lambda: _draft(wanted, own, same),
        label=lambda each: _("mailbox “%(title)s”") % {"title": each.title},
        called=_("the mailbox"),
    )
    if mailbox is not None and not keeper.is_adopted(f"mailbox-{wanted.code}{suffix}"):
        _install_page(keeper, f"mailbox-page-{wanted.code}{suffix}", root.get_parent().specific, mailbox)
    return mailbox


def _draft(wanted, own, same):
    agency, locale = own["agency"], own["locale"]
    plain, of_agency = _codes(wanted, agency)
    taken = Mailbox.objects.filter(code=plain, locale=locale).exists()
    with override(locale.language_code):
        mailbox = Mailbox(
            **own,
            code=of_agency if taken else plain,
            title=str(wanted.title),
            addressee_kind=wanted.addressee_kind,
            addressee=str(wanted.addressee),
            live=False,
            notice=format_html("<p>{}</p>", wanted.notice % {"agency": agency.local_name()}),
            optional_fields=list(OPTIONAL),
            consent_text=_(
                "Letter and reply may be published without what tells who wrote. You can withdraw this at any time."
            ),
        )
    mailbox.types = [
        MailboxType(type=code, unit=_unit(code), sort_order=place)
        for place, code in enumerate(each for each in wanted.types if each in vocabularies.types())
    ]
    if same:
        mailbox.translation_key = same[0].translation_key
    mailbox.save()
    mailbox.save_revision()
    return mailbox


def _unit(code):
    """The unit in which the usual limit of that type is counted."""
    term = vocabularies.given_terms(code).get(vocabularies.REPLY)
    units = MailboxType.Unit
    return units.DAYS if term is not None and term.counts_every_day else units.WORKING_DAYS


def _install_page(keeper, key, parent, mailbox):
    pages = MailboxPage.objects.filter(mailbox=mailbox)
    problem = _why_not_below(parent, mailbox)
    if problem and not pages.exists():
        keeper.report.note(problem)
        return None
    return keeper.keep(
        key,
        find=pages.first,
        make=lambda: _draft_page(parent, mailbox),
        label=lambda each: _("page “%(title)s” of the mailbox") % {"title": each.title},
        called=_("the page of the mailbox"),
    )


def _why_not_below(parent, mailbox):
    """Why the page of ``mailbox`` cannot be made below ``parent``; empty when it can."""
    if not MailboxPage.can_create_at(parent):
        return _(
            "A page of the type “%(type)s” cannot hold the page of a mailbox. Add it elsewhere, or show “%(title)s” with "
            "a block or a tag."
        ) % {"type": type(parent).get_verbose_name(), "title": mailbox.title}
    taken = parent.get_children().filter(slug=mailbox.code).first()
    if taken is not None and not MailboxPage.objects.filter(pk=taken.pk, mailbox=mailbox).exists():
        return _(
            "Below “%(parent)s” the page “%(page)s” has the address “%(slug)s” already. Add a page for the mailbox "
            "“%(title)s” yourself, or show it with a block or a tag."
        ) % {
            "parent": parent.title,
            "page": taken.title,
            "slug": mailbox.code,
            "title": mailbox.title,
        }
    return ""


def _draft_page(parent, mailbox):
    page = MailboxPage(
        title=mailbox.title,
        slug=mailbox.code,
        locale=mailbox.locale,
        mailbox=mailbox,
        live=False,
        show_in_menus=True,
    )
    others = MailboxPage.objects.filter(mailbox__translation_key=mailbox.translation_key)
    original = others.exclude(locale=mailbox.locale).first()
    if original is not None:
        page.translation_key = original.translation_key
    parent.add_child(instance=page)
    page.save_revision()
    return page
