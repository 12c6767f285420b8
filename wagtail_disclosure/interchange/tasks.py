"""Carrying out a confirmed import, by whatever worker of django-tasks the site has; at once without one."""

from django.utils import translation
from django_tasks import task

from .importing.spool import Spool
from .importing.target import Target, TargetError, find_agency_of
from .importing.writer import ImportStopped, Writer
from .models import ImportBatch


@task()
def run_import(batch_id, language):
    """Write the planned import ``batch_id``. ``language`` is the operator's, for what is recorded."""
    batch = ImportBatch.objects.select_related("site", "user").get(pk=batch_id)
    spool = Spool.restore(batch)
    try:
        with translation.override(language):
            target = Target(find_agency_of(batch.site))
            Writer(target, spool, batch).run()
    except ImportStopped:
        # The batch says why.
        return
    except TargetError as error:
        batch.fail(error)
    finally:
        spool.close()
