"""The editor of a survey: it says at once that questions which people have answered stay as they are."""

from django.core.exceptions import ValidationError
from wagtail.admin.forms import WagtailAdminPageForm

QUESTIONS = "questions"


class SurveyPageForm(WagtailAdminPageForm):
    def clean(self):
        data = super().clean()
        if QUESTIONS in self.formsets and self.instance.pk:
            try:
                self.instance.check_questions(list(self._questions()))
            except ValidationError as error:
                self.add_error(None, error)
        return data

    def _questions(self):
        """The questions as they were entered, those that are to be deleted left out."""
        for form in self.formsets[QUESTIONS].forms:
            if not form.is_valid():
                # Its own errors are shown; it is compared when it is complete.
                yield form.instance
            elif not form.cleaned_data.get("DELETE") and (form.has_changed() or form.instance.pk):
                yield form.instance
