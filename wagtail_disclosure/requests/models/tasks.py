"""What other departments were asked about a request."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ...casework.models import CaseTask
from .requests import DisclosureRequest, RequestEvent


class RequestTask(CaseTask):
    case = models.ForeignKey(DisclosureRequest, on_delete=models.PROTECT, related_name="tasks")
    question = models.ForeignKey(RequestEvent, on_delete=models.PROTECT, related_name="+")
    answer = models.ForeignKey(RequestEvent, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(CaseTask.Meta):
        verbose_name = _("task of another department")
        verbose_name_plural = _("tasks of other departments")
        constraints = [models.UniqueConstraint(fields=["case", "key"], name="disclosure_task_of_case")]
