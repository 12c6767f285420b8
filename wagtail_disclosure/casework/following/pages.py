"""The page of a case for its applicant, and what can be done against a reply."""

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from .. import moves, reclassify, timeline
from ..standing import Standing
from . import story
from .remedies import remedies_of

APPLICANT = "applicant"
CITIZEN = "citizen"


def case_page(visit):
    """Where the case stands, what comes next and until when, what the applicant can do, what happened, the files."""
    standing, case = visit.standing, visit.case
    deadline = standing.deadline()
    state = standing.table.states[standing.state]
    before = reclassify.origin(case)
    return visit.show(
        "case",
        done=visit.take_done(),
        facts=case.applicant_facts(),
        state=state,
        plain=state.plain_text(),
        following=state.next_text(),
        deadline=deadline,
        explanations=deadline.explain(CITIZEN) if deadline else [],
        days_left=deadline.days_left(visit.today)
        if deadline and deadline.due and not case.is_closed
        else None,
        due=deadline.due if deadline else None,
        overdue=bool(deadline) and not case.is_closed and deadline.is_overdue(visit.today),
        ledger=timeline.ledger(deadline),
        story=_story(standing, before),
        actions=offers(visit),
        remedies_url=visit.url("remedies") if remedies_of(standing, visit.today) else "",
        documents=_documents(case, before),
        printed_at=timezone.now(),
    )


def _story(standing, before):
    """What happened. What the case was ``before`` says how it began and why it is of another kind now."""
    rows = story.rows(standing)
    return rows if before is None else rows[:-1] + story.rows(Standing(before))


def _documents(case, before):
    """As :func:`documents_of`, with what was sent while the case was one of another kind; its own files are copied."""
    found = documents_of(case)
    if before is not None:
        earlier = documents_of(before)
        found["letters"] += earlier["letters"]
        found["files"] += [each for each in earlier["files"] if not each["own"]]
    return found


def offers(visit):
    """What the applicant can do: ``{"label", "note", "url", "asked", "until"}``; what is asked of them comes first."""
    states, found = visit.standing.table.states, []
    for move, about in moves.offers(visit.case, APPLICANT, today=visit.today):
        rest = f"do/{move.code}/{about}" if about else f"do/{move.code}"
        found.append(
            {
                "label": move.label(),
                "note": move.action.note(),
                "url": visit.url(rest),
                # It moves the case on, and neither ends it nor opens something of its own, as a further question does.
                "asked": not (move.stays or move.action.opens or states[move.target].closed),
                "until": visit.standing.answer_until(move.action, about),
            }
        )
    return sorted(found, key=lambda each: not each["asked"])


def documents_of(case, at=None):
    """``{"letters", "files"}`` for the applicant: what was sent to them, what was released, what they sent themselves."""
    at = at or timezone.now()
    letters = getattr(case, "letters", None)
    return {
        "letters": list(letters.for_applicant()) if hasattr(letters, "for_applicant") else [],
        "files": [_file(each, at) for each in case.attachments.all() if _is_named(each, at)],
    }


def _is_named(file, at):
    return file.origin == file.Origin.APPLICANT or (file.released_at is not None and file.released_at <= at)


def _file(file, at):
    own = file.origin == file.Origin.APPLICANT
    over = not own and file.released_until is not None and file.released_until <= at
    try:
        url = "" if over else reverse("wagtail_disclosure:case_file", args=[file.key])
    except NoReverseMatch:
        url = ""
    until = None if own else file.released_until
    return {"name": file.name, "size": file.size, "own": own, "url": url, "until": until, "over": over}


def remedies_page(visit):
    """The text of the law, the places and the days."""
    return visit.show("remedies", remedies=remedies_of(visit.standing, visit.today), agency=visit.case.agency)


VIEWS = {"": case_page, "remedies": remedies_page}
