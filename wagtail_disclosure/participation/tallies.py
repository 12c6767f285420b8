"""The numbers of a report on comments, counted from the comments and from what they were assigned to (P6).

A report that is public has the numbers of the moment at which its draft was counted; what was entered or assigned
since then is counted beside it, never into it.
"""

import uuid
from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from . import vocabularies
from .models import Comment, CommentAssignment, ConsultationPage

# Of the filter for comments: those that belong to nothing of the report.
NONE = "none"


@dataclass(frozen=True)
class Tally:
    """Numbers of comments. A comment on several issues counts under each, and once in ``received``."""

    received: int
    channels: dict
    issues: dict
    adoptions: dict
    adopted: int
    remaining: int

    def figures(self):
        """What is kept with the page: everything but the numbers of the issues, which have rows of their own."""
        return {
            "received": self.received,
            "channels": self.channels,
            "adoptions": self.adoptions,
            "adopted": self.adopted,
            "remaining": self.remaining,
        }


def received(key, at=None):
    """The comments on the page with that translation key, all that there are or those that there were at ``at``."""
    found = Comment.objects.filter(key=key)
    return found if at is None else found.filter(submitted_at__lte=at)


def issues_of(page):
    """``{key: item}`` of the report of ``page`` in order, as it is in memory or in the database."""
    return {each.issue_key: each for each in page.feedback_items.all() if each.issue_key}


def count(key, issues, at=None):
    """The :class:`Tally` of the comments on the page with translation ``key``. ``issues``: as of :func:`issues_of`."""
    comments = received(key, at)
    channels = dict(comments.order_by().values_list("channel").annotate(number=Count("pk")))
    by_issue = {each: set() for each in issues}
    rows = CommentAssignment.objects.standing(at).filter(comment__in=comments, issue__in=list(issues))
    for issue, comment in rows.order_by().values_list("issue", "comment"):
        by_issue[issue].add(comment)
    by_adoption = {each.code: set() for each in vocabularies.adoptions()}
    for issue, item in issues.items():
        by_adoption.setdefault(item.adoption, set()).update(by_issue[issue])
    taken = [by_adoption[each.code] for each in vocabularies.adoptions() if each.fact("adopted")]
    number = sum(channels.values())
    return Tally(
        received=number,
        channels={each.code: channels.pop(each.code, 0) for each in vocabularies.comment_channels()}
        | channels,
        issues={issue: len(found) for issue, found in by_issue.items()},
        adoptions={code: len(found) for code, found in by_adoption.items()},
        adopted=len(set().union(*taken)),
        remaining=number - len(set().union(*by_issue.values())),
    )


def counted_at(page):
    """The moment at which the report of ``page`` was counted, or None."""
    return parse_datetime(page.feedback_figures.get("counted_at", ""))


def write(page, at=None):
    """Count the report of ``page`` in memory anew: the numbers of its issues, and its figures.

    What is the same as before keeps its moment, so that saving a draft again makes no other content of it.
    """
    items = list(page.feedback_items.all())
    _name_issues(page, items)
    tally = count(page.key, {each.issue_key: each for each in items}, at)
    for each in items:
        each.comments = tally.issues[each.issue_key]
    if items:
        page.feedback_items = items
    figures = tally.figures() if page.feedback_on else {}
    kept = {name: value for name, value in page.feedback_figures.items() if name != "counted_at"}
    if figures != kept:
        moment = (at or timezone.now()).isoformat()
        page.feedback_figures = {**figures, "counted_at": moment} if figures else {}


def _name_issues(page, items):
    """Give each issue the key by which comments belong to it.

    It is made of the words with which the issue was first saved: an editor that saves by itself sends the same new
    row more than once.
    """
    taken = set()
    for each in items:
        number = 0
        while each.issue_key is None or each.issue_key in taken:
            each.issue_key = uuid.uuid5(page.key, f"{each.issue}/{number}")
            number += 1
        taken.add(each.issue_key)


# Which page says what the issues are


def draft_of(key):
    """The page in its first language, as its latest draft says; None where there is none with that key."""
    page = ConsultationPage.objects.filter(translation_key=key).order_by("pk").first()
    return page.get_latest_revision_as_object() if page is not None else None


def public_of(key):
    """The page with a report that is public, in its first language that has one; None where there is none."""
    found = ConsultationPage.objects.filter(translation_key=key, live=True).order_by("pk")
    return next((page for page in found if page.has_feedback and page.feedback_figures), None)


def told_to(comment, page):
    """The items of the report on ``page``, as it is public, that ``comment`` belonged to when it was counted."""
    at = counted_at(page) if page.live and page.has_feedback else None
    if at is None:
        return []
    issues = comment.assignments.standing(at).values_list("issue", flat=True)
    return [each for key, each in issues_of(page).items() if key in set(issues)]


def filtered(comments, key, *, issue="", adoption="", published=False):
    """Those of ``comments`` that belong to an issue or have an outcome: what stands behind a number of the report.

    ``published``: as of the report that is public, else as of the draft and now.
    """
    page = public_of(key) if published else draft_of(key)
    if page is None:
        return comments.none()
    at, issues = counted_at(page) if published else None, issues_of(page)
    comments = comments.filter(pk__in=received(key, at).values("pk"))
    standing = CommentAssignment.objects.standing(at).filter(issue__in=list(issues))
    if issue == NONE:
        return comments.exclude(pk__in=standing.values("comment"))
    if issue:
        comments = comments.filter(pk__in=standing.filter(issue=issue).values("comment"))
    if adoption:
        wanted = [each for each, item in issues.items() if item.adoption == adoption]
        comments = comments.filter(pk__in=standing.filter(issue__in=wanted).values("comment"))
    return comments
