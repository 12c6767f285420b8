"""Wagtail's forms for documents and images refuse a file that is accepted nowhere.

The admin, its choosers, the upload of many files and the API all use these forms.
"""

from functools import wraps

from django.core.exceptions import ValidationError

from .examine import examine_upload


def install():
    from wagtail.documents.forms import BaseDocumentForm
    from wagtail.images.forms import BaseImageForm

    for form in (BaseDocumentForm, BaseImageForm):
        if not getattr(form.clean, "disclosure_files", False):
            form.clean = _examining(form.clean)


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
