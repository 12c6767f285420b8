"""The agency, its departments and the people who draft and review for them."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Site
from wagtail.search import index

from .codes import check_record_code, validate_organisation_code, validate_region_code, validate_site_id_code
from .names import LocalNames, local_text, validate_names


class Agency(LocalNames):
    """What identifies the agency that runs a site; shown in headers, footers and meta tags."""

    site = models.OneToOneField(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="disclosure_agency"
    )
    short_name = models.CharField(
        _("short name"), max_length=100, blank=True, help_text=_("Used as the issuing body in item headers.")
    )
    organisation_code = models.CharField(
        _("organisation code"), max_length=18, validators=[validate_organisation_code], blank=True
    )
    region_code = models.CharField(
        _("region code"), max_length=6, validators=[validate_region_code], blank=True
    )
    site_id_code = models.CharField(
        _("site identification code"), max_length=10, validators=[validate_site_id_code], blank=True
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
    # Where somebody turns to who disagrees with a reply (Art. 51).
    reconsideration_body = models.CharField(_("reconsideration body"), max_length=255, blank=True)
    reconsideration_body_names = models.JSONField(
        _("reconsideration body in other languages"), default=dict, blank=True, validators=[validate_names]
    )
    reconsideration_link = models.URLField(_("address for reconsideration online"), blank=True)
    court = models.CharField(_("court"), max_length=255, blank=True)
    court_names = models.JSONField(
        _("court in other languages"), default=dict, blank=True, validators=[validate_names]
    )
    # In the numbers of letters (发文机关代字), for example 临发改信公开.
    letter_mark = models.CharField(_("mark in numbers of letters"), max_length=60, blank=True)
    # Counts the changes, so that a form opened before somebody else saved is noticed.
    version = models.PositiveIntegerField(default=0, editable=False)

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

    def remedy_places(self, language=None):
        """The places that texts about remedies name, in ``language`` (default: the active one); those that are known.

        The keys are those of ``rules.remedies.remedies_text``, which raises ``KeyError`` for one that it needs.
        """
        found = {
            "reconsideration_body": local_text(
                self.reconsideration_body, self.reconsideration_body_names, language
            ),
            "reconsideration_link": self.reconsideration_link,
            "court": local_text(self.court, self.court_names, language),
        }
        return {name: text for name, text in found.items() if text}

    def office(self):
        """What answers for pages of no department (办公室): the first active department of the top level, or None."""
        return self.departments.active().filter(parent=None).first()

    def save(self, *args, **kwargs):
        self.version += 1
        super().save(*args, **kwargs)


class DepartmentQuerySet(models.QuerySet):
    @transaction.atomic
    def delete(self):
        from .roles import remove_empty_places

        for department in self:
            remove_empty_places(department)
        return super().delete()

    delete.queryset_only = True
    delete.alters_data = True

    def active(self):
        return self.filter(status=Department.Status.ACTIVE)

    def tree(self):
        """Pairs ``(pk, depth)`` of all departments, each below its parent, in order."""
        below = {}
        for pk, parent in self.order_by("agency_id", "sort_order", "code").values_list("pk", "parent_id"):
            below.setdefault(parent, []).append(pk)
        found, stack = {}, [(pk, 0) for pk in reversed(below.get(None, []))]
        while stack:
            pk, depth = stack.pop()
            found[pk] = depth
            stack += [(child, depth + 1) for child in reversed(below.get(pk, []))]
        return list(found.items())

    def drafted_by(self, user):
        """Departments for which ``user`` is an information officer."""
        return self.filter(members__user=user, members__role=DepartmentMember.Role.OFFICER).distinct()

    def looked_after_by(self, user):
        """Departments in which ``user`` drafts or reviews, and the ended ones that these have taken over."""
        own = self.filter(members__user=user).distinct()
        keys = {department.pk for department in own}
        for department in own:
            if department.status == Department.Status.ACTIVE:
                keys.update(ended.pk for ended in department.forerunners())
        return self.filter(pk__in=keys)

    def reviewed_by(self, user):
        """Departments whose drafts ``user`` reviews."""
        return self.filter(members__user=user, members__role=DepartmentMember.Role.REVIEWER).distinct()


class Department(LocalNames, index.Indexed, ClusterableModel):
    """A department (责任部门) of the agency. Its code may be reassigned; issued numbers keep the old one."""

    class Status(models.TextChoices):
        ACTIVE = "active", pgettext_lazy("disclosure", "active")
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
    successors = models.ManyToManyField(
        "self", verbose_name=_("successors"), blank=True, symmetrical=False, related_name="predecessors"
    )
    sort_order = models.IntegerField(_("order"), default=0)
    officers_group = models.OneToOneField(
        Group,
        verbose_name=_("officers' group"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
    )
    # The name that was given to the group last: a group with another name was renamed by a person.
    officers_group_name = models.CharField(max_length=150, blank=True, editable=False)
    collection = models.ForeignKey(
        "wagtailcore.Collection",
        verbose_name=_("collection"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    version = models.PositiveIntegerField(default=0, editable=False)

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
            models.UniqueConstraint(
                fields=["agency", "code"],
                name="disclosure_department_code_once",
                violation_error_message=_("Another department of the agency has this code."),
            ),
        ]

    def save(self, *args, **kwargs):
        self.version += 1
        with transaction.atomic():
            # Moves within an agency queue up, so that two of them at once cannot close a loop.
            Agency.objects.select_for_update().filter(pk=self.agency_id).first()
            if self.parent_id and self._is_below_itself():
                raise ValidationError({"parent": _("A department cannot stand below itself.")})
            super().save(*args, **kwargs)

    @transaction.atomic
    def delete(self, *args, **kwargs):
        """Delete the department with its empty places. Raises ``ProtectedError`` when anything uses it."""
        from .roles import remove_empty_places

        remove_empty_places(self)
        return super().delete(*args, **kwargs)

    delete.alters_data = True

    def clean(self):
        super().clean()
        errors = {}
        if self.code:
            try:
                check_record_code(self, Department.objects.filter(agency_id=self.agency_id))
            except ValidationError as error:
                errors.update(error.error_dict)
        if self.parent_id and self._is_below_itself():
            errors["parent"] = _("A department cannot stand below itself.")
        if self.parent_id and self.agency_id and self.parent.agency_id != self.agency_id:
            errors["parent"] = _("The parent belongs to another agency.")
        if self.status != self.Status.ACTIVE:
            errors.update(self._ending_errors())
        if errors:
            raise ValidationError(errors)

    def _ending_errors(self):
        """What is wrong with the end of a merged, split or closed department, by field."""
        errors = {}
        if not self.status_date:
            errors["status_date"] = _("Say since when.")
        elif self.status_date > timezone.localdate():
            errors["status_date"] = _("The day lies ahead. Change the status when it has come.")
        below = self.pk and list(self.children.filter(status=self.Status.ACTIVE))
        if below:
            errors["status"] = ValidationError(
                _("These departments still stand below it; give them another parent first: %(names)s."),
                params={"names": ", ".join(str(each) for each in below)},
            )
        return errors

    def _is_below_itself(self):
        """Whether the parents lead back here, as they stand in the database now."""
        seen, above = {self.pk}, self.parent_id
        while above is not None:
            if above in seen:
                return True
            seen.add(above)
            above = Department.objects.filter(pk=above).values_list("parent_id", flat=True).first()
        return False

    def check_successors(self, successors):
        """Raise ``ValidationError`` unless ``successors`` (a list of departments) fit the status.

        A merged department has one successor, a split one at least two, any other none. A successor belongs to
        the same agency, and no chain of successors leads back to where it began. One that is named anew has not
        ended itself; one that has ended since stays, and its own successors take over.
        """
        wanted = {self.Status.MERGED: (1, 1), self.Status.SPLIT: (2, None)}
        least, most = wanted.get(self.status, (0, 0))
        if most == 0 and successors:
            raise ValidationError(_("Only a merged or split department has successors."))
        if most == 1 and len(successors) != 1:
            raise ValidationError(_("Name the one department that it was merged into."))
        if len(successors) < least:
            raise ValidationError(_("Name at least two departments that it was split into."))
        for successor in successors:
            if successor.agency_id != self.agency_id:
                raise ValidationError(_("“%(name)s” belongs to another agency.") % {"name": successor})
            if self.pk and self.pk in {each.pk for each in (successor, *successor.followers())}:
                raise ValidationError(
                    _("“%(name)s” cannot succeed this department: its own successors lead back here.")
                    % {"name": successor}
                )
        self._check_active(successors)

    def _check_active(self, successors):
        known = set(self.successors.values_list("pk", flat=True)) if self.pk else set()
        for successor in successors:
            if successor.status == self.Status.ACTIVE or successor.pk in known:
                continue
            heirs = successor.heirs()
            if heirs:
                message = _("“%(name)s” has ended itself. Choose its successor: %(heirs)s.")
                raise ValidationError(message % {"name": successor, "heirs": names_of(heirs)})
            raise ValidationError(
                _("“%(name)s” has ended itself and has no successor.") % {"name": successor}
            )

    def heirs(self):
        """The active departments that follow this one, however many have ended in between."""
        return [each for each in self.followers() if each.status == self.Status.ACTIVE]

    def followers(self):
        """All successors, theirs included, nearest first."""
        return self._walk("successors")

    def forerunners(self):
        """All departments that this one follows, nearest first."""
        return self._walk("predecessors")

    def _walk(self, relation):
        # A loop in the data ends the walk.
        found, queue = {}, list(getattr(self, relation).all()) if self.pk else []
        while queue:
            node = queue.pop(0)
            if node.pk not in found and node.pk != self.pk:
                found[node.pk] = node
                queue += getattr(node, relation).all()
        return list(found.values())

    def in_charge(self):
        """The departments that look after this one's items: itself, and once it has ended its active followers."""
        if self.status == self.Status.ACTIVE:
            return [self]
        return [self, *self.heirs()]

    def people(self, role):
        """Active users with ``role`` (a ``DepartmentMember.Role``) here, or in the departments in charge."""
        return (
            get_user_model()
            .objects.filter(
                is_active=True,
                disclosure_roles__department__in=self.in_charge(),
                disclosure_roles__role=role,
            )
            .distinct()
        )


def names_of(departments):
    """The names of ``departments`` in one line."""
    return "、".join(str(each) for each in departments)


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
            # Nobody reviews their own work: in one department a person drafts or reviews.
            models.UniqueConstraint(fields=["department", "user"], name="disclosure_member_once"),
        ]

    def __str__(self):
        return f"{self.user} · {self.get_role_display()}"
