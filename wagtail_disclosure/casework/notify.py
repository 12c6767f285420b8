"""What follows a move: mails and text messages to whom it concerns. None says what a case is about.

Which move tells whom is data of the transition table and of the notifications of the profile. What cannot be sent is
logged without its address, noted on the case, and stops nothing.
"""

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from wagtail.admin.utils import get_admin_base_url
from wagtail.users.models import UserProfile

from ..departments.models import DepartmentMember
from ..publishing import delegation
from ..publishing.models import Delegation
from . import identity, mails, moves, scope, sms, tasks
from .consultation import links
from .following.addresses import absolute
from .standing import Standing, profile

AUTH_BACKEND = "django.contrib.auth.backends.ModelBackend"


def install():
    """Connect the mails. Called once when the apps are ready."""
    moves.moved.connect(_moved, dispatch_uid="wagtail_disclosure.casework.notify")


def _moved(sender, case, event, move, **kwargs):
    notifications = profile().notifications
    for code in move.action.notifications:
        kind = notifications.get(code)
        RECIPIENTS[kind.fact("recipient")](case, event, move, kind)


# The office


def officers_of(case):
    """Who works on ``case``: whoever has it in hand, else the officers of its department, else who oversees it.

    While that person is absent, their deputies who may see the case are told as well; when they have left, the department.
    """
    if case.officer is not None and case.officer.is_active:
        return [case.officer, *_deputies(case)]
    found = list(case.department.people(DepartmentMember.Role.OFFICER)) if case.department is not None else []
    return found or office_of(case)


def _deputies(case):
    absent = Delegation.objects.on(timezone.localdate()).filter(delegator=case.officer)
    if not absent.exists():
        return []
    found = [each.deputy for each in delegation.in_force() if each.delegator_id == case.officer_id]
    return [each for each in found if scope.may_see(each, case)]


def office_of(case, permission=scope.OVERSEE):
    """The people of the disclosure office that oversees ``case``, or those of them with another ``permission``."""
    return office_of_agency(case.agency, permission)


def office_of_agency(agency, permission=scope.OVERSEE):
    """The same for whatever concerns ``agency``."""
    people = get_user_model().objects.with_perm(permission, backend=AUTH_BACKEND, include_superusers=False)
    return [each for each in people if each.is_active and agency.pk in scope.overseen_by(each)]


def approvers_of(case):
    """Who may approve: the reviewers of the department, and the head of the disclosure office."""
    found = (
        list(case.department.people(DepartmentMember.Role.REVIEWER)) if case.department is not None else []
    )
    return list({each.pk: each for each in [*found, *office_of(case, moves.HEAD)]}.values())


def _tell_officers(case, event, move, kind):
    _tell_people(officers_of(case), case, event, kind)


def _tell_approvers(case, event, move, kind):
    _tell_people(approvers_of(case), case, event, kind)


def _tell_people(people, case, event, kind):
    others = [each for each in people if each.pk != event.actor_id]
    told = [_tell_person(each, case, kind) for each in others if each.email]
    if told and not any(told):
        mails.note_failure(case, kind.code, kind.fact("recipient"))


def _tell_person(person, case, kind):
    with override(UserProfile.get_for_user(person).get_preferred_language()):
        url = ""
        if case.admin_name and scope.may_see(person, case):
            url = f"{get_admin_base_url() or ''}{reverse(f'{case.admin_name}:inspect', args=[case.pk])}"
        context = {"case": case, "what": kind.label(), "next": kind.text("next"), "url": url}
        return mails.send("officer", person.email, context)


# The applicant


def _tell_applicant(case, event, move, kind):
    person = case.applicant_person
    if person is None:
        return
    address, phone = (identity.own_text(value) if value else "" for value in (person.email, person.phone))
    if not address and not (phone and sms.is_wanted(False)):
        # Whoever gave neither has letters.
        return
    with override(case.language or get_language()):
        mailed = bool(address) and mails.send(
            "applicant", address, applicant_context(case, event, move, kind)
        )
        reached = mailed
        if phone and sms.is_wanted(mailed):
            reached = sms.send(case, phone, sms.text_about(case, kind.label())) or mailed
    if not reached:
        mails.note_failure(case, kind.code, "applicant")


def applicant_context(case, event, move, kind):
    """What the mail says: what happened, what may be done, until when, and where to follow it."""
    standing = Standing(case)
    return {
        "case": case,
        "what": kind.label(),
        "state": standing.table.states[move.target].plain_text(),
        "next": kind.text("next"),
        "until": _until(standing, event, move),
        "follow_url": absolute(case),
    }


def _until(standing, event, move):
    """The last day for what the applicant is asked for; None where nothing is asked or no day is known."""
    kind, deadline = standing.effect(move), standing.deadline()
    if kind is None or deadline is None or not kind.wait:
        return None
    for limit in deadline.limits:
        if (limit.code, limit.key) == (kind.wait, event.data.get("key", "")) and limit.met_on is None:
            return limit.due if limit.party == "applicant" else None
    return None


# Those who are consulted


def _tell_party(case, event, move, kind):
    party = links.party_of(case, event, move.action)
    if party is None or not party.email:
        # The letter goes by post; the page of the case says so.
        return
    links.send(party, kind)


def _tell_involved(case, event, move, kind):
    task = case.tasks.filter(key=event.data.get("key", "")).select_related("department").first()
    _tell_people(tasks.people_of(task) if task is not None else [], case, event, kind)


RECIPIENTS = {
    "applicant": _tell_applicant,
    "involved": _tell_involved,
    "officer": _tell_officers,
    "reviewer": _tell_approvers,
    "third_party": _tell_party,
}
