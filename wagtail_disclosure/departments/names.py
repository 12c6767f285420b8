"""Names of agencies, departments and categories in the languages of the site."""

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class LocalNames(models.Model):
    """A record with a name in the agency's own language and, if wanted, in others.

    ``names`` maps language codes to names: ``{"en": "General Office"}``.
    """

    name = models.CharField(_("name"), max_length=255)
    names = models.JSONField(_("names in other languages"), default=dict, blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.local_name()

    def local_name(self, language=None):
        """The name in ``language`` (default: the active one), or the agency's own where there is none."""
        language = language or get_language() or settings.LANGUAGE_CODE
        names = self.names if isinstance(self.names, dict) else {}
        return names.get(language) or names.get(language.split("-")[0]) or self.name
