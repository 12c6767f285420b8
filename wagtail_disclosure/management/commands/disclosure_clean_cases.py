from django.utils.translation import gettext as _

from ...casework import cleaning
from ..base import DisclosureCommand


class Command(DisclosureCommand):
    help = (
        "Delete forms that were begun and not sent, traces of forms long sent, and files of cases that belong to "
        "nothing. Run it every day; what was missed is caught up."
    )

    def handle(self, *args, **options):
        number = cleaning.clean()
        self.stdout.write(_("Drafts deleted: %(count)d") % {"count": number["drafts"]})
        self.stdout.write(_("Traces of submissions deleted: %(count)d") % {"count": number["submissions"]})
        self.stdout.write(_("Files deleted that belonged to nothing: %(count)d") % {"count": number["files"]})
