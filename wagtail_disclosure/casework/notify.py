"""Mails that follow a move: to the applicant, to officers, to whoever is to approve. None says what a case is about.

Which move tells whom is data of the transition table and of the notifications of the profile. A mail that cannot be
sent is logged, without its address, and stops nothing.
"""

import logging

from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from wagtail.admin.mail import send_mail
from wagtail.admin.utils import get_admin_base_url
from wagtail.users.models import UserProfile

from ..departments.models import DepartmentMember
from ..publishing import delegation
from ..publishing.models import Delegation
from . import identity, moves, scope
from .standing import Standing, profile

logger = logging.getLogger("wagtail_disclosure.mail")
TEMPLATES = "wagtail_disclosure/casework/mail/"
AUTH_BACKEND = "django.contrib.auth.backends.ModelBackend"


def install():
    """Connect the mails. Called once when the apps are ready."""
    moves.moved.connect(_moved, dispatch_uid="wagtail_disclosure.casework.notify")


def _moved(sender, case, event, move, **kwargs):
    notifications = profile().notifications
    for code in move.action.notifications:
        kind = notifications.get(code)
        recipient = kind.fact("recipient")
        if recipient == "applicant":
            _tell_applicant(case, kind, move)
        elif recipient in ("officer", "reviewer"):
            people = officers_of(case) if recipient == "officer" else approvers_of(case)
            _tell_people([each for each in people if each.pk != event.actor_id], case, kind)


def officers_of(case):
    """Who works on ``case``: whoever has it in hand, else the officers of its department.

    While that person is absent, their deputies who may see the case are told as well; when they have left, the department.
    """
    if case.officer is not None and case.officer.is_active:
        return [case.officer, *_deputies(case)]
    if case.department is None:
        return []
    return list(case.department.people(DepartmentMember.Role.OFFICER))


def _deputies(case):
    absent = Delegation.objects.on(timezone.localdate()).filter(delegator=case.officer)
    if not absent.exists():
        return []
    found = [each.deputy for each in delegation.in_force() if each.delegator_id == case.officer_id]
    return [each for each in found if scope.may_see(each, case)]


def office_of(case):
    """The people of the disclosure office that oversees ``case``."""
    people = get_user_model().objects.with_perm(scope.OVERSEE, backend=AUTH_BACKEND, include_superusers=False)
    return [each for each in people if case.agency_id in scope.overseen_by(each)]


def approvers_of(case):
    """Who may approve: the reviewers of the department, and the head of the disclosure office."""
    found = (
        list(case.department.people(DepartmentMember.Role.REVIEWER)) if case.department is not None else []
    )
    heads = get_user_model().objects.with_perm(moves.HEAD, backend=AUTH_BACKEND, include_superusers=False)
    found += [each for each in heads if case.agency_id in scope.overseen_by(each)]
    return list({each.pk: each for each in found}.values())


def _tell_applicant(case, kind, move):
    person = next(iter(case.people()), None)
    address = identity.own_text(person.email) if person is not None and person.email else ""
    if not address:
        return
    state = Standing(case).table.states[move.target]
    with override(case.language or get_language()):
        context = {"case": case, "what": kind.label(), "state": state.plain_text()}
        send("applicant", address, context)


def _tell_people(people, case, kind):
    link = get_admin_base_url() or ""
    for person in people:
        if not person.email:
            continue
        with override(UserProfile.get_for_user(person).get_preferred_language()):
            url = f"{link}{reverse(f'{case.admin_name}:inspect', args=[case.pk])}" if case.admin_name else ""
            send("officer", person.email, {"case": case, "what": kind.label(), "url": url})


def send(template, address, context):
    """Send one mail in the active language. Returns whether it could be sent; what went wrong is logged."""
    try:
        subject = render_to_string(f"{TEMPLATES}{template}_subject.txt", context)
        body = render_to_string(f"{TEMPLATES}{template}.txt", context)
        send_mail(" ".join(subject.split()), body.strip() + "\n", [address])
        return True
    except Exception as error:
        # The text of the error may hold the address.
        about = f"about case {context['case'].number}" if "case" in context else f"({template})"
        logger.error("A mail %s was not sent: %s", about, type(error).__name__)
        return False
