"""PDF after the commit, by whatever worker the site has. Without one it is made when it is first asked for."""

import logging
from functools import partial

from django.apps import apps
from django.db import transaction
from django.db.models.signals import post_save
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, task, task_backends
from django_tasks.backends.immediate import ImmediateBackend

from ..models import Letter
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


def install():
    """Called once when the apps are ready."""
    post_save.connect(_enqueue, dispatch_uid="wagtail_disclosure.casework.letters.pdf")


def has_worker():
    return not isinstance(task_backends[DEFAULT_TASK_BACKEND_ALIAS], ImmediateBackend)


def _enqueue(sender, instance, created=False, raw=False, **kwargs):
    if not isinstance(instance, Letter) or raw or not created:
        return
    if has_worker() and pdf.is_available():
        label = sender._meta.label_lower
        transaction.on_commit(partial(make_pdf.enqueue, model=label, pk=instance.pk), robust=True)
