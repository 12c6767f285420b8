"""Replies to a request: what each must state, and the outcome under which the annual report counts it."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from .errors import RuleError
from .labels import Shown, citation


def outcome_leaves(outcomes):
    """The outcomes that are counted: those of the vocabulary that have none below them."""
    return tuple(item for _ancestors, item in outcomes.walk() if not item.children)


def replies_to(profile, case_kind):
    """The vocabulary of replies to a kind of case (an item of ``profile.case_kinds``)."""
    return getattr(profile, case_kind.fact("replies"))


def outcomes_of(profile, case_kind):
    """The vocabulary of outcomes of a kind of case."""
    return getattr(profile, case_kind.fact("outcomes"))


def consultations_in(profile, case_kind):
    """The vocabulary of whom a kind of case consults, with the words of the letters."""
    return getattr(profile, case_kind.fact("consultations", "consultations"))


def opinions_in(profile, case_kind):
    """The vocabulary of the opinions of those whom a kind of case consults."""
    return getattr(profile, case_kind.fact("opinions", "opinions"))


def channels_of(profile, case_kind):
    """The vocabulary of channels through which a kind of case comes in."""
    return getattr(profile, case_kind.fact("channels", "request_channels"))


def ratings_of(profile, case_kind):
    """The vocabulary by which people rate how a kind of case was dealt with."""
    return getattr(profile, case_kind.fact("ratings", "ratings"))


def words_of(profile, case_kind):
    """The words in which pages and mails speak of a kind of case (an item of ``profile.case_words``)."""
    return profile.case_words.get(case_kind.fact("words", "request"))


def every_reply(profile):
    """The replies to all kinds of cases."""
    names = dict.fromkeys(kind.fact("replies") for kind in profile.case_kinds)
    return [reply for name in names for reply in getattr(profile, name)]


def reply_problems(profile, reply, given, past_waits=()):
    """Yield a ``RuleError`` (not raised) for each thing a reply lacks.

    ``given`` maps codes of ``profile.decision_facts`` to what the decision states; empty values count as
    missing. ``ground`` is one code, ``grounds_per_part`` an iterable of codes, of those the reply may rest
    on. ``past_waits`` are those the case has been through: "still unclear" needs a supplement that was asked.
    """
    if reply.fact("decision", True) is False:
        yield RuleError(
            _("“%(reply)s” is not decided: it follows from what happened."),
            "no_decision",
            reply=Shown(reply.label),
        )
        return
    after = reply.fact("after")
    if after and after not in past_waits:
        yield RuleError(
            _("“%(reply)s” is possible only after the applicant was asked (%(article)s)."),
            "not_asked",
            reply=Shown(reply.label),
            article=Shown(partial(citation, reply.fact("law", {}), reply.article)),
        )
    for code in reply.fact("requires", ()):
        if not given.get(code):
            yield RuleError(
                _("The reply does not state: %(what)s."),
                "missing",
                what=Shown(profile.decision_facts.get(code).label),
                fact=code,
            )
    yield from _wrong_grounds(reply, given)


def _wrong_grounds(reply, given):
    grounds = reply.fact("grounds")
    if grounds is None:
        return
    named = [given["ground"]] if given.get("ground") else []
    for ground in [*named, *(given.get("grounds_per_part") or ())]:
        if ground not in grounds:
            yield RuleError(_("This reply cannot rest on the ground “%(ground)s”."), "ground", ground=ground)
