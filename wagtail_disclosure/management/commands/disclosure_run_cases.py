from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...casework.desk import jobs
from ..base import DisclosureCommand


class Command(DisclosureCommand):
    help = (
        "Take the moves of cases that are due by law and need nobody, and remind officers, reviewers, head and office of "
        "cases that are due soon, overdue or not assigned. Run it every morning; what was missed is caught up."
    )

    def handle(self, *args, **options):
        report = jobs.run()
        self.stdout.write(_("Moves taken: %(count)d") % {"count": report.moved})
        self.stdout.write(_("Mails sent: %(count)d") % {"count": report.sent})
        if report.unsent:
            self.stderr.write(_("Some mails were not sent; the log says why. The next run tries again."))
        if report.failed:
            text = ngettext(
                "%(count)d case was left out, the log says why: %(numbers)s.",
                "%(count)d cases were left out, the log says why: %(numbers)s.",
                len(report.failed),
            )
            raise CommandError(text % {"count": len(report.failed), "numbers": ", ".join(report.failed)})
