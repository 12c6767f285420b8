"""Wagtail's forms for documents and images refuse a file that is accepted nowhere, and tell what was found in others.

The admin, its choosers, the upload of many files and the API all use these forms.
"""

from functools import wraps

from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from ..models import ReviewFinding
from . import words
from .examine import examine_upload, known_findings


def install():
    from wagtail.documents.forms import BaseDocumentForm
    from wagtail.images.forms import BaseImageForm

    for form in (BaseDocumentForm, BaseImageForm):
        if not getattr(form.clean, "disclosure_files", False):
            form.clean = _examining(form.clean)
            form.__init__ = _telling(form.__init__)


def _examining(clean):
    @wraps(clean)
    def examined(self):
        data = clean(self)
        file = (data or self.cleaned_data).get("file")
        if file and "file" in self.changed_data and "file" not in self.errors:
            try:
                examine_upload(file)
            except ValidationError as error:
                self.add_error("file", error)
        return data

    examined.disclosure_files = True
    return examined


def _telling(init):
    @wraps(init)
    def telling(self, *args, **kwargs):
        init(self, *args, **kwargs)
        if self.instance.pk and not self.is_bound and "file" in self.fields:
            found = known_findings(self.instance.file)
            if found:
                self.fields["file"].help_text = _in_words(found)

    return telling


def _in_words(found):
    """What stands below the file that is stored: whoever has to mend it reads what the reviewers will read."""
    rows = sorted(found, key=lambda each: words.SEVERITIES.index(words.severity_of(each["code"])))
    lines = format_html_join("", "<li>{}: {}{} {} {}</li>", (_line(each) for each in rows))
    return format_html("{}<ul>{}</ul>", _("Found in this file by the automatic checks:"), lines)


def _line(each):
    code, place = each["code"], words.place_in_words(each["place"])
    severity = words.severity_of(code)
    return (
        ReviewFinding.Severity(severity).label,
        f"{place}: " if place else "",
        words.sentence(code, each["params"]),
        words.passage_in_words(code, each["passage"]),
        words.advice(code) if severity in (words.REFUSE, words.BLOCK) else "",
    )
