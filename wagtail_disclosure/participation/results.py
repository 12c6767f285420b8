"""What was answered: counted from the answers themselves, for the public and for the department.

The public sees no question that fewer than ``SURVEY_SMALL_NUMBER`` people answered, and of texts those alone that
somebody let through.
"""

import datetime
import statistics
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.core.cache import cache

from .. import conf
from . import charts, questions
from .models import SurveyAnswer, SurveyPage, SurveyText
from .models.surveys import SurveyQuestion

Kind = SurveyQuestion.Kind
# So long a count is kept while answers come in.
SECONDS = 60
MOST_TEXTS = 50


@dataclass(frozen=True)
class Row:
    """A choice: how many chose it, and what share of those who answered the question that is."""

    label: str
    number: int
    percent: float


@dataclass(frozen=True)
class Result:
    """The answers to one question. ``is_small``: so few that they are not shown."""

    question: SurveyQuestion
    number: int
    rows: tuple = ()
    facts: tuple = ()
    texts: tuple = ()
    is_small: bool = False
    several: bool = False
    extra: dict = field(default_factory=dict)

    @property
    def chart(self):
        return charts.bars(self) if self.rows else ""


def number_of(page):
    """How many people answered, in all languages."""
    return SurveyAnswer.objects.filter(key=page.key).count()


def public(page):
    """The results as the public sees them."""
    return [_protected(each) for each in of(page)]


def _protected(result):
    if 0 < result.number < conf.get("SURVEY_SMALL_NUMBER"):
        return Result(result.question, result.number, is_small=True)
    return result


def of(page, *, exact=False):
    """``[Result]`` of all questions, in order. ``exact``: counted now, for those who work with it."""
    counted = _counted(page, exact)
    return [_result(page, each, counted["by_question"].get(each.key.hex, [])) for each in page.question_list]


def _counted(page, exact):
    """The values of all answers by question: ``[(value, how often)]``."""
    name = f"disclosure-survey:{page.key.hex}"
    found = None if exact else cache.get(name)
    if found is None:
        counters = {}
        answers = SurveyAnswer.objects.filter(key=page.key).order_by()
        for values in answers.values_list("values", flat=True).iterator(chunk_size=2000):
            for key, value in values.items():
                counter = counters.setdefault(key, Counter())
                counter[tuple(value) if isinstance(value, list) else value] += 1
        found = {"by_question": {key: list(counter.items()) for key, counter in counters.items()}}
        cache.set(name, found, SECONDS)
    return found


def _result(page, question, counted):
    number = sum(count for _value, count in counted)
    if question.is_text:
        return _texts(page, question)
    if question.field_type in (Kind.NUMBER, Kind.DATE):
        return Result(question, number, facts=tuple(_facts(question, counted)))
    chosen = Counter()
    for value, count in counted:
        for code in value if isinstance(value, tuple) else (value,):
            chosen[code] += count
    rows = [
        Row(label, chosen[code], 100 * chosen[code] / number if number else 0.0)
        for code, label in questions.choices_of(question)
    ]
    extra = {}
    if question.field_type == Kind.SCALE and number:
        extra["mean"] = sum(int(code) * count for code, count in chosen.items() if code.isdigit()) / number
    return Result(question, number, tuple(rows), several=question.field_type == Kind.CHECKBOXES, extra=extra)


def _texts(page, question):
    found = SurveyText.objects.filter(key=page.key, question=question.key)
    shown = found.filter(state=SurveyText.State.SHOWN).order_by("pk").values_list("public_text", flat=True)
    return Result(question, found.count(), texts=tuple(shown[:MOST_TEXTS]))


def _facts(question, counted):
    """The smallest, the middle and the largest value of numbers or days, as text."""
    read = Decimal if question.field_type == Kind.NUMBER else datetime.date.fromisoformat
    values = []
    for value, count in counted:
        try:
            values += [read(value)] * count
        except (InvalidOperation, ValueError):
            continue
    if not values:
        return
    values.sort()
    yield "least", values[0]
    yield "median", statistics.median_low(values)
    yield "most", values[-1]


def survey_of(key, language=None):
    """A public page of the survey, in ``language`` where there is one."""
    found = SurveyPage.objects.filter(translation_key=key).order_by("-live", "pk")
    return found.filter(locale__language_code=language).first() or found.first()
