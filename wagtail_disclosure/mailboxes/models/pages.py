"""The page of a mailbox. The steps of its form are addresses below it."""

from http import HTTPMethod

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, re_path
from wagtail.fields import RichTextField

from ...compat import Page, PageType
from ...publishing.guard import Guarded
from .definitions import TEXT, Mailbox
from .routes import MailboxRoutes


class MailboxPage(Guarded, MailboxRoutes, RoutablePageMixin, PageType):
    """领导信箱 as a page of the site, anywhere in its tree."""

    mailbox = models.ForeignKey(
        Mailbox, verbose_name=_("mailbox"), on_delete=models.PROTECT, related_name="pages"
    )
    introduction = RichTextField(_("introduction"), features=TEXT, blank=True)

    template = "wagtail_disclosure/mailboxes/page.html"
    page_description = _("Takes letters to a mailbox: shows it and the steps of its form.")
    allowed_http_methods = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.POST, HTTPMethod.OPTIONS]
    content_panels = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("mailbox")]
    show_in_menus_default = True
    subpage_types = ["wagtail_disclosure.SelectedLetterPage"]

    class Meta:
        verbose_name = _("mailbox page")
        verbose_name_plural = _("mailbox pages")

    def get_context(self, request, *args, **kwargs):
        from ...casework.wizard.addresses import way_to
        from ..selected.pages import beside_form

        return {
            **super().get_context(request, *args, **kwargs),
            "breadcrumbs": way_to(self, request),
            **beside_form(self, request),
        }

    # The steps, and the lists of ``MailboxRoutes``: all else below it are pages.
    @re_path(r"^(?P<rest>(?:[0-9a-f-]{36}/[\w-]+/)?)$", name="step")
    def step(self, request, rest=""):
        from ..wizard import answer_page

        return answer_page(self, request, rest)
