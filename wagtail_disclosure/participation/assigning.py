"""Assigning comments to what the report says was raised: the one place that writes it, with an event for each."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..casework.errors import CaseRefused
from ..publishing.ledger import display_name
from . import moderation, tallies
from .models import Comment, CommentAssignment, ModerationEvent


def issues_for(key):
    """``{key of the issue: item}`` of the draft of the report to which comments may be assigned now."""
    page = tallies.draft_of(key)
    return tallies.issues_of(page) if page is not None else {}


def issues_of(comment):
    """The keys of the issues that ``comment`` belongs to."""
    return set(comment.assignments.standing().values_list("issue", flat=True))


@transaction.atomic
def assign(comment, issues, *, by=None, known=None, at=None):
    """Let ``comment`` belong to the ``issues`` (keys) and to no others. Returns whether anything changed.

    ``known`` is what :func:`issues_for` found, where the caller has it. Raises :class:`CaseRefused` for an issue that
    the report has not. What it belongs to of issues that were taken out of the report stays as it is.
    """
    held = Comment.objects.select_for_update().get(pk=comment.pk)
    known = issues_for(held.key) if known is None else known
    wanted, present = set(issues), issues_of(held)
    if wanted - set(known):
        raise CaseRefused(_("The report has no such issue any more."))
    at = at or timezone.now()
    gone = {each for each in present - wanted if each in known}
    held.assignments.standing().filter(issue__in=gone).update(ended_at=at)
    for issue in [each for each in known if each in wanted - present]:
        CommentAssignment.objects.create(comment=held, issue=issue, assigned_by=by, assigned_at=at)
        _note(held, moderation.ASSIGN, known[issue], by, at)
    for issue in [each for each in known if each in gone]:
        _note(held, moderation.UNASSIGN, known[issue], by, at)
    return bool(gone or wanted - present)


def add(comment, issue, **options):
    """Let ``comment`` belong to ``issue`` as well."""
    return assign(comment, _kept(comment, options) | {issue}, **options)


def take_out(comment, issue, **options):
    return assign(comment, _kept(comment, options) - {issue}, **options)


def _kept(comment, options):
    known = options.get("known")
    return issues_of(comment) & set(issues_for(comment.key) if known is None else known)


def _note(comment, action, item, by, at):
    ModerationEvent.objects.create(
        about=comment.label,
        action=action,
        state=comment.state,
        reason=item.issue[:255],
        user=by,
        user_name=display_name(by) if by is not None else "",
        at=at,
    )
