"""What happens to the clock of a case: kinds of events, whom a case waits for, and the rules of one clock.

All of it is data of a profile (``clocks.json``). This module gives the data its form and refuses data that
contradicts itself.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from django.utils.translation import gettext_lazy as _

from .errors import RuleError
from .labels import citation, label, text_in

UNTIL = "until"
# Sentences of an event: the second pair for a question that sets no day.
TEXTS = ("officer", "citizen", "officer_without_date", "citizen_without_date")


class Effect(Enum):
    """What an event does to a clock."""

    START = "start"
    ASK = "ask"
    DELIVER = "deliver"
    ANSWER = "answer"
    GRANT = "grant"
    NOTIFY = "notify"
    SET = "set"
    CLOSE = "close"
    REOPEN = "reopen"
    MARK = "mark"
    STATE = "state"


# What may say how long the terms of a case are: its start, and after it what gives it others.
STATING = (Effect.START, Effect.STATE)


class Stop(Enum):
    """What waiting for somebody does to the clock: nothing, a pause, or a new beginning with the answer."""

    NOTHING = "nothing"
    PAUSE = "pause"
    RESTART = "restart"


class Silence(Enum):
    """What it means when the answer does not come in its term."""

    GOES_ON = "goes_on"
    CONSENTS = "consents"
    ABANDONED = "abandoned"
    WAITS = "waits"


@dataclass(frozen=True)
class ClockEvent:
    """One dated fact of a case.

    ``on`` is the day the law looks at (a letter was sent, an answer came in), not the day it was recorded.
    ``key`` tells enquiries of one kind apart and joins a question with its answer, and an extension that was
    approved with its notice. ``days`` are the working days of an extension; ``until`` is the day that was
    set: for the applicant to answer, or for a later reply. ``terms`` are those that a case was given when it
    came in (``Term``), where they are not the same for every case: what is changed later moves no older case. A case
    that turns out to be of another type is given the terms of that; they hold from receipt.
    """

    kind: str
    on: datetime.date
    key: str = ""
    days: int | None = None
    until: datetime.date | None = None
    terms: tuple = ()


@dataclass(frozen=True)
class EventKind:
    """A kind of clock event; ``texts`` are sentences for ``officer`` and ``citizen``, by language."""

    code: str
    effect: Effect
    labels: Mapping[str, str]
    article: str = ""
    law: Mapping[str, str] = field(default_factory=dict)
    wait: str = ""
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def label(self, language=None):
        return label(self, language)

    def text(self, audience, language=None):
        """The sentence for ``officer`` or ``citizen``; empty when there is none."""
        return text_in(self.texts.get(audience, {}), language)

    def citation(self, language=None):
        return citation(self.law, self.article, language)


@dataclass(frozen=True)
class Wait:
    """Somebody whose answer a case waits for.

    ``stop`` says what that does to the clock, ``term`` how long they have (the code of a term of the rule
    set, or ``until`` for the day set in the question, which ``needs_until`` demands), ``silence`` what comes of no answer. The days that do
    not count begin on the day of the question (``from_question``) or on the day after it, and end with the
    day of the answer. ``ask_within`` is the term, from receipt, in which the question may be put; ``asks``
    how often.
    """

    code: str
    labels: Mapping[str, str]
    party: str
    stop: Stop
    silence: Silence
    article: str = ""
    law: Mapping[str, str] = field(default_factory=dict)
    term: str = ""
    needs_until: bool = False
    from_question: bool = False
    ask_within: str = ""
    asks: int | None = None

    def label(self, language=None):
        return label(self, language)

    def citation(self, language=None):
        return citation(self.law, self.article, language)

    @property
    def ends_by_itself(self):
        """Whether the clock goes on once the term is over, answer or no answer."""
        return self.silence in (Silence.GOES_ON, Silence.CONSENTS)


@dataclass(frozen=True)
class Duty:
    """What the agency has to do by a day of its own, beside the reply, such as telling whether it accepts.

    ``term`` runs from receipt; cases without such a term have no such duty. ``met_by`` are the kinds of events
    by which it is done.
    """

    code: str
    labels: Mapping[str, str]
    term: str
    met_by: tuple

    def label(self, language=None):
        return label(self, language)


@dataclass(frozen=True)
class CaseClock:
    """The rules of one clock under one rule set.

    ``reply`` is the term in which the case is to be answered (``None`` when the law sets none) and
    ``extension`` the most by which it may be extended. ``texts`` are the sentences that belong to no event.
    ``stated`` are the names of terms that each case has of its own: the event that starts it states them, and one
    that corrects its type states them anew.
    """

    code: str
    labels: Mapping[str, str]
    terms: Mapping[str, object]
    kinds: Mapping[str, EventKind]
    waits: Mapping[str, Wait]
    reply: object | None = None
    extension: object | None = None
    texts: Mapping[str, Mapping] = field(default_factory=dict)
    stated: tuple = ()
    duties: tuple = ()

    @classmethod
    def from_data(cls, raw, terms):
        """Build a clock from its entry in a ``clocks.json``, with the ``terms`` of its rule set.

        Raises ``RuleError`` naming all that is wrong with the data.
        """
        waits = [_wait(each) for each in raw["waits"]]
        kinds = [_kind(each) for each in raw["events"]]
        clock = cls(
            code=raw["code"],
            labels=raw["label"],
            terms=terms,
            kinds={each.code: each for each in kinds},
            waits={each.code: each for each in waits},
            reply=terms.get(raw.get("reply")),
            extension=terms.get(raw.get("extension")),
            texts=raw.get("texts", {}),
            stated=tuple(raw.get("stated", ())),
            duties=tuple(
                Duty(each["code"], each["label"], each["term"], tuple(each["met_by"]))
                for each in raw.get("duties", ())
            ),
        )
        wrong = [*_twice(kinds), *_twice(waits), *clock._problems(raw)]
        if wrong:
            raise RuleError(f"Clock {raw['code']}: {'; '.join(wrong)}", "clock_data")
        return clock

    def _problems(self, raw):
        for name in ("reply", "extension"):
            if raw.get(name) and raw[name] not in self.terms:
                yield f"unknown term {raw[name]}"
        effects = [kind.effect for kind in self.kinds.values()]
        if effects.count(Effect.START) != 1:
            yield "one kind of event starts the clock"
        if Effect.GRANT in effects and self.extension is None and "extension" not in self.stated:
            yield "an extension without a most"
        for duty in self.duties:
            if duty.term not in self.terms and duty.term not in self.stated:
                yield f"{duty.code}: unknown term {duty.term}"
            yield from (
                f"{duty.code}: unknown event {code}" for code in duty.met_by if code not in self.kinds
            )
        for wait in self.waits.values():
            yield from self._wait_problems(wait)
        for kind in self.kinds.values():
            if (kind.effect in (Effect.ASK, Effect.DELIVER, Effect.ANSWER)) != bool(kind.wait):
                yield f"{kind.code}: a wait belongs to a question, its delivery and its answer"
            if kind.wait and kind.wait not in self.waits:
                yield f"{kind.code}: unknown wait {kind.wait}"

    def _wait_problems(self, wait):
        for term in (wait.term, wait.ask_within):
            if term and term != UNTIL and term not in self.terms:
                yield f"{wait.code}: unknown term {term}"
        if wait.ends_by_itself and not wait.term:
            yield f"{wait.code}: silence without a term"
        for effect in (Effect.ASK, Effect.ANSWER):
            if len(self._of(wait.code, effect)) != 1:
                yield f"{wait.code}: one kind of event is its {effect.value}"

    def _of(self, wait, effect):
        return [kind for kind in self.kinds.values() if kind.wait == wait and kind.effect is effect]

    def label(self, language=None):
        return label(self, language)

    def of_case(self, events):
        """The clock with the terms that a case was given: those stated last, by its start or by a correction of its type.

        Raises ``RuleError`` for a term that is not stated there, or not in days.
        """
        events = [each for each in events if each.terms]
        if not events:
            return self
        for event in events:
            kind = self.kinds.get(event.kind)
            if kind is None or kind.effect not in STATING:
                raise RuleError(_("Only what starts a time limit states its length."), "terms")
        last = sorted(events, key=lambda each: (each.on, STATING.index(self.kinds[each.kind].effect)))[-1]
        given = {term.code: term for term in last.terms}
        wrong = sorted(set(given) - set(self.stated))
        wrong += [code for code, term in given.items() if term.length is None]
        units = {term.counts_every_day for code, term in given.items() if code in ("reply", "extension")}
        if wrong or len(units) > 1:
            raise RuleError(
                _("The time limit cannot be computed: %(terms)s."), "terms", terms=", ".join(wrong)
            )
        return replace(
            self,
            terms={**self.terms, **given},
            reply=given.get("reply", self.reply),
            extension=given.get("extension", self.extension),
        )

    @property
    def counts_every_day(self):
        """Whether the reply is due in days, rest days included."""
        return self.reply is not None and self.reply.counts_every_day

    def text(self, name, audience, language=None):
        """The sentence ``name`` for ``officer`` or ``citizen``; empty when the clock has none."""
        return text_in(self.texts.get(name, {}).get(audience, {}), language)

    def answer_kind(self, wait):
        """The kind of event that answers the wait of that code."""
        return self._of(wait, Effect.ANSWER)[0]


def _twice(items):
    codes = [item.code for item in items]
    return [f"{code} twice" for code in sorted({each for each in codes if codes.count(each) > 1})]


def _chosen(enum, raw, name):
    try:
        return enum(raw[name])
    except (KeyError, ValueError):
        allowed = ", ".join(each.value for each in enum)
        raise RuleError(f"{raw.get('code')}: {name} is one of {allowed}", "clock_data") from None


def _wait(raw):
    return Wait(
        code=raw["code"],
        labels=raw["label"],
        party=raw["party"],
        stop=_chosen(Stop, raw, "stop"),
        silence=_chosen(Silence, raw, "silence"),
        article=raw.get("article", ""),
        law=raw.get("law", {}),
        term=raw.get("term", ""),
        needs_until=raw.get("needs_until", False),
        from_question=raw.get("from_question", False),
        ask_within=raw.get("ask_within", ""),
        asks=raw.get("asks"),
    )


def _kind(raw):
    return EventKind(
        code=raw["code"],
        effect=_chosen(Effect, raw, "effect"),
        labels=raw["label"],
        article=raw.get("article", ""),
        law=raw.get("law", {}),
        wait=raw.get("wait", ""),
        texts={name: raw[name] for name in TEXTS if name in raw},
    )
