"""The committed message catalogues: complete, compiled, and with the placeholders of the original.

Whether they hold every message of the code is checked by ``make translations`` leaving no difference behind.
"""

import gettext
import re
from pathlib import Path

import django
import django_filters
import polib
import pytest
import taggit
import wagtail
import wagtail_localize

from wagtail_disclosure.wagtail_words import WORDS

LOCALE = Path(__file__).resolve().parent.parent / "locale"
LANGUAGES = ["en", "zh_Hans"]
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sdf%]|\{\w*\}")


def catalogue(language):
    return polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "django.po"))


def translations_of(entry):
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_empty_fuzzy_or_obsolete(language):
    entries = catalogue(language)
    incomplete = [
        entry.msgid for entry in entries if entry.fuzzy or entry.obsolete or not all(translations_of(entry))
    ]
    assert len(entries) > 0
    assert incomplete == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_file_is_the_current_one(language):
    with (LOCALE / language / "LC_MESSAGES" / "django.mo").open("rb") as handle:
        compiled = gettext.GNUTranslations(handle)
    for entry in catalogue(language).translated_entries():
        if entry.msgid_plural and entry.msgctxt:
            found = compiled.npgettext(entry.msgctxt, entry.msgid, entry.msgid_plural, 1)
            assert found == entry.msgstr_plural[0]
        elif entry.msgid_plural:
            assert compiled.ngettext(entry.msgid, entry.msgid_plural, 1) == entry.msgstr_plural[0]
        elif entry.msgctxt:
            assert compiled.pgettext(entry.msgctxt, entry.msgid) == entry.msgstr
        else:
            assert compiled.gettext(entry.msgid) == entry.msgstr


def test_chinese_keeps_every_placeholder():
    wrong = []
    for entry in catalogue("zh_Hans").translated_entries():
        wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        for translation in translations_of(entry):
            if set(PLACEHOLDER.findall(translation)) != wanted:
                wrong.append((entry.msgid, translation))
    assert wrong == []


def test_english_repeats_the_messages():
    for entry in catalogue("en"):
        if entry.msgid_plural:
            assert entry.msgstr_plural == {0: entry.msgid, 1: entry.msgid_plural}
        else:
            assert entry.msgstr == entry.msgid


def test_both_languages_hold_the_same_messages():
    english, chinese = (
        {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in catalogue(language)}
        for language in LANGUAGES
    )
    assert english == chinese


def messages_of_others():
    """``{message: translations}`` without a context, of Django, Wagtail and the apps that come with them."""
    found = {}
    for package in (django, wagtail, wagtail_localize, taggit, django_filters):
        for path in Path(package.__file__).parent.rglob("locale/zh_Hans/LC_MESSAGES/django.mo"):
            for entry in polib.mofile(str(path)):
                if entry.msgid and not entry.msgctxt:
                    found.setdefault(entry.msgid, set()).update(filter(None, translations_of(entry)[:1]))
    return found


def test_words_lent_to_wagtail_are_those_that_it_lacks():
    others = messages_of_others()
    assert [word for word in WORDS if isinstance(word, str) and word in others] == []


def test_no_message_speaks_over_one_of_django_or_wagtail():
    """One catalogue serves all apps: the same message in other words would change theirs everywhere.

    A message that means something else here gets the context "disclosure".
    """
    others = messages_of_others()
    assert len(others) > 1000
    changed = {
        entry.msgid: (translations_of(entry)[0], others[entry.msgid])
        for entry in catalogue("zh_Hans")
        if not entry.msgctxt and entry.msgid in others and others[entry.msgid] != {translations_of(entry)[0]}
    }
    assert changed == {}
