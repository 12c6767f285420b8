"""The form of a survey, built by Wagtail's form builder, and what of it is stored."""

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from wagtail.contrib.forms.forms import FormBuilder

from ..casework.public_forms import Lines, check_text
from .forms import TokenForm
from .models.surveys import SCALE, SurveyQuestion

LINE_LENGTH, TEXT_LENGTH = 200, 2000
LARGEST = 10**12
PRIVATE_HINT = gettext_lazy("Do not write anything here that identifies you or others.")


class SurveyForm(TokenForm):
    """What every survey has; the questions come from the builder."""

    again = forms.BooleanField(required=False, widget=forms.HiddenInput)


class SurveyFormBuilder(FormBuilder):
    """Choices are sent as their places in the list, so that answers in all languages are one."""

    def create_singleline_field(self, field, options):
        return forms.CharField(max_length=LINE_LENGTH, validators=[check_text], **options)

    def create_multiline_field(self, field, options):
        return Lines(
            max_length=TEXT_LENGTH,
            validators=[check_text],
            widget=forms.Textarea(attrs={"rows": 5}),
            **options,
        )

    def create_scale_field(self, field, options):
        return forms.ChoiceField(choices=scale_choices(field), widget=forms.RadioSelect, **options)

    def create_number_field(self, field, options):
        bounds = [MinValueValidator(-LARGEST), MaxValueValidator(LARGEST)]
        return forms.DecimalField(
            max_digits=18,
            decimal_places=4,
            validators=bounds,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={"invalid": pgettext("disclosure", "Enter a number.")},
            **options,
        )

    def create_date_field(self, field, options):
        return forms.DateField(
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"],
            error_messages={"invalid": _("Enter a day such as 2026-03-31.")},
            **options,
        )

    def create_dropdown_field(self, field, options):
        choices = [("", "---------"), *self.get_formatted_field_choices(field)]
        return forms.ChoiceField(choices=choices, **options)

    def get_formatted_field_choices(self, field):
        return [(str(place), label) for place, label in enumerate(field.choice_list)]

    def get_formatted_field_initial(self, field):
        return []

    def get_field_options(self, field):
        options = super().get_field_options(field)
        del options["initial"]
        if field.is_text:
            options["help_text"] = format_html_join(
                " ", "{}", ((text,) for text in (options["help_text"], PRIVATE_HINT) if text)
            )
        return options

    def get_form_class(self):
        return type("SurveyForm", (SurveyForm,), self.formfields)


def scale_choices(question):
    """The steps of a scale; the first and the last say what they mean."""
    ends = question.choice_list
    found = [str(step) for step in range(1, SCALE + 1)]
    if len(ends) == 2:
        found[0] = f"1 · {ends[0]}"
        found[-1] = f"{SCALE} · {ends[1]}"
    return [(str(step), label) for step, label in enumerate(found, start=1)]


def form_class(page):
    return SurveyFormBuilder(page.question_list).get_form_class()


def choices_of(question):
    """``[(code, label)]`` of a question that has choices: as they are stored, and in words."""
    if question.field_type == SurveyQuestion.Kind.SCALE:
        return scale_choices(question)
    return [(str(place), label) for place, label in enumerate(question.choice_list)]


def stored(page, data):
    """``(values, texts)`` of the cleaned ``data``: values by the key of the question, ready for JSON; texts apart."""
    values, texts = {}, {}
    for question in page.question_list:
        given = data.get(question.clean_name)
        if given in (None, "", []):
            continue
        if question.is_text:
            texts[question.key] = given.strip()
        elif isinstance(given, list):
            # Sent by hand, a choice may come more than once: it counts once, like every other.
            values[question.key.hex] = [code for code, _label in choices_of(question) if code in given]
        elif hasattr(given, "isoformat"):
            values[question.key.hex] = given.isoformat()
        else:
            values[question.key.hex] = str(given)
    return values, {key: text for key, text in texts.items() if text}
