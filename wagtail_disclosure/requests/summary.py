"""The answers as they are shown before they are sent, and what is said afterwards."""

from django.utils import timezone
from django.utils.translation import gettext as _

from .. import conf
from ..casework import attachments
from ..rules.labels import article_label, joined
from ..rules.profiles import get_profile
from . import vocabularies
from .models import RequestAttachment


def sections(visit, stored):
    """``[{title, url, rows: [(label, value)]}]`` of all steps."""
    from .steps import FILES, TITLES, title_of

    found = []
    for name, form in stored.items():
        rows = [
            (form.fields[field].label, _shown(form, field, visit.answers.get(name, {}).get(field)))
            for field in form.fields
        ]
        url = f"{visit.url(name)}?back=check"
        found.append(
            {
                "title": title_of(visit.form, name),
                "url": url,
                "rows": [row for row in rows if row[1] and row[0]],
            }
        )
    if visit.form.takes_files:
        names = [each.name for each in attachments.of_draft(RequestAttachment, visit.draft)]
        rows = [(TITLES[FILES], joined(names) or _("none"))]
        found.append({"title": TITLES[FILES], "url": f"{visit.url(FILES)}?back=check", "rows": rows})
    return found


def _shown(form, name, value):
    if form.fields[name].widget.is_hidden and name != "index_number":
        return ""
    choices = dict(getattr(form.fields[name], "choices", ()) or ())
    if isinstance(value, list):
        return joined(choices.get(each, each) for each in value)
    return str(choices.get(value, value or ""))


def what_follows(case):
    """What the receipt says of the time after: the steps of the law that are still ahead, with their days."""
    profile = get_profile(conf.get("JURISDICTION"))
    ruleset = profile.ruleset_on(timezone.localdate(case.submitted_at))
    ahead = vocabularies.kind_of(case.case_kind).fact("told_ahead", ())
    days = {code: term.working_days for code, term in ruleset.terms.items()} if ruleset else {}
    return {
        "ahead": [
            {
                "title": step.label(),
                "text": step.note().format(**days),
                "article": article_label(step.article),
            }
            for step in profile.request_steps
            if step.code in ahead
        ],
        "reply_days": days.get("request_reply") if ahead else None,
    }
