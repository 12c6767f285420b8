"""The agency, its departments and the people who draft and review for them."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Site
from wagtail.search import index

from .names import LocalNames

organisation_code_format = RegexValidator(
    r"^([0-9A-Z]{9}|[0-9A-Z]{18})$",
    _(
        "Enter the organisation code as 9 characters, or the unified social credit code as 18, without a hyphen."
    ),
)
region_code_format = RegexValidator(r"^\d{6}$", _("Enter the six digits of the administrative region."))
site_id_format = RegexValidator(
    r"^[0-9a-z]{10}$", _("Enter the ten characters of the site identification code, for example 1304000009.")
)


class Agency(LocalNames):
    """What identifies the agency that runs a site; shown in headers, footers and meta tags."""

    site = models.OneToOneField(
        Site, verbose_name=_("site"), on_delete=models.CASCADE, related_name="disclosure_agency"
    )
    short_name = models.CharField(
        _("short name"), max_length=100, blank=True, help_text=_("Used as the issuing body in item headers.")
    )
    organisation_code = models.CharField(
        _("organisation code"), max_length=18, validators=[organisation_code_format], blank=True
    )
    region_code = models.CharField(
        _("region code"), max_length=6, validators=[region_code_format], blank=True
    )
    site_id_code = models.CharField(
        _("site identification code"), max_length=10, validators=[site_id_format], blank=True
    )
    sponsor = models.CharField(_("sponsor"), max_length=255, blank=True)
    address = models.CharField(_("address"), max_length=255, blank=True)
    office_hours = models.CharField(_("office hours"), max_length=255, blank=True)
    phone = models.CharField(_("telephone"), max_length=60, blank=True)
    fax = models.CharField(_("fax"), max_length=60, blank=True)
    email = models.EmailField(_("email"), blank=True)
    icp_number = models.CharField(_("ICP filing number"), max_length=60, blank=True)
    police_number = models.CharField(_("public security filing number"), max_length=60, blank=True)
    ipv6_notice = models.BooleanField(_("show the IPv6 notice"), default=False)

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")

    @classmethod
    def for_site(cls, site):
        """The agency of ``site``, or None where setup has not been run."""
        return cls.objects.filter(site=site).first()

    @property
    def issuing_name(self):
        return self.short_name or self.name


class DepartmentQuerySet(models.QuerySet):
    def active(self):
        return self.filter(status=Department.Status.ACTIVE)

    def drafted_by(self, user):
        """Departments for which ``user`` is an information officer."""
        return self.filter(members__user=user, members__role=DepartmentMember.Role.OFFICER).distinct()

    def reviewed_by(self, user):
        """Departments whose drafts ``user`` reviews."""
        return self.filter(members__user=user, members__role=DepartmentMember.Role.REVIEWER).distinct()


class Department(LocalNames, index.Indexed, ClusterableModel):
    """A department (责任部门) of the agency. Its code may be reassigned; issued numbers keep the old one."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        MERGED = "merged", _("merged")
        SPLIT = "split", _("split")
        CLOSED = "closed", _("closed")

    agency = models.ForeignKey(
        Agency, verbose_name=_("agency"), on_delete=models.CASCADE, related_name="departments"
    )
    code = models.CharField(_("category code"), max_length=20)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    functions = models.TextField(_("functions"), blank=True)
    address = models.CharField(_("address"), max_length=255, blank=True)
    office_hours = models.CharField(_("office hours"), max_length=255, blank=True)
    phone = models.CharField(_("telephone"), max_length=60, blank=True)
    email = models.EmailField(_("email"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    status_date = models.DateField(_("status since"), null=True, blank=True)
    successors = models.ManyToManyField("self", verbose_name=_("successors"), blank=True, symmetrical=False)
    sort_order = models.IntegerField(_("order"), default=0)
    officers_group = models.OneToOneField(
        Group,
        verbose_name=_("officers' group"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
    )

    objects = DepartmentQuerySet.as_manager()

    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.FilterField("status"),
        index.FilterField("agency"),
    ]

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["sort_order", "code"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "code"], name="disclosure_department_code_once"),
        ]

    def clean(self):
        super().clean()
        errors = {}
        if self.parent_id and self._is_below_itself():
            errors["parent"] = _("A department cannot stand below itself.")
        if self.parent_id and self.agency_id and self.parent.agency_id != self.agency_id:
            errors["parent"] = _("The parent belongs to another agency.")
        if self.status != self.Status.ACTIVE and not self.status_date:
            errors["status_date"] = _("Say since when.")
        if errors:
            raise ValidationError(errors)

    def _is_below_itself(self):
        seen, node = {self.pk}, self.parent
        while node is not None:
            if node.pk in seen:
                return True
            seen.add(node.pk)
            node = node.parent
        return False

    def people(self, role):
        """Active users with ``role`` (a ``DepartmentMember.Role``) in this department."""
        from django.contrib.auth import get_user_model

        return get_user_model().objects.filter(
            is_active=True, disclosure_roles__department=self, disclosure_roles__role=role
        )


class DepartmentMember(models.Model):
    """The role of a person in a department: 信息员 (drafts) or 审核员 (reviews)."""

    class Role(models.TextChoices):
        OFFICER = "officer", _("information officer")
        REVIEWER = "reviewer", _("department reviewer")

    department = ParentalKey(Department, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="disclosure_roles",
    )
    role = models.CharField(_("role"), max_length=10, choices=Role)

    class Meta:
        verbose_name = _("department member")
        verbose_name_plural = _("department members")
        constraints = [
            models.UniqueConstraint(
                fields=["department", "user", "role"], name="disclosure_member_role_once"
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.get_role_display()}"
