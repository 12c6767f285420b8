"""网上调查: a survey, its questions made with Wagtail's form builder. Once somebody has answered they are frozen."""

import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.contrib.forms.models import AbstractFormField
from wagtail.contrib.routable_page.models import re_path

from .. import editing, panels
from .answers import SurveyAnswer, SurveyText
from .periods import PeriodPage, Phase

SCALE = 5


class SurveyPage(PeriodPage):
    """A survey that anybody may answer once, without being known."""

    class Results(models.TextChoices):
        DURING = "during", pgettext_lazy("participation", "from the beginning")
        AFTER = "after", pgettext_lazy("participation", "when it is over")
        NEVER = "never", pgettext_lazy("participation", "never")

    results = models.CharField(
        pgettext_lazy("participation", "results are public"),
        max_length=10,
        choices=Results,
        default=Results.AFTER,
    )
    thanks = models.CharField(
        pgettext_lazy("participation", "what is said to those who answered"), max_length=500, blank=True
    )

    kind = "survey"
    template = "wagtail_disclosure/participation/survey.html"
    page_description = _("Asks the public questions; results are shown as charts and tables.")
    content_panels = panels.SURVEY
    base_form_class = editing.SurveyPageForm

    class Meta:
        verbose_name = pgettext_lazy("participation", "survey")
        verbose_name_plural = pgettext_lazy("participation", "surveys")

    @re_path(r"^(?P<rest>(?:answer/)?)$", name="step")
    def step(self, request, rest=""):
        from ..survey_pages import answer_page

        return answer_page(self, request, rest)

    @classmethod
    def sent_models(cls):
        return (SurveyAnswer, SurveyText)

    @cached_property
    def question_list(self):
        return list(self.questions.all())

    @property
    def shows_results(self):
        """Whether the public sees the results now."""
        if self.results == self.Results.NEVER or self.phase == Phase.PLANNED:
            return False
        return self.results == self.Results.DURING or self.phase == Phase.CLOSED

    def frozen_questions(self):
        """What the questions have to stay like: as they are public, or were, once anybody has answered; else None.

        In another language than that of the answers the words may differ, and nothing else.
        """
        if not SurveyAnswer.objects.filter(key=self.translation_key).exists():
            return None
        # One that was withdrawn may come back, and its answers with it.
        public = SurveyPage.objects.filter(
            translation_key=self.translation_key, first_published_at__isnull=False
        ).order_by("-live", "pk")
        found = public.filter(pk=self.pk).first()
        if found is not None:
            return [each.meaning for each in found.question_list]
        found = public.first()
        return [each.structure for each in found.question_list] if found is not None else None

    def check_questions(self, questions=None):
        """Raise ``ValidationError`` where questions differ from those that people have answered."""
        frozen = self.frozen_questions()
        if frozen is None:
            return
        questions = self.questions.all() if questions is None else questions
        whole = bool(frozen) and len(frozen[0]) == len(SurveyQuestion.MEANING)
        now = [each.meaning if whole else each.structure for each in questions]
        if sorted(now) != sorted(frozen):
            raise ValidationError(
                gettext(
                    "Somebody has answered already: questions, kinds and choices stay as they are. Hints may change; "
                    "for other questions make another survey."
                )
            )

    def check_ready_for_review(self):
        super().check_ready_for_review()
        if not self.questions.all():
            raise ValidationError(gettext("A survey needs a question."))
        self.check_questions()

    def prepare_publication(self, seal):
        from ...publishing.errors import ReviewRequired

        try:
            self.check_questions()
        except ValidationError as error:
            # Somebody answered while the new draft was under review.
            raise ReviewRequired(" ".join(error.messages)) from error
        super().prepare_publication(seal)


class SurveyQuestion(AbstractFormField):
    """A question. Answers are kept under its key, which every revision and translation shares."""

    class Kind(models.TextChoices):
        RADIO = "radio", pgettext_lazy("participation", "one of several")
        DROPDOWN = "dropdown", pgettext_lazy("participation", "one of several, as a drop-down list")
        CHECKBOXES = "checkboxes", pgettext_lazy("participation", "any of several")
        SCALE = "scale", pgettext_lazy("participation", "scale from 1 to 5")
        NUMBER = "number", pgettext_lazy("participation", "number")
        DATE = "date", pgettext_lazy("participation", "date")
        SINGLELINE = "singleline", pgettext_lazy("participation", "text of one line")
        MULTILINE = "multiline", pgettext_lazy("participation", "text of several lines")

    CHOOSING = (Kind.RADIO, Kind.DROPDOWN, Kind.CHECKBOXES)
    TEXTS = (Kind.SINGLELINE, Kind.MULTILINE)
    MEANING = ("key", "field_type", "number of choices", "label", "choices")

    page = ParentalKey(SurveyPage, on_delete=models.CASCADE, related_name="questions")
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    label = models.CharField(pgettext_lazy("participation", "question"), max_length=255)
    field_type = models.CharField(
        pgettext_lazy("participation", "kind of question"), max_length=16, choices=Kind
    )
    field_type.required_on_save = True
    choices = models.TextField(
        pgettext_lazy("participation", "choices"),
        blank=True,
        help_text=_("One on a line. Of a scale: what 1 means and what 5 means."),
    )
    # A choice that is filled in beforehand sways people.
    default_value = ""
    panels = panels.QUESTION

    class Meta(AbstractFormField.Meta):
        verbose_name = pgettext_lazy("participation", "question")
        verbose_name_plural = pgettext_lazy("participation", "questions")
        default_permissions = ()

    def __str__(self):
        return self.label

    @property
    def clean_name(self):
        """Its name in the form, whatever it is called."""
        return f"q{self.key.hex}"

    @property
    def is_text(self):
        return self.field_type in self.TEXTS

    @property
    def choice_list(self):
        """The choices in words. Answers are kept as their places in this list, from 0."""
        lines = [line.strip() for line in self.choices.splitlines()]
        return [line for line in lines if line]

    @property
    def structure(self):
        return (str(self.key), self.field_type, len(self.choice_list))

    @property
    def meaning(self):
        return (*self.structure, self.label, "\n".join(self.choice_list))

    def clean(self):
        super().clean()
        found = self.choice_list
        if self.field_type in self.CHOOSING and (len(found) < 2 or len(set(found)) < len(found)):
            raise ValidationError(
                {"choices": gettext("Enter at least two choices, each on a line and once.")}
            )
        if self.field_type == self.Kind.SCALE and len(found) not in (0, 2):
            raise ValidationError(
                {"choices": gettext("Enter what 1 means and what 5 means, each on a line, or nothing.")}
            )
