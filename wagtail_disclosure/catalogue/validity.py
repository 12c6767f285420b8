"""What readers are told of the validity of a document (有效性): the banner, the header line, lists, feeds, meta data."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ..publishing import validity
from ..publishing.models import PublishedItem
from ..publishing.models.validity import validity_kind
from .models import DisclosurePage


def label_of(code):
    """The name of a state of validity in the active language."""
    own = dict(DisclosurePage.Validity.choices)
    if code in own:
        return str(own[code])
    kind = validity_kind(code)
    return kind.text("state") if kind else code


def shown(page):
    """The state of ``page`` today and what is announced, for the banner, the header and the meta data.

    The state that was approved with the content and that of a confirmed change: the stricter one shows.
    """
    standing = validity.standing_of(page) if page.pk else validity.Standing()
    code = validity.laid_over(page.validity, standing.current)
    found = {"status": code, "label": label_of(code), "in_force": validity.is_in_force(code)}
    if code != DisclosurePage.Validity.VALID:
        change = standing.current if validity.laid_over("", standing.current) == code else None
        found |= _of_change(change) if change else _of_content(page)
    announced = standing.announced
    if announced and validity.laid_over(page.validity, announced) != code:
        found["announced"] = {
            "label": announced.get_kind_display(),
            "in_force": validity.is_in_force(announced.kind),
            **_of_change(announced),
        }
    return found


def _of_content(page):
    """What was approved with the document itself."""
    successor = PublishedItem.objects.filter(pk=page.replaced_by_id).first() if page.replaced_by_id else None
    return {
        "text": page.validity_note,
        "successor": {"title": successor.title, "url": successor.path} if successor else None,
    }


def _of_change(change):
    """What a later decision says."""
    return {
        "date": change.effective_on,
        "text": change.explanation,
        "basis": _basis(change),
        "successor": validity.page_link(change.successor, change.successor_url),
    }


def _basis(change):
    """The deciding document: its title and number, with a link where the public can open it."""
    link = validity.page_link(change.basis_page, change.basis_url)
    title = change.basis_title or (link["title"] if link else "")
    return {"title": title, "number": change.basis_number, "url": link["url"] if link else ""}


def in_feed(item):
    """The title of a register row in a feed, with its state where it is not simply in force."""
    code = item.validity_now if isinstance(item, PublishedItem) else ""
    if code in ("", DisclosurePage.Validity.VALID):
        return item.title
    return _("%(title)s (%(state)s)") % {"title": item.title, "state": capfirst(label_of(code))}
