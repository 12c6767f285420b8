"""What a reviewer should look at twice, in the text of a draft and in its files.

A site adds its own checks with the hook ``register_disclosure_check``: a function that takes the draft and its
:class:`Digest` and yields :class:`Finding`. ``publishing.pinned`` keeps what was found.
"""

import dataclasses
import json
import re
from html import unescape

from django.db import models
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.fields import RichTextField, StreamField

from ...rules.damage import ERROR, find_damage
from ...rules.personal_numbers import find_personal_numbers
from ..digest import VOLATILE
from ..guard import child_relations
from ..safety import words
from ..safety.examine import Examined

HOOK = "register_disclosure_check"
IMAGE_TAG = re.compile(r"<embed[^>]*embedtype=\"image\"[^>]*>")
ALT = re.compile(r"alt=\"([^\"]*)\"")
# What cameras, scanners, telephones and messengers name their files, and any name with the ending of an image.
FILE_NAME = re.compile(
    r"[^/\\]+\.(jpe?g|png|gif|webp|bmp|tiff?|svg|heic|avif)"
    r"|(img|image|images|pic|picture|photo|dsc[fn]?|scan|screenshot|微信图片|微信截图|屏幕截图|截图|图片|图像|照片|未标题)"
    r"[\s_\-.()（）]*[\d\s_\-.()（）]*"
    r"|[0-9a-f]{16,}|[\d_\-.]{5,}",
    re.IGNORECASE,
)


@dataclasses.dataclass(frozen=True)
class Finding:
    """One thing to look at: where it is, what it is, and the passage if there is one.

    ``severity`` is ``block`` (a reviewer has to acknowledge it with a reason), ``warn`` or ``info``; without one,
    ``code`` says it (``rules/vocabularies/file_findings.json``). ``file`` is what is known of the file that the
    finding is about.
    """

    where: str | Promise
    message: str | Promise
    passage: str = ""
    serious: bool = False
    severity: str = ""
    code: str = ""
    params: dict = dataclasses.field(default_factory=dict)
    place: tuple = ()
    file: Examined | None = None

    @property
    def level(self):
        """How serious it is, by its own word, by its code, or as a plain check."""
        return self.severity or words.severity_of(self.code, words.WARN)


ORDER = (words.REFUSE, words.BLOCK, words.WARN, words.INFO)


def findings_of(draft, digest, examined=()):
    """All findings about ``draft``, the gravest first. ``examined`` are its files, see :mod:`..safety.examine`."""
    checks = [*BUILT_IN, *hooks.get_hooks(HOOK)]
    found = [*_of_files(examined), *(finding for check in checks for finding in check(draft, digest))]
    return sorted(found, key=lambda finding: (not finding.serious, ORDER.index(finding.level)))


def _coded(where, code, passage="", *, serious=False):
    return Finding(where, words.lazy_sentence(code), passage, serious, code=code)


def _of_files(examined):
    for file in examined:
        for each in file.findings:
            code = each["code"]
            yield Finding(
                file.title,
                words.lazy_sentence(code, each["params"]),
                each["passage"],
                serious=words.severity_of(code) in (words.REFUSE, words.BLOCK),
                code=code,
                params=each["params"],
                place=tuple(each["place"]),
                file=file,
            )


def texts_of(item):
    """Yield ``(label, text)`` for every text of ``item`` and its child rows, markup taken out."""
    yield from _texts_of_row(item)
    for relation in child_relations(type(item)) if hasattr(item, "_cluster_related_objects") else []:
        for row in getattr(item, relation.get_accessor_name()).all():
            yield from _texts_of_row(row)


def _texts_of_row(row):
    for field in row._meta.get_fields():
        if field.name in VOLATILE or not isinstance(field, models.Field):
            continue
        value = getattr(row, field.attname, None)
        if isinstance(field, StreamField):
            text = "\n".join(_strings(list(value.raw_data)) if value else [])
        elif isinstance(field, models.CharField | models.TextField) and not field.choices:
            text = value or ""
        else:
            continue
        if text:
            yield capfirst(field.verbose_name), plain(text) if "<" in text else text


def _strings(value):
    """The texts of serialised blocks; ids and types of blocks are none."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, dict) and "type" in value and "value" in value:
        yield from _strings(value["value"])
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)


def plain(html):
    """The text of rich text, with a space wherever an element ends a word."""
    return unescape(strip_tags(re.sub(r"(</(p|li|h\d|td)>|<br */?>)", r"\1\n", html)))


def around(text, start, end, width=12):
    """The passage of ``text`` around what was found."""
    before, after = max(0, start - width), min(len(text), end + width)
    passage = " ".join(text[before:after].split())
    return ("…" if before else "") + passage + ("…" if after < len(text) else "")


def personal_data(draft, digest):
    """Numbers of identity cards, mobile telephones and bank cards (Art. 15; personal information law Art. 6)."""
    for label, text in texts_of(draft):
        for each in find_personal_numbers(text):
            yield _coded(label, each.kind, around(text, each.start, each.end), serious=True)


def damage(draft, digest):
    """What conversions and copying did to the text: lost digits, characters that could not be read."""
    for label, text in texts_of(draft):
        for found in find_damage(text):
            yield Finding(label, capfirst(found.label), found.excerpt, found.severity == ERROR)


def missing_alternative_text(draft, digest):
    """Images that a screen reader cannot tell about."""
    for field in draft._meta.concrete_fields:
        if not isinstance(field, (StreamField, RichTextField)):
            continue
        value = getattr(draft, field.name)
        if not value:
            continue
        if isinstance(field, StreamField):
            raw = list(value.raw_data)
            described = [*_images(raw), *_embeds(json.dumps(raw, ensure_ascii=False))]
        else:
            described = _embeds(value)
        for text in described:
            if not text:
                yield Finding(capfirst(field.verbose_name), _("An image has no alternative text."))
            elif FILE_NAME.fullmatch(text):
                message = _("The alternative text of an image looks like the name of a file.")
                yield Finding(capfirst(field.verbose_name), message, text)


def _images(value):
    """The alternative text of each image block that is not marked as decoration."""
    if isinstance(value, list):
        for each in value:
            yield from _images(each)
    elif isinstance(value, dict):
        if "image" in value and {"alt_text", "decorative"} & value.keys():
            if not value.get("decorative"):
                yield (value.get("alt_text") or "").strip()
        else:
            for each in value.values():
                yield from _images(each)


def _embeds(html):
    """The alternative text of each image in rich text."""
    for tag in IMAGE_TAG.findall(html.replace('\\"', '"')):
        found = ALT.search(tag)
        yield unescape(found.group(1)).strip() if found else ""


def empty_summary(draft, digest):
    """The summary is part of the catalogue (Art. 12)."""
    if getattr(draft, "summary", None) == "":
        yield Finding(
            pgettext_lazy("disclosure", "Summary"),
            _("The summary is empty. The catalogue shows it (Art. 12)."),
        )


def missing_files(draft, digest):
    """Files that the draft names but storage does not hold."""
    for each in digest.files:
        if each["sha256"] == "missing":
            yield _coded(_("Files"), "missing_file", each["title"], serious=True)


def expired_schedule(draft, digest):
    """A schedule that lies in the past by the time of review."""
    from django.utils import timezone

    expire_at = getattr(draft, "expire_at", None)
    if expire_at is not None and expire_at <= timezone.now():
        yield Finding(_("Schedule"), _("The expiry date lies in the past."), serious=True)


BUILT_IN = [
    missing_files,
    personal_data,
    damage,
    missing_alternative_text,
    empty_summary,
    expired_schedule,
]
