from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...catalogue import visits
from ..base import DisclosureCommand


class Command(DisclosureCommand):
    help = "Store the views of public documents that wait in the shared cache. Run it every few minutes."

    def handle(self, *args, **options):
        stored = visits.flush()
        self.stdout.write(
            ngettext("%(count)d view stored.", "%(count)d views stored.", stored) % {"count": stored}
        )
        if isinstance(visits.buffer(), visits.ProcessBuffer):
            self.stderr.write(
                _(
                    "The cache is not shared between processes: each web process stores its own views by itself."
                )
            )
