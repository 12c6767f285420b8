"""Types the package does not own, as a site that installs it would have: some open, some put under the gate."""

from django.db import models
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.api import APIField
from wagtail.documents import get_document_model_string
from wagtail.fields import RichTextField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    Orderable,
    Page,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)
from wagtail.search import index
from wagtail.snippets.models import register_snippet


class PlainPage(Page):
    body = RichTextField(blank=True)

    content_panels = [*Page.content_panels, FieldPanel("body")]
    template = "testapp/plain_page.html"


class NewsPage(Page):
    """Guarded by the setting ``GUARDED_MODELS``."""

    body = RichTextField(blank=True)

    content_panels = [*Page.content_panels, FieldPanel("body"), InlinePanel("links", label="links")]
    template = "testapp/news_page.html"


class NewsLink(Orderable):
    page = ParentalKey(NewsPage, on_delete=models.CASCADE, related_name="links")
    text = models.CharField(max_length=100)
    document = models.ForeignKey(
        get_document_model_string(), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    panels = [FieldPanel("text"), FieldPanel("document")]


class NoticeBase(
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    TranslatableMixin,
    index.Indexed,
    ClusterableModel,
):
    text = models.CharField(max_length=100)

    panels = [FieldPanel("text")]
    api_fields = [APIField("text")]
    search_fields = [index.SearchField("text")]

    class Meta(TranslatableMixin.Meta):
        abstract = True

    def __str__(self):
        return self.text


class Notice(NoticeBase):
    """A snippet that is guarded by the setting ``GUARDED_MODELS``."""

    panels = [FieldPanel("text"), InlinePanel("lines", label="lines")]

    class Meta(NoticeBase.Meta):
        pass


class NoticeLine(Orderable):
    notice = ParentalKey(Notice, on_delete=models.CASCADE, related_name="lines")
    text = models.CharField(max_length=100)


class Memo(NoticeBase):
    """The same, not guarded."""

    class Meta(NoticeBase.Meta):
        pass


register_snippet(Notice)
register_snippet(Memo)
