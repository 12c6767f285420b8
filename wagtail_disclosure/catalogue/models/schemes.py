"""Categories in independent schemes: the agency's catalogue, statutory heads, topics, genres, reporting classes."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from ...departments.models import Agency, Department
from ...departments.names import LocalNames


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
    )

    class Meta:
        verbose_name = _("category scheme")
        verbose_name_plural = _("category schemes")
        ordering = ["code"]


class Category(LocalNames, index.Indexed):
    """A node (类目) of a scheme. The agency's catalogue says of each what it holds and who is responsible."""

    scheme = models.ForeignKey(
        CategoryScheme, verbose_name=_("scheme"), on_delete=models.CASCADE, related_name="categories"
    )
    code = models.CharField(_("code"), max_length=40)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
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
    active = models.BooleanField(_("in use"), default=True)

    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.FilterField("scheme"),
        index.FilterField("active"),
    ]

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["sort_order", "code"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="disclosure_category_code_once"),
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
        if not self.parent_id:
            return
        if self.parent.scheme_id != self.scheme_id:
            raise ValidationError({"parent": _("The parent belongs to another scheme.")})
        chain = [self.parent, *self.parent.ancestors()]
        if self.pk and any(node.pk == self.pk for node in chain):
            raise ValidationError({"parent": _("A category cannot stand below itself.")})
        if self.scheme.kind == CategoryScheme.Kind.AGENCY and self.parent.parent_id:
            raise ValidationError({"parent": _("The catalogue of the agency has two levels.")})
