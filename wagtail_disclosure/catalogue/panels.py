"""Panels of the editor of disclosed items. A page type lists its own fields in ``content_panels``."""

from django import forms
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
    TitleFieldPanel,
)

from ..publishing.evidence import is_translation, last_public_at
from ..publishing.review.deadline import due_of
from .choosers import item_chooser, widget_for


class DisclosureTabs(TabbedInterface):
    """The tabs of a disclosed item, made from the lists of panels of its page type."""

    def on_model_bound(self):
        from .forms import DisclosurePageForm

        model = self.model
        tabs = [
            (_("Content"), model.content_panels),
            (_("Header"), model.header_panels),
            (_("Classification"), model.classification_panels),
            (_("Attachments and related items"), model.relation_panels),
            (_("Validity"), model.validity_panels),
            (_("Schedule"), model.settings_panels),
        ]
        self.children = [ObjectList(panels, heading=heading) for heading, panels in tabs if panels]
        self.base_form_class = getattr(model, "base_form_class", None) or DisclosurePageForm
        if not issubclass(self.base_form_class, DisclosurePageForm):
            self.base_form_class = DisclosurePageForm
        super().on_model_bound()


class InformationPanel(HelpPanel):
    """A panel that shows facts about the item and cannot be typed into."""

    template = ""

    def __init__(self, **kwargs):
        kwargs.setdefault("template", self.template)
        super().__init__(**kwargs)

    class BoundPanel(HelpPanel.BoundPanel):
        def get_context_data(self, parent_context=None):
            context = super().get_context_data(parent_context)
            context["page"] = self.instance
            context["saved"] = self.instance.pk is not None
            context.update(self.facts() if context["saved"] else {})
            return context

        def facts(self):
            return {}


class IndexNumberPanel(InformationPanel):
    template = "wagtail_disclosure/admin/index_number_panel.html"

    def __init__(self, **kwargs):
        super().__init__(**{"heading": _("Index number and address"), **kwargs})

    class BoundPanel(InformationPanel.BoundPanel):
        def facts(self):
            return {
                "number": self.instance.index_number_row,
                "reserve_url": reverse("wagtail_disclosure_catalogue:reserve", args=[self.instance.pk]),
                "address": self.instance.full_url or self.instance.slug,
            }


class AttributePanel(InformationPanel):
    template = "wagtail_disclosure/admin/attribute_panel.html"

    def __init__(self, **kwargs):
        super().__init__(**{"heading": _("Disclosure attribute"), **kwargs})

    class BoundPanel(InformationPanel.BoundPanel):
        def facts(self):
            return {
                "determination": self.instance.determination,
                "filed": self.instance.filed_item,
                "determine_url": self.instance.determine_url,
            }


class DeadlinePanel(InformationPanel):
    template = "wagtail_disclosure/admin/deadline_panel.html"

    def __init__(self, **kwargs):
        super().__init__(**{"heading": _("20 working days to publication (Art. 26)"), **kwargs})

    class BoundPanel(InformationPanel.BoundPanel):
        def facts(self):
            draft = self.instance
            return {
                "public": draft.live and not draft.has_unpublished_changes,
                "determination": draft.determination,
                "due": due_of(draft),
                "no_limit": self._no_limit(draft),
            }

        @staticmethod
        def _no_limit(draft):
            """Why no limit runs for a draft whose attribute would have one; empty where that is not the reason."""
            if is_translation(draft):
                return gettext("The time limit is that of the original. A translation has none.")
            if last_public_at(draft) is not None:
                return gettext(
                    "The item has been public since the day stated here. A later change has 20 working days of its "
                    "own: say above on which day it was made."
                )
            return ""

        class Media:
            css = {"all": ["wagtail_disclosure/admin.css"]}


class NumberExamplePanel(HelpPanel):
    """The next number under the scheme being edited. A script asks for it again when the form changes."""

    def __init__(self, **kwargs):
        kwargs.setdefault("template", "wagtail_disclosure/admin/number_example.html")
        super().__init__(**{"heading": _("The next number would be"), **kwargs})

    class BoundPanel(HelpPanel.BoundPanel):
        def get_context_data(self, parent_context=None):
            from .forms import example_of

            context = super().get_context_data(parent_context)
            context["number"], context["problem"] = example_of(self.instance)
            context["example_url"] = reverse("wagtail_disclosure_catalogue:number_example")
            return context

        class Media:
            js = ["wagtail_disclosure/number-example.js"]


class TitlePanel(TitleFieldPanel):
    """A title that looks like any other, where no slug is to follow it: slugs are given."""

    class BoundPanel(TitleFieldPanel.BoundPanel):
        def get_attrs(self):
            placeholder = super().get_attrs().get("placeholder")
            return {"placeholder": placeholder} if placeholder else {}


def title_and_text(*fields):
    """The panels of the first tab: title, summary, then the fields named."""
    return [TitlePanel("title"), FieldPanel("summary"), *map(as_panel, fields)]


def as_panel(field):
    return FieldPanel(field) if isinstance(field, str) else field


HEADER = [
    IndexNumberPanel(),
    MultiFieldPanel(
        [
            # A list and no chooser: it offers only what the person may choose.
            FieldPanel("department", widget=forms.Select),
            FieldPanel("issuing_body", help_text=_("Filled in from the agency when left empty.")),
            FieldPanel("document_number"),
            FieldPanel(
                "keywords",
                help_text=_(
                    "Separated by semicolons, commas or 、; between Chinese words a space will do. "
                    "Saving writes semicolons."
                ),
            ),
            FieldPanel("source"),
        ],
        heading=_("Header"),
    ),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("date_signed"), FieldPanel("formed_on")]),
            FieldPanel("date_generated"),
        ],
        heading=_("Dates"),
        help_text=_("The date of publication is set by publishing and cannot be typed."),
    ),
    DeadlinePanel(),
    FieldPanel("important", help_text=_("An important item also needs the steps kept for important ones.")),
]
CLASSIFICATION = [
    AttributePanel(),
    MultiFieldPanel(
        [
            FieldPanel("category", widget=widget_for("agency")),
            FieldPanel("statutory_head", widget=widget_for("statutory")),
            FieldPanel("topic", widget=widget_for("topic")),
            FieldPanel("genre", widget=widget_for("genre")),
            FieldPanel("reporting_class", widget=widget_for("reporting")),
        ],
        heading=_("Categories"),
        help_text=_("The catalogue offered is that of the responsible department's agency."),
    ),
]
RELATIONS = [
    InlinePanel(
        "attachments",
        [FieldPanel("document"), FieldPanel("title", help_text=_("Shown instead of the file's title."))],
        heading=_("Attachments"),
        label=_("Attachment"),
    ),
    InlinePanel(
        "related_items",
        [FieldPanel("kind"), FieldPanel("related", widget=item_chooser.widget_class)],
        heading=_("Related items and interpretations"),
        label=_("Item"),
    ),
]
VALIDITY = [
    MultiFieldPanel(
        [
            FieldPanel("validity"),
            FieldPanel("replaced_by", widget=item_chooser.widget_class),
            FieldPanel("validity_note"),
        ],
        heading=_("Validity"),
        help_text=_("A document that was repealed or replaced is marked so on its own page."),
    ),
]
