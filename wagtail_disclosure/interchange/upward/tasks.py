"""After an item was published or has left: plan what each platform is told, and let a worker send it where there is one."""

from functools import partial

from django.db import transaction
from django_tasks import task

from ...publishing.signals import register_entered, register_left
from ...publishing.verification.tasks import has_worker
from ..models.upward import UpwardPlatform
from .planning import plan
from .push import Busy, NotSendable, run


def install():
    """Connect the signals. Called once when the apps are ready."""
    uid = "wagtail_disclosure.upward"
    register_entered.connect(_entered, dispatch_uid=uid)
    register_left.connect(_left, dispatch_uid=uid)


@task()
def push(platform_id):
    """Send what waits for one platform. What is missed here, ``disclosure_push_upward`` catches up."""
    platform = UpwardPlatform.objects.select_related("agency__site").filter(pk=platform_id).first()
    if platform is None:
        return
    try:
        run(platform, by="task")
    except (Busy, NotSendable):
        # The run that goes on takes this along, or the next one.
        return


def enqueue(platform):
    """Have what waits for ``platform`` sent after the commit, where there is a worker for it."""
    if platform.pushes and has_worker():
        transaction.on_commit(partial(push.enqueue, platform.pk), robust=True)


def _entered(sender, published, item, **kwargs):
    transaction.on_commit(partial(item_changed, published.pk), robust=True)


def _left(sender, page_id, **kwargs):
    transaction.on_commit(partial(item_changed, page_id), robust=True)


def item_changed(page_id):
    """Plan what every platform is told of one item, and send it."""
    for platform in UpwardPlatform.objects.filter(active=True).select_related("agency__site"):
        if plan(platform, by="publication", keys=[page_id]):
            enqueue(platform)
