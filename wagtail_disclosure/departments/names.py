"""Names of agencies, departments and categories in the languages of the site."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.coreutils import get_content_languages

from .. import conf
from ..rules.characters import check_line
from ..rules.damage import HAN
from ..rules.errors import RuleError

NAME_LENGTH = 255
# With the dot that stands in transcribed names.
HAN_NAME = re.compile(rf"[{HAN}·•‧]+")


def own_language():
    """The language in which the agency writes its own names: ``CONTENT_LANGUAGE`` or ``LANGUAGE_CODE``."""
    return conf.get("CONTENT_LANGUAGE") or settings.LANGUAGE_CODE


def other_languages():
    """The content languages besides the agency's own, as ``{code: name}``."""
    return {code: name for code, name in get_content_languages().items() if code != own_language()}


def validate_names(value):
    """Raise ``ValidationError`` unless ``value`` maps language codes to names of at most 255 characters."""
    if not isinstance(value, dict) or not all(
        isinstance(key, str) and isinstance(text, str) for key, text in value.items()
    ):
        raise ValidationError(_("Names are given as one text per language."))
    languages = get_content_languages()
    for code, text in value.items():
        check_name(text)
        if len(text) > NAME_LENGTH:
            raise ValidationError(
                _("The name in %(language)s has %(length)d characters; %(limit)d is the most."),
                params={
                    "language": languages.get(code, code),
                    "length": len(text),
                    "limit": NAME_LENGTH,
                },
            )


def check_name(text):
    """Raise ``ValidationError`` for a name that cannot be read."""
    try:
        check_line(text)
    except RuleError as error:
        raise ValidationError(str(error), code=error.code) from error


def person_name(user):
    """How ``user`` is called: family name first where the name is written in Chinese characters."""
    if user is None:
        return ""
    first, last = (getattr(user, name, "").strip() for name in ("first_name", "last_name"))
    if first and last and HAN_NAME.fullmatch(last + first):
        return last + first
    return user.get_full_name() or user.get_username()


def local_text(own, others, language=None):
    """What ``others`` (``{language: text}``) has in ``language`` (default: the active one), or ``own``."""
    language = language or get_language() or settings.LANGUAGE_CODE
    others = others if isinstance(others, dict) else {}
    return others.get(language) or others.get(language.split("-")[0]) or own


class LocalNames(models.Model):
    """A record with a name in the agency's own language and, if wanted, in others.

    ``names`` maps language codes to names: ``{"en": "General Office"}``.
    """

    name = models.CharField(pgettext_lazy("disclosure", "name"), max_length=NAME_LENGTH)
    names = models.JSONField(
        _("names in other languages"), default=dict, blank=True, validators=[validate_names]
    )

    class Meta:
        abstract = True

    def __str__(self):
        return self.local_name()

    def clean(self):
        super().clean()
        try:
            check_name(self.name or "")
        except ValidationError as error:
            raise ValidationError({"name": error}) from error

    def local_name(self, language=None):
        """The name in ``language`` (default: the active one), or the agency's own where there is none."""
        return local_text(self.name, self.names, language)
