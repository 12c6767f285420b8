"""The identities that the numbers of a report satisfy (勾稽关系), and in words where they do not.

An identity says of every column of a table (or every row) that some rows (columns) together equal others, of this
year's report or of last year's. 0 is a number, ``None`` is none: what has no number is not compared, and said to be
missing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from ..labels import Shown, label

ERROR, WARNING, NOTE = "error", "warning", "note"
# The identity of words and tables, which every form has.
NARRATIVE = "I7"
OTHER_AXIS = {"rows": "columns", "columns": "rows"}


@dataclass(frozen=True)
class Term:
    """A row or column of an identity, of this year (0) or last year (−1), added or subtracted."""

    code: str
    year: int = 0
    sign: int = 1

    @classmethod
    def from_data(cls, raw):
        return cls(raw) if isinstance(raw, str) else cls(**raw)


@dataclass(frozen=True)
class Identity:
    """``left`` = ``right``; ``terms`` says whether these are rows, held in every column, or the other way round."""

    code: str
    labels: Mapping[str, str]
    table: str
    terms: str
    left: tuple
    right: tuple
    severity: str = ERROR
    # Whether the left side, a single term, is the sum of the others and nothing else.
    is_total: bool = False

    @classmethod
    def from_data(cls, raw):
        return cls(
            code=raw["code"],
            labels=raw["label"],
            table=raw["table"],
            terms=raw["terms"],
            left=tuple(Term.from_data(each) for each in raw["left"]),
            right=tuple(Term.from_data(each) for each in raw["right"]),
            severity=raw.get("severity", ERROR),
            is_total=raw.get("total", False),
        )

    def label(self, language=None):
        return label(self, language)

    @property
    def needs_last_year(self):
        return any(term.year for term in (*self.left, *self.right))

    def lines(self, form):
        """What it holds in: the columns, or the rows, of its table."""
        return form.table(self.table).leaves(OTHER_AXIS[self.terms])

    def cell_code(self, term, line):
        row, column = (term.code, line.code) if self.terms == "rows" else (line.code, term.code)
        return f"{self.table}/{row}/{column}"

    def cells_of(self, form):
        """The code of every cell that it names."""
        terms = (*self.left, *self.right)
        return [self.cell_code(term, line) for line in self.lines(form) for term in terms]


@dataclass(frozen=True)
class Finding:
    """What is wrong with the numbers: ``str()`` says it in the language of the reader. ``cells`` are those concerned."""

    code: str
    severity: str
    message: object
    params: Mapping = field(default_factory=dict)
    cells: tuple = ()

    def __str__(self):
        return str(self.message) % self.params if self.params else str(self.message)


def number(value):
    """A number as it is written: ``72``, ``12.5``."""
    value = Decimal(value)
    return f"{value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize():f}"


def total_of(terms, values):
    """The sum of ``(term, value)``; ``None`` where one has no number."""
    if any(value is None for value in values):
        return None
    return sum((term.sign * Decimal(value) for term, value in zip(terms, values, strict=True)), Decimal(0))


def derived(form, values):
    """``values`` with the totals that follow from the others; a total that is given stays what it is."""
    found = dict(values)
    changed = True
    while changed:
        changed = False
        for identity in form.identities:
            if not identity.is_total:
                continue
            for line in identity.lines(form):
                code = identity.cell_code(identity.left[0], line)
                if found.get(code) is not None:
                    continue
                parts = [found.get(identity.cell_code(term, line)) for term in identity.right]
                total = total_of(identity.right, parts)
                if total is not None:
                    found[code] = total
                    changed = True
    return found


def evaluate(form, values, last=None, language=None):
    """Yield a :class:`Finding` for every identity that does not hold among ``values``, numbers by the code of their cell.

    ``last`` are the numbers of last year's report, ``None`` without one. Cells that should have a number and have none are
    named once, in a note.
    """
    missing = [cell for cell in form.cells() if values.get(cell.code) is None]
    if missing:
        yield Finding(
            "no_data",
            WARNING,
            _("%(count)s cells have no number yet. Where nothing happened, that is 0."),
            {"count": len(missing)},
            tuple(cell.code for cell in missing),
        )
    for identity in form.identities:
        if identity.needs_last_year and last is None:
            yield Finding(
                identity.code,
                NOTE,
                _("%(code)s is not checked: there is no report of last year."),
                {"code": identity.code},
            )
            continue
        yield from _held(form, identity, values, last or {}, language)


def _held(form, identity, values, last, language):
    names = {each.code: each for each in form.table(identity.table).leaves(identity.terms)}
    for line in identity.lines(form):
        sides = []
        for terms in (identity.left, identity.right):
            found = [(last if term.year else values).get(identity.cell_code(term, line)) for term in terms]
            sides.append((terms, found, total_of(terms, found)))
        (left, left_values, left_sum), (right, right_values, right_sum) = sides
        if left_sum is None or right_sum is None or left_sum == right_sum:
            continue
        terms = (*left, *right)
        yield Finding(
            identity.code,
            identity.severity,
            _("%(code)s (%(rule)s), %(line)s: %(left)s, but %(right)s. The difference is %(difference)s."),
            {
                "code": identity.code,
                "rule": Shown(identity.label),
                "line": Shown(lambda line=line: _line_label(form, identity, line)),
                "left": Shown(_Sum(left, left_values, left_sum, names)),
                "right": Shown(_Sum(right, right_values, right_sum, names)),
                "difference": number(left_sum - right_sum),
            },
            tuple(identity.cell_code(term, line) for term in terms if not term.year),
        )


def _line_label(form, identity, line):
    above = form.table(identity.table).path(line)
    return " · ".join(each.label() for each in above if not each.fact("unheaded")) or identity.label()


@dataclass(frozen=True)
class _Sum:
    """A side of an identity in words: “new 859 + carried over 18 = 877”. Parts that are 0 are left out of long sums."""

    terms: tuple
    values: list
    total: Decimal
    names: Mapping

    def __call__(self):
        parts = list(zip(self.terms, self.values, strict=True))
        if len(parts) > 4:
            parts = [(term, value) for term, value in parts if value]
            if not parts:
                return str(_("0 altogether"))
        text = ""
        for place, (term, value) in enumerate(parts):
            sign = "−" if term.sign < 0 else "+" if place else ""
            name = self.names[term.code].label()
            if term.year:
                name = str(_("%(name)s of last year")) % {"name": name}
            text += f" {sign} {name} {number(value)}" if sign else f"{name} {number(value)}"
        return text.strip() if len(parts) < 2 else f"{text.strip()} = {number(self.total)}"


def narrated(form, values, texts):
    """Yield a :class:`Finding` wherever the words of a section name another number than the tables (I7).

    ``texts`` are plain texts by the code of their section.
    """
    cells = form.by_code()
    for code, text in texts.items():
        for rule in form.narrative:
            for match in re.finditer(rule.pattern, text):
                said, value = _read(match[1]), values.get(rule.cell)
                if said is None or value is None or said == Decimal(value):
                    continue
                yield Finding(
                    NARRATIVE,
                    WARNING,
                    _("I7: the words say “%(words)s”, the table says %(value)s (%(cell)s)."),
                    {
                        "words": match[0],
                        "value": number(value),
                        "cell": Shown(cells[rule.cell].label),
                        "section": code,
                    },
                    (rule.cell,),
                )


def _read(text):
    try:
        return Decimal(re.sub(r"[,，]", "", text).rstrip("."))
    except InvalidOperation:
        return None
