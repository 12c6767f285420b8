"""The catalogue's home and the folders its items stand in."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField
from wagtail.models import get_page_models

from ...compat import PageType
from ...departments.models import Department
from ...departments.roles import department_place
from ...publishing.errors import GateRefused
from ...publishing.guard import Guarded
from ..routes import CatalogueRoutes, reserved_names
from .entries import DisclosurePage
from .served import OneRestrictionQuery


class CatalogueIndexPage(Guarded, OneRestrictionQuery, CatalogueRoutes, PageType):
    """信息公开目录: home of the catalogue, with its lists, search, feeds and number resolver below it."""

    introduction = RichTextField(_("introduction"), blank=True)

    template = "wagtail_disclosure/catalogue/index.html"
    subpage_types = ["wagtail_disclosure.DepartmentFolderPage"]

    class Meta:
        verbose_name = _("disclosure catalogue")
        verbose_name_plural = _("disclosure catalogues")


@department_place
class DepartmentFolderPage(PageType):
    """Holds the items of one department. Never public itself: lists come from the register."""

    department = models.ForeignKey(
        Department, verbose_name=_("department"), on_delete=models.PROTECT, related_name="folders"
    )

    # Made by ``catalogue.folders.ensure_folder``.
    is_creatable = False
    parent_page_types = ["wagtail_disclosure.CatalogueIndexPage"]

    class Meta:
        verbose_name = _("department folder")
        verbose_name_plural = _("department folders")

    @property
    def status_string(self):
        # Not public is what it always is: no draft that somebody has to finish.
        return gettext("folder")

    def clean(self):
        super().clean()
        self._check_address()

    def minimal_clean(self):
        # What Wagtail asks of a draft, and a folder is never anything else.
        super().minimal_clean()
        self._check_address()

    def _check_address(self):
        if self.slug in reserved_names():
            raise ValidationError(
                {"slug": gettext("The catalogue answers this address itself. Choose another one.")}
            )

    def save(self, *args, **kwargs):
        if self.live:
            raise GateRefused(gettext("A department's folder is never public itself."))
        super().save(*args, **kwargs)

    @classmethod
    def clean_subpage_models(cls):
        """Every kind of disclosed item, those of the site included."""
        return [model for model in get_page_models() if issubclass(model, DisclosurePage)]
