"""A base page model of the project's own, as Wagtail 8 allows: the usual fields and one more."""

from django.db import models
from wagtail.models import AbstractPage
from wagtail.models.pages import AbstractPageMeta, DefaultBasePageMixin


class BasePage(AbstractPage, DefaultBasePageMixin):
    reviewed_until = models.DateField(null=True, blank=True)

    search_fields = AbstractPage.search_fields + DefaultBasePageMixin.search_fields
    promote_panels = [*DefaultBasePageMixin.promote_panels, "reviewed_until"]

    class Meta(AbstractPageMeta):
        pass
