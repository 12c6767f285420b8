"""What in the text of a letter is suggested for masking, and what the review finds that was left."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import hooks

from ...casework import identity
from ...casework.masking import masked as starred
from ...publishing.review.findings import HOOK, Finding, texts_of
from ...rules import masking
from ..models import LetterSelection, SelectedLetterPage
from ..vocabularies import profile

# What of the writer it is, by how a field is masked.
KNOWN = {
    "name": _("name of somebody in this case"),
    "phone": _("telephone of somebody in this case"),
    "email": _("email of somebody in this case"),
    "address": _("address of somebody in this case"),
    "number": _("number of somebody in this case"),
    "text": _("data of somebody in this case"),
}
# In the text that takes its place.
SHOWN = {"name": "某某", "address": "某处"}
STARS = "***"
LEFT = pgettext_lazy("mailbox", "Data of the writer of the letter, or of others in its case")


def known_of(letter):
    """Pairs of kind and value: everything personal of the people of ``letter``, and its own number."""
    found = [pair for person in letter.people() for pair in identity.to_be_found(person)]
    return [*found, ("number", letter.number)]


def suggestions(text, letter):
    """The ``Suggestion``s for ``text``, which is about ``letter``."""
    return masking.suggestions(text, profile().masking, known_of(letter))


def label_of(suggestion):
    """What a suggestion is, in words."""
    if suggestion.is_known:
        return str(KNOWN.get(suggestion.kind, KNOWN["text"]))
    return profile().masking.label_of(suggestion.kind, suggestion.kind)


def shown_as(suggestion, language=None):
    """What stands in place of a suggestion that was taken."""
    if suggestion.is_known:
        return SHOWN.get(suggestion.kind, STARS) if (language or "").startswith("zh") else STARS
    item = profile().masking.find(suggestion.kind)
    return item.text("shown_as", language) or STARS


@hooks.register(HOOK)
def what_was_left(draft, digest):
    """Data of the writer in a selected letter blocks its review; what looks like data of anybody is to be looked at."""
    if not isinstance(draft, SelectedLetterPage):
        return
    selection = (
        LetterSelection.objects.filter(translation_key=draft.translation_key).select_related("case").first()
    )
    known = known_of(selection.case) if selection is not None else []
    for label, text in texts_of(draft):
        for each in masking.suggestions(text, profile().masking, known):
            # Findings outlive the draft: they hold no more than is needed to find the passage.
            passage = starred(each.text, each.kind if each.is_known else "number")
            if each.is_known:
                yield Finding(label, LEFT, passage, serious=True, severity="block")
            else:
                yield Finding(label, label_of(each), passage, severity="warn")
