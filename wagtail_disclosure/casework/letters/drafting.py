"""The text of one letter, where the drafter of a reply wants other words than the template: part of the decision."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ...rules.replies import replies_to
from . import placeholders, texts
from .rendering import LETTER_TEXT

# As the form of an action names it.
FIELD = f"decision_{LETTER_TEXT}"


def field():
    return forms.CharField(
        label=_("text of the letter"),
        required=False,
        max_length=placeholders.LONGEST,
        validators=[placeholders.check_names],
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "Empty, or as it was filled in, the text of the template is taken. An empty line begins a paragraph, {names} in "
            "braces are replaced. What can be done against the reply is always added."
        ),
    )


def initial(standing, reply, written=""):
    """What the form begins with: the text that somebody wrote, or that of the template of ``reply``."""
    if reply is None or own(standing, written):
        return written
    return texts.text_for(standing.case.agency, reply.fact("letter"), texts.languages()[0])


def own(standing, text):
    """``text`` where somebody wrote it, an empty one where it is that of a template of any reply."""
    text = _folded(text)
    if not text:
        return ""
    language = texts.languages()[0]
    for item in replies_to(standing.profile, standing.kind):
        if text == _folded(texts.text_for(standing.case.agency, item.fact("letter"), language)):
            return ""
    return text


def _folded(text):
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))
