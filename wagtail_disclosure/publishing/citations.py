"""Naming the provision that something rests on."""

from django.utils.translation import gettext as _

from ..rules.labels import article_label


def with_article(text, article):
    """``text`` followed by the provision it rests on, as the language of the reader cites it."""
    if not article:
        return text
    return _("%(text)s (%(article)s)") % {"text": text, "article": article_label(article)}
