"""征集调查: the page that lists consultations and surveys, those that are open first."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, re_path
from wagtail.fields import RichTextField

from ...catalogue.models.served import OneRestrictionQuery
from ...compat import Page, PageType
from ...publishing.guard import Guarded
from .periods import TEXT


class ParticipationPage(Guarded, OneRestrictionQuery, RoutablePageMixin, PageType):
    """Lists the consultations and surveys of the site in its language, wherever they stand in the tree."""

    introduction = RichTextField(_("introduction"), features=TEXT, blank=True)

    template = "wagtail_disclosure/participation/list.html"
    page_description = _("Lists the consultations and surveys of the site: open, planned, and over.")
    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    show_in_menus_default = True

    class Meta:
        verbose_name = pgettext_lazy("participation", "list of consultations and surveys")
        verbose_name_plural = pgettext_lazy("participation", "lists of consultations and surveys")

    @re_path(r"^feed/(?P<name>atom|rss)/$", name="feed")
    def feed(self, request, name):
        from ..listing import feed

        return feed(self, request, name)

    def get_context(self, request, *args, **kwargs):
        from ..listing import context_of

        return {**super().get_context(request, *args, **kwargs), **context_of(self, request)}
