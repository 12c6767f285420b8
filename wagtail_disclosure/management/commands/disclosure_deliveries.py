from django.utils.translation import gettext as _

from ...interchange.delivery import due
from ..base import DisclosureCommand


class Command(DisclosureCommand):
    help = (
        "Enter what has become due at reading points and recall what left the public pages. Publishing does both by "
        "itself; run it every night, and after a point was added, to catch up. Safe to repeat."
    )

    def handle(self, *args, **options):
        entered, left = due.catch_up()
        self.stdout.write(_("Entered as to be delivered: %(count)d") % {"count": entered})
        self.stdout.write(_("Cancelled or recalled: %(count)d") % {"count": left})
