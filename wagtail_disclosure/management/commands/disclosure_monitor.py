from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from ...departments.models import Agency
from ...reports.inspection import digest
from ...reports.inspection.run import inspect
from ...reports.timeliness import record
from ..base import DisclosureCommand


class Command(DisclosureCommand):
    help = (
        "Look at each agency's site as an inspection would, complete the record of the 20 working days, and send the weekly "
        "digest. Run it every morning; what was missed is caught up."
    )

    def add_arguments(self, parser):
        parser.add_argument("--no-mail", action="store_true", help="Send no digest.")

    def handle(self, *args, **options):
        written, failed = record.catch_up(), []
        self.stdout.write(_("Records of time limits written: %(count)d") % {"count": written})
        for agency in Agency.objects.order_by("pk"):
            run = inspect(agency)
            failed += [code for code, count in run.counts.items() if count is None]
            count = sum(filter(None, run.counts.values()))
            self.stdout.write(_("%(agency)s, findings: %(count)d") % {"agency": agency, "count": count})
        if not options["no_mail"]:
            sent, unsent = digest.send()
            self.stdout.write(_("Mails sent: %(count)d") % {"count": sent})
            if unsent:
                self.stderr.write(_("Some mails were not sent; the log says why. The next run tries again."))
        if failed:
            raise CommandError(
                _("These checks failed, the log says why: %(codes)s") % {"codes": ", ".join(failed)}
            )
