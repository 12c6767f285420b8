"""The agency's own home page: a page type of the site, outside the disclosure gate."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page


class HomePage(Page):
    introduction = RichTextField(_("introduction"), features=["bold", "link"], blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    template = "example_site/home_page.html"

    class Meta:
        verbose_name = _("home page")
