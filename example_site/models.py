"""The agency's own home page: a page type of the site, outside the disclosure gate."""

from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from wagtail_disclosure.mailboxes.models import MailboxPage
from wagtail_disclosure.portal.home import home_context
from wagtail_disclosure.requests.blocks import RequestFormBlock


class HomePage(Page):
    introduction = RichTextField(_("introduction"), features=["bold", "link"], blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    template = "example_site/home_page.html"

    # Columns whose newest items the home page shows, by slug.
    NEWS, NOTICES = "news", "notices"
    PANELS = {
        "zh-hans": ("laws", "interpretation", "economy", "prices", "approvals", "major-projects"),
        "en": ("laws", "planning", "economy", "prices", "reform", "administration"),
    }
    SEARCHES = {
        "zh-hans": ("信息公开", "价格", "充电设施", "办事指南", "重大项目", "十五五"),
        "en": ("annual report", "water price", "parking", "plan"),
    }

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        panels = self.PANELS.get(self.locale.language_code, ())
        context.update(
            home_context(self, request, news=self.NEWS, notices=self.NOTICES, panels=panels, count=7)
        )
        titles = {column["url"]: column["title"] for column in context.get("columns", ())}
        for name in ("news", "notices"):
            # The heading of a list is the name of the column behind it.
            context[f"{name}_title"] = titles.get(context.get(f"{name}_url"), "")
        context["suggestions"] = self._suggestions(context.get("search"))
        context["mailboxes"] = MailboxPage.objects.live().child_of(self).order_by("path")
        return context

    def _suggestions(self, search):
        """Links to searches for words that are often looked for."""
        if not search:
            return []
        words = self.SEARCHES.get(self.locale.language_code, ())
        return [{"title": word, "url": f"{search['url']}?{urlencode({'q': word})}"} for word in words]


class InformationPage(Page):
    """An ordinary page of the site, in which a request form may stand among other things."""

    body = StreamField(
        [
            ("paragraph", blocks.RichTextBlock(features=["h2", "bold", "ol", "ul", "link"])),
            ("request_form", RequestFormBlock()),
        ],
        verbose_name=_("body"),
        blank=True,
    )

    content_panels = [*Page.content_panels, FieldPanel("body")]
    template = "example_site/information_page.html"

    class Meta:
        verbose_name = _("information page")
