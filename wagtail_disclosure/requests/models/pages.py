"""The page that shows a request form. The steps of the form are addresses below it."""

from http import HTTPMethod

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, re_path
from wagtail.fields import RichTextField

from ...compat import Page, PageType
from ...publishing.guard import Guarded
from .definitions import TEXT, RequestForm


class RequestFormPage(Guarded, RoutablePageMixin, PageType):
    """依申请公开 as a page of the site, anywhere in its tree."""

    form = models.ForeignKey(
        RequestForm, verbose_name=_("request form"), on_delete=models.PROTECT, related_name="pages"
    )
    introduction = RichTextField(_("introduction"), features=TEXT, blank=True)

    template = "wagtail_disclosure/requests/page.html"
    page_description = _("Takes requests for disclosure: shows a request form and its steps.")
    allowed_http_methods = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.POST, HTTPMethod.OPTIONS]
    content_panels = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("form")]
    show_in_menus_default = True
    subpage_types = []

    class Meta:
        verbose_name = _("request form page")
        verbose_name_plural = _("request form pages")

    def get_context(self, request, *args, **kwargs):
        from ...casework.wizard.addresses import way_to

        return {**super().get_context(request, *args, **kwargs), "breadcrumbs": way_to(self, request)}

    @re_path(r"^(?P<rest>(?:[\w-]+/)*)$", name="step")
    def step(self, request, rest=""):
        from ..wizard import answer_page

        return answer_page(self, request, rest)
