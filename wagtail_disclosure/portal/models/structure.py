"""The places of the portal: the national platform section, department sub-sites, columns, the disclosure guide.

They stand anywhere in the site's own page tree. Their words are in their own rows, so that they are approved;
what they list comes from the published register.
"""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.contrib.routable_page.models import RoutablePageMixin, re_path
from wagtail.documents import get_document_model_string
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable

from ... import conf
from ...catalogue.blocks import BodyBlock
from ...catalogue.models import Category, CategoryScheme
from ...compat import PAGE_MODEL, PageType
from ...departments.models import Agency, Department
from ...departments.roles import department_place
from ...publishing.guard import Guarded
from ...rules.profiles import get_profile
from .. import panels
from .served import ServedPlace

TEXT = ["bold", "link", "ol", "ul", "document-link"]


class Accent(models.TextChoices):
    BLUE = "blue", _("blue")
    TEAL = "teal", _("teal")
    GREEN = "green", _("green")
    BRONZE = "bronze", _("bronze")
    BRICK = "brick", _("brick")
    PLUM = "plum", _("plum")


def column_type_choices():
    """Column types of the national list (国办发〔2017〕47号), from the jurisdiction profile."""
    return [(item.code, item.label()) for item in get_profile(conf.get("JURISDICTION")).column_types]


# What is put into a link: never a scheme that runs a script.
web_address = RegexValidator(
    r"^(https?://|/(?!/))\S+\Z|^/\Z",
    _("Enter an address that begins with https://, http:// or a single slash."),
)


