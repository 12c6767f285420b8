"""Kinds of catalogue items with a form of their own. Each carries the header of every disclosed item."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model_string
from wagtail.models import Orderable
from wagtail.rich_text import RichText

from ...catalogue.blocks import BodyBlock
from ...catalogue.models import DisclosurePage
from .. import panels

RULE_FEATURES = ["h3", "h4", "bold", "ol", "ul", "link", "document-link"]


def labelled(page, names):
    """These fields of ``page`` as label and value, in this order, for ``includes/fields.html``."""
    return [
        {"label": page._meta.get_field(name).verbose_name, "value": getattr(page, name)} for name in names
    ]


class ServiceGuidePage(DisclosurePage):
    """办事指南 with the eight published fields (八公开), each of which is required."""

    item_name = models.CharField(_("item name"), max_length=255)
    legal_basis = models.TextField(_("legal basis"))
    conditions = models.TextField(_("conditions for applying"))
    materials = models.TextField(_("materials to submit"))
    procedure = models.TextField(_("procedure"))
    time_limit = models.CharField(_("time limit"), max_length=255)
    fees = models.TextField(_("fees: basis and standard"))
    window = models.TextField(_("window and its authority"))
    promised_days = models.PositiveSmallIntegerField(
        _("promised limit (working days)"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    apply_url = models.URLField(_("apply online at"), blank=True)
    # The order of the form (项目名称、设定依据、申请条件、申报材料、办理程序、办理时限、收费依据及标准、窗口权限).
    EIGHT_FIELDS = (
        "item_name",
        "legal_basis",
        "conditions",
        "materials",
        "procedure",
        "time_limit",
        "fees",
        "window",
    )

    template = "wagtail_disclosure/portal/service_guide.html"
    page_description = _("How to apply for something: the eight fields that every service guide publishes.")
    content_panels = panels.SERVICE_GUIDE

    class Meta:
        verbose_name = _("service guide")
        verbose_name_plural = _("service guides")

    def search_text(self):
        title, body = super().search_text()
        return title, "\n".join([body, *(getattr(self, name) for name in self.EIGHT_FIELDS)])

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        limit = ""
        if self.promised_days:
            limit = gettext("%(days)d working days") % {"days": self.promised_days}
        context["promise"] = {"limit": limit or self.time_limit, "fee": "", "window": ""}
        context["fields"] = labelled(self, self.EIGHT_FIELDS)
        context["apply_url"] = self.apply_url
        return context


class PowerListPage(DisclosurePage):
    """权责清单: the powers of the agency with their basis and duties."""

    template = "wagtail_disclosure/portal/power_list.html"
    page_description = _("The powers of the agency with their legal basis, duties and liability.")
    content_panels = panels.POWER_LIST

    class Meta:
        verbose_name = _("list of powers and duties")
        verbose_name_plural = _("lists of powers and duties")

    def search_text(self):
        title, body = super().search_text()
        rows = [f"{row.code} {row.name} {row.legal_basis} {row.duties}" for row in self.powers.all()]
        return title, "\n".join([body, *rows])

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["powers"] = [
            {
                "code": row.code,
                "name": row.name,
                "kind": row.kind,
                "legal_basis": row.legal_basis,
                "department": row.department_name,
                "duties": row.duties,
            }
            for row in self.powers.all()
        ]
        return context


class PowerItem(Orderable):
    page = ParentalKey(PowerListPage, on_delete=models.CASCADE, related_name="powers")
    code = models.CharField(_("code"), max_length=60, blank=True)
    name = models.CharField(_("power"), max_length=255)
    kind = models.CharField(_("kind"), max_length=60)
    legal_basis = models.TextField(_("legal basis"))
    department_name = models.CharField(_("responsible department"), max_length=255, blank=True)
    duties = models.TextField(_("duties and liability"), blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("power")
        verbose_name_plural = _("powers")


class ProjectPage(DisclosurePage):
    """A construction or investment project with its amount and the stages of approval (Art. 20(10))."""

    project_code = models.CharField(_("project code"), max_length=60, blank=True)
    builder = models.CharField(_("builder"), max_length=255, blank=True)
    place = models.CharField(_("place"), max_length=255, blank=True)
    scale = models.TextField(_("scale and content"), blank=True)
    amount = models.DecimalField(
        _("total investment (10,000 yuan)"),
        max_digits=14,
        decimal_places=2,
        validators=[MinValueValidator(0)],
    )
    period = models.CharField(_("construction period"), max_length=100, blank=True)
    stage = models.CharField(_("present stage"), max_length=100, blank=True)
    approval_number = models.CharField(_("approval number"), max_length=100, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    DETAILS = ("project_code", "builder", "place", "scale", "approval_number")

    template = "wagtail_disclosure/portal/project.html"
    page_description = _("A construction or investment project: its amount, its approval, its progress.")
    content_panels = panels.PROJECT

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")

    def search_text(self):
        title, body = super().search_text()
        return title, "\n".join([body, *(getattr(self, name) for name in self.DETAILS)])

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        amount = gettext("%(amount)s × 10,000 yuan") % {
            "amount": number_format(f"{self.amount.normalize():f}", force_grouping=True)
        }
        context["promise"] = {"amount": amount, "stage": self.stage, "period": self.period}
        context["fields"] = labelled(self, self.DETAILS)
        context["stages"] = [
            {"name": row.name, "date": row.date, "done": row.done, "note": row.note}
            for row in self.stages.all()
        ]
        return context


class ProjectStage(Orderable):
    page = ParentalKey(ProjectPage, on_delete=models.CASCADE, related_name="stages")
    name = models.CharField(_("stage"), max_length=100)
    date = models.DateField(_("date"), null=True, blank=True)
    done = models.BooleanField(_("done"), default=False)
    note = models.CharField(_("note"), max_length=255, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("stage")
        verbose_name_plural = _("stages")


class ClarificationPage(DisclosurePage):
    """澄清: accurate information against a false or incomplete one that disturbs social order (Art. 6)."""

    rumour = models.TextField(_("what is being said"))
    rumour_source = models.CharField(_("where it was said"), max_length=255, blank=True)
    rumour_date = models.DateField(_("when it was said"), null=True, blank=True)
    facts = RichTextField(_("what is true"), features=RULE_FEATURES)

    template = "wagtail_disclosure/portal/clarification.html"
    page_description = _("Accurate information against a false or incomplete one (Art. 6).")
    content_panels = panels.CLARIFICATION

    class Meta:
        verbose_name = _("clarification")
        verbose_name_plural = _("clarifications")

    def search_text(self):
        title, body = super().search_text()
        return title, "\n".join([body, self.rumour])

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context.update(
            rumour=self.rumour,
            rumour_source=self.rumour_source,
            rumour_date=self.rumour_date,
            facts=RichText(self.facts),
        )
        return context


class InstitutionPage(DisclosurePage):
    """机构职能: duties, organisation, address, hours, contact, name of the head (Art. 20(2))."""

    duties = RichTextField(_("main duties"), features=RULE_FEATURES)
    internal_bodies = RichTextField(_("internal departments"), features=RULE_FEATURES, blank=True)
    address = models.CharField(_("address"), max_length=255)
    office_hours = models.CharField(_("office hours"), max_length=255)
    contact = models.CharField(_("contact"), max_length=255)
    head_name = models.CharField(_("name of the head"), max_length=100)
    head_title = models.CharField(_("position of the head"), max_length=100, blank=True)

    DETAILS = ("address", "office_hours", "contact", "head_name", "head_title")

    template = "wagtail_disclosure/portal/institution.html"
    page_description = _("Duties, organisation, address, hours, contact and head of the agency (Art. 20(2)).")
    content_panels = panels.INSTITUTION

    class Meta:
        verbose_name = _("institution profile")
        verbose_name_plural = _("institution profiles")

    def search_text(self):
        title, body = super().search_text()
        return title, "\n".join([body, self.address, self.head_name])

    def get_context(self, request, *args, **kwargs):
        from ..contexts import internal_departments, linked_departments

        context = super().get_context(request, *args, **kwargs)
        departments = internal_departments(self, request)
        texts = {name: str(RichText(getattr(self, name))) for name in ("duties", "internal_bodies")}
        bodies, departments = linked_departments(texts["internal_bodies"], departments)
        context["fields"] = [
            {"label": self._meta.get_field(name).verbose_name, "html": html}
            for name, html in {**texts, "internal_bodies": bodies}.items()
            if getattr(self, name)
        ]
        context["fields"] += labelled(
            self, [name for name in self.DETAILS if getattr(self, name) or name != "head_title"]
        )
        context["departments"] = departments
        return context


class LeadersPage(DisclosurePage):
    """领导成员及分工."""

    template = "wagtail_disclosure/portal/leaders.html"
    page_description = _("The leaders of the agency, their positions and the division of their work.")
    content_panels = panels.LEADERS

    class Meta:
        verbose_name = _("leaders and their duties")
        verbose_name_plural = _("leaders and their duties")

    def search_text(self):
        title, body = super().search_text()
        return title, "\n".join(
            [body, *(f"{row.name} {row.title} {row.duties}" for row in self.leaders.all())]
        )

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["leaders"] = [
            {
                "name": row.name,
                "title": row.title,
                "duties": row.duties,
                "photo": row.photo.get_rendition("fill-240x320") if row.photo_id else None,
            }
            for row in self.leaders.all()
        ]
        return context


class Leader(Orderable):
    page = ParentalKey(LeadersPage, on_delete=models.CASCADE, related_name="leaders")
    name = models.CharField(pgettext_lazy("disclosure", "name"), max_length=100)
    title = models.CharField(_("position"), max_length=255)
    duties = models.TextField(_("duties"))
    photo = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("photograph"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta(Orderable.Meta):
        verbose_name = _("leader")
        verbose_name_plural = _("leaders")


class RulePage(DisclosurePage):
    """公开制度: one of the agency's rules on disclosure."""

    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    template = "wagtail_disclosure/portal/rules.html"
    page_description = _("One of the agency's rules on disclosure; listed in the disclosure section.")
    content_panels = panels.RULE

    class Meta:
        verbose_name = _("disclosure rule")
        verbose_name_plural = _("disclosure rules")
