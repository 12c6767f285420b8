"""What was answered: counted from the answers themselves, for the public and for the department.

The public sees no question that fewer than ``SURVEY_SMALL_NUMBER`` people answered, no smallest or largest number or
day that fewer gave, since it may be one person's, and of texts those alone that somebody let through.
"""

import datetime
import statistics
from collections import Counter
from dataclasses import dataclass, field, replace
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
LEAST, MEDIAN, MOST = "least", "median", "most"


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


@dataclass(frozen=True)
class Fact:
    """The smallest, the middle or the largest value, as ``name`` says. ``shared``: how many people gave exactly that."""

    name: str
    value: object
    shared: int


def number_of(page):
    """How many people answered, in all languages."""
    return SurveyAnswer.objects.filter(key=page.key).count()


def public(page):
    """The results as the public sees them."""
    return [_protected(each) for each in of(page)]


def _protected(result):
    least = conf.get("SURVEY_SMALL_NUMBER")
    if 0 < result.number < least:
        return Result(result.question, result.number, is_small=True)
    facts = (each for each in result.facts if each.name == MEDIAN or each.shared >= least)
    return replace(result, facts=tuple(facts))


def of(page):
    """``[Result]`` of all questions, in order, as they were counted not long ago."""
    name = f"disclosure-survey:{page.key.hex}"
    counted = cache.get(name)
    if counted is None:
        counted = _counted(SurveyAnswer.objects.filter(key=page.key))
        cache.set(name, counted, SECONDS)
    return _results(page, counted, SurveyText.objects.filter(key=page.key))


def for_office(page, user):
    """The same, counted now, of the answers that ``user`` may see."""
    answers, texts = (
        model.objects.visible_to(user).filter(key=page.key) for model in (SurveyAnswer, SurveyText)
    )
    return _results(page, _counted(answers), texts)


def _counted(answers):
    """The values of ``answers`` by question: ``[(value, how often)]``."""
    counters = {}
    for values in answers.order_by().values_list("values", flat=True).iterator(chunk_size=2000):
        for key, value in values.items():
            counter = counters.setdefault(key, Counter())
            counter[tuple(value) if isinstance(value, list) else value] += 1
    return {key: list(counter.items()) for key, counter in counters.items()}


def _results(page, counted, texts):
    return [_result(each, counted.get(each.key.hex, []), texts) for each in page.question_list]


def _result(question, counted, texts):
    number = sum(count for _value, count in counted)
    if question.is_text:
        return _texts(question, texts)
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


def _texts(question, texts):
    found = texts.filter(question=question.key)
    shown = found.filter(state=SurveyText.State.SHOWN).order_by("pk").values_list("public_text", flat=True)
    return Result(question, found.count(), texts=tuple(shown[:MOST_TEXTS]))


def _facts(question, counted):
    """The smallest, the middle and the largest value of numbers or days."""
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
    wanted = {LEAST: values[0], MEDIAN: statistics.median_low(values), MOST: values[-1]}
    for name, value in wanted.items():
        yield Fact(name, value, values.count(value))


def survey_of(key, language=None):
    """A public page of the survey, in ``language`` where there is one."""
    found = SurveyPage.objects.filter(translation_key=key).order_by("-live", "pk")
    return found.filter(locale__language_code=language).first() or found.first()
