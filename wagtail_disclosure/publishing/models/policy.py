"""Which steps of review a part of the site requires. A policy below adds steps, it never removes one."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from ...compat import PAGE_MODEL

# About three months: what takes longer is no step of a review.
MOST_WORKING_DAYS = 60


class ReviewPolicy(ClusterableModel):
    """The review that a page and everything below it must pass before it is public."""

    page = models.OneToOneField(
        PAGE_MODEL, verbose_name=_("page"), on_delete=models.CASCADE, related_name="disclosure_review_policy"
    )
    workflow = models.ForeignKey(
        "wagtailcore.Workflow",
        verbose_name=_("workflow"),
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Leads items through the steps. What is required is said by the steps below, not by it."),
    )

    class Meta:
        verbose_name = _("review policy")
        verbose_name_plural = _("review policies")

    def __str__(self):
        return str(self.page)


class ReviewPolicyStep(Orderable):
    class Condition(models.TextChoices):
        ALWAYS = "always", _("every item")
        IMPORTANT = "important", _("important items only")
        TRANSLATION = "translation", _("translations only")

    policy = ParentalKey(ReviewPolicy, on_delete=models.CASCADE, related_name="steps")
    task = models.ForeignKey(
        "wagtailcore.Task",
        verbose_name=_("step"),
        on_delete=models.PROTECT,
        related_name="disclosure_policy_steps",
    )
    condition = models.CharField(_("applies to"), max_length=12, choices=Condition, default=Condition.ALWAYS)
    working_days = models.PositiveSmallIntegerField(
        _("working days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_WORKING_DAYS)],
        help_text=_(
            "Within how many working days the step is to be decided. Left empty, it has no deadline."
        ),
    )

    class Meta(Orderable.Meta):
        verbose_name = _("review step")
        verbose_name_plural = _("review steps")
        constraints = [models.UniqueConstraint(fields=["policy", "task"], name="disclosure_policy_step_once")]
