"""Types the package does not own, as a site that installs it would have: some open, some put under the gate."""

from django.db import models
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail import VERSION as WAGTAIL_VERSION
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.api import APIField
from wagtail.documents import get_document_model_string
from wagtail.fields import RichTextField, StreamField
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
from wagtail.snippets.blocks import SnippetChooserBlock
from wagtail.snippets.models import register_snippet

from wagtail_disclosure.requests.blocks import RequestFormBlock


class PlainPage(Page):
    body = RichTextField(blank=True)

    content_panels = [*Page.content_panels, FieldPanel("body")]
    template = "testapp/plain_page.html"


class LeafletPage(Page):
    """A page type of the site's own that shows a request form: by its block, or by the tag where a code is given."""

    body = StreamField([("request_form", RequestFormBlock())], blank=True)
    form_code = models.SlugField(blank=True)

    content_panels = [*Page.content_panels, FieldPanel("body"), FieldPanel("form_code")]
    template = "testapp/leaflet_page.html"


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
    # Wagtail 8 has an API that writes.
    api_fields = [APIField("text", **({"writable": True} if WAGTAIL_VERSION >= (8,) else {}))]
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


@register_snippet
class Counter(ClusterableModel):
    """A service counter (办事窗口), shown by every service guide that sends people there."""

    name = models.CharField(max_length=100)
    address = models.CharField(max_length=200, blank=True)
    # Called like something that Wagtail keeps of a page, as a site may well do.
    owner = models.CharField(max_length=100, blank=True)
    leaflet = models.ForeignKey(
        get_document_model_string(), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    panels = [FieldPanel("name"), FieldPanel("address"), FieldPanel("leaflet"), InlinePanel("hours")]

    def __str__(self):
        return self.name


class OpeningHours(Orderable):
    counter = ParentalKey(Counter, on_delete=models.CASCADE, related_name="hours")
    text = models.CharField(max_length=100)


@register_snippet
class Topic(models.Model):
    name = models.CharField(max_length=100)

    panels = [FieldPanel("name")]

    def __str__(self):
        return self.name


class PersonBlock(blocks.StructBlock):
    """Its own field is called ``id``, as a site may well do."""

    id = blocks.CharBlock()
    name = blocks.CharBlock()


class ServicePage(Page):
    """A service guide (办事指南) of the site itself; the settings put it under the gate."""

    counter = models.ForeignKey(Counter, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    body = StreamField(
        [
            ("paragraph", blocks.RichTextBlock()),
            ("counter", SnippetChooserBlock(Counter)),
            ("person", PersonBlock()),
            ("people", blocks.ListBlock(PersonBlock())),
        ],
        blank=True,
    )
    form = models.FileField(upload_to="forms", blank=True)
    topics = ParentalManyToManyField(Topic, blank=True, related_name="services")
    see_also = models.ManyToManyField(Topic, blank=True, related_name="also_services")
    changed_at = models.DateTimeField(auto_now=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("counter"),
        FieldPanel("body"),
        FieldPanel("form"),
        FieldPanel("topics"),
        InlinePanel("steps"),
    ]
    template = "testapp/service_page.html"


class ServiceStep(ClusterableModel, Orderable):
    page = ParentalKey(ServicePage, on_delete=models.CASCADE, related_name="steps")
    text = models.CharField(max_length=200)
    sample = models.FileField(upload_to="samples", blank=True)


class ServiceHint(Orderable):
    """A child row of a child row."""

    step = ParentalKey(ServiceStep, on_delete=models.CASCADE, related_name="hints")
    text = models.CharField(max_length=200)
