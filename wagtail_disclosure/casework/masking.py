"""Personal data as it is shown to people who need to recognise it and not to have it: 王**, 3201**********1234."""

import re
import unicodedata

STAR = "*"
HIDDEN = STAR * 4


def _is_han(char):
    return unicodedata.name(char, "").startswith("CJK")


def mask_name(text):
    """The first character of a Chinese name; the initial of each word of another."""
    if _is_han(text[0]):
        return text[0] + STAR * 2
    return " ".join(word[0] + STAR * 3 for word in text.split())


def mask_organisation(text):
    """Organisations are no persons: their names are shown."""
    return text


def mask_number(text):
    """Four characters at either end of a long number, fewer of a short one."""
    ends = 4 if len(text) >= 15 else 2 if len(text) >= 8 else 1 if len(text) >= 4 else 0
    if not ends:
        return STAR * len(text)
    return text[:ends] + STAR * (len(text) - 2 * ends) + text[-ends:]


def mask_phone(text):
    """138****1234; of a short number only the end."""
    digits = [place for place, char in enumerate(text) if char.isdigit()]
    if len(digits) < 7:
        return HIDDEN
    first, last = (3, 4) if len(digits) >= 11 else (0, 3)
    hidden = set(digits[first : len(digits) - last])
    return "".join(STAR if place in hidden else char for place, char in enumerate(text))


def mask_email(text):
    """z***@example.com"""
    name, at, host = text.rpartition("@")
    return f"{name[:1]}{STAR * 3}@{host}" if at and name else HIDDEN


def mask_address(text):
    """The region; never the street or the house."""
    region = re.match(
        r"(?:[^\W\d_]{2,8}?(?:省|自治区|特别行政区))?(?:[^\W\d_]{2,8}?(?:市|州|盟|地区))?", text
    )
    shown = region.group() if region and region.group() != text else ""
    return f"{shown}{HIDDEN}"


def mask_text(text):
    return HIDDEN


MASKS = {
    "name": mask_name,
    "organisation": mask_organisation,
    "number": mask_number,
    "phone": mask_phone,
    "email": mask_email,
    "address": mask_address,
    "text": mask_text,
}


def masked(text, kind="text"):
    """``text`` masked as its ``kind`` is; an empty text stays empty. Raises ``KeyError`` for an unknown kind."""
    mask = MASKS[kind]
    text = (text or "").strip()
    return mask(text) if text else ""
