"""The marks that a document with a state secret carries, as 机密★10年 or 密级：秘密."""

import re

LEVEL = r"(?:[绝絕]\s*密|[机機]\s*密|[秘祕]\s*密)"
# A form that lists the levels to choose from is no marked document.
OTHERS = rf"(?!\s*[/／、或]\s*{LEVEL})"
MARK = re.compile(rf"{LEVEL}\s*[★☆⭐]\s*(?:\d+\s*[年月日天])?|密\s*[级級]\s*[:：]\s*{LEVEL}{OTHERS}")


def find_secrecy_mark(text):
    """The first mark in ``text`` as it stands there, or an empty string."""
    found = MARK.search(text) if "密" in text else None
    return " ".join(found.group().split()) if found else ""
