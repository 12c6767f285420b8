"""Admin of request forms."""

from functools import partial

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.snippets.views.snippets import SnippetViewSet

from ..departments import menu
from . import vocabularies
from .models import RequestForm


def chosen(name):
    """Check boxes for a list of codes of the jurisdiction."""
    field = RequestForm._meta.get_field(name)
    return forms.MultipleChoiceField(
        choices=partial(vocabularies.choices, name),
        label=capfirst(field.verbose_name),
        help_text=field.help_text,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def kind_choices():
    return [(each.code, each.label()) for each in vocabularies.kinds()]


class RequestFormForm(WagtailAdminModelForm):
    case_kind = forms.ChoiceField(
        choices=kind_choices, label=capfirst(RequestForm._meta.get_field("case_kind").verbose_name)
    )
    optional_fields = chosen("optional_fields")
    delivery_forms = chosen("delivery_forms")
    delivery_routes = chosen("delivery_routes")


class RequestFormViewSet(menu.InDisclosureMenu, SnippetViewSet):
    model = RequestForm
    icon = "form"
    menu_label = _("Request forms")
    menu_order = menu.REQUESTS
    add_to_admin_menu = True
    list_display = ["title", "code", "agency", "department", "opening"]
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            MultiFieldPanel(["title", "code", "case_kind", "agency", "department"], heading=_("Form")),
            MultiFieldPanel(["introduction", "notes", "consent_text"], heading=_("Words")),
            MultiFieldPanel(["opening", "closed_notice"], heading=_("Opening")),
            MultiFieldPanel(
                [
                    FieldPanel("optional_fields"),
                    FieldPanel("delivery_forms"),
                    FieldPanel("delivery_routes"),
                    "takes_files",
                    "asks_question",
                ],
                heading=pgettext_lazy("disclosure", "Fields"),
                help_text=_(
                    "Name, proof of identity, contact, description and form are always asked (Art. 29)."
                ),
            ),
        ],
        base_form_class=RequestFormForm,
    )
