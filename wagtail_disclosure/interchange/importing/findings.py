"""What an import noticed about an item, as data that is put into words for whoever reads it."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ...rules.text import DAMAGE_LABELS

NOTES = {
    "residue_removed": _("Pinyin residue removed: %(count)d"),
    "control_removed": _("Control characters removed: %(count)d"),
    "encoding": _("The text file was read as %(encoding)s."),
    "title_repeated": _("The title at the beginning of the text was left out."),
    "header_line": _("The text holds a line of the header: %(label)s"),
    "page_line": _("This line seems to come from a web page, not from the document."),
    "removed": _("Removed from the text: %(what)s (%(count)d)"),
    "image": _("An image was not imported; add it in the editor."),
    "link": _("A link without a full address was left out."),
    "merged_cells": _("Merged cells of a table were split."),
    "unusual_number": _("The index number has an unusual form; it is kept as it stands."),
    "ground_unstated": _("No ground is stated; the usual one was entered: %(ground)s"),
    "no_category": _("The item stands in no category."),
    "no_text": _("The item has no text."),
    "rare_characters": _("Most characters of the text are rare: it may be in another encoding."),
    "same_file": _("The file is the same as the attachment “%(name)s”."),
    "word_header": _("A header or footer of the Word document was left out."),
    "word_note": _("A footnote or endnote of the Word document was left out."),
    "word_comment": _("A comment of the Word document was left out."),
    "word_hidden": _("Hidden text of the Word document was left out (%(count)d pieces)."),
    "word_box": _("The text of a text box was put below its paragraph."),
    "word_table": _("A table within a table was read as text."),
    "word_symbol": _("A symbol of a special font was left out."),
    "word_formula": _("A formula was left out."),
    "word_part": _("Another document within the Word document was left out."),
    "kept_in_review": _("It is under review and was not changed."),
    "kept_edited": _("It was edited here since its import and was not changed."),
    "kept_foreign": _("It is an item that the person who imports may not edit, and was not changed."),
    "kept_public": _("It is public under another disclosure attribute and was not changed."),
}
# What was noticed in general, where the sentence about one place has particulars.
LABELS = {
    "residue_removed": _("pinyin residue removed"),
    "control_removed": _("control characters removed"),
    "encoding": _("text files in another encoding than UTF-8"),
    "header_line": _("lines of a header within the text"),
    "removed": _("scripts, forms and the like removed from the text"),
    "ground_unstated": _("no ground stated, the usual one entered"),
    "same_file": _("the same file attached twice"),
    "word_hidden": _("hidden text of a Word document left out"),
}
# Of what stands in the text itself: gone when somebody has taken it out.
IN_TEXT = {"header_line", "page_line"}
ERROR, WARNING, INFO = "error", "warning", "info"


def note(kind, *, field="", excerpt="", severity=WARNING, line=None, **params):
    """A finding as it is stored: ``kind`` is a key of ``NOTES`` or of ``DAMAGE_LABELS``."""
    found = {"kind": kind, "severity": severity}
    if field:
        found["field"] = field
    if line:
        found["line"] = line
    if excerpt:
        found["excerpt"] = excerpt[:80]
    if params:
        found["params"] = params
    return found


def damage(finding, field):
    """The same for a :class:`~wagtail_disclosure.rules.text.Finding`."""
    return note(
        finding.kind, field=field, excerpt=finding.excerpt, severity=finding.severity, line=finding.line
    )


def label(kind):
    """What was noticed in general, without the particulars of one place."""
    return str(LABELS.get(kind) or NOTES.get(kind) or DAMAGE_LABELS.get(kind) or kind)


def message(found):
    """What was noticed, in the active language."""
    template = NOTES.get(found["kind"]) or DAMAGE_LABELS.get(found["kind"]) or found["kind"]
    params = dict(found.get("params", {}))
    if "what" in params:
        # Stored in English, as it was noticed.
        params["what"] = gettext(params["what"])
    try:
        return str(template) % params
    except (KeyError, TypeError, ValueError):
        return str(template)
