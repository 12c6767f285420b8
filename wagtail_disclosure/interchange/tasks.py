"""Carrying out a confirmed import, by whatever worker of django-tasks the site has; at once without one."""

from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from .importing.spool import Spool
from .importing.target import Target, TargetError, find_agency_of
from .importing.writer import ImportStopped, Writer
from .models import ADD, ImportBatch


@task()
def run_import(batch_id, language):
    """Write the planned import ``batch_id``. ``language`` is the operator's, for what is recorded.

    It is written in the name and with the rights of whoever uploaded it, as they are now: without an author nobody
    would be kept from reviewing their own work.
    """
    batch = ImportBatch.objects.select_related("site", "user").get(pk=batch_id)
    spool = Spool.restore(batch)
    try:
        with translation.override(language):
            if batch.user is None or not batch.user.has_perm(ADD):
                raise TargetError(
                    _("%(name)s, who uploaded it, may not import any more. Upload the files again.")
                    % {"name": batch.user_name}
                )
            target = Target(find_agency_of(batch.site), acting=batch.user)
            Writer(target, spool, batch).run()
    except ImportStopped:
        # The batch says why.
        return
    except TargetError as error:
        batch.fail(error)
    finally:
        spool.close()
