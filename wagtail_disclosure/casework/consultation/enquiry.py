"""One consultation as the events of its case have it: asked, delivered, due, answered, told."""

from functools import cached_property

from ..standing import Standing, as_date

ROLE = "third_party"


def kind_asked_by(standing, action):
    """The kind of consultation that the action ``action`` (a code) begins, or None."""
    return next((each for each in standing.consultations if each.fact("ask") == action), None)


def kind_told_by(standing, action):
    """The kind of consultation whose parties the action ``action`` tells of a decision, or None."""
    return next((each for each in standing.consultations if each.fact("tell") == action), None)


class Enquiry:
    """What was asked of ``party``, and what became of it. ``standing`` is that of its case."""

    def __init__(self, party, standing=None):
        self.party, self.case = party, party.case
        self.standing = standing or Standing(party.case)
        self.kind = self.standing.consultations.find(party.kind)

    def action(self, name):
        """The action of the table that the kind names for ``name`` (ask, deliver, answer, late, tell), or None."""
        return self.standing.table.actions.get(self.kind.fact(name) or "") if self.kind is not None else None

    def _events(self, name):
        code = self.kind.fact(name) if self.kind is not None else None
        return [
            each
            for each in self.standing.steps
            if code
            and each.type == code
            and each.data.get("key", "") == self.party.key
            and each.data.get("consultation", self.party.kind) == self.party.kind
        ]

    def _first(self, name):
        return next(iter(self._events(name)), None)

    @property
    def title(self):
        """What it is and which, as officers read it: Third party (2)."""
        label = self.kind.label() if self.kind is not None else self.party.kind
        return f"{label} ({self.party.key})"

    @cached_property
    def asked(self):
        return self._first("ask")

    @cached_property
    def delivered(self):
        return self._first("deliver")

    @cached_property
    def answers(self):
        """The events that hold an opinion: the answer, and what came after the consultation was over."""
        return [*self._events("answer"), *self._events("late")]

    @cached_property
    def told(self):
        """The event by which the party was told of a decision to disclose all the same, or None."""
        return next(reversed(self._events("tell")), None)

    @property
    def asked_on(self):
        return as_date(self.asked.data.get("on")) if self.asked is not None else None

    @property
    def delivered_on(self):
        return as_date(self.delivered.data.get("on")) if self.delivered is not None else None

    @cached_property
    def limit(self):
        """The ``Limit`` of the answer; None where no day was set."""
        deadline = self.standing.deadline()
        limits = deadline.limits if deadline is not None else ()
        found = (self.party.kind, self.party.key)
        return next((each for each in limits if (each.code, each.key) == found), None)

    @property
    def due(self):
        return self.limit.due if self.limit is not None else None

    @cached_property
    def is_open(self):
        answer = self.action("answer")
        return answer is not None and self.party.key in self.standing.open_keys(answer)

    @property
    def awaits(self):
        """Whether an opinion is still of use: none came, and the case is not closed."""
        return not self.answers and not self.case.is_closed and self.case.anonymised_at is None

    @property
    def may_answer_itself(self):
        """Whether the table lets the party itself answer, by its link."""
        answer = self.action("answer")
        return answer is not None and any(
            move.code == answer.code and ROLE in move.roles for move in self.standing.table.moves
        )

    def is_over(self, today):
        return not self.is_open or (self.due is not None and today > self.due)

    @property
    def text(self):
        """What the party is asked about: the words of the officer, to be read by the party."""
        texts = self.asked.texts if self.asked is not None else {}
        return texts.get("items") or texts.get("questions") or ""
