"""Categories in independent schemes: the agency's catalogue, statutory heads, topics, genres, reporting classes."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from ...departments.codes import check_record_code
from ...departments.models import Agency, Department
from ...departments.names import LocalNames

# What stands in lists, columns and index numbers has two levels everywhere: 一级目录, 二级目录.
LEVELS = 2
# What a category holds is said in a few sentences.
LONGEST_CONTENT = 5000

category_code_format = RegexValidator(
    r"^[^\W_](?:[\w.\-]*[^\W_])?\Z",
    _("A code has letters, digits, points and hyphens, and starts and ends with a letter or digit."),
)


class CategoryScheme(LocalNames):
    class Kind(models.TextChoices):
        AGENCY = "agency", _("catalogue of the agency")
        STATUTORY = "statutory", _("statutory heads (Art. 20)")
        TOPIC = "topic", _("topics")
        GENRE = "genre", _("genres")
        REPORTING = "reporting", _("reporting classes")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    agency = models.ForeignKey(
        Agency,
        verbose_name=_("agency"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="category_schemes",
        help_text=_("Whose catalogue it is. The other kinds are shared by all agencies when this is empty."),
    )

    class Meta:
        verbose_name = _("category scheme")
        verbose_name_plural = _("category schemes")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="agency") | models.Q(agency__isnull=False),
                name="disclosure_catalogue_has_agency",
                violation_error_message=_("Say whose catalogue it is."),
            ),
        ]


class CategoryQuerySet(models.QuerySet):
    def in_tree_order(self):
        """First-level nodes by their order, each followed by those below it."""
        return self.annotate(
            tree_order=Coalesce("parent__sort_order", "sort_order"),
            tree_code=Coalesce("parent__code", "code"),
            level=models.Case(models.When(parent=None, then=1), default=2),
        ).order_by("scheme__code", "tree_order", "tree_code", "level", "sort_order", "code")

    def of_kind(self, kind, agency_id=None):
        """Nodes in use of the schemes of a kind that serve an agency: its own and the shared ones."""
        whose = models.Q(scheme__agency=None)
        if agency_id is not None:
            whose |= models.Q(scheme__agency=agency_id)
        return self.filter(whose, scheme__kind=kind, active=True)


class Category(LocalNames):
    """A node (类目) of a scheme. The agency's catalogue says of each what it holds and who is responsible."""

    scheme = models.ForeignKey(
        CategoryScheme, verbose_name=_("scheme"), on_delete=models.CASCADE, related_name="categories"
    )
    code = models.CharField(_("code"), max_length=40, validators=[category_code_format])
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent"),
        null=True,
        blank=True,
        # Not PROTECT: a scheme that nothing uses is deleted with both of its levels.
        on_delete=models.RESTRICT,
        related_name="children",
    )
    main_content = models.TextField(_("main content"), blank=True)
    responsible_department = models.ForeignKey(
        Department,
        verbose_name=_("responsible department"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="categories",
    )
    sort_order = models.IntegerField(_("order"), default=0)
    active = models.BooleanField(
        _("in use"),
        default=True,
        help_text=_("A category no longer in use keeps its items and cannot be chosen for new ones."),
    )

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["sort_order", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "code"],
                name="disclosure_category_code_once",
                violation_error_message=_("The scheme has a category with this code already."),
            ),
        ]

    def ancestors(self):
        """The nodes above this one, nearest first. A loop in the data ends the walk."""
        seen, node, found = {self.pk}, self.parent, []
        while node is not None and node.pk not in seen:
            found.append(node)
            seen.add(node.pk)
            node = node.parent
        return found

    def clean(self):
        super().clean()
        if self.scheme_id is None:
            return
        self.check_place()
        if self.code:
            check_record_code(self, self.scheme.categories.all())
        if len(self.main_content) > LONGEST_CONTENT:
            message = _("At most %(limit)d characters.")
            raise ValidationError(
                {"main_content": ValidationError(message, params={"limit": LONGEST_CONTENT})}
            )
        agency_id = self.scheme.agency_id
        if self.responsible_department_id and agency_id not in (
            None,
            self.responsible_department.agency_id,
        ):
            raise ValidationError(
                {"responsible_department": _("The department belongs to another agency than the scheme.")}
            )

    def check_place(self):
        """Raise ``ValidationError`` for a place in the tree that cannot be, as the database stands now."""
        stored = Category.objects.filter(pk=self.pk).values_list("scheme_id", flat=True).first()
        if stored is not None and stored != self.scheme_id:
            raise ValidationError({"scheme": _("A category stays in its scheme. Make a new one there.")})
        if self.parent_id is None:
            return
        if self.parent_id == self.pk:
            raise ValidationError({"parent": _("A category cannot stand below itself.")})
        parent = Category.objects.filter(pk=self.parent_id).values("scheme_id", "parent_id").first()
        if parent is None or parent["scheme_id"] != self.scheme_id:
            raise ValidationError({"parent": _("The parent belongs to another scheme.")})
        if self.pk and parent["parent_id"] == self.pk:
            raise ValidationError({"parent": _("A category cannot stand below itself.")})
        if parent["parent_id"] is not None:
            raise ValidationError({"parent": _("Categories have two levels. Choose one of the first level.")})
        if self.pk and Category.objects.filter(parent=self.pk).exists():
            raise ValidationError(
                {"parent": _("Others stand below this category, so it belongs to the first level.")}
            )

    def save(self, *args, update_fields=None, **kwargs):
        if update_fields is not None and not {"parent", "parent_id", "scheme", "scheme_id"} & set(
            update_fields
        ):
            return super().save(*args, update_fields=update_fields, **kwargs)
        with transaction.atomic():
            # Moves within a scheme queue up, so that two of them at once cannot close a loop.
            CategoryScheme.objects.select_for_update().filter(pk=self.scheme_id).first()
            self.check_place()
            return super().save(*args, update_fields=update_fields, **kwargs)
