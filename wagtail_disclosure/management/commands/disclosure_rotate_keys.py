from django.utils.translation import gettext as _

from ...casework import rotation
from ..base import DisclosureCommand


class Command(DisclosureCommand):
    help = (
        "Encrypt personal data of cases anew with the first key of FIELD_KEYS. Run it after a key was added; it may be "
        "broken off and run again."
    )

    def add_arguments(self, parser):
        parser.add_argument("--batch", type=int, default=rotation.BATCH, help="Rows that are locked at once.")

    def handle(self, *args, batch, **options):
        found = rotation.rotate(batch=max(1, batch))
        for label, number in sorted(found.rows.items()):
            self.stdout.write(
                _("%(model)s: %(count)d rows encrypted anew.") % {"model": label, "count": number}
            )
        for label, number in sorted(found.unreadable.items()):
            self.stderr.write(
                _(
                    "%(model)s: %(count)d values are not readable with any key of FIELD_KEYS and stay as they are."
                )
                % {"model": label, "count": number}
            )
        if not found.rows and not found.unreadable:
            self.stdout.write(_("Everything is encrypted with the current key."))
