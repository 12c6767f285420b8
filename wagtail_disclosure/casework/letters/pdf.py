"""Letters as PDF, by WeasyPrint (extra ``pdf``): the frozen text with the style of print, fonts embedded.

Nothing is loaded while a PDF is made: no address, no file. Without the library letters are HTML, which prints well.
"""

import hashlib
import logging
from functools import cache
from importlib.resources import files

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import transaction
from django.template.loader import render_to_string

from ... import conf
from ..models import Letter
from ..storage import case_files

logger = logging.getLogger("wagtail_disclosure.letters")
STYLE = files("wagtail_disclosure") / "static" / "wagtail_disclosure" / "letter.css"
DOCUMENT = "wagtail_disclosure/casework/letters/document.html"


class NoPdf(Exception):
    """PDF cannot be made here; the message says why."""


@cache
def why_not():
    """Why PDF cannot be made, in words for whoever runs the site; empty where it can."""
    try:
        import weasyprint  # noqa: F401
    except ImportError:
        return "WeasyPrint is not installed (pip install wagtail-disclosure[pdf])."
    except OSError as error:
        return f"WeasyPrint does not find its libraries: {error}"
    return ""


def is_available():
    return not why_not()


def models():
    """Every kind of letter there is."""
    return [model for model in apps.get_models() if issubclass(model, Letter)]


def make(html, language, title):
    """``html`` (articles of letters) as the bytes of a PDF. Raises :class:`NoPdf`."""
    if not is_available():
        raise NoPdf(why_not())
    import weasyprint

    fonts = ", ".join(each if each == "serif" else f'"{each}"' for each in conf.get("LETTER_FONTS"))
    document = render_to_string(DOCUMENT, {"html": html, "language": language, "title": title, "css": ""})
    styles = [
        weasyprint.CSS(string=STYLE.read_text(encoding="utf-8"), url_fetcher=_nothing),
        weasyprint.CSS(string=f".disclosure-letter {{ font-family: {fonts} }}", url_fetcher=_nothing),
    ]
    return weasyprint.HTML(string=document, url_fetcher=_nothing).write_pdf(stylesheets=styles)


def _nothing(url, *args, **kwargs):
    raise ValueError("A letter loads nothing.")


def ensure(letter):
    """The letter with its PDF, made now where it was not yet. Raises :class:`NoPdf` where that cannot be.

    Nothing is locked while it is made; of two that are made at once one is kept.
    """
    letter.refresh_from_db()
    if letter.is_emptied:
        raise NoPdf("The letter was emptied.")
    if letter.pdf and case_files.exists(letter.pdf.name):
        return letter
    return _keep(letter, make(letter.html, letter.language, letter.title))


@transaction.atomic
def _keep(letter, content):
    held = type(letter)._base_manager.select_for_update().get(pk=letter.pk)
    if held.is_emptied:
        raise NoPdf("The letter was emptied.")
    if not (held.pdf and case_files.exists(held.pdf.name)):
        name = held._meta.get_field("pdf").generate_filename(held, "pdf")
        found = {
            "pdf": case_files.save(name, ContentFile(content)),
            "pdf_sha256": hashlib.sha256(content).hexdigest(),
        }
        # Past the guard: the letter itself stays as it is.
        type(held)._base_manager.filter(pk=held.pk).update(**found)
        held.refresh_from_db()
    return held


def missing():
    """Letters whose PDF was not made yet."""
    for model in models():
        yield from model._base_manager.filter(pdf="", case__anonymised_at=None).order_by("pk").iterator()


def make_missing(progress=lambda letter: None):
    """Make the PDF of every letter that has none. Returns how many, and how many could not be: they stop no other.

    Safe to repeat and to break off.
    """
    number = failed = 0
    for letter in missing():
        try:
            ensure(letter)
        except Exception as error:
            # The text of the error may hold what stands in the letter.
            logger.error("The PDF of letter %s was not made: %s", letter.key, type(error).__name__)
            failed += 1
            continue
        progress(letter)
        number += 1
    return number, failed


def forget(letter):
    """Empty a letter of a case that is anonymised; its PDF goes when the transaction is over."""
    name = letter.pdf.name
    type(letter)._base_manager.filter(pk=letter.pk).update(html="", recipient_name="", pdf="", pdf_sha256="")
    if name:
        # Where that fails, ``cleaning`` finds it later; nothing else is held up by it.
        transaction.on_commit(lambda: case_files.delete(name), robust=True)
