"""How people rate what was done: codes of the profile, some of which want a reason."""

from django.utils.translation import gettext_lazy as _

from ..rules.errors import RuleError
from ..rules.replies import ratings_of

COMMENT = "comment"


def item_of(standing, code):
    """The rating with that code for this kind of case, or None."""
    found = ratings_of(standing.profile, standing.kind)
    return next((each for each in found if each.code == code), None)


def needs_reason(standing, code):
    item = item_of(standing, code)
    return item is not None and bool(item.fact("reason"))


def check(standing, data, details):
    """Raise ``RuleError`` for a rating that there is not, or that lacks the reason it needs."""
    code = data.get("rating")
    if not code:
        return
    if item_of(standing, code) is None:
        raise RuleError(_("There is no such choice."), "rating")
    if needs_reason(standing, code) and not str(details.get(COMMENT) or "").strip():
        raise RuleError(_("Please say why you are not satisfied."), "rating_reason")
