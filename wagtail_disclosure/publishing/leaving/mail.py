"""Mails about takedowns and changes of validity, sent on commit.

Mails about takedowns name neither the item nor the reason, because both may be what had to go; and nobody turns them
off, because somebody has to act.
"""

from wagtail.admin.utils import get_admin_base_url

from ...departments.models import DepartmentMember
from .. import takedowns, validity
from ..models import Takedown, ValidityChange
from ..offices import reviewing_department
from ..review import mail
from ..review.views import item_url
from ..signals import takedown_changed, validity_changed
from ..takedowns import holders
from .views import decision_url


def install():
    """Connect the mails. Called once when the apps are ready."""
    takedown_changed.connect(_takedown, sender=Takedown, dispatch_uid="wagtail_disclosure.mail.takedown")
    validity_changed.connect(_change, sender=ValidityChange, dispatch_uid="wagtail_disclosure.mail.validity")


def _takedown(sender, takedown, escalated=(), **kwargs):
    if mail.is_held():
        # A bulk job, or the demonstration, holds mails back.
        return
    if escalated:
        mail.on_commit(_mail_late, [each.pk for each in escalated])
    elif takedown.is_pending:
        mail.on_commit(_mail_taken_down, takedown.pk)
    else:
        mail.on_commit(_mail_settled, takedown.pk)


def _change(sender, change, **kwargs):
    if not mail.is_held():
        mail.on_commit(_mail_proposed if change.is_proposed else _mail_change_settled, change.pk)


def _address(decision):
    return get_admin_base_url() + decision_url(decision)


def _mail_taken_down(key):
    takedown = Takedown.objects.get(pk=key)
    context = {"decided_by": takedown.decided_by_name, "due": takedown.due_at}
    deciders = list(takedowns.ratifiers(but=takedown.decided_by))
    _send_to_all("taken_down", deciders, {**context, "may_settle": True, "url": _address(takedown)})
    item = takedown.item
    if item is None:
        return
    others = _department_of(item) - {takedown.decided_by, *deciders}
    url = get_admin_base_url() + item_url("history", item)
    _send_to_all("taken_down", _in_order(others), {**context, "may_settle": False, "url": url})


def _mail_settled(key):
    takedown = Takedown.objects.get(pk=key)
    people = {takedown.decided_by} if takedown.decided_by else set()
    item = takedown.item
    context = {
        "ratified": takedown.state == Takedown.State.RATIFIED,
        "settled_by": takedown.settled_by_name,
        "url": _address(takedown),
    }
    _send_to_all("takedown_settled", _in_order(people), context)
    if item is not None and not context["ratified"]:
        # Of a withdrawal the department is told by its own mail.
        url = get_admin_base_url() + item_url("history", item)
        _send_to_all("takedown_settled", _in_order(_department_of(item) - people), {**context, "url": url})


def _mail_late(keys):
    found = list(Takedown.objects.filter(pk__in=keys, state=Takedown.State.PENDING))
    # Whoever took an item down cannot ratify it, but is told as well that nobody did.
    context = {"count": len(found), "urls": [_address(each) for each in found]}
    if found:
        _send_to_all("takedown_late", takedowns.ratifiers(), context)


def _mail_proposed(key):
    change = ValidityChange.objects.get(pk=key)
    context = {
        "title": change.title,
        "decided_by": change.decided_by_name,
        "change": change.get_kind_display(),
        "url": _address(change),
    }
    people = holders(validity.CONFIRM, but=change.decided_by).filter(is_superuser=False)
    mail.send("validity_waits", people, "submitted", context)


def _mail_change_settled(key):
    change = ValidityChange.objects.get(pk=key)
    item = change.item
    people = (_department_of(item) if item else set()) | {change.decided_by}
    context = {
        "confirmed": change.state == ValidityChange.State.CONFIRMED,
        "title": change.title,
        "confirmed_by": change.confirmed_by_name,
        "change": change.get_kind_display(),
        "comment": change.comment,
        "url": _address(change),
    }
    proposer = {change.decided_by} - {change.confirmed_by, None}
    mail.send("validity_settled", _in_order(proposer), "approved", context)
    if context["confirmed"] and item is not None:
        url = get_admin_base_url() + item_url("history", item)
        rest = people - {change.decided_by, change.confirmed_by, None}
        mail.send("validity_settled", _in_order(rest), "approved", {**context, "url": url})


def _department_of(item):
    """The officers and reviewers of the department that is responsible for ``item``."""
    department = reviewing_department(item)
    if department is None:
        return set()
    return {person for role in DepartmentMember.Role for person in department.people(role)}


def _in_order(people):
    return sorted(people - {None}, key=lambda each: each.pk)


def _send_to_all(template, users, context):
    """Send to each of ``users`` who is active, whatever mails they want."""
    mail.send(template, [user for user in users if user.is_active], "", context)
