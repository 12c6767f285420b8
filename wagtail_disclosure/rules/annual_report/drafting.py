"""The words of the six sections, drafted from the form with the figures in place."""

import re

from ..labels import text_in
from .identities import number

_PLACE = re.compile(r"\{([^{}]+)\}")
# What stands where a number is missing.
GAP = {"zh-hans": "〔待填〕", "en": "[to be filled in]"}


def filled(text, values, language, **words):
    """``text`` with every ``{table/row/column}`` as its number, every other ``{name}`` from ``words``."""

    def value(match):
        name = match[1]
        if name in words:
            return str(words[name])
        found = values.get(name)
        return text_in(GAP, language) if found is None else number(found)

    return _PLACE.sub(value, text)


def draft(section, values, language, **words):
    """The drafted text of one section, paragraphs separated by line breaks. Headings stand even where nothing is drafted."""
    lines = []
    for paragraph in section.paragraphs:
        is_nil = paragraph.nil_if and values.get(paragraph.nil_if) == 0
        text = filled(
            text_in(paragraph.nil if is_nil else paragraph.text, language), values, language, **words
        )
        lines += [each for each in (text_in(paragraph.heading, language), text) if each]
    return "\n".join(lines)
