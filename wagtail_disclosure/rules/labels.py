"""Labels in several languages, as the data files carry them: ``{"zh-hans": "…", "en": "…"}``."""

from collections.abc import Mapping

from django.utils.translation import get_language

FALLBACKS = ("zh-hans", "en")


def _candidates(language):
    """Yield ``language``, then its shorter forms: ``zh-hans-cn``, ``zh-hans``, ``zh``."""
    parts = language.lower().replace("_", "-").split("-")
    while parts:
        yield "-".join(parts)
        parts.pop()


def text_in(texts, language=None):
    """Return the text of the mapping ``texts`` in ``language``, or in the nearest language it has.

    Without ``language`` the active one is used. A mapping without any text gives an empty string.
    """
    language = language or get_language() or FALLBACKS[0]
    for candidate in _candidates(language):
        if texts.get(candidate):
            return texts[candidate]
    base = language.lower().replace("_", "-").split("-")[0]
    for key, value in texts.items():
        if value and key.split("-")[0] == base:
            return value
    for candidate in FALLBACKS:
        if texts.get(candidate):
            return texts[candidate]
    return next((value for value in texts.values() if value), "")


def label(item, language=None):
    """Return the label of ``item`` in ``language`` (the active language without one).

    ``item`` is a vocabulary item, a mapping with a ``"label"``, or the mapping of languages itself.
    """
    texts = getattr(item, "labels", None)
    if texts is None:
        texts = item.get("label", item) if isinstance(item, Mapping) else {}
    return text_in(texts, language)
