from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from ...catalogue import counters
from ..base import DisclosureCommand

MOST_SHOWN = 200


class Command(DisclosureCommand):
    help = (
        "Compare the published register, its counters and the search index with the live pages (check), or write "
        "them anew (rebuild). check ends with an error if anything differs."
    )

    def add_arguments(self, parser):
        parser.add_argument("action", choices=["check", "rebuild"])

    def handle(self, *, action, **options):
        if action == "rebuild":
            items = counters.rebuild()
            self.stdout.write(_("Written anew: %(count)d items.") % {"count": items})
            return
        found = 0
        for drift in counters.check():
            found += 1
            if found <= MOST_SHOWN:
                self.stdout.write(str(drift))
        if found:
            raise CommandError(
                _("%(count)d differences. “disclosure_register rebuild” writes everything anew.")
                % {"count": found}
            )
        self.stdout.write(_("Register, counters and search agree with the live pages."))
