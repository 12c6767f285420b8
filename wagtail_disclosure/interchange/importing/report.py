"""The report of an import: what happened to each row, as text for a terminal, as CSV and as JSON."""

import json

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from ...catalogue import sheets
from . import findings
from .plan import BAD, CHANGED, KEPT, NEW, UNCHANGED

LABELS = {
    NEW: gettext_lazy("new"),
    CHANGED: gettext_lazy("changed"),
    UNCHANGED: gettext_lazy("as before"),
    KEPT: gettext_lazy("left as it is"),
    BAD: gettext_lazy("with errors"),
}
# Lines of one kind that a terminal shows.
SHOWN = 50


def summary(counts):
    """One sentence of numbers."""
    parts = [f"{LABELS[outcome]}: {counts.get(outcome, 0)}" for outcome in LABELS]
    total = sum(counts.get(outcome, 0) for outcome in LABELS)
    rows = ngettext("%(count)d row", "%(count)d rows", total) % {"count": total}
    return f"{rows} — {', '.join(parts)}"


def as_text(plan):
    """Yield the lines that an operator sees: notes, errors, what was noticed, numbers."""
    yield from map(str, plan.notices)
    for problem in plan.problems[:SHOWN]:
        yield str(problem)
    left = plan.problem_count - min(SHOWN, len(plan.problems))
    if left > 0:
        yield ngettext("… and %(count)d more error", "… and %(count)d more errors", left) % {"count": left}
    for kind, count in plan.findings.most_common():
        yield _("Noticed: %(what)s (%(count)d)") % {"count": count, "what": findings.label(kind)}
    yield summary(plan.counts)


def _lines(rows, problems):
    """Yield ``(row, kind, field, message, value)`` for every error and finding, in the order of the file."""
    by_line = {}
    for problem in problems:
        by_line.setdefault(problem.line, []).append(problem)
    for problem in by_line.pop(None, []):
        yield None, _("error"), problem.field, problem.reason, problem.value
    for row in rows:
        said = False
        for problem in by_line.pop(row.line, []):
            said = True
            yield row, _("error"), problem.field, problem.reason, problem.value
        for each in row.findings:
            said = True
            yield (
                row,
                _("note"),
                field_label(each.get("field", "")),
                findings.message(each),
                each.get("excerpt", ""),
            )
        if not said:
            yield row, "", "", "", ""
    for line, problems in by_line.items():
        for problem in problems:
            yield (
                None,
                _("error"),
                problem.field,
                f"{_('Line %(line)d') % {'line': line}}: {problem.reason}",
                problem.value,
            )


def field_label(column):
    from .manifest import BY_KEY

    return str(BY_KEY[column].label) if column in BY_KEY else column


def csv_rows(rows, problems):
    """Yield the rows of the report as cells, with a header."""
    yield [
        _("Line"),
        _("Outcome"),
        _("Source key"),
        pgettext("disclosure", "Title"),
        _("Kind"),
        _("Field"),
        _("Message"),
        _("Value"),
    ]
    for row, kind, name, message, value in _lines(rows, problems):
        outcome = str(LABELS[row.outcome]) if row else ""
        line, key, title = (row.line, row.key, row.title) if row else ("", "", "")
        yield [line, outcome, key, title, kind, name, message, value]


def write(plan, output):
    """Write the report to the binary file ``output``: JSON if its name ends so, else CSV. Raises ``OSError``."""
    if str(output.name).lower().endswith(".json"):
        pieces = _json(plan)
    else:
        pieces = sheets.rows_as_csv(csv_rows(plan.spool.rows(), plan.problems))
    output.writelines(pieces)
    output.flush()


def _json(plan):
    head = {
        "counts": {outcome: plan.counts.get(outcome, 0) for outcome in LABELS},
        "notices": list(map(str, plan.notices)),
        "errors": plan.problem_count,
    }
    yield (json.dumps(head, ensure_ascii=False)[:-1] + ', "rows": [').encode()
    separator = "\n"
    for row, kind, name, message, value in _lines(plan.spool.rows(), plan.problems):
        entry = (
            {"line": row.line, "outcome": row.outcome, "source_key": row.key, "title": row.title}
            if row
            else {}
        )
        entry |= {"kind": kind, "field": name, "message": message, "value": value} if message else {}
        yield (separator + json.dumps(entry, ensure_ascii=False)).encode("utf-8", "replace")
        separator = ",\n"
    yield b"\n]}\n"
