"""Factories for consultations and surveys: public pages of an agency, and what people sent to them."""

import datetime
import itertools
import json
import uuid

from django.utils import timezone
from wagtail.models import Locale, Page

from wagtail_disclosure.casework.receipts import codes
from wagtail_disclosure.participation import answering, assigning, commenting, tallies
from wagtail_disclosure.participation.models import (
    Comment,
    ConsultationPage,
    FeedbackItem,
    ParticipationPage,
    SurveyPage,
    SurveyQuestion,
)
from wagtail_disclosure.publishing import gate

counter = itertools.count(1)
FIRST, SECOND = (str(uuid.UUID(int=number)) for number in (1, 2))
DRAFT = json.dumps(
    [
        {"type": "heading", "value": "第一章　总则", "id": str(uuid.UUID(int=9))},
        {"type": "paragraph", "value": "<p>第一条　为了规范居民用水价格，制定本办法。</p>", "id": FIRST},
        {"type": "paragraph", "value": "<p>第二条　水价实行阶梯制。</p>", "id": SECOND},
    ]
)
# Kind, question, choices, whether it has to be answered.
QUESTIONS = (
    ("radio", "您对用水价格满意吗？", "满意\n一般\n不满意", True),
    ("checkboxes", "您关心什么？", "水质\n水价\n服务", False),
    ("scale", "请给服务打分", "很差\n很好", False),
    ("number", "您家有几口人？", "", False),
    ("date", "上次缴费是哪天？", "", False),
    ("multiline", "您还有什么建议？", "", False),
)


def days(number):
    return timezone.localdate() + datetime.timedelta(days=number)


def _public(page, parent=None, before=lambda: None):
    page.live = False
    (parent or Page.objects.get(depth=2)).add_child(instance=page)
    before()
    gate.seal_installed(page)
    page.save_revision().publish()
    return type(page).objects.get(pk=page.pk)


def _common(place, given, title):
    return {
        "title": title,
        "slug": f"participation-{next(counter)}",
        "department": place.prices,
        "locale": Locale.objects.get_or_create(language_code="zh-hans")[0],
        "opens_on": days(-10),
        "closes_on": days(25),
        **given,
    }


def consultation(place, *, report=(), sent=(), parent=None, **given):
    """A consultation that is public: sealed as what setup installs is.

    ``report``: (issue, adoption, reason, places in ``sent``). ``sent``: comments that came before that, as of ``comment``.
    """
    fields = {"draft_kind": "price", "draft": DRAFT, "email": "water@example.gov.cn", **given}
    page = ConsultationPage(**_common(place, fields, "居民用水价格办法（征求意见稿）"))
    page.feedback_items = [
        FeedbackItem(issue=issue, adoption=adoption, reason=reason, sort_order=order)
        for order, (issue, adoption, reason, _places) in enumerate(report)
    ]
    return _public(page, parent, lambda: _report_on(page, report, sent))


def _report_on(page, report, sent):
    """Let the comments come in and belong to issues, and count them."""
    page.live = True
    came = [comment(page, **each) for each in sent]
    page.live = False
    page.save_revision()
    for issue, (_issue, _adoption, _reason, places) in zip(tallies.issues_of(page), report, strict=True):
        for place in places:
            assigning.add(came[place], issue)
    page.save_revision()


def survey(place, *, questions=QUESTIONS, parent=None, **given):
    page = SurveyPage(**_common(place, given, "居民用水满意度调查"))
    page.questions = [
        SurveyQuestion(field_type=kind, label=label, choices=choices, required=required, sort_order=order)
        for order, (kind, label, choices, required) in enumerate(questions)
    ]
    return _public(page, parent)


def listing(**given):
    locale = Locale.objects.get_or_create(language_code="zh-hans")[0]
    return _public(
        ParticipationPage(**{"title": "征集调查", "slug": "participation", "locale": locale, **given})
    )


def comment(page, *, body="建议降低第一阶梯的价格。", token=None, **given):
    """A comment that came in on the consultation ``page``; ``at`` is when."""
    at = given.pop("at", None)
    fields = {"body": body, "consent": True, **given}
    receipt = commenting.send(page, token or codes.new_token(), fields, language="zh-hans", at=at)
    found = Comment.objects.get(pk=receipt.case.pk)
    found.code = receipt.code
    return found


def answer(page, rf, *, address="192.0.2.1", token=None, **given):
    """An answer to the survey ``page``: values by the place of the question, from 0."""
    request = rf.post("/", REMOTE_ADDR=address)
    data = {
        page.question_list[int(place.removeprefix("q"))].clean_name: value for place, value in given.items()
    }
    return answering.send(page, token or codes.new_token(), data, request, language="zh-hans")
