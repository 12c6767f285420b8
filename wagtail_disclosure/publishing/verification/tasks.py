"""Verification in the background, by whatever worker the site has for Wagtail's own tasks."""

from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, task, task_backends
from django_tasks.backends.immediate import ImmediateBackend

from ..models import Seal
from . import runs

# Without a worker a verification takes as long as the request: more items than this are left to the command.
MOST_AT_ONCE = 2_000


@task()
def verify_everything(by, read_files):
    """Verify everything for ``by``, the name of whoever asked for it."""
    runs.run(by=by, read_files=read_files)


def has_worker():
    """Whether tasks run outside the request."""
    return not isinstance(task_backends[DEFAULT_TASK_BACKEND_ALIAS], ImmediateBackend)


def is_too_much():
    """Whether there is more to verify than a request can wait for."""
    return not has_worker() and Seal.objects.in_force().count() > MOST_AT_ONCE
