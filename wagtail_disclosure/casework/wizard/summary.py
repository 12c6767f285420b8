"""The answers as they are shown before they are sent."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ...rules.labels import joined
from .. import attachments
from .kinds import CHECK, FILES


def sections(visit, stored):
    """``[{title, url, rows: [(label, value)]}]`` of all steps; ``stored`` are the forms of those that ask, by name."""
    found = []
    for step in visit.steps():
        if step.name in stored:
            rows = _rows(stored[step.name], visit.answers.get(step.name, {}))
        elif step.name == FILES:
            names = [each.name for each in attachments.of_draft(visit.kind.attachments, visit.draft)]
            rows = [(visit.title_of(step), joined(names) or _("none"))]
        else:
            continue
        url = f"{visit.url(step.name)}?back={CHECK}"
        found.append({"title": visit.title_of(step), "url": url, "rows": rows})
    return found


def _rows(form, answers):
    rows = [(form.fields[name].label, _shown(form, name, answers.get(name))) for name in form.fields]
    return [row for row in rows if row[0] and row[1]]


def _shown(form, name, value):
    if form.fields[name].widget.is_hidden and name not in form.shown_though_hidden:
        return ""
    if isinstance(value, bool):
        return pgettext("disclosure", "yes") if value else pgettext("disclosure", "no")
    choices = dict(getattr(form.fields[name], "choices", ()) or ())
    if isinstance(value, list):
        return joined(choices.get(each, each) for each in value)
    return str(choices.get(value, value or ""))