class PlatformSectionPage(Guarded, ServedPlace, PageType):
    """政府信息公开: the section with four fixed blocks and the link to requests (国办公开办函〔2019〕61号)."""

    introduction = RichTextField(_("introduction"), features=TEXT, blank=True)
    guide_page = models.ForeignKey(
        PAGE_MODEL,
        verbose_name=_("disclosure guide"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    rules_page = models.ForeignKey(
        PAGE_MODEL,
        verbose_name=_("rules column"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reports_page = models.ForeignKey(
        PAGE_MODEL,
        verbose_name=_("annual reports column"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    request_url = models.CharField(
        _("how to request information"),
        max_length=500,
        blank=True,
        validators=[web_address],
        help_text=_(
            "Address of the page that explains requests; empty shows the list of on-request information."
        ),
    )

    template = "wagtail_disclosure/portal/platform.html"
    page_description = _(
        "The section every government website has: guide, rules, content the law requires, annual reports, requests."
    )
    content_panels = panels.PLATFORM
    show_in_menus_default = True
    max_count_per_parent = 1
    holds = ("GuidePage", "ColumnPage")

    class Meta:
        verbose_name = _("government information disclosure section")
        verbose_name_plural = _("government information disclosure sections")


@department_place
class SubsitePage(Guarded, ServedPlace, PageType):
    """子站: a department's own part of the portal. Its contact details are its own, approved with it."""

    department = models.ForeignKey(
        Department, verbose_name=_("department"), on_delete=models.PROTECT, related_name="subsites"
    )
    accent = models.CharField(_("accent colour"), max_length=10, choices=Accent, default=Accent.BLUE)
    introduction = RichTextField(_("introduction"), features=TEXT, blank=True)
    functions = models.TextField(_("functions"), blank=True)
    address = models.CharField(_("address"), max_length=255, blank=True)
    office_hours = models.CharField(_("office hours"), max_length=255, blank=True)
    phone = models.CharField(_("telephone"), max_length=60, blank=True)
    email = models.EmailField(_("email"), blank=True)

    # The fields of the department that a new sub-site starts with.
    FROM_DEPARTMENT = ("functions", "address", "office_hours", "phone", "email")

    template = "wagtail_disclosure/portal/subsite.html"
    page_description = _("A department's own part of the portal: its columns, its latest items, its contact.")
    content_panels = panels.SUBSITE
    show_in_menus_default = True
    holds = ("ColumnPage", "ConsultationPage", "SurveyPage")

    class Meta:
        verbose_name = _("department sub-site")
        verbose_name_plural = _("department sub-sites")

    def save(self, *args, **kwargs):
        if self._state.adding and self.department_id:
            for name in self.FROM_DEPARTMENT:
                setattr(self, name, getattr(self, name) or getattr(self.department, name))
        return super().save(*args, **kwargs)

    def check_ready_for_review(self):
        """Raise ``ValidationError`` while another public sub-site of the department stands in this language."""
        others = SubsitePage.objects.live().filter(department=self.department_id, locale=self.locale_id)
        other = others.exclude(pk=self.pk).first()
        if other is not None:
            raise ValidationError(
                gettext("The department has a sub-site already: “%(title)s”.") % {"title": other.title}
            )


class ColumnPage(Guarded, ServedPlace, RoutablePageMixin, PageType):
    """栏目: lists what is published under the categories mapped to it, and may hold sub-columns."""

    column_type = models.CharField(_("column type"), max_length=40, choices=column_type_choices)
    introduction = RichTextField(_("introduction"), features=TEXT, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)
    department = models.ForeignKey(
        Department,
        verbose_name=_("only items of the department"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="columns",
        help_text=_("Empty lists the items of all departments."),
    )
    accent = models.CharField(_("accent colour"), max_length=10, choices=Accent, blank=True)
    plain = models.BooleanField(_("list titles and dates only"), default=False)
    keywords = models.CharField(_("keywords"), max_length=255, blank=True)

    template = "wagtail_disclosure/portal/column.html"
    page_description = _("Lists what is published under the categories mapped to it; may hold sub-columns.")
    content_panels = panels.COLUMN
    show_in_menus_default = True
    holds = ("ColumnPage", "ConsultationPage", "SurveyPage")

    class Meta:
        verbose_name = _("column")
        verbose_name_plural = _("columns")

    @re_path(r"^feed/(?P<name>atom|rss)/$", name="feed")
    def feed(self, request, name):
        from ..contexts import column_feed

        return column_feed(self, request, name)

    def check_ready_for_review(self):
        """Raise ``ValidationError`` for a category of another agency's catalogue: the column would stay empty."""
        parts = self.get_url_parts()
        agency = Agency.objects.filter(site=parts[0]).first() if parts else None
        for row in self.mapped_categories.all():
            if agency is not None and row.category.scheme.agency_id != agency.pk:
                raise ValidationError(
                    gettext("“%(category)s” belongs to the catalogue of another agency.")
                    % {"category": row.category}
                )


class ColumnCategory(Orderable):
    """A catalogue category whose items the column lists."""

    page = ParentalKey(ColumnPage, on_delete=models.CASCADE, related_name="mapped_categories")
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        on_delete=models.PROTECT,
        related_name="columns",
        limit_choices_to={"scheme__kind": CategoryScheme.Kind.AGENCY},
    )

    class Meta(Orderable.Meta):
        verbose_name = _("mapped category")
        verbose_name_plural = _("mapped categories")
        constraints = [
            models.UniqueConstraint(fields=["page", "category"], name="disclosure_column_category_once")
        ]


class GuidePage(Guarded, ServedPlace, PageType):
    """政府信息公开指南 (Art. 12): classification, arrangement, how to obtain, the office and its contact, supervision."""

    classification = RichTextField(_("classification of information"), features=TEXT)
    arrangement = RichTextField(_("arrangement"), features=TEXT)
    how_to_obtain = RichTextField(_("how to obtain information"), features=TEXT)
    office_name = models.CharField(_("name of the disclosure office"), max_length=255)
    address = models.CharField(_("address"), max_length=255)
    office_hours = models.CharField(_("office hours"), max_length=255)
    phone = models.CharField(_("telephone"), max_length=60)
    fax = models.CharField(_("fax"), max_length=60, blank=True)
    email = models.EmailField(_("email"))
    application_form = models.ForeignKey(
        get_document_model_string(),
        verbose_name=_("application form"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    procedure = RichTextField(_("how a request is handled"), features=TEXT)
    supervision = RichTextField(_("supervision: means and procedure"), features=TEXT)

    SECTIONS = ("classification", "arrangement", "how_to_obtain", "procedure", "supervision")
    OFFICE = ("office_name", "address", "office_hours", "phone", "fax", "email")

    template = "wagtail_disclosure/portal/guide.html"
    page_description = _(
        "The guide that Article 12 requires: what there is, how to obtain it, the office, supervision."
    )
    content_panels = panels.GUIDE
    show_in_menus_default = True
    max_count_per_parent = 1
    holds = ()

    class Meta:
        verbose_name = _("disclosure guide")
        verbose_name_plural = _("disclosure guides")
