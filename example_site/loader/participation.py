"""Two consultations and two surveys with what people sent: the pages pass the review, comments and answers their forms."""

import datetime
import json
import uuid
from random import Random

from django.test import RequestFactory
from django.utils import timezone
from wagtail.models import Locale

from example_site import clock
from wagtail_disclosure.casework.receipts import intake
from wagtail_disclosure.installation.models import InstalledItem
from wagtail_disclosure.participation import answering, assigning, commenting, moderation, once, questions
from wagtail_disclosure.participation.models import (
    ConsultationPage,
    FeedbackItem,
    ParticipationPage,
    SurveyPage,
    SurveyQuestion,
    SurveyText,
)

from .content import at, data, following, table
from .diary import Item
from .documents import ENGLISH, TRANSLATOR, drafter_of
from .places import FOUNDED, OFFICE, add, paragraph

MARKER = "example_site/participation"
LIST = "participation"
ZH = "zh-hans"
# How often people choose each step of a scale.
SCALE = (1, 2, 6, 9, 5)


def is_loaded():
    return InstalledItem.objects.filter(key=MARKER).exists()


def days_of(row):
    """The first and the last day: fixed, or counted from the day of the load."""
    if "on" in row:
        return tuple(datetime.date.fromisoformat(each) for each in row["on"])
    today = timezone.localdate()
    return tuple(today + datetime.timedelta(days=row[name]) for name in ("opens", "closes"))


def rows():
    found = data("participation")
    return [*found["consultations"], *found["surveys"]]


def items(world):
    """The list, then each page with its English version where it has one, and the report of what is over."""
    yield from _lists(world)
    for row in rows():
        opens, closes = days_of(row)
        code = _department(world, row).code
        drafter = drafter_of(world, row["key"], code)
        begins = opens - datetime.timedelta(days=9)
        public = at(opens - datetime.timedelta(days=2), 16)
        yield Item(row["key"], drafter, at(begins, 9, 10), public, _draft(row, drafter))
        if row.get("english"):
            yield Item(
                f"{row['key']}{ENGLISH}",
                TRANSLATOR,
                at(opens - datetime.timedelta(days=1), 9, 30),
                at(opens, 15),
                _english(row),
                is_translation=True,
            )
        if "report" in row:
            day = datetime.date.fromisoformat(row["feedback_on"])
            yield Item(
                row["key"],
                drafter,
                at(day - datetime.timedelta(days=3), 9, 20),
                at(day, 15),
                _report(row, drafter),
                edition="report",
                done=lambda page: page.live and page.has_feedback,
            )


def _lists(world):
    officer = drafter_of(world, "places", OFFICE)
    words, begins = data("participation")["list"], following(FOUNDED, 20)

    def chinese(world):
        title, text = words[ZH]
        page = ParticipationPage(title=title, slug=LIST, introduction=paragraph(text))
        return add(world.home, page, world.users[officer])

    def english(world):
        page = world.page(LIST).copy_for_translation(Locale.objects.get(language_code="en"))
        page.title = page.draft_title = words["en"][0]
        page.introduction, page.slug = paragraph(words["en"][1]), LIST
        page.save_revision(user=world.users[TRANSLATOR])
        return page

    yield Item(LIST, officer, at(begins, 10), at(following(begins, 2), 16), chinese)
    begins = following(begins, 4)
    yield Item(
        f"{LIST}{ENGLISH}",
        TRANSLATOR,
        at(begins, 10),
        at(following(begins), 16),
        english,
        is_translation=True,
    )


def _department(world, row):
    slugs = {each["slug"]: each["code"] for each in table("departments")}
    return world.departments[slugs[row["department"]]]


def _stream(lines):
    """The blocks of a draft. Their ids are made from their places, so that all languages have the same."""
    return json.dumps(
        [
            {
                "type": "heading" if line.startswith("#") else "paragraph",
                "value": line.removeprefix("#") if line.startswith("#") else paragraph(line),
                "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{MARKER}/{place}")),
            }
            for place, line in enumerate(lines)
        ]
    )


def _draft(row, drafter):
    def draft(world):
        opens, closes = days_of(row)
        department = _department(world, row)
        common = {
            "title": row["title"][ZH],
            "slug": row["key"],
            "department": department,
            "introduction": paragraph(row["introduction"][ZH]),
            "opens_on": opens,
            "closes_on": closes,
        }
        page = _consultation(row, common, department) if "draft" in row else _survey(row, common)
        # In the sub-site of the department, where its officers may work; the list finds it wherever it is.
        parent = row["department"] if world.has(row["department"]) else LIST
        return add(world.page(parent), page, world.users[drafter])

    return draft


def _consultation(row, common, department):
    return ConsultationPage(
        draft_kind=row["kind"],
        legal_basis=paragraph(row["basis"][ZH]),
        draft=_stream(row["draft"][ZH]),
        phone=department.phone,
        email=department.email,
        address=department.address,
        **common,
    )


