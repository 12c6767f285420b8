"""The text of each kind of letter: that of the profile (``rules/vocabularies/<code>/letter_texts.json``), or the agency's own.

A text is paragraphs with named placeholders; what stands around it (name of the agency, title, number, date) is layout.
"""

import re
from functools import cache

from ... import conf
from ...rules import data
from ...rules.labels import label, text_in
from ...rules.replies import every_reply
from ..standing import profile

REMEDIES = "remedies"
REPLY_KIND = "reply_"
# What a reply must state, by the placeholder that shows it.
SHOWN_AS = {"grounds_per_part": "grounds"}


@cache
def _texts(code):
    return data.load(f"{code}/letter_texts.json")


def texts():
    """The file of the jurisdiction in force."""
    return _texts(conf.get("JURISDICTION"))


def languages():
    """Languages that have texts; the first is the one in which letters have legal effect."""
    return texts()["languages"]


def known_language(language):
    """The language of ``languages`` that ``language`` (of a person or a page) means, or None."""
    wanted = (language or "").lower().replace("_", "-")
    for each in languages():
        if wanted == each or (wanted and wanted.split("-")[0] == each.split("-")[0]):
            return each
    return None


def layout(language):
    return texts()["layout"][language]


def kind_of(code):
    """The letter kind (an item of the profile). Raises ``KeyError``."""
    return profile().letter_kinds.get(code)


def has(kind, name, default=True):
    """Whether letters of this kind have a salutation, or a signature."""
    return texts()["kinds"][kind].get(name, default)


def title_of(kind, language):
    """What stands above a letter: its name in law, without what tells it apart in lists."""
    if kind.startswith(REPLY_KIND) and (title := layout(language).get("reply_title")):
        return title
    return re.sub(r"\s*\(.*\)\s*$", "", kind_of(kind).label(language))


def default_text(kind, language):
    """The text of the profile: paragraphs with an empty line between them. Raises ``KeyError``."""
    return "\n\n".join(texts()["kinds"][kind][language])


def own_text(agency, kind, language):
    """The text that the agency wrote in place of it, or an empty one."""
    from ..models import LetterTemplate

    found = LetterTemplate.objects.filter(agency=agency, kind=kind, language=language)
    return found.values_list("body", flat=True).first() or ""


def text_for(agency, kind, language):
    return own_text(agency, kind, language) or default_text(kind, language)


def compulsory(kind):
    """Placeholders that a text of this kind may not lack: the remedies, and what the law wants stated."""
    found = list(texts()["kinds"][kind].get("needs", ()))
    item, facts = kind_of(kind), None
    for reply in replies():
        if reply.fact("letter") == kind and reply.fact("decision", True):
            required = set(reply.fact("requires", ()))
            facts = required if facts is None else facts & required
    found += sorted(SHOWN_AS.get(each, each) for each in facts or ())
    if item.fact("remedies"):
        found.append(REMEDIES)
    return list(dict.fromkeys(found))


def replies():
    return every_reply(profile())


def law_of(item):
    """The law that an item of the profile rests on, by language: its own, or that of the profile."""
    return item.fact("law") or profile().law


def name_of_law(language):
    name = text_in(profile().law, language)
    return f"《{name}》" if language.startswith("zh") else name


def language_name(code):
    """How a language of the texts is called, for the screens of the office."""
    from django.utils.translation import get_language_info

    try:
        return get_language_info(code)["name_translated"]
    except KeyError:
        return label({"label": {code: code}})
