"""The definition of a request form, shown by a page, a block or a template tag, and the count of what it spared."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel
from wagtail.fields import RichTextField
from wagtail.models import DraftStateMixin, LockableMixin, RevisionMixin, TranslatableMixin, WorkflowMixin

from ...departments.models import Agency, Department
from ...publishing.guard import Guarded
from .. import vocabularies

TEXT = ["bold", "link", "ol", "ul"]


class RequestForm(
    Guarded, WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, TranslatableMixin, ClusterableModel
):
    """What a form asks and whom it goes to. Public only after its review, like a page (P1).

    What the law lets a form require is the same for every form (Art. 29): here are the words around it, and which of
    the optional fields are shown.
    """

    # Under which the drafts of its form are kept, and the pattern of its addresses in ``urls.py``.
    draft_kind = "request"
    url_name = "request_form"

    class Opening(models.TextChoices):
        OPEN = "open", pgettext_lazy("disclosure", "open")
        CLOSED = "closed", pgettext_lazy("disclosure", "closed")

    code = models.SlugField(_("code"), max_length=50, help_text=_("Part of the form's address."))
    title = models.CharField(_("title"), max_length=200)
    # Code of ``case_kinds`` of the profile: what comes in by it is a case of that kind.
    case_kind = models.CharField(_("what it is for"), max_length=20, default="request")
    agency = models.ForeignKey(Agency, verbose_name=_("agency"), on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(
        Department,
        verbose_name=_("goes to the department"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: the disclosure office receives the requests and assigns them."),
    )
    introduction = RichTextField(_("introduction"), features=TEXT, blank=True)
    notes = RichTextField(
        _("notes before applying"),
        features=TEXT,
        blank=True,
        help_text=_("Shown after the notes that every form has."),
    )
    opening = models.CharField(_("state"), max_length=10, choices=Opening, default=Opening.OPEN)
    closed_notice = models.CharField(_("what is said while the form is closed"), max_length=500, blank=True)
    consent_text = models.TextField(
        _("consent"),
        blank=True,
        help_text=_("What applicants agree to before they send the form, such as how their data is used."),
    )
    optional_fields = models.JSONField(_("optional fields"), default=list, blank=True)
    delivery_forms = models.JSONField(
        _("forms of the information that are offered"), default=list, blank=True, help_text=_("None: all.")
    )
    delivery_routes = models.JSONField(
        _("routes of delivery that are offered"), default=list, blank=True, help_text=_("None: all.")
    )
    takes_files = models.BooleanField(_("takes files"), default=True)
    asks_question = models.BooleanField(
        _("ask a question in plain words"),
        default=False,
        help_text=_("Against programs that send forms; a screen reader reads it like any other."),
    )

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("request form")
        verbose_name_plural = _("request forms")
        constraints = [
            models.UniqueConstraint(fields=["code", "locale"], name="disclosure_request_form_code_once")
        ]

    def __str__(self):
        return self.title

    @property
    def is_open(self):
        return self.live and self.opening == self.Opening.OPEN

    def shows(self, field):
        """Whether the optional field ``field`` is asked."""
        return field in (self.optional_fields or ())

    def clean(self):
        super().clean()
        # The language is no field of the editor's form, so that Django does not look at the constraint.
        same = RequestForm.objects.filter(code=self.code, locale_id=self.locale_id).exclude(pk=self.pk)
        if self.code and self.locale_id and same.exists():
            raise ValidationError({"code": gettext("Another request form in this language has this code.")})
        if self.department_id and self.agency_id and self.department.agency_id != self.agency_id:
            raise ValidationError({"department": gettext("The department belongs to another agency.")})
        if self.case_kind not in vocabularies.kinds():
            raise ValidationError({"case_kind": gettext("There is no such choice.")})
        for name in ("optional_fields", "delivery_forms", "delivery_routes"):
            known = {item.code for item in vocabularies.vocabulary(name)}
            value = getattr(self, name)
            if not isinstance(value, list) or not set(map(str, value)) <= known:
                raise ValidationError({name: gettext("There is no such choice.")})


class DeflectionCount(models.Model):
    """How often people found what they wanted among the suggestions, by day. Nothing is known of them."""

    form = models.ForeignKey(RequestForm, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    shown = models.PositiveIntegerField(_("suggestions shown"), default=0)
    found = models.PositiveIntegerField(_("found there"), default=0)

    class Meta:
        verbose_name = _("count of requests that were spared")
        verbose_name_plural = _("counts of requests that were spared")
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["form", "day"], name="disclosure_deflection_day")]

    @classmethod
    def count(cls, form, name, day=None):
        """Add one to ``shown`` or ``found`` of today."""
        day = day or timezone.localdate()
        cls.objects.get_or_create(form=form, day=day)
        cls.objects.filter(form=form, day=day).update(**{name: models.F(name) + 1})