def _survey(row, common):
    page = SurveyPage(results=row["results"], **common)
    page.questions = [
        SurveyQuestion(
            field_type=each["kind"],
            label=each["label"][ZH],
            choices="\n".join(each["choices"][ZH]),
            required=each["required"],
            sort_order=place,
        )
        for place, each in enumerate(row["questions"])
    ]
    return page


def _english(row):
    def draft(world):
        page = world.page(row["key"]).copy_for_translation(Locale.objects.get(language_code="en"))
        page.title = page.draft_title = row["title"]["en"]
        page.slug = row["key"]
        page.introduction = paragraph(row["introduction"]["en"])
        if "draft" in row:
            page.legal_basis = paragraph(row["basis"]["en"])
            page.draft = _stream(row["draft"]["en"])
        else:
            for question, words in zip(page.questions.all(), row["questions"], strict=True):
                question.label = words["label"]["en"]
                question.choices = "\n".join(words["choices"]["en"])
                page.questions.add(question)
        page.save_revision(user=world.users[TRANSLATOR])
        return page

    return draft


def _report(row, drafter):
    """The draft of the report: the comments are there by then, and belong to its issues."""

    def draft(world):
        opens, closes = days_of(row)
        _comments(world, world.page(row["key"]), row, opens, closes)
        page = world.page(row["key"]).get_latest_revision_as_object()
        page.feedback_on = datetime.date.fromisoformat(row["feedback_on"])
        page.feedback = paragraph(row["feedback"][ZH])
        page.feedback_items = [
            FeedbackItem(issue=issue, summary=summary, adoption=code, reason=reason, sort_order=place)
            for place, (issue, summary, _numbers, code, reason) in enumerate(row["report"])
        ]
        # The issues have keys from now on, and comments are assigned to them.
        page.save_revision(user=world.users[drafter])
        _assign(world, page, row, world.users[drafter])
        page.save_revision(user=world.users[drafter])
        return page

    return draft


def _assign(world, page, row, officer):
    known = assigning.issues_for(page.key)
    for issue, (_issue, _summary, numbers, _code, _reason) in zip(known, row["report"], strict=True):
        for number in numbers:
            found = intake.case_of(_token(row, number))
            assigning.add(found, issue, by=officer, known=known)


# What people sent


def load(world):
    """Comments with what was decided about them, and answers. They come in while each page is open."""
    if is_loaded():
        return
    for row in rows():
        opens, closes = days_of(row)
        last = min(closes, timezone.localdate())
        send = _comments if "draft" in row else _answers
        send(world, world.page(row["key"]), row, opens, last)
    once.forget()
    marker = InstalledItem(key=MARKER)
    marker.point_to(world.home)
    marker.save()


def _moment(opens, last, share):
    """A moment between the days, after the page was opened in English as well."""
    span = max((last - opens).days - 1, 0)
    return at(opens + datetime.timedelta(days=int(span * share)), 17, int(59 * share))


def _token(row, number):
    return f"{MARKER}/{row['key']}/{number}"


def _comments(world, page, row, opens, last):
    officer = world.users[drafter_of(world, row["key"], page.department.code)]
    paragraphs = {each.number: each.id for each in page.paragraphs}
    for number, (place, text, consent, decision) in enumerate(row["comments"]):
        moment = _moment(opens, last, number / len(row["comments"]))
        given = {
            "body": text,
            "paragraph": paragraphs.get(place, ""),
            "consent": consent,
            "name": "" if number % 2 else "市民",
        }
        with clock.moment(moment):
            receipt = commenting.send(page, _token(row, number), given, language=ZH)
            if receipt.repeated:
                continue
            if decision == moderation.SHOW:
                text = moderation.suggested(text)
                moderation.act(receipt.case, moderation.SHOW, by=officer, text=text)
            elif decision:
                moderation.act(receipt.case, moderation.HIDE, by=officer, reason=decision)


def _answers(world, page, row, opens, last):
    """Made by a generator with a fixed seed; every tenth comes from a connection that answered before."""
    random, factory = Random(row["key"]), RequestFactory()
    texts = data("participation")["texts"]
    for number in range(row["answers"]):
        values = {each.clean_name: _value(each, random, texts) for each in page.question_list}
        request = factory.post("/", REMOTE_ADDR=f"192.0.2.{number - (number % 10 == 9)}")
        with clock.moment(_moment(opens, last, number / row["answers"])):
            answering.send(page, f"{MARKER}/{row['key']}/{number}", values, request, language=ZH)
    officer = world.users[drafter_of(world, row["key"], page.department.code)]
    for text in SurveyText.objects.filter(key=page.key).order_by("pk")[:3]:
        moderation.act(text, moderation.SHOW, by=officer, text=text.body)


def _value(question, random, texts):
    kind = SurveyQuestion.Kind
    if question.is_text:
        return random.choice(texts) if random.random() < 0.2 else ""
    if question.field_type == kind.NUMBER:
        return str(random.randint(45, 160))
    codes = [code for code, _label in questions.choices_of(question)]
    weights = SCALE if question.field_type == kind.SCALE else range(len(codes), 0, -1)
    if question.field_type == kind.CHECKBOXES:
        return random.sample(codes, random.randint(1, 2))
    return random.choices(codes, weights=weights)[0]
