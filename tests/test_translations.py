"""The committed message catalogues: complete, compiled, and with the placeholders of the original.

Whether they hold every message of the code is checked by ``make translations`` leaving no difference behind.
"""

import gettext
import re
from pathlib import Path

import polib
import pytest

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
        if entry.msgid_plural:
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
