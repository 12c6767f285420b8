"""From a text and a case to the letter, as it is frozen: one ``article`` of HTML, without scripts, styles or addresses."""

import hashlib
import re
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import mark_safe

from . import texts
from .placeholders import PLACEHOLDER
from .values import APPLICANT, Source, Value, agency_name, shown_day, values_of

TEMPLATE = "wagtail_disclosure/casework/letters/letter.html"
LETTER_TEXT = "letter_text"
PARAGRAPHS = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True)
class Rendered:
    """A letter that is ready: ``html`` is what is frozen, ``sha256`` of exactly that."""

    html: str
    language: str
    recipient_name: str

    @property
    def sha256(self):
        return hashlib.sha256(self.html.encode()).hexdigest()


def render(standing, kind, *, day, event=None, number="", text=None, draft=False, masked=False):
    """The letter of ``kind`` for a case as it stands, as :class:`Rendered`. Raises ``KeyError`` for an unknown kind.

    ``event`` is the one that it belongs to; without it a draft of the reply is rendered. ``text`` is that of a decision
    that has its own; remedies are added to it. An applicant with another language of the profile gets a courtesy
    translation below the letter. ``masked`` shows names as screens do.
    """
    source = Source(standing, kind, day=day, event=event, number=number, masked=masked)
    text = source.given.get(LETTER_TEXT, "") if text is None else text
    main = texts.languages()[0]
    parts = [_part(source, main, text, draft)]
    other = texts.known_language(source.case.language)
    if other not in (None, main) and source.recipient == APPLICANT and not text:
        parts.append({**_part(source, other, "", draft), "courtesy": texts.layout(other).get("courtesy", "")})
    html = render_to_string(TEMPLATE, {"parts": parts, "draft": texts.layout(main)["draft"] if draft else ""})
    return Rendered(html.strip() + "\n", main, source.recipient_name())


def _part(source, language, text, draft):
    kind, case, look = source.kind.code, source.case, texts.layout(language)
    values = values_of(source, language)
    body = with_remedies(kind, text) if text else texts.text_for(case.agency, kind, language)
    number = source.number
    if draft and source.kind.fact("numbered"):
        number = look["number_to_come"]
    return {
        "language": language,
        "heading": agency_name(case, language),
        "title": texts.title_of(kind, language),
        "number": number,
        "salutation": look["salutation"].format(recipient=values["recipient"].text)
        if texts.has(kind, "salutation") and values["recipient"]
        else "",
        "body": fill(body, values),
        "signed": texts.has(kind, "signature"),
        "day": shown_day(source.day, language),
        "contact": look["contact"].format(contact=values["contact"].text) if values["contact"] else "",
    }


def with_remedies(kind, text):
    """What the law wants stated is added to a text that leaves it out."""
    if texts.kind_of(kind).fact("remedies") and "{remedies}" not in text:
        return f"{text.rstrip()}\n\n{{{texts.REMEDIES}}}"
    return text


def fill(body, values):
    """``body`` as HTML: its paragraphs with every value escaped. One with an empty placeholder is left out.

    What a value contains is never read as a placeholder or as markup.
    """
    found = []
    for paragraph in PARAGRAPHS.split(body.replace("\r\n", "\n")):
        paragraph = paragraph.strip("\n")
        names = PLACEHOLDER.findall(paragraph)
        if not paragraph or any(not values.get(name, Value()) for name in names):
            continue
        whole = PLACEHOLDER.fullmatch(paragraph.strip())
        if whole:
            found.append(
                format_html('<div class="disclosure-letter__{}">{}</div>', whole[1], values[whole[1]].alone())
            )
        else:
            found.append(format_html("<p>{}</p>", _sentence(paragraph, values)))
    return format_html_join("\n", "{}", ((each,) for each in found))


def _sentence(paragraph, values):
    pieces, end = [], 0
    for match in PLACEHOLDER.finditer(paragraph):
        pieces += [_plain(paragraph[end : match.start()]), values[match[1]].inline()]
        end = match.end()
    pieces.append(_plain(paragraph[end:]))
    return mark_safe("".join(pieces))


def _plain(text):
    """Part of a text, escaped; line breaks at its ends count."""
    return mark_safe("<br>".join(str(conditional_escape(each)) for each in text.split("\n")))
