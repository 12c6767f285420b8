"""What consultations and surveys have in common: a department in charge, and a period that opens and closes by the clock."""

import datetime
from http import HTTPMethod

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.fields import RichTextField

from ...compat import PageType
from ...departments.models import Department
from ...publishing.guard import Guarded

TEXT = ["bold", "link", "ol", "ul", "document-link"]


class Phase(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("participation", "not open yet")
    OPEN = "open", pgettext_lazy("participation", "open")
    CLOSED = "closed", pgettext_lazy("participation", "closed")


class PeriodPage(Guarded, RoutablePageMixin, PageType):
    """Abstract: a guarded page that takes something from the public from one day to another.

    No job opens or closes it: whether it is open is asked of the clock. What was sent belongs to the page in all its
    languages, and goes by its translation key (``key``).
    """

    department = models.ForeignKey(
        Department,
        verbose_name=pgettext_lazy("participation", "department in charge"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    # The department's name when the page was approved; a rename does not rewrite what is public.
    department_name = models.CharField(max_length=255, blank=True, editable=False)
    introduction = RichTextField(pgettext_lazy("participation", "explanation"), features=TEXT, blank=True)
    opens_on = models.DateField(pgettext_lazy("participation", "first day"))
    closes_on = models.DateField(
        pgettext_lazy("participation", "last day"), help_text=_("Open until the end of this day.")
    )

    # Of search engines' data, and of lists.
    kind = ""
    allowed_http_methods = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.POST, HTTPMethod.OPTIONS]
    show_in_menus_default = False
    subpage_types = []

    class Meta:
        abstract = True

    @property
    def key(self):
        return self.translation_key

    @property
    def phase(self):
        return self.phase_on(timezone.localdate())

    def phase_on(self, day):
        if day < self.opens_on:
            return Phase.PLANNED
        return Phase.OPEN if day <= self.closes_on else Phase.CLOSED

    @property
    def is_open(self):
        return self.live and self.phase == Phase.OPEN

    @property
    def days(self):
        """How long it is open: the day on which it opens is not counted."""
        return (self.closes_on - self.opens_on).days

    def closes_at(self):
        """The moment at which it is over."""
        end = self.closes_on + datetime.timedelta(days=1)
        return timezone.make_aware(datetime.datetime.combine(end, datetime.time.min))

    def clean(self):
        super().clean()
        if self.opens_on and self.closes_on and self.closes_on < self.opens_on:
            raise ValidationError({"closes_on": gettext("The last day is before the first.")})

    def full_clean(self, *args, **kwargs):
        self._name_department()
        super().full_clean(*args, **kwargs)

    def minimal_clean(self):
        # What Wagtail asks of a draft.
        self._name_department()
        super().minimal_clean()

    def save_revision(self, *args, **kwargs):
        self._name_department(anew=True)
        return super().save_revision(*args, **kwargs)

    def _name_department(self, anew=False):
        if self.department_id and (anew or not self.department_name):
            language = self.locale.language_code if self.locale_id else None
            self.department_name = self.department.local_name(language)

    def check_ready_for_review(self):
        """Raise ``ValidationError`` for a department that has ended: nobody would look at what is sent."""
        if self.department.status != Department.Status.ACTIVE:
            raise ValidationError(
                {"department": gettext("“%(name)s” no longer exists.") % {"name": self.department}}
            )

    def prepare_publication(self, seal):
        """What was sent goes on with the department that is in charge now."""
        for model in self.sent_models():
            model.objects.filter(key=self.translation_key).exclude(department=self.department).update(
                department=self.department, agency=self.department.agency
            )

    @classmethod
    def sent_models(cls):
        """The models of what the public sends to it."""
        return ()

    def get_context(self, request, *args, **kwargs):
        from .. import pages

        return {**super().get_context(request, *args, **kwargs), **pages.context_of(self, request)}
