"""Labels in several languages, as the data files carry them: ``{"zh-hans": "…", "en": "…"}``."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language, override, pgettext

FALLBACKS = ("zh-hans", "en")


@dataclass(frozen=True)
class Shown:
    """A text for a message that is put into the language of the reader when it is shown: ``make`` gives it."""

    make: Callable

    def __str__(self):
        return self.make()


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


def joined(names, language=None):
    """Names one after the other, as lists are written in ``language`` (default: the active one): 甲、乙 or A, B."""
    with override(language or get_language()):
        return pgettext("between names", ", ").join(str(each) for each in names)


def label(item, language=None):
    """Return the label of ``item`` in ``language`` (the active language without one).

    ``item`` is a vocabulary item, a mapping with a ``"label"``, or the mapping of languages itself.
    """
    texts = getattr(item, "labels", None)
    if texts is None:
        texts = item.get("label", item) if isinstance(item, Mapping) else {}
    return text_in(texts, language)


# How provisions are cited, by language: article, item, what stands between two, how a number is written.
_DIGITS = "〇一二三四五六七八九"


def chinese_number(number):
    """A whole number below 1000 in Chinese, as laws count their articles: 15 is 十五, 104 is 一百零四."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{_DIGITS[tens]}十"
    elif hundreds and ones:
        text += "零"
    return text + (_DIGITS[ones] if ones or not number else "")


CITATIONS = {
    "zh": ("第{}条", "第{}项", "、", chinese_number),
    "en": ("Art. {}", "({})", ", ", str),
}
_PROVISION = re.compile(r"(\d{1,3})(?:\.(\d{1,3}))?")


def article_label(article, language=None):
    """How ``article`` of the data files is cited: "20.15" is 第二十条第十五项, "13, 27" is 第十三条、第二十七条.

    What is written otherwise ("s.19(2A)") is a citation already and stays as it is.
    """
    provisions = [_PROVISION.fullmatch(each.strip()) for each in article.split(",")]
    if not all(provisions):
        return article
    language = language or get_language() or FALLBACKS[0]
    found = next((each for each in _candidates(language) if each in CITATIONS), FALLBACKS[1])
    in_article, in_item, between, number = CITATIONS[found]
    return between.join(
        in_article.format(number(int(match[1]))) + (in_item.format(number(int(match[2]))) if match[2] else "")
        for match in provisions
    )


def citation(law, article, language=None):
    """How a provision of ``law`` (its name by language; empty for the law at hand) is cited."""
    name, provision = text_in(law, language), article_label(article, language) if article else ""
    if not name:
        return provision
    language = language or get_language() or FALLBACKS[0]
    if next((each for each in _candidates(language) if each in CITATIONS), "") == "zh":
        return f"《{name}》{provision}"
    return ", ".join(part for part in (name, provision) if part)
