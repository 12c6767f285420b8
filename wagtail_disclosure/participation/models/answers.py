"""What people answered in a survey. No row says who: not by a name, an address, a cookie or a time of the day."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ...departments.models import Agency, Department
from .comments import Moderated, SentQuerySet


class SurveyAnswer(models.Model):
    """One filled-in survey: codes of choices, numbers and days by the key of the question. Texts are rows of their own.

    The key is made of the token of the form, so that a form that is sent twice is one answer; nothing leads from it
    back to whoever sent it.
    """

    wagtail_reference_index_ignore = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Of the page in all its languages.
    key = models.UUIDField(db_index=True, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(_("language"), max_length=20, blank=True)
    day = models.DateField(pgettext_lazy("participation", "day"))
    values = models.JSONField(pgettext_lazy("participation", "answers"), default=dict)
    # Somebody answered from the same connection and browser that day, or said that somebody else used the device before.
    is_repeated = models.BooleanField(pgettext_lazy("participation", "perhaps repeated"), default=False)

    objects = SentQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("participation", "answer to a survey")
        verbose_name_plural = pgettext_lazy("participation", "answers to surveys")
        default_permissions = ("view",)


class SurveyText(Moderated):
    """A text that somebody wrote in a survey: encrypted, and public only in a version that somebody let through."""

    wagtail_reference_index_ignore = True

    answer = models.ForeignKey(SurveyAnswer, on_delete=models.CASCADE, related_name="texts")
    question = models.UUIDField(editable=False)

    objects = SentQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("participation", "text of an answer")
        verbose_name_plural = pgettext_lazy("participation", "texts of answers")
        default_permissions = ()
        indexes = [models.Index(fields=["key", "question"], name="disclosure_survey_text")]


class SurveySalt(models.Model):
    """What the marks of one day of one survey are made with. When the day is over it is destroyed, and they with it."""

    wagtail_reference_index_ignore = True

    key = models.UUIDField()
    day = models.DateField()
    salt = models.CharField(max_length=64)

    class Meta:
        verbose_name = pgettext_lazy("participation", "salt of a survey")
        verbose_name_plural = pgettext_lazy("participation", "salts of surveys")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["key", "day"], name="disclosure_survey_salt_once")]


class SurveyMark(models.Model):
    """That somebody answered from a connection and a browser today. No answer is named."""

    wagtail_reference_index_ignore = True

    key = models.UUIDField()
    day = models.DateField(db_index=True)
    mark = models.CharField(max_length=64)

    class Meta:
        verbose_name = pgettext_lazy("participation", "mark of a survey")
        verbose_name_plural = pgettext_lazy("participation", "marks of surveys")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["key", "mark"], name="disclosure_survey_mark_once")]
