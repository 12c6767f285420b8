"""Finding what conversions and copying have done to imported Chinese text.

Only pinyin residue is ever repaired, because nothing is lost by it. Everything else is reported with its
place, for somebody to look up in the original: a lost digit cannot be worked out.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import islice

from django.utils.translation import gettext_lazy as _

from . import data

ERROR, WARNING, INFO = "error", "warning", "info"

DAMAGE_LABELS = {
    "replacement": _("characters that could not be read"),
    "control": _("control characters"),
    "mojibake": _("text read in the wrong encoding"),
    "question_marks": _("question marks where characters were lost"),
    "pinyin_residue": _("pinyin left behind after characters"),
    "lost_digits": _("digits or signs lost from a date"),
    "document_number": _("digits or brackets lost from a document number"),
    "impossible_date": _("a date that does not exist"),
    "mixed_script": _("traditional and simplified characters mixed"),
}

EXCERPT_RADIUS = 10
HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff"
NUMERALS = "〇○零一二三四五六七八九十"
TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
# One syllable of pinyin; the tone mark is checked apart, since initials and finals surround it.
SYLLABLE = re.compile(rf"(?<=[{HAN}])[(（]([a-zü{TONES}]{{1,6}})[)）]", re.IGNORECASE)
# Marks that follow their letter instead of being part of it.
COMBINED_TONE = re.compile("[aeiouümn][̀́̄̌]", re.IGNORECASE)


@dataclass(frozen=True)
class Finding:
    """Damage of one ``kind`` at a place: line and column count from 1, ``excerpt`` shows what is there."""

    kind: str
    severity: str
    line: int
    column: int
    excerpt: str

    @property
    def label(self):
        """What kind of damage it is, for people."""
        return DAMAGE_LABELS[self.kind]


def _composed(text):
    """Join tone marks to their letters, and nothing else."""
    return COMBINED_TONE.sub(lambda match: unicodedata.normalize("NFC", match.group()), text)


def _is_residue(match):
    return any(letter in TONES for letter in match.group(1).lower())


def strip_pinyin_residue(text):
    """Return ``text`` without the pinyin that a converter left behind, as in 務(wù).

    Only one syllable with a tone mark, in brackets right after an ideograph, is taken out: abbreviations
    such as (WTO) stay. ``find_damage`` reports each beforehand.
    """
    return SYLLABLE.sub(lambda match: "" if _is_residue(match) else match.group(), _composed(text))


@dataclass(frozen=True)
class _Check:
    kind: str
    severity: str
    pattern: re.Pattern
    applies: Callable = lambda match: True


def _is_impossible(match):
    year, month, day = (int(part) for part in match.groups())
    try:
        datetime.date(year, month, day)
    except ValueError:
        return True
    return False


CHECKS = (
    _Check("replacement", ERROR, re.compile("\ufffd+")),
    _Check("replacement", WARNING, re.compile("[\ue000-\uf8ff]+")),
    _Check("control", ERROR, re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+")),
    _Check("mojibake", ERROR, re.compile("锟斤拷|锘挎|烫烫烫|屯屯屯|鈥[渚滄]|Ã[\x80-¿]|â€")),
    # 20086月: the sign 年 is gone. A full year needs four digits, so a fifth belongs to the month.
    _Check("lost_digits", WARNING, re.compile(r"(?<!\d)(?:19|20)\d{2}[ \u3000]?\d{1,2}月")),
    # 2010 1231日 and 20101231日: signs are gone.
    _Check("lost_digits", WARNING, re.compile(r"(?<!\d)(?:19|20)\d{2}[ \u3000]?\d{3,4}日")),
    # 〇一〇年十二月, 一一年三月: the beginning of a year in Chinese numerals is gone.
    _Check(
        "lost_digits",
        WARNING,
        re.compile(rf"(?<![{NUMERALS}百千万])[{NUMERALS}]{{2,3}}年[{NUMERALS}]{{1,2}}月"),
        lambda match: "十" not in match.group().split("年")[0],
    ),
    # 2010年月, 12月日: a number between two signs is gone.
    _Check(
        "lost_digits",
        WARNING,
        re.compile(rf"(?<=[\d{NUMERALS}])(?:年月(?=[\d{NUMERALS}日])|月日(?![{HAN}]))"),
    ),
    # 〔201075〕 and 〔2010 without its bracket. The other brackets also hold telephone numbers and the like.
    _Check(
        "document_number", WARNING, re.compile(r"〔\s*(?:\d{5,}|(?:19|20)\d{2}(?![\d\s]*〕)|\d{1,3}\s*〕|〕)")
    ),
    _Check(
        "document_number",
        WARNING,
        re.compile(r"(?<=[发發字函规規令办辦])[\[(（【［]\s*(?:19|20)\d{3,}\s*[\])）】］〕]"),
    ),
    _Check("impossible_date", WARNING, re.compile(r"(?<!\d)(\d{4})年(\d{1,2})月(\d{1,2})日"), _is_impossible),
    _Check(
        "impossible_date",
        WARNING,
        re.compile(r"(?<![\d-])((?:19|20)\d{2})-(\d{2})-(\d{2})(?![\d-])"),
        _is_impossible,
    ),
    _Check("question_marks", WARNING, re.compile(rf"(?<=[，。；：、])\?{{2,}}+|(?<!\?)\?{{2,}}+(?=[{HAN}])")),
    _Check("question_marks", WARNING, re.compile(r"^[^\S\n]*\?+[^\S\n]*$", re.MULTILINE)),
    _Check("pinyin_residue", INFO, SYLLABLE, _is_residue),
)


def _place(text, at):
    """Return line and column, from 1, of the index ``at``."""
    start = text.rfind("\n", 0, at) + 1
    return text.count("\n", 0, at) + 1, at - start + 1


def _shown(text, start, end):
    """The line around a finding, with characters nobody can see shown as their number."""
    first = max(text.rfind("\n", 0, start) + 1, start - EXCERPT_RADIUS)
    until = text.find("\n", end)
    last = min(len(text) if until < 0 else until, end + EXCERPT_RADIUS, first + 80)
    return "".join(
        char if char.isprintable() else f"\\u{ord(char):04x}" for char in text[first:last].replace("\n", " ")
    ).strip()


def _finding(kind, severity, text, start, end):
    line, column = _place(text, start)
    return Finding(kind, severity, line, column, _shown(text, start, end))


@cache
def _script_sets():
    """Characters used only in traditional text, and only in simplified text."""
    words = " ".join(data.load("variants.json")["words"]).split()
    traditional = {char for word in words for char in word[1:] if not _encodable(char, "gb2312")}
    simplified = {word[0] for word in words if not _encodable(word[0], "big5")}
    return traditional, simplified


def _encodable(char, charset):
    try:
        char.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def is_mostly_rare(text):
    """Whether most characters of a text read as GBK are ones that hardly anybody writes.

    That is what Japanese encodings and UTF-16 without its mark turn into. Common are the first level of GB 2312,
    its signs, and traditional forms of characters.
    """
    traditional, _simplified = _script_sets()
    wide = [char for char in text if char > "\x7f" and not char.isspace()]
    common = sum(char in traditional or _is_common(char) for char in wide)
    return common * 2 < len(wide)


@cache
def _is_common(char):
    code = char.encode("gb2312", "ignore")
    # Rows 1–9 hold signs, rows 16–55 the characters of the first level.
    return len(code) == 2 and (0xA1 <= code[0] <= 0xA9 or 0xB0 <= code[0] <= 0xD7)


def _mixed_script(text):
    """The first character of the script that is rarer in the text, when it has both."""
    traditional, simplified = _script_sets()
    if traditional.isdisjoint(text) or simplified.isdisjoint(text):
        return []
    counts = [sum(map(script.__contains__, text)) for script in (traditional, simplified)]
    rarer = traditional if counts[0] <= counts[1] else simplified
    at = next(index for index, char in enumerate(text) if char in rarer)
    return [_finding("mixed_script", INFO, text, at, at + 1)]


def find_damage(text, limit=20):
    """Return the ``Finding`` list of a text, in order of place; at most ``limit`` of each check.

    ``error`` means the text cannot be kept as it is, ``warning`` that somebody should look at the
    original, ``info`` that nothing needs doing.
    """
    text = _composed(text)
    findings = []
    for check in CHECKS:
        matches = (match for match in check.pattern.finditer(text) if check.applies(match))
        for match in islice(matches, limit):
            findings.append(_finding(check.kind, check.severity, text, match.start(), match.end()))
    findings += _mixed_script(text)
    return sorted(findings, key=lambda finding: (finding.line, finding.column, finding.kind))
