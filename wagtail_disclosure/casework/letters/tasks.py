"""PDF after the commit, by whatever worker the site has. Without one it is made when it is first asked for."""

import logging
from functools import partial

from django.apps import apps
from django.db import transaction
from django_tasks import task

from ...publishing.verification.tasks import has_worker
from . import pdf

logger = logging.getLogger("wagtail_disclosure.letters")


@task()
def make_pdf(model, pk):
    """Make the PDF of one letter; ``disclosure_letter_pdfs`` makes those that were missed."""
    letter = apps.get_model(model)._base_manager.filter(pk=pk).first()
    if letter is None:
        return
    try:
        pdf.ensure(letter)
    except pdf.NoPdf as error:
        logger.warning("The PDF of letter %s was not made: %s", letter.key, error)


def enqueue(letter):
    """Have the PDF of ``letter`` made after the commit, where there is a worker for it."""
    if has_worker() and pdf.is_available():
        made = partial(make_pdf.enqueue, model=letter._meta.label_lower, pk=letter.pk)
        transaction.on_commit(made, robust=True)
