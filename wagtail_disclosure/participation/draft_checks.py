"""What a reviewer of a consultation or a survey should look at twice."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail import hooks

from ..publishing.review.findings import Finding
from . import tallies, vocabularies
from .models import Comment, ConsultationPage, SurveyPage
from .models.periods import Phase


def _where(page, field):
    return capfirst(page._meta.get_field(field).verbose_name)


@hooks.register("register_disclosure_check")
def look(draft, digest):
    if isinstance(draft, ConsultationPage | SurveyPage):
        yield from _period(draft)
    if isinstance(draft, ConsultationPage):
        yield from _consultation(draft)


def _period(draft):
    if draft.phase == Phase.CLOSED and not draft.live:
        yield Finding(_where(draft, "closes_on"), _("The last day lies in the past."), serious=True)
    if draft.live and not isinstance(draft, SurveyPage):
        public = type(draft).objects.filter(pk=draft.pk).first()
        if public is not None and public.closes_on > draft.closes_on:
            yield Finding(
                _where(draft, "closes_on"), _("It is over earlier than was announced."), str(public.closes_on)
            )


def _consultation(draft):
    least = vocabularies.least_days(draft.draft_kind)
    if draft.is_shorter():
        message = _("It is open for %(days)d days; at least %(least)d are usual (%(citation)s).")
        yield Finding(
            _where(draft, "closes_on"),
            message
            % {"days": draft.days, "least": least, "citation": vocabularies.citation(draft.draft_kind)},
            draft.shorter_because,
        )
    yield from _lost_paragraphs(draft)
    if draft.has_feedback:
        yield from _report(draft)


def _lost_paragraphs(draft):
    """Paragraphs on which people commented, and that the draft has no more."""
    known = [each.id for each in draft.paragraphs]
    found = Comment.objects.filter(key=draft.key).exclude(paragraph="").exclude(paragraph__in=known)
    for label in found.order_by().values_list("paragraph_label", flat=True).distinct()[:5]:
        yield Finding(
            _where(draft, "draft"), _("People commented on a paragraph that the draft has no more."), label
        )


def _report(draft):
    """The numbers of the report were counted when the draft was saved: what has changed since, and what is missing."""
    where = _where(draft, "feedback")
    now = tallies.count(draft.key, tallies.issues_of(draft))
    if remaining := now.remaining:
        yield Finding(
            where,
            ngettext(
                "%(number)d comment belongs to no issue of the report.",
                "%(number)d comments belong to no issue of the report.",
                remaining,
            )
            % {"number": remaining},
        )
    kept = {name: value for name, value in draft.feedback_figures.items() if name != "counted_at"}
    differs = any(each.comments != now.issues.get(each.issue_key, 0) for each in draft.feedback_items.all())
    if differs or kept != now.figures():
        yield Finding(
            where,
            _("The numbers have changed since the draft was saved. Save it again to count them anew."),
            serious=True,
        )
    for each in draft.feedback_items.all():
        if not each.comments:
            yield Finding(where, _("No comment belongs to this issue."), each.issue)
