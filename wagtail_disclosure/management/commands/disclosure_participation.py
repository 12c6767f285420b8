from django.utils.translation import gettext as _

from ...participation import reports, retention
from ..base import DisclosureCommand


class Command(DisclosureCommand):
    help = (
        "Take personal data out of comments whose term is over, destroy the salts of surveys, and name consultations "
        "without a report. Run it every day; what was missed is caught up."
    )

    def handle(self, *args, **options):
        done = retention.run()
        self.stdout.write(_("Comments without personal data now: %(count)d") % {"count": done["comments"]})
        self.stdout.write(_("Salts of surveys destroyed: %(count)d") % {"count": done["salts"]})
        for page in reports.without_report():
            self.stdout.write(
                _("No report on the comments yet: “%(title)s”, over since %(day)s")
                % {"title": page.title, "day": page.closes_on.isoformat()}
            )
