"""What a letter says about remedies, and what the agency has to name before it can say it."""

import string

from django.utils.translation import gettext_lazy as _

from ...rules.errors import RuleError
from ...rules.labels import joined
from ...rules.remedies import remedies_text, remedy_on

PLACES = {
    "reconsideration_body": _("reconsideration body"),
    "reconsideration_link": _("address for reconsideration online"),
    "court": _("court"),
}


class PlacesMissing(RuleError):
    """The agency does not name yet where somebody can turn who disagrees; ``names`` are the fields."""

    names = ()


def remedy_of(source):
    """The remedy of the profile that a letter states, as the law stood on its day; None for one without."""
    if not source.kind.fact("remedies"):
        return None
    code = source.kind.fact("remedy") or (source.reply.fact("remedies") if source.reply is not None else None)
    return remedy_on(source.profile, code, source.day) if code else None


def text_for(source, language):
    """The text, or an empty one where there is none or a place is missing (the letter is refused then)."""
    remedy = remedy_of(source)
    if remedy is None:
        return ""
    places = source.case.agency.remedy_places(language)
    try:
        return remedies_text(remedy, places, language, online="reconsideration_link" in places)
    except KeyError:
        return ""


def is_served_online(source):
    """Whether the applicant wants the reply online: the address for reconsideration online goes with it then."""
    routes = source.profile.provision_routes
    wanted = getattr(source.case, "delivery_routes", None) or ()
    return any(routes.get(code).fact("online") for code in wanted if code in routes)


def missing_places(source):
    """Fields of the agency that the letter needs and that are empty."""
    remedy = remedy_of(source)
    if remedy is None:
        return []
    needed = _named(remedy, "text")
    if is_served_online(source):
        needed |= _named(remedy, "online_text")
    known = source.case.agency.remedy_places()
    return [each for each in PLACES if each in needed and each not in known]


def _named(remedy, name):
    return {
        field
        for text in remedy.fact(name, {}).values()
        for _literal, field, _format, _conversion in string.Formatter().parse(text)
        if field
    }


def needed_by(profile):
    """Every place that some letter of the profile needs."""
    return {each for remedy in profile.remedies for each in _named(remedy, "text")}


def check(source):
    """Raise :class:`PlacesMissing` where the letter could not say where to turn."""
    names = missing_places(source)
    if not names:
        return
    error = PlacesMissing(
        _(
            "The letter has to say where somebody can turn who disagrees, and the agency does not name it yet: "
            "%(what)s. Whoever looks after the agency fills it in under Information disclosure → Agency."
        ),
        "remedy_places",
        what=_Joined(names),
    )
    error.names = tuple(names)
    raise error


class _Joined:
    """Names of places, in the language of the reader."""

    def __init__(self, names):
        self.names = names

    def __str__(self):
        return joined(PLACES[each] for each in self.names)
